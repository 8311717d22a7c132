//! What can have happened to the trail. Names and shapes are for ever.

use serde::{Deserialize, Serialize};

use super::{record::Record, seal::Seal, upcast::UPCASTERS};
use crate::event::events;

events! {
    /// What can have happened to the trail.
    UPCASTERS;
    Recorded = "audit.recorded" v 2,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// From 1, without holes.
    pub number: u64,
    pub record: Record,
    pub seal: Seal,
}
