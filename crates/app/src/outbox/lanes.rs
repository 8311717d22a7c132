//! One lane for each channel, and what is to be known before any may send.

use std::collections::HashMap;

use berth_domain::{
    ChannelId, DeliveryId, Timestamp,
    delivery::{Delivery, Event, Lane, Waiting},
    notice::Severity,
};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{
    Outbox,
    before::Before,
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
        let before = Some(Before::new(outbox, steady));
        Self { outbox: outbox.clone(), steady, running: HashMap::new(), before }
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

    /// An event of before this start. After a fault the same event may come again.
    pub(super) async fn remember(&mut self, id: DeliveryId, event: &Event) -> Result<(), Fault> {
        match &mut self.before {
            Some(before) => before.remember(id, event).await,
            None => Ok(()),
        }
    }

    /// All that was sent lately is known: lanes may send.
    pub(super) async fn open(&mut self) -> Result<(), Fault> {
        if let Some(before) = &mut self.before {
            before.arrive().await?;
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
