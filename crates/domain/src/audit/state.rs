//! What the rules remember of the trail, and nothing else.

use serde::{Deserialize, Serialize};

use super::{event::Event, seal::Seal};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// How many records there are.
    pub count: u64,
    pub last: Seal,
}

pub(super) fn evolve(audit: &mut Audit, event: &Event) {
    let Event::Recorded(recorded) = event;
    audit.count = recorded.number;
    audit.last.clone_from(&recorded.seal);
}
