//! What an append of a grab's events carries along.

use berth_domain::grab::{Event, Grab};
use berth_store::SecretId;

use crate::ledger::Kept;

impl Kept for Grab {
    /// A password that was set on an instance is of no use to us once the instance runs.
    fn forgets(before: &Self, events: &[Event]) -> Vec<SecretId> {
        let over = events.iter().any(|event| matches!(event, Event::Succeeded(_)));
        let password = before.order.as_ref().and_then(|order| order.spec.root_password.as_ref());
        password.filter(|_| over).and_then(|name| SecretId::parse(&name.0).ok()).into_iter().collect()
    }
}
