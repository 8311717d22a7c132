//! What an append of a grab's events carries along.

use berth_domain::grab::{Event, Grab};
use berth_store::SecretId;

use crate::{ledger::Kept, secrets::over};

impl Kept for Grab {
    /// Whatever no launch will be composed of any more is of no use to us.
    fn forgets(before: &Self, events: &[Event]) -> Vec<SecretId> {
        over(before, events, Self::secrets)
    }
}
