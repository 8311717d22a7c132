//! A delivery put before people.

use serde_json::json;

use super::state::Delivery;
use crate::replay::{Field, Shown, json_of};

impl Shown for Delivery {
    const FIELDS: &'static [Field<Self>] = &[
        ("queued", |delivery| json_of(&delivery.queued)),
        ("stage", |delivery| json_of(delivery.stage)),
        ("attempts", |delivery| json!(delivery.attempts)),
        ("lastAt", |delivery| json!(delivery.last_at)),
        ("status", |delivery| json!(delivery.status)),
        ("words", |delivery| json!(delivery.words)),
        ("durationMs", |delivery| json!(delivery.duration_ms)),
    ];
}
