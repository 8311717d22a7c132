//! What an append of a grab's events carries along.

use berth_domain::{
    Aggregate,
    grab::{Event, Grab},
};
use berth_store::SecretId;

use crate::ledger::Kept;

impl Kept for Grab {
    /// Whatever no launch will be composed of any more is of no use to us.
    fn forgets(before: &Self, events: &[Event]) -> Vec<SecretId> {
        let needed = before.secrets();
        if needed.is_empty() {
            return Vec::new();
        }
        let mut after = before.clone();
        for event in events {
            after.evolve(event);
        }
        let still = after.secrets();
        let over = needed.into_iter().filter(|name| !still.contains(name));
        over.filter_map(|name| SecretId::parse(&name.0).ok()).collect()
    }
}
