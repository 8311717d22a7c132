//! One attempt as clients see it.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use berth_domain::{
    GrabId,
    grab::{Outcome, Reason},
};
use berth_views::attempt::AttemptRow;

use crate::{
    grab::GrabTask,
    shared::{
        caller::say,
        page::connection,
        scalars::{DateTime, EventPosition, int},
    },
};

/// How an attempt ended, sorted by what is done next. `CAPACITY`, `THROTTLED` and `ACCEPTED` are the normal course; the others
/// count as faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Outcome")]
pub(crate) enum AttemptOutcome {
    /// No room: the usual answer. Tried again at the interval.
    Capacity,
    /// The cloud asked to slow down. Every task of that user in that region does, or of the tenancy where the answer says so.
    Throttled,
    /// A limit or quota was named. Often a false alarm, so it is looked at again before the task gives up.
    Limit,
    /// The key, the clock or a policy was refused.
    Auth,
    /// The request was refused: image, network or sizes do not fit.
    Invalid,
    /// This availability domain does not offer the shape, and is left out for a day.
    ShapeUnavailable,
    /// The cloud failed on its side, and launched nothing.
    ServerFault,
    /// The cloud was not reached, and launched nothing.
    Network,
    /// The answer was lost: something may have been launched. That is found out before anything else is tried.
    InDoubt,
    /// The cloud took it. Got it is only when the instance was seen running.
    Accepted,
}

/// What a cloud said when it refused, in its own words.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct ProviderError {
    /// The HTTP status. Null when no answer came.
    status: Option<i32>,
    /// The cloud's code for it. Ours, when no answer came.
    code: String,
    /// The cloud's message.
    message: String,
    /// The cloud's id of the request, to quote to its support.
    request_id: Option<String>,
}

impl From<berth_domain::ProviderError> for ProviderError {
    fn from(error: berth_domain::ProviderError) -> Self {
        let berth_domain::ProviderError { status, code, message, request_id } = error;
        Self { status: status.map(Into::into), code, message, request_id }
    }
}

/// How many attempts ended in one way.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct OutcomeCount {
    /// The way.
    pub(crate) outcome: AttemptOutcome,
    /// How many.
    pub(crate) count: i32,
}

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Attempt {
    row: Arc<AttemptRow>,
    task: GrabTask,
}

const PREFIX: &str = "attempt_";

impl Attempt {
    pub(crate) fn new(row: Arc<AttemptRow>, task: GrabTask) -> Self {
        Self { row, task }
    }
}

/// Which attempt an id names.
pub(crate) fn address(id: &str) -> Option<(GrabId, u32)> {
    let (task, number) = id.strip_prefix(PREFIX)?.rsplit_once('_')?;
    let grab = format!("{}{task}", GrabId::PREFIX).parse().ok()?;
    // One attempt, one id.
    let number = number.parse().ok().filter(|parsed: &u32| parsed.to_string() == number)?;
    Some((grab, number))
}

/// One try at launching.
#[Object]
impl Attempt {
    /// `attempt_…`, for ever.
    pub(crate) async fn id(&self) -> ID {
        let task = self.row.grab.to_string();
        ID(format!("{PREFIX}{}_{}", task.trim_start_matches(GrabId::PREFIX), self.row.number))
    }

    /// Whose attempt it is.
    async fn task(&self) -> &GrabTask {
        &self.task
    }

    /// The task's first attempt is 1.
    async fn number(&self) -> i32 {
        int(self.row.number)
    }

    /// How it ended. Null while it is out. `IN_DOUBT` changes when it is known; `ACCEPTED` does if the cloud ends the instance
    /// before it runs.
    async fn outcome(&self) -> Option<AttemptOutcome> {
        self.row.outcome.map(Into::into)
    }

    /// What exactly it was, in the caller's language: finer than the outcome. Null while it is out.
    async fn reason(&self, ctx: &Context<'_>) -> Option<String> {
        self.row.reason.map(Reason::text).map(|text| say(ctx, &text))
    }

    /// What to do about it, in the caller's language. Null while it is out, and when it launched.
    async fn hint(&self, ctx: &Context<'_>) -> Option<String> {
        self.row.reason.and_then(Reason::hint).map(|text| say(ctx, &text))
    }

    /// The availability domain that was tried.
    async fn availability_domain(&self) -> &str {
        &self.row.availability_domain
    }

    /// When it began.
    async fn started_at(&self) -> DateTime {
        DateTime(self.row.started_at)
    }

    /// How long the cloud took, in milliseconds. Null while it is out.
    async fn duration_ms(&self) -> Option<i32> {
        self.row.duration_ms.map(int)
    }

    /// The cloud's own words, when it refused or could not be reached.
    async fn provider_error(&self) -> Option<ProviderError> {
        self.row.provider_error.clone().map(Into::into)
    }

    /// The cloud's id of the request, to quote to its support.
    async fn request_id(&self) -> Option<&str> {
        self.row.request_id.as_deref()
    }

    /// The cloud's id of the instance, when it took the launch.
    async fn instance_id(&self) -> Option<&str> {
        self.row.instance.as_deref()
    }

    /// The position of the last event about it.
    async fn position(&self) -> EventPosition {
        EventPosition(self.row.position)
    }
}

connection! {
    /// A page of attempts. How many there are in all, `attemptCount` of the task says.
    AttemptConnection,
    /// An attempt in a page.
    AttemptEdge of Attempt {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_has_one_id_only() {
        let grab = GrabId::from_parts(7, 7);
        let ulid = grab.to_string().replace("grab_", "");
        assert_eq!(address(&format!("attempt_{ulid}_12")), Some((grab, 12)));
        for wrong in [
            format!("attempt_{ulid}_012"),
            format!("attempt_{ulid}"),
            format!("grab_{ulid}_12"),
            String::new(),
        ] {
            assert_eq!(address(&wrong), None, "{wrong}");
        }
    }
}
