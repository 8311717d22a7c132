//! What may be asked about users, and about the trail of what they did.

use async_graphql::{Context, Object, Result, SimpleObject};
use berth_app::audit::Verified;
use berth_domain::access::Act;

use super::object::{User, Viewer};
use crate::shared::{
    caller::{Allowed, language, principal},
    context::app,
    fault,
};

#[derive(Default)]
pub(crate) struct UserQuery;

#[Object]
impl UserQuery {
    /// Whoever asks. Null while nobody is signed in.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        principal(ctx).map(|_| Viewer)
    }

    /// Every user, ordered by name. They are few.
    #[graphql(guard = "Allowed(Act::KeepUsers)", complexity = "100 * child_complexity")]
    async fn users(&self, ctx: &Context<'_>) -> Vec<User> {
        app(ctx).users.all().into_iter().map(|(id, content)| User { id, content }).collect()
    }
}

/// What a look at the audit trail found. Its records are the log entries of the categories `AUDIT` and `OPERATION`.
#[derive(SimpleObject)]
pub(crate) struct AuditTrail {
    /// Each record is what was written, and none is missing between them. That the last ones were cut off cannot be seen from the
    /// trail alone: compare `records` with what it was before.
    whole: bool,
    /// How many records hold.
    records: i32,
    /// The number of the first that does not.
    broken_at: Option<i32>,
}

#[derive(Default)]
pub(crate) struct AuditQuery;

#[Object(guard = "Allowed(Act::ReadHistory)")]
impl AuditQuery {
    /// Whether the chain of the audit trail holds. Reads all of it.
    #[graphql(complexity = "1000 + child_complexity")]
    async fn audit_trail(&self, ctx: &Context<'_>) -> Result<AuditTrail> {
        let verified = app(ctx).trail.verify().await;
        let verified = verified.map_err(|denied| fault::of_denied(language(ctx), &denied))?;
        let number = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
        Ok(match verified {
            Verified::Whole { records } => {
                AuditTrail { whole: true, records: number(records), broken_at: None }
            }
            Verified::Broken { number: at } => {
                AuditTrail { whole: false, records: number(at) - 1, broken_at: Some(number(at)) }
            }
        })
    }
}
