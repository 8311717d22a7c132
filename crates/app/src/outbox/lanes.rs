//! One lane for each channel, and what is to be known before any may send.

use std::collections::{HashMap, HashSet};

use berth_domain::{
    ChannelId, DeliveryId, Timestamp,
    delivery::{Delivery, Event, Failed, Lane, Waiting},
    notice::Severity,
};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{
    Outbox,
    lane::{Driver, News},
    readable,
    steady::Steady,
};
use crate::order::Fault;

const TOO_MANY_REQUESTS: u16 = 429;

pub(super) struct Lanes {
    outbox: Outbox,
    steady: Steady,
    running: HashMap<ChannelId, Running>,
    /// What is gathered until the lanes open; nothing afterwards.
    before: Option<Before>,
}

/// A delivery that is not over, by the wall's clock.
pub(super) struct Due {
    channel: ChannelId,
    id: DeliveryId,
    since: Timestamp,
    ready_at: Timestamp,
    severity: Severity,
}

impl Due {
    /// Nothing, when it is over.
    pub(super) fn of(id: DeliveryId, delivery: &Delivery) -> Option<Self> {
        let queued = delivery.queued.as_ref()?;
        Some(Self {
            channel: queued.channel,
            id,
            since: queued.not_before.unwrap_or(queued.at),
            ready_at: delivery.ready_at()?,
            severity: queued.notice.severity(),
        })
    }
}

#[derive(Default)]
struct Before {
    lanes: HashMap<ChannelId, Lane>,
    channels: HashMap<DeliveryId, ChannelId>,
    /// Begun, and not yet seen settled.
    out: HashSet<DeliveryId>,
}

struct Running {
    news: mpsc::UnboundedSender<News>,
    task: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Lanes {
    pub(super) fn new(outbox: &Outbox, steady: Steady) -> Self {
        Self { outbox: outbox.clone(), steady, running: HashMap::new(), before: Some(Before::default()) }
    }

    /// Something is to be told on a channel.
    pub(super) fn add(&mut self, Due { channel, id, since, ready_at, severity }: Due) {
        let (since, ready_at) = (self.steady.of(since), self.steady.of(ready_at));
        let waiting = Waiting { id, since, ready_at, severity };
        match &mut self.before {
            Some(before) => before.lanes.entry(channel).or_default().add(waiting),
            None => self.tell(channel, News::Add(waiting)),
        }
    }

    /// The channel was changed, closed or opened.
    pub(super) fn refresh(&mut self, channel: ChannelId) {
        if self.running.contains_key(&channel) {
            self.tell(channel, News::Refreshed);
        }
    }

    /// An event of before this start: what it says of when something was sent counts against the ceilings of now. After a fault the same
    /// event may come again.
    pub(super) async fn remember(&mut self, id: DeliveryId, event: &Event) -> Result<(), Fault> {
        let Some(before) = &mut self.before else { return Ok(()) };
        match event {
            Event::Queued(queued) => {
                before.channels.insert(id, queued.channel);
            }
            Event::Begun(begun) => {
                // A digest is one message, and its first stands for it.
                let is_one = begun.digest.is_none_or(|first| first == id);
                // It was out already when a server before this one died: that one arrived by now, and is one more.
                if is_one && !before.out.insert(id) {
                    self.note_sent(id, self.steady.past(begun.at)).await?;
                }
            }
            Event::Failed(failed) => self.note_settled(id, failed.at, asked_to_wait(failed)).await?,
            Event::Sent(sent) => self.note_settled(id, sent.at, None).await?,
            Event::GivenUp(given_up) => self.note_settled(id, given_up.at, None).await?,
        }
        Ok(())
    }

    async fn note_settled(
        &mut self,
        id: DeliveryId,
        at: Timestamp,
        until: Option<Timestamp>,
    ) -> Result<(), Fault> {
        if !self.before.as_ref().is_some_and(|before| before.out.contains(&id)) {
            return Ok(());
        }
        self.note_sent(id, self.steady.past(at)).await?;
        let until = until.map(|until| self.steady.of(until));
        let Some(before) = &mut self.before else { return Ok(()) };
        before.out.remove(&id);
        if let Some(lane) = before.channels.get(&id).and_then(|channel| before.lanes.get_mut(channel)) {
            lane.rest(until);
        }
        Ok(())
    }

    /// Of a delivery that cannot be read nobody knows where it went: that was told when it was put into quarantine.
    async fn note_sent(&mut self, id: DeliveryId, at: Timestamp) -> Result<(), Fault> {
        let Some(before) = &mut self.before else { return Ok(()) };
        if !before.channels.contains_key(&id) {
            let delivery = readable(self.outbox.ledger.open::<Delivery>(id).await)?;
            let queued = delivery.and_then(|book| book.state.queued);
            before.channels.extend(queued.map(|queued| (id, queued.channel)));
        }
        if let Some(channel) = before.channels.get(&id) {
            before.lanes.entry(*channel).or_default().note_sent(at);
        }
        Ok(())
    }

    /// All that was sent lately is known: lanes may send. Of what was in the air it is not known when it arrived: now, at the latest.
    pub(super) async fn open(&mut self) -> Result<(), Fault> {
        let out = self.before.as_ref().map(|before| before.out.clone());
        for id in out.into_iter().flatten() {
            self.note_sent(id, self.steady.now()).await?;
        }
        for (channel, lane) in self.before.take().into_iter().flat_map(|before| before.lanes) {
            let running = self.start(channel, lane);
            self.running.insert(channel, running);
        }
        Ok(())
    }

    fn tell(&mut self, channel: ChannelId, news: News) {
        let running = self.running.remove(&channel);
        let running = running.unwrap_or_else(|| self.start(channel, Lane::default()));
        // A lane lives until it is let go of; nobody hears any more when the server ends.
        running.news.send(news).ok();
        self.running.insert(channel, running);
    }

    fn start(&self, channel: ChannelId, lane: Lane) -> Running {
        let (news, heard) = mpsc::unbounded_channel();
        let driver = Driver::new(self.outbox.clone(), self.steady, channel, lane, heard);
        Running { news, task: tokio::spawn(driver.run()) }
    }
}

/// Until when the other side wants to be left alone, by everybody.
fn asked_to_wait(failed: &Failed) -> Option<Timestamp> {
    (failed.status == Some(TOO_MANY_REQUESTS)).then_some(failed.retry_at)
}
