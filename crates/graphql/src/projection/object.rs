//! A read model as clients see it.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use berth_domain::{Text, access::Act};
use berth_store::Position;
use berth_views::{DryRun, Sample, Status};

use crate::{
    event::{self, Event, masked},
    shared::{
        caller::{Allowed, language},
        fault,
        scalars::{DateTime, EventPosition, Json, int},
    },
};

/// What a read model is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Status")]
pub(crate) enum ProjectionStatus {
    /// It holds all there is.
    Live,
    /// It takes in what it has missed.
    CatchingUp,
    /// It is folded anew beside the one that answers.
    Rebuilding,
    /// It stopped at an event that it could not take in. What it held before is still answered.
    Faulted,
}

pub(crate) struct Projection(pub(super) berth_views::Projection);

/// A read model: lists and counts that are folded from the log. Losing one loses nothing.
#[Object]
impl Projection {
    /// What it is called, `grab`.
    async fn name(&self) -> &str {
        self.0.name
    }

    /// The version of its shape. A newer one is folded anew by itself.
    async fn version(&self) -> i32 {
        self.0.version.into()
    }

    /// What it is doing.
    async fn status(&self) -> ProjectionStatus {
        self.0.status.into()
    }

    /// It holds everything up to here.
    async fn position(&self) -> EventPosition {
        EventPosition(self.0.position)
    }

    /// So many events behind the head of the log.
    async fn lag(&self) -> i32 {
        int(self.0.lag)
    }

    /// How many events it takes in in a second.
    async fn events_per_second(&self) -> i32 {
        int(self.0.events_per_second)
    }

    /// Where a rebuild of it is going. Null when none runs.
    async fn rebuild_target(&self) -> Option<EventPosition> {
        self.0.rebuild_target.map(EventPosition)
    }

    /// How far a rebuild of it has come. Null when none runs.
    async fn rebuild_position(&self) -> Option<EventPosition> {
        self.0.rebuild_position.map(EventPosition)
    }

    /// What stopped it. Null unless it is `FAULTED`.
    async fn fault(&self) -> Option<ProjectionFault<'_>> {
        self.0.fault.as_ref().map(ProjectionFault)
    }

    /// How many events it does not know were passed over since it was last folded from the beginning.
    async fn passed_over(&self) -> i32 {
        int(self.0.passed_over)
    }

    /// When it was last folded anew. Null when it never was.
    async fn rebuilt_at(&self) -> Option<DateTime> {
        self.0.rebuilt_at.map(DateTime)
    }
}

pub(crate) struct ProjectionFault<'a>(&'a berth_views::ProjectionFault);

/// Why a read model stopped. `projectionRetry` tries the event again, `projectionSkip` goes on without it.
#[Object]
impl ProjectionFault<'_> {
    /// The place of the event that it could not take in.
    async fn position(&self) -> EventPosition {
        EventPosition(self.0.position)
    }

    /// The event that it could not take in.
    #[graphql(guard = "Allowed(Act::ReadHistory)")]
    async fn event(&self, ctx: &Context<'_>) -> Result<Event> {
        let found = event::at(ctx, self.0.position).await?;
        found.ok_or_else(|| fault::no_such(language(ctx), &gone(self.0.position)))
    }

    /// What went wrong, in the words of the program.
    async fn message(&self) -> &str {
        &self.0.message
    }
}

fn gone(position: Position) -> Text {
    Text::new(
        format!("there is no event at position {position} any more"),
        format!("位置 {position} 已没有事件"),
    )
}

/// What folding a read model anew would change, found without touching the one that answers.
#[derive(SimpleObject)]
pub(crate) struct ProjectionDryRun {
    /// What it is called.
    name: String,
    /// Folded up to here.
    position: EventPosition,
    /// How many events were folded.
    events_applied: i32,
    /// Rows that would appear.
    added: i32,
    /// Rows that would vanish.
    removed: i32,
    /// Rows that would be different.
    changed: i32,
    /// Some of the differences, at most 20.
    samples: Vec<RowDifference>,
}

/// A row that would change.
#[derive(SimpleObject)]
pub(crate) struct RowDifference {
    /// Its key.
    row: String,
    /// The row that answers now. Null when there is none.
    before: Option<Json>,
    /// The row as it would be. Null when there would be none.
    after: Option<Json>,
}

impl From<DryRun> for ProjectionDryRun {
    fn from(run: DryRun) -> Self {
        Self {
            name: run.name.to_owned(),
            position: EventPosition(run.position),
            events_applied: int(run.events),
            added: int(run.added),
            removed: int(run.removed),
            changed: int(run.changed),
            samples: run.samples.into_iter().map(RowDifference::from).collect(),
        }
    }
}

impl From<Sample> for RowDifference {
    fn from(Sample { key, before, after }: Sample) -> Self {
        Self { row: key, before: before.map(masked).map(Json), after: after.map(masked).map(Json) }
    }
}
