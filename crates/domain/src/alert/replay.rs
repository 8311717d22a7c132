//! An alert put before people.

use serde_json::json;

use super::state::Alert;
use crate::replay::{Field, Shown, json_of};

impl Shown for Alert {
    const FIELDS: &'static [Field<Self>] = &[
        ("settings", |alert| json_of(alert.settings)),
        ("standing", |alert| json_of(&alert.standing)),
        ("waived", |alert| json!(alert.waived)),
        ("heard", |alert| json!(alert.heard)),
        ("times", |alert| json!(alert.times)),
    ];
}
