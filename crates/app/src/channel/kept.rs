//! What an append of a channel's events carries along.

use berth_domain::channel::{Channel, Event, NAME_CLAIMS};
use berth_store::{ClaimChange, SecretId, StreamId};

use crate::{ledger::Kept, names::Names, secrets::over};

impl Kept for Channel {
    fn claims(stream: &StreamId, before: &Self, events: &[Event]) -> Vec<ClaimChange> {
        let names = Names { space: NAME_CLAIMS, owner: stream };
        let known = before.content.as_ref().map(|content| content.name.as_str());
        let changes = events.iter().flat_map(|event| match event {
            Event::Created(created) => vec![names.take(&created.name)],
            Event::Edited(edited) => names.change(known, &edited.name),
            Event::Deleted(deleted) => vec![names.release(&deleted.name)],
            Event::Disabled(_) => Vec::new(),
        });
        changes.collect()
    }

    fn forgets(before: &Self, events: &[Event]) -> Vec<SecretId> {
        over(before, events, Self::secrets)
    }
}
