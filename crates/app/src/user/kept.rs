//! What an append of a user's events carries along.

use berth_domain::user::{Event, NAME_CLAIMS, SETUP_CLAIMS, User};
use berth_store::{ClaimChange, SecretId, StreamId};

use crate::{ledger::Kept, names::Names, secrets::over};

/// The key that the first user claims.
pub(super) const FIRST: &str = "first";

impl Kept for User {
    fn claims(stream: &StreamId, _: &Self, events: &[Event]) -> Vec<ClaimChange> {
        let names = Names { space: NAME_CLAIMS, owner: stream };
        let setup = Names { space: SETUP_CLAIMS, owner: stream };
        let changes = events.iter().flat_map(|event| match event {
            Event::Created(created) => {
                let first = created.first.then(|| setup.take(FIRST));
                [names.take(&created.username)].into_iter().chain(first).collect()
            }
            Event::Deleted(deleted) => vec![names.release(&deleted.username)],
            _ => Vec::new(),
        });
        changes.collect()
    }

    fn forgets(before: &Self, events: &[Event]) -> Vec<SecretId> {
        over(before, events, Self::secrets)
    }
}
