//! The outbox (发件箱): what happens is told on every channel that wants to hear it.
//!
//! A follower turns events into deliveries; a lane for each channel carries them out, one message at a time. Both only do what the pure
//! rules of `domain::delivery` say. **At least once**: a delivery is queued under an id made of its cause and its channel, its tries are
//! committed before the call, and the follower's checkpoint trails by the longest window of any ceiling, so that after a crash nothing is
//! lost, only what was in the air may come twice, and no ceiling is passed.

mod before;
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
use berth_store::{Batch, Log, Position, Recorded, follow};
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

/// What the follower has come to know. It outlives a fault of the log: lanes that were dropped with a message in the air would say it again.
struct Following {
    known: Known,
    lanes: Lanes,
    trail: Trail,
    /// Everything up to here was seen.
    position: Position,
    /// Where the log ended when this began: what is before it counts against the ceilings of now.
    head: Position,
    /// Everything up to here was turned into deliveries before this began,
    taken: Position,
    /// and up to here that is written down.
    kept: Position,
}

/// Where the follower was, and when: what is old enough is written down.
struct Trail {
    steady: Steady,
    seen: VecDeque<(Timestamp, Position)>,
    kept_at: Timestamp,
}

impl Outbox {
    /// For ever; after a fault it goes on where it was. Dropping it ends every lane.
    pub(crate) async fn run(self) {
        let mut following = None;
        loop {
            if let Err(denied) = self.follow(&mut following).await {
                tracing::error!(error = %denied, "the outbox could not go on; trying again");
            }
            self.clock.sleep(PAUSE).await;
        }
    }

    async fn follow(&self, following: &mut Option<Following>) -> Result<(), Denied> {
        let following = match following {
            Some(following) => following,
            none => none.insert(self.begin().await?),
        };
        let batches = follow(self.log.clone(), following.position);
        pin_mut!(batches);
        while let Some(batch) = batches.next().await {
            self.go_on(following, batch?).await?;
        }
        Ok(())
    }

    async fn begin(&self) -> Result<Following, Denied> {
        let steady = Steady::new(self.clock);
        let known = Known::read(&self.channels).await?;
        let mut lanes = Lanes::new(self, steady);
        let (taken, position) = (self.log.checkpoint(TAKEN).await?, self.log.checkpoint(TRAIL).await?);
        let head = self.log.head().await?;
        for due in self.on_the_way().await? {
            lanes.add(due);
        }
        let trail = Trail { steady, seen: VecDeque::new(), kept_at: steady.now() };
        Ok(Following { known, lanes, trail, position, head, taken, kept: taken })
    }

    async fn go_on(&self, following: &mut Following, batch: Batch) -> Result<(), Denied> {
        let Following { known, lanes, trail, position, head, taken, kept } = following;
        let mut told = false;
        for event in &batch.events {
            if event.position <= *head {
                remember(event, lanes).await?;
            }
            if event.position > *taken {
                told |= self.take(event, known, lanes).await?;
            }
            *position = event.position;
        }
        *position = batch.position;
        if batch.position >= *head {
            // Only now is it known what was sent lately.
            lanes.open().await?;
        }
        if batch.position > *kept && (told || batch.position.get() - kept.get() >= KEEP_EVERY) {
            self.ledger.keep_checkpoint(TAKEN, batch.position).await?;
            *kept = batch.position;
        }
        self.keep_trail(trail, batch.position.min(*kept)).await
    }

    /// What was queued and neither taken nor given up.
    async fn on_the_way(&self) -> Result<Vec<Due>, Fault> {
        let mut found = BTreeMap::new();
        for (_, stream) in self.log.claimed(ON_THE_WAY).await? {
            let Ok(id) = stream.id().parse::<DeliveryId>() else { continue };
            let delivery = readable(self.ledger.open::<Delivery>(id).await)?;
            found.extend(delivery.and_then(|book| Due::of(id, &book.state)).map(|due| (id, due)));
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

    /// Nothing, when it was queued before and is over, or cannot be read.
    async fn queue(&self, cause: Position, id: DeliveryId, queue: Queue) -> Result<Option<Due>, Denied> {
        let order = Order { causation: Some(cause.to_string()), ..Order::own() };
        match self.ledger.command::<Delivery, _>(id, Command::Queue(Box::new(queue)), &order).await {
            Ok(told) => Ok(Due::of(id, &told.state)),
            Err(Denied::Fault(Fault::Unreadable(_))) => Ok(None),
            Err(denied) => Err(denied),
        }
    }

    async fn keep_trail(&self, trail: &mut Trail, position: Position) -> Result<(), Denied> {
        let now = trail.steady.now();
        if trail.seen.back().is_none_or(|(at, _)| now.since(*at) >= NOTE_EVERY_MS) {
            trail.seen.push_back((now, position));
        }
        if now.since(trail.kept_at) < KEEP_EVERY_MS {
            return Ok(());
        }
        trail.kept_at = now;
        let old = trail.seen.partition_point(|(at, _)| now.since(*at) > TRAIL_MS);
        match trail.seen.drain(..old).next_back() {
            Some((_, behind)) => Ok(self.ledger.keep_checkpoint(TRAIL, behind).await?),
            None => Ok(()),
        }
    }
}

/// Nothing in place of what cannot be read: that was told when it was put into quarantine.
fn readable<T>(read: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(Fault::Unreadable(_)) => Ok(None),
        Err(fault) => Err(fault),
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
