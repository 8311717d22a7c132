//! Drives one channel's lane: begin, send, settle, one message at a time.

use std::{panic::AssertUnwindSafe, time::Duration};

use berth_domain::{
    ChannelId, DeliveryId,
    channel::Content,
    delivery::{
        Command, Delivery, Lane, Outcome, Queued, Settlement, Stage, Step, Waiting, Why, ceiling, joins,
    },
};
use berth_notify::{Failure, Kind, Target};
use futures::{
    FutureExt as _,
    future::{join_all, try_join_all},
};
use tokio::sync::mpsc;

use super::{Outbox, channels::content, letter::letter, readable, steady::Steady};
use crate::order::{Denied, Fault, Order};

/// How long a lane waits when the log or the vault fails it.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) enum News {
    Add(Waiting),
    Refreshed,
}

pub(super) struct Driver {
    outbox: Outbox,
    steady: Steady,
    channel: ChannelId,
    lane: Lane,
    heard: mpsc::UnboundedReceiver<News>,
    /// As it is now; nothing when it is deleted or not used.
    content: Option<Content>,
    stale: bool,
    /// So many are told one by one, after a digest was refused: one of them is at fault, and the others are not.
    apart: usize,
}

impl Driver {
    pub(super) fn new(
        outbox: Outbox,
        steady: Steady,
        channel: ChannelId,
        lane: Lane,
        heard: mpsc::UnboundedReceiver<News>,
    ) -> Self {
        Self { outbox, steady, channel, lane, heard, content: None, stale: true, apart: 0 }
    }

    /// Until the outbox lets go of it. A fault is told once, however long it lasts. A panic is a fault here: what waits must not be
    /// forgotten for a bug that one message met.
    pub(super) async fn run(mut self) {
        let mut failing = false;
        loop {
            let trouble = match AssertUnwindSafe(self.step()).catch_unwind().await {
                Ok(Ok(true)) => {
                    failing = false;
                    continue;
                }
                Ok(Ok(false)) => return,
                Ok(Err(denied)) => denied.to_string(),
                Err(_) => "it panicked".into(),
            };
            if !failing {
                tracing::error!(channel.id = %self.channel, error = trouble, "a message waits; trying again");
            }
            failing = true;
            self.outbox.clock.sleep(PAUSE).await;
        }
    }

    /// Whether there is anybody left to work for.
    async fn step(&mut self) -> Result<bool, Denied> {
        while let Ok(news) = self.heard.try_recv() {
            self.take(&news);
        }
        if self.stale {
            let content = content(&self.outbox.channels, self.channel).await?;
            self.content = content.filter(|content| content.enabled);
            self.stale = false;
        }
        let Some(content) = self.content.clone() else {
            return self.close().await;
        };
        let (steady, rules) = (self.steady, content.rules.clone());
        self.lane.hush(|severity| rules.not_before(severity, steady.wall()).map(|at| steady.of(at)));
        for id in self.lane.outdated(steady.now()) {
            self.tell(id, Command::GiveUp { why: Why::TooLong, at: steady.wall() }).await?;
            self.lane.remove(id);
        }
        let most = if self.apart == 0 { joins(&content.config) } else { 1 };
        match self.lane.plan(ceiling(&content.config), most, steady.now()) {
            Step::Send(ids) => self.send(&content, ids).await.map(|()| true),
            Step::Idle => Ok(self.hear().await),
            Step::WaitUntil(at) => {
                tokio::select! {
                    lives = self.hear() => Ok(lives),
                    () = steady.sleep_until(at) => Ok(true),
                }
            }
        }
    }

    async fn hear(&mut self) -> bool {
        let Some(news) = self.heard.recv().await else { return false };
        self.take(&news);
        true
    }

    fn take(&mut self, news: &News) {
        match news {
            News::Add(waiting) => {
                self.lane.add(*waiting);
                // Whoever is told of something may have been changed just before.
                self.stale |= self.content.is_none();
            }
            News::Refreshed => self.stale = true,
        }
    }

    /// Nobody is told any more what waits.
    async fn close(&mut self) -> Result<bool, Denied> {
        for id in self.lane.waiting().collect::<Vec<_>>() {
            let give_up = Command::GiveUp { why: Why::ChannelClosed, at: self.steady.wall() };
            self.tell(id, give_up).await?;
            self.lane.remove(id);
        }
        Ok(self.hear().await)
    }

    async fn send(&mut self, content: &Content, ids: Vec<DeliveryId>) -> Result<(), Denied> {
        let Some(target) = self.outbox.channels.target(self.channel).await? else {
            self.stale = true;
            return Ok(());
        };
        let begun = self.begin(&ids).await?;
        if begun.is_empty() {
            return Ok(());
        }
        let called_at = self.steady.now();
        self.lane.note_sent(called_at);
        let settlement = self.call(&target, content, &begun).await;
        let answered = self.steady.now();
        self.lane.note_answered(called_at, answered);
        match settlement.outcome {
            Outcome::Passing { retry_after_ms } => self.lane.failed(retry_after_ms, answered),
            Outcome::Taken | Outcome::Never(_) => self.lane.worked(),
        }
        let several = begun.len() > 1;
        let settlement = self.apart_if_refused(settlement, &begun);
        self.settle(begun.iter().map(|(id, _)| *id), &settlement).await;
        self.apart = if several { self.apart } else { self.apart.saturating_sub(1) };
        if settlement.outcome == Outcome::Never(Why::Gone) && self.is_still(content).await? {
            self.outbox.channels.disable(self.channel, settlement.words).await?;
        }
        Ok(())
    }

