//! A user put before people.

use serde_json::{Value, json};

use super::state::User;
use crate::replay::{Field, Shown};

impl Shown for User {
    const FIELDS: &'static [Field<Self>] =
        &[("content", content), ("deletedAt", |user| json!(user.deleted_at))];
}

/// Without digests: they help nobody who looks.
fn content(user: &User) -> Value {
    let Some(content) = &user.content else { return Value::Null };
    let sessions = content.sessions.iter().map(|session| {
        json!({ "id": session.id, "from": session.from, "openedAt": session.opened_at, "expiresAt": session.expires_at })
    });
    let tokens = content.tokens.iter().map(|token| {
        json!({ "id": token.id, "name": token.name, "rights": token.rights, "expiresAt": token.expires_at })
    });
    json!({
        "username": content.username,
        "role": content.role,
        "secondFactor": content.second_factor.is_some(),
        "disabled": content.disabled,
        "sessions": sessions.collect::<Vec<_>>(),
        "tokens": tokens.collect::<Vec<_>>(),
        "createdAt": content.created_at,
        "signedInAt": content.signed_in_at,
    })
}
