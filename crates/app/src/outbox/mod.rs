//! The outbox (发件箱): what happens is told on every channel that wants to hear it.
//!
//! A follower turns events into deliveries; a lane for each channel carries them out, one message at a time. Both only do what the pure
//! rules of `domain::delivery` say. **At least once**: a delivery is queued under an id made of its cause and its channel, its tries are
//! committed before the call, and the follower's checkpoint trails by the longest window of any ceiling, so that after a crash nothing is
//! lost, only what was in the air may come twice, and no ceiling is passed.

mod channels;
mod kept;
mod lane;
mod lanes;
mod letter;
mod steady;
mod telling;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use berth_actors::Clock;
use berth_domain::{
    Aggregate, DeliveryId, Timestamp,
    channel::Channel,
    delivery::{Command, Delivery, ON_THE_WAY, Queue, route},
};
use berth_notify::Notifier;
use berth_store::{Log, Position, Recorded, follow};
use futures::{StreamExt, future::try_join_all, pin_mut};
use tokio::sync::watch;

use self::{
    channels::Known,
    lanes::{Due, Lanes},
    steady::Steady,
    telling::Telling,
};
use crate::{
    channel::Channels,
    ledger::{Ledger, read},
    order::{Denied, Fault, Order},
};

/// How far events were turned into deliveries.
const TAKEN: &str = "outbox";
/// How far behind a start looks back, for what a ceiling still counts.
const TRAIL: &str = "outbox.trail";
const PAUSE: Duration = Duration::from_secs(1);
const TRAIL_MS: i64 = 11 * 60_000;
/// Where it was is noted no more often than this,
const NOTE_EVERY_MS: i64 = 10_000;
/// and the trail written down no more often than this.
const KEEP_EVERY_MS: i64 = 60_000;
/// How far the follower may come before it writes down how far, when nothing had to be told.
const KEEP_EVERY: u64 = 4096;

/// Everything that the outbox acts with.
#[derive(Clone)]
pub(crate) struct Outbox {
    pub(crate) log: Arc<dyn Log>,
    pub(crate) ledger: Ledger,
    pub(crate) clock: Clock,
    pub(crate) channels: Channels,
    pub(crate) notifier: Arc<dyn Notifier>,
    /// Told of every change of a channel.
    pub(crate) changed: watch::Sender<u64>,
}

/// Where the follower was, and when: what is old enough is written down.
struct Trail {
    seen: VecDeque<(i64, Position)>,
    kept_at: i64,
}

impl Outbox {
    /// For ever; after a fault it begins again where it was. Dropping it ends every lane.
    pub(crate) async fn run(self) {
        loop {
            if let Err(denied) = self.follow().await {
                tracing::error!(error = %denied, "the outbox could not go on; trying again");
            }
            self.clock.sleep(PAUSE).await;
        }
    }

    async fn follow(&self) -> Result<(), Denied> {
        let mut known = Known::read(&self.channels).await?;
        let mut lanes = Lanes::new(self, Steady::new(self.clock));
        let (taken, begin) = (self.log.checkpoint(TAKEN).await?, self.log.checkpoint(TRAIL).await?);
        let head = self.log.head().await?;
        for due in self.on_the_way().await? {
            lanes.add(due);
        }
        let mut trail = Trail { seen: VecDeque::new(), kept_at: self.clock.now_ms() };
        let mut kept = taken;
        let batches = follow(self.log.clone(), begin);
        pin_mut!(batches);
        while let Some(batch) = batches.next().await {
            let batch = batch?;
            let mut told = false;
            for event in &batch.events {
                if event.position <= head {
                    remember(event, &mut lanes).await?;
                }
                if event.position > taken {
                    told |= self.take(event, &mut known, &mut lanes).await?;
                }
            }
            if batch.position >= head {
                // Only now is it known what was sent lately.
                lanes.open().await?;
            }
            if batch.position > kept && (told || batch.position.get() - kept.get() >= KEEP_EVERY) {
                self.ledger.keep_checkpoint(TAKEN, batch.position).await?;
                kept = batch.position;
            }
            self.keep_trail(&mut trail, batch.position.min(kept)).await?;
        }
        Ok(())
    }

    /// What was queued and neither taken nor given up.
    async fn on_the_way(&self) -> Result<Vec<Due>, Fault> {
        let mut found = BTreeMap::new();
        for (_, stream) in self.log.claimed(ON_THE_WAY).await? {
            let Ok(id) = stream.id().parse::<DeliveryId>() else { continue };
            let delivery = match self.ledger.open::<Delivery>(id).await {
                Ok(book) => book.state,
                // It was told when it was put into quarantine.
                Err(Fault::Unreadable(_)) => continue,
                Err(fault) => return Err(fault),
            };
            found.extend(Due::of(id, &delivery).map(|due| (id, due)));
        }
        Ok(found.into_values().collect())
    }

    /// Whether there was something to tell, and somebody to tell it to.
    async fn take(&self, recorded: &Recorded, known: &mut Known, lanes: &mut Lanes) -> Result<bool, Denied> {
        if recorded.stream.kind() == Channel::KIND
            && let Ok(id) = recorded.stream.id().parse()
        {
            known.refresh(&self.channels, id).await?;
            self.changed.send_modify(|changes| *changes += 1);
            lanes.refresh(id);
        }
        if known.is_empty() {
            return Ok(false);
        }
        let Some(notice) = Telling { ledger: &self.ledger, known }.notice(recorded).await? else {
            return Ok(false);
        };
        let now = Timestamp::from_millis(self.clock.now_ms());
        let happened_at = Timestamp::from_millis(recorded.meta.time_ms);
        let queues = route(&notice, recorded.position.get(), happened_at, known.audience(), now);
        let told = queues.into_iter().map(|(id, queue)| self.queue(recorded.position, id, queue));
        // Together, so that they are one group of the log's.
        let told = try_join_all(told).await?;
        let any = !told.is_empty();
        for due in told.into_iter().flatten() {
            lanes.add(due);
        }
        Ok(any)
    }

    /// Nothing, when it was queued before and is over.
    async fn queue(&self, cause: Position, id: DeliveryId, queue: Queue) -> Result<Option<Due>, Denied> {
        let order = Order { causation: Some(cause.to_string()), ..Order::own() };
        let told = self.ledger.command::<Delivery, _>(id, Command::Queue(Box::new(queue)), &order).await?;
        Ok(Due::of(id, &told.state))
    }

    async fn keep_trail(&self, trail: &mut Trail, position: Position) -> Result<(), Denied> {
        let now = self.clock.now_ms();
        if trail.seen.back().is_none_or(|(at, _)| now - at >= NOTE_EVERY_MS) {
            trail.seen.push_back((now, position));
        }
        if now - trail.kept_at < KEEP_EVERY_MS {
            return Ok(());
        }
        trail.kept_at = now;
        let old = trail.seen.partition_point(|(at, _)| now - at > TRAIL_MS);
        match trail.seen.drain(..old).next_back() {
            Some((_, behind)) => Ok(self.ledger.keep_checkpoint(TRAIL, behind).await?),
            None => Ok(()),
        }
    }
}

/// What went out before this start counts against the ceilings of now.
async fn remember(recorded: &Recorded, lanes: &mut Lanes) -> Result<(), Fault> {
    if recorded.stream.kind() != Delivery::KIND {
        return Ok(());
    }
    match (recorded.stream.id().parse(), read::<Delivery>(recorded)) {
        (Ok(id), Ok(event)) => lanes.remember(id, &event).await,
        _ => Ok(()),
    }
}
