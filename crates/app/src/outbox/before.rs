//! What is known of before this start: when something was sent counts against the ceilings of now.

use std::collections::{HashMap, HashSet};

use berth_domain::{
    ChannelId, DeliveryId, Timestamp,
    delivery::{Delivery, Event, Failed, Lane},
};

use super::{Outbox, readable, steady::Steady};
use crate::order::Fault;

const TOO_MANY_REQUESTS: u16 = 429;

pub(super) struct Before {
    outbox: Outbox,
    steady: Steady,
    pub(super) lanes: HashMap<ChannelId, Lane>,
    channels: HashMap<DeliveryId, ChannelId>,
    /// Begun, and not yet seen settled.
    out: HashSet<DeliveryId>,
}

impl Before {
    pub(super) fn new(outbox: &Outbox, steady: Steady) -> Self {
        let (lanes, channels, out) = (HashMap::new(), HashMap::new(), HashSet::new());
        Self { outbox: outbox.clone(), steady, lanes, channels, out }
    }

    pub(super) async fn remember(&mut self, id: DeliveryId, event: &Event) -> Result<(), Fault> {
        match event {
            Event::Queued(queued) => {
                self.channels.insert(id, queued.channel);
            }
            Event::Begun(begun) => {
                // A digest is one message, and its first stands for it.
                let is_one = begun.digest.is_none_or(|first| first == id);
                // It was out already when a server before this one died: that one arrived by now, and is one more.
                if is_one && !self.out.insert(id) {
                    self.note_sent(id, self.steady.past(begun.at)).await?;
                }
            }
            Event::Failed(failed) => self.note_settled(id, failed.at, asked_to_wait(failed)).await?,
            Event::Sent(sent) => self.note_settled(id, sent.at, None).await?,
            Event::GivenUp(given_up) => self.note_settled(id, given_up.at, None).await?,
        }
        Ok(())
    }

    /// Of what was in the air it is not known when it arrived: now, at the latest.
    pub(super) async fn arrive(&mut self) -> Result<(), Fault> {
        for id in self.out.clone() {
            self.note_sent(id, self.steady.now()).await?;
        }
        Ok(())
    }

    async fn note_settled(
        &mut self,
        id: DeliveryId,
        at: Timestamp,
        until: Option<Timestamp>,
    ) -> Result<(), Fault> {
        if !self.out.contains(&id) {
            return Ok(());
        }
        self.note_sent(id, self.steady.past(at)).await?;
        self.out.remove(&id);
        if let Some(lane) = self.channels.get(&id).and_then(|channel| self.lanes.get_mut(channel)) {
            lane.rest(until.map(|until| self.steady.of(until)));
        }
        Ok(())
    }

    /// Of a delivery that cannot be read nobody knows where it went: that was told when it was put into quarantine.
    async fn note_sent(&mut self, id: DeliveryId, at: Timestamp) -> Result<(), Fault> {
        if !self.channels.contains_key(&id) {
            let delivery = readable(self.outbox.ledger.open::<Delivery>(id).await)?;
            let queued = delivery.and_then(|book| book.state.queued);
            self.channels.extend(queued.map(|queued| (id, queued.channel)));
        }
        if let Some(channel) = self.channels.get(&id) {
            self.lanes.entry(*channel).or_default().note_sent(at);
        }
        Ok(())
    }
}

/// Until when the other side wants to be left alone, by everybody.
fn asked_to_wait(failed: &Failed) -> Option<Timestamp> {
    (failed.status == Some(TOO_MANY_REQUESTS)).then_some(failed.retry_at)
}
