//! A channel put before people.

use serde_json::{Value, json};

use super::state::Channel;
use crate::replay::{Field, Shown};

impl Shown for Channel {
    const FIELDS: &'static [Field<Self>] =
        &[("content", content), ("deletedAt", |channel| json!(channel.deleted_at))];
}

fn content(channel: &Channel) -> Value {
    let Some(content) = &channel.content else { return Value::Null };
    json!({
        "name": content.name,
        "enabled": content.enabled,
        "topics": content.topics,
        "config": content.config,
        "rules": content.rules,
        "disabled": content.disabled,
        "createdAt": content.created_at,
        "changedAt": content.changed_at,
    })
}
