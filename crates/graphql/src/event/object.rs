//! One event as clients see it.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use berth_domain::Timestamp;
use berth_store::{Position, Recorded};
use berth_views::log_entry;
use serde_json::Value;

use crate::shared::{
    caller::say,
    page::connection,
    scalars::{DateTime, EventPosition, Json, int},
};

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Event {
    recorded: Arc<Recorded>,
}

const PREFIX: &str = "event_";
/// How names of secrets begin. They tell nothing, and are not shown all the same.
const SECRET: &str = "secret_";

/// Which event an id names.
pub(crate) fn position_of(id: &str) -> Option<Position> {
    let number = id.strip_prefix(PREFIX)?;
    number.parse().ok().filter(|position: &Position| position.to_string() == number)
}

impl Event {
    pub(crate) fn of(event: Recorded) -> Self {
        Self::shared(Arc::new(event))
    }

    pub(crate) fn shared(recorded: Arc<Recorded>) -> Self {
        Self { recorded }
    }

    pub(crate) fn of_rows(events: Vec<Recorded>) -> Vec<Self> {
        events.into_iter().map(Self::of).collect()
    }
}

/// One thing that happened. Never changes.
#[Object]
impl Event {
    /// `event_…`, for ever.
    pub(crate) async fn id(&self) -> ID {
        ID(format!("{PREFIX}{}", self.recorded.position))
    }

    /// Its place in the log.
    async fn position(&self) -> EventPosition {
        EventPosition(self.recorded.position)
    }

    /// What it happened to, `grab/grab_…`.
    async fn stream_id(&self) -> &str {
        self.recorded.stream.as_str()
    }

    /// Its place in that stream, from 1.
    async fn version(&self) -> i32 {
        int(self.recorded.version.get())
    }

    /// What kind of thing happened, `grab.attempt_settled`.
    #[graphql(name = "type")]
    async fn kind(&self) -> &str {
        &self.recorded.name
    }

    /// The version of the type's shape.
    async fn schema_version(&self) -> i32 {
        self.recorded.schema.into()
    }

    /// When it happened, by the clock of the server that wrote it.
    async fn time(&self) -> DateTime {
        DateTime(Timestamp::from_millis(self.recorded.meta.time_ms))
    }

    /// Who wanted it.
    async fn actor(&self) -> &str {
        &self.recorded.meta.actor
    }

    /// What happened, in one line in the caller's language. The type, where nothing is written of it yet.
    async fn summary(&self, ctx: &Context<'_>) -> String {
        let said = log_entry::message(&self.recorded);
        said.map_or_else(|| self.recorded.name.clone(), |text| say(ctx, &text))
    }

    /// What it says. Names of secrets are shown as `"••••"`; the secrets themselves are not there.
    async fn data(&self) -> Json {
        Json(masked(serde_json::from_str(self.recorded.data.get()).unwrap_or_default()))
    }

    /// What all that followed from one request has in common.
    async fn correlation_id(&self) -> &str {
        &self.recorded.meta.correlation
    }

    /// What it followed from directly: an event's position, or a command.
    async fn causation_id(&self) -> Option<&str> {
        self.recorded.meta.causation.as_deref()
    }
}

/// JSON of ours with the names of secrets made unreadable.
pub(crate) fn masked(value: Value) -> Value {
    match value {
        Value::String(text) if text.starts_with(SECRET) => "••••".into(),
        Value::Array(items) => items.into_iter().map(masked).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, masked(value))).collect(),
        other => other,
    }
}

connection! {
    /// A page of events, in the order of the log. How many there are, `eventLog` says.
    EventConnection,
    /// An event in a page. Its cursor is its position.
    EventEdge of Event {}
}
