//! What people ordered about a read model. Names and shapes are for ever.

use serde::{Deserialize, Serialize};

use super::upcast::UPCASTERS;
use crate::{Timestamp, event::events};

events! {
    /// What people ordered about a read model.
    UPCASTERS;
    RebuildRequested = "projection.rebuild_requested" v 1,
    Retried = "projection.retried" v 1,
    EventSkipped = "projection.event_skipped" v 1,
}

/// It shall be folded from the beginning, beside the one that serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RebuildRequested {
    pub at: Timestamp,
}

/// The event at which it stopped shall be tried again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retried {
    pub at: Timestamp,
}

/// It goes on without the event at this position, now and whenever it is folded again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventSkipped {
    pub position: u64,
    /// In the words of whoever decided it.
    pub reason: String,
    pub at: Timestamp,
}
