//! How older shapes of a channel's events become today's.

use serde_json::{Value, json};

use crate::upcast::Upcaster;

pub(super) const UPCASTERS: &[Upcaster] = &[
    Upcaster { name: "channel.created", from: 1, lift: without_rules },
    Upcaster { name: "channel.edited", from: 1, lift: without_rules },
];

/// Version 1 was told everything at any time, and no bot was reached through a proxy or obeyed.
fn without_rules(mut channel: Value) -> Value {
    if let Some(fields) = channel.as_object_mut() {
        let rules = json!({
            "at_least": "info", "tenants": [], "quiet": null, "utc_offset_minutes": 0, "language": "english",
        });
        fields.insert("rules".into(), rules);
    }
    if let Some(config) = channel.get_mut("config").and_then(Value::as_object_mut)
        && config.get("kind").is_some_and(|kind| kind == "telegram")
    {
        config.insert("proxy".into(), Value::Null);
        config.insert("control".into(), json!(false));
    }
    channel
}
