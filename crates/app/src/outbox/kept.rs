//! What an append of a delivery's events carries along.

use berth_domain::delivery::{Delivery, Event, ON_THE_WAY};
use berth_store::{ClaimChange, StreamId};

use crate::{ledger::Kept, names::Names};

impl Kept for Delivery {
    /// As long as it is on its way, a start finds it by its claim.
    fn claims(stream: &StreamId, _: &Self, events: &[Event]) -> Vec<ClaimChange> {
        let names = Names { space: ON_THE_WAY, owner: stream };
        let change = |event: &Event| match event {
            Event::Queued(_) => Some(names.take(stream.id())),
            Event::Sent(_) | Event::GivenUp(_) => Some(names.release(stream.id())),
            Event::Begun(_) | Event::Failed(_) => None,
        };
        events.iter().filter_map(change).collect()
    }
}