    /// Who was mended while the old one was called is not the one that is gone.
    async fn is_still(&self, called: &Content) -> Result<bool, Denied> {
        let now = content(&self.outbox.channels, self.channel).await?;
        Ok(now.is_some_and(|now| now.changed_at == called.changed_at))
    }

    /// Committed before the call. What is over by now is left out.
    async fn begin(&mut self, ids: &[DeliveryId]) -> Result<Vec<(DeliveryId, Queued)>, Denied> {
        let digest = (ids.len() > 1).then_some(ids[0]);
        let told = ids.iter().map(|id| self.tell(*id, Command::Begin { digest, at: self.steady.wall() }));
        let told = try_join_all(told).await?;
        let mut begun = Vec::with_capacity(ids.len());
        for (id, delivery) in ids.iter().zip(told) {
            match delivery.and_then(|delivery| delivery.queued) {
                Some(queued) => begun.push((*id, *queued)),
                None => self.lane.remove(*id),
            }
        }
        Ok(begun)
    }

    async fn call(&self, target: &Target, content: &Content, begun: &[(DeliveryId, Queued)]) -> Settlement {
        let letter = letter(content, begun);
        let now = self.outbox.clock.instant();
        let answer = self.outbox.notifier.send(target, &letter, self.outbox.clock.now_ms()).await;
        let duration_ms = u32::try_from(now.elapsed().as_millis()).unwrap_or(u32::MAX);
        let (outcome, status, words) = match answer {
            Ok(receipt) => (Outcome::Taken, receipt.status, receipt.told(target)),
            Err(Failure { kind, status, words }) => (outcome_of(kind), status, target.told(status, words)),
        };
        Settlement { outcome, status, words, duration_ms }
    }

    fn apart_if_refused(&mut self, settlement: Settlement, begun: &[(DeliveryId, Queued)]) -> Settlement {
        if begun.len() == 1 || settlement.outcome != Outcome::Never(Why::Refused) {
            return settlement;
        }
        self.apart = begun.len();
        Settlement { outcome: Outcome::Passing { retry_after_ms: None }, ..settlement }
    }

    /// Tried until it is written down: whoever forgets that something was taken says it twice.
    async fn settle(&mut self, ids: impl Iterator<Item = DeliveryId>, settlement: &Settlement) {
        let mut left: Vec<_> = ids.collect();
        while !left.is_empty() {
            let settle = |id: DeliveryId| {
                let at = self.steady.wall();
                self.tell(id, Command::Settle { id, settlement: settlement.clone(), at })
            };
            let told = join_all(left.iter().map(|id| settle(*id))).await;
            let mut again = Vec::new();
            for (id, told) in left.into_iter().zip(told) {
                match told {
                    Ok(Some(Delivery { stage: Stage::Retrying(at), .. })) => {
                        self.lane.put_off(id, self.steady.of(at));
                    }
                    Ok(Some(_)) => self.lane.remove(id),
                    // Written down by a try of which no answer came.
                    Ok(None) => {
                        if self.look_again(id).await.is_err() {
                            again.push(id);
                        }
                    }
                    Err(denied) => {
                        tracing::error!(delivery.id = %id, error = %denied, "what came of a message waits to be written down");
                        again.push(id);
                    }
                }
            }
            left = again;
            if !left.is_empty() {
                self.outbox.clock.sleep(PAUSE).await;
            }
        }
    }

    async fn look_again(&mut self, id: DeliveryId) -> Result<(), Fault> {
        let delivery = readable(self.outbox.ledger.open::<Delivery>(id).await)?;
        match delivery.and_then(|book| book.state.ready_at()) {
            Some(ready_at) => self.lane.put_off(id, self.steady.of(ready_at)),
            None => self.lane.remove(id),
        }
        Ok(())
    }

    /// The delivery afterwards; nothing when it is over and the rules say no, or when it cannot be read.
    async fn tell(&self, id: DeliveryId, command: Command) -> Result<Option<Delivery>, Denied> {
        match self.outbox.ledger.command::<Delivery, _>(id, command, &Order::own()).await {
            Ok(told) => Ok(Some(told.state)),
            Err(Denied::Refused(_) | Denied::Fault(Fault::Unreadable(_))) => Ok(None),
            Err(denied) => Err(denied),
        }
    }
}

const fn outcome_of(kind: Kind) -> Outcome {
    match kind {
        Kind::Passing { retry_after_ms } => Outcome::Passing { retry_after_ms },
        Kind::Refused => Outcome::Never(Why::Refused),
        Kind::Gone => Outcome::Never(Why::Gone),
        Kind::Blocked => Outcome::Never(Why::Blocked),
    }
}
