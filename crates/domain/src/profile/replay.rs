//! A profile put before people.

use serde_json::{Value, json};

use super::state::Profile;
use crate::{
    grab::wanted,
    replay::{Field, Shown},
};

impl Shown for Profile {
    const FIELDS: &'static [Field<Self>] =
        &[("content", content), ("deletedAt", |profile| json!(profile.deleted_at))];
}

fn content(profile: &Profile) -> Value {
    let Some(content) = &profile.content else { return Value::Null };
    json!({
        "name": content.name,
        "spec": wanted(&content.spec),
        "createdAt": content.created_at,
        "changedAt": content.changed_at,
    })
}
