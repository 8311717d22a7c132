//! The orders about a read model put before people.

use serde_json::json;

use super::state::Projection;
use crate::replay::{Field, Shown, json_of};

impl Shown for Projection {
    const FIELDS: &'static [Field<Self>] = &[
        ("skipped", |projection| json_of(&projection.skipped)),
        ("rebuilds", |projection| json!(projection.rebuilds)),
        ("rebuildRequestedAt", |projection| json!(projection.rebuild_requested_at)),
        ("retriedAt", |projection| json!(projection.retried_at)),
    ];
}
