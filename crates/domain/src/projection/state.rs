//! What the rules remember of the orders about a read model, and nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::event::Event;
use crate::Timestamp;

/// The orders about one read model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Projection {
    /// Positions that it goes on without, and why.
    pub skipped: BTreeMap<u64, String>,
    pub rebuilds: u32,
    pub rebuild_requested_at: Option<Timestamp>,
    pub retried_at: Option<Timestamp>,
}

pub(super) fn evolve(projection: &mut Projection, event: &Event) {
    match event {
        Event::RebuildRequested(requested) => {
            projection.rebuilds = projection.rebuilds.saturating_add(1);
            projection.rebuild_requested_at = Some(requested.at);
        }
        Event::Retried(retried) => projection.retried_at = Some(retried.at),
        Event::EventSkipped(skipped) => {
            projection.skipped.insert(skipped.position, skipped.reason.clone());
        }
    }
}
