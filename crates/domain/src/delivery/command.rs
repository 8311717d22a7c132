//! What the outbox tells a delivery.

use super::event::{Queued, Why};
use crate::{DeliveryId, Timestamp};

#[derive(Clone, Debug)]
pub enum Command {
    Queue(Box<Queue>),
    Begin {
        digest: Option<DeliveryId>,
        at: Timestamp,
    },
    Settle {
        id: DeliveryId,
        settlement: Settlement,
        at: Timestamp,
    },
    /// Without trying.
    GiveUp {
        why: Why,
        at: Timestamp,
    },
}

pub type Queue = Queued;

/// What came of one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    pub outcome: Outcome,
    pub status: Option<u16>,
    pub words: String,
    pub duration_ms: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Taken,
    /// It may work later; not before this long, if the other side said so.
    Passing {
        retry_after_ms: Option<u64>,
    },
    Never(Why),
}
