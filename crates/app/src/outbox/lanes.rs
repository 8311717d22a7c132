//! One lane for each channel, and what is to be known before any may send.

use std::collections::{HashMap, HashSet};

use berth_domain::{
    ChannelId, DeliveryId, Timestamp,
    delivery::{Delivery, Event, Lane, Waiting},
    notice::Severity,
};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{
    Outbox,
    lane::{Driver, News},
    steady::Steady,
};
use crate::order::Fault;

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

    /// An event of before this start: what it says of when something was sent counts against the ceilings of now.
    pub(super) async fn remember(&mut self, id: DeliveryId, event: &Event) -> Result<(), Fault> {
        let Some(before) = &mut self.before else { return Ok(()) };
        let at = match event {
            Event::Queued(queued) => {
                before.channels.insert(id, queued.channel);
                return Ok(());
            }
            Event::Begun(begun) => {
                // A digest is one message, and its first stands for it.
                let is_one = begun.digest.is_none_or(|first| first == id);
                // It was out already when a server before this one died: that one arrived by now, and is one more.
                if is_one && !before.out.insert(id) {
                    self.note_sent(id, self.steady.past(begun.at)).await?;
                }
                return Ok(());
            }
            Event::Failed(failed) => failed.at,
            Event::Sent(sent) => sent.at,
            Event::GivenUp(given_up) => given_up.at,
        };
        if before.out.remove(&id) {
            self.note_sent(id, self.steady.past(at)).await?;
        }
        Ok(())
    }

    async fn note_sent(&mut self, id: DeliveryId, at: Timestamp) -> Result<(), Fault> {
        let Some(before) = &mut self.before else { return Ok(()) };
        let channel = if let Some(channel) = before.channels.get(&id) {
            Some(*channel)
        } else {
            let state = self.outbox.ledger.open::<Delivery>(id).await?.state;
            state.queued.map(|queued| queued.channel)
        };
        if let Some(channel) = channel {
            before.lanes.entry(channel).or_default().note_sent(at);
        }
        Ok(())
    }

    /// All that was sent lately is known: lanes may send. Of what was in the air it is not known when it arrived: now, at the latest.
    pub(super) async fn open(&mut self) -> Result<(), Fault> {
        let out = self.before.as_mut().map(|before| std::mem::take(&mut before.out));
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
        let running = match self.running.remove(&channel) {
            Some(running) if !running.task.is_finished() => running,
            // A lane ends only by a bug, and is begun anew from what the log knows by whoever starts the outbox.
            _ => self.start(channel, Lane::default()),
        };
        running.news.send(news).ok();
        self.running.insert(channel, running);
    }

    fn start(&self, channel: ChannelId, lane: Lane) -> Running {
        let (news, heard) = mpsc::unbounded_channel();
        let driver = Driver::new(self.outbox.clone(), self.steady, channel, lane, heard);
        Running { news, task: tokio::spawn(driver.run()) }
    }
}
