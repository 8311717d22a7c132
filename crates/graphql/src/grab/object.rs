//! A task as clients see it.

use std::{collections::HashMap, ops::Deref, sync::Arc};

use async_graphql::{Context, Enum, ID, Object, Result};
use berth_app::Told;
use berth_domain::{
    GrabId, TenantId, Timestamp,
    grab::{Action, Grab, Order, Outcome, State, state_hint, state_reason},
};
use berth_store::{Position, Version};
use berth_views::{
    Direction,
    attempt::{self, AttemptRow},
    grab::{GrabRow, Order as Sorted, OrderBy},
    statistics::Record,
    tenant::TenantRow,
};
use tokio::sync::OnceCell;

use super::{schedule::GrabSchedule, spec::InstanceSpec, start::InstanceToStart};
use crate::{
    attempt::{
        Attempt, AttemptBucket, AttemptConnection, AttemptOutcome, Bars, GrabOdds, OutcomeCount, Shape,
        bar_cost, odds, odds_cost, record,
    },
    delivery::{ByTask, NotificationDelivery},
    instance::CloudInstance,
    shared::{
        batch::Batch,
        caller::{language, say},
        context::{read, views},
        fault,
        page::{self, Paged, Part, connection, cost},
        position,
        scalars::{DateTime, EventPosition, Seconds, int},
    },
    tenant::{self, Tenant},
};

/// Where a task is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "State")]
pub(crate) enum GrabTaskState {
    /// Made, and never started or waiting for a place: `queuedAt` tells.
    Pending,
    /// It tries on its schedule.
    Running,
    /// It tries, but the cloud asked to slow down: the next attempt is at `nextAttemptAt`.
    CoolingDown,
    /// Held by a person, or because its tenant may not act.
    Paused,
    /// It has all of its instances. The end.
    Succeeded,
    /// It gave up. It may be started again.
    Failed,
    /// A person called it off. It may be started again.
    Stopped,
    /// Whether an instance was launched is not known, and only a person can find out.
    NeedsReview,
}

/// What a person may do to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Action")]
pub(crate) enum GrabTaskAction {
    /// Start it, for the first time or again.
    Start,
    /// Hold it. It keeps its counters.
    Pause,
    /// Let it go on after a hold.
    Resume,
    /// Call it off.
    Stop,
    /// Change its name, its spec or its schedule.
    Update,
    /// Try once now, out of turn.
    AttemptNow,
    /// Take it off the lists. Its events stay.
    Delete,
}

/// A task as it is known.
struct Known {
    id: GrabId,
    version: Version,
    position: Position,
    grab: Source,
}

/// From whom it is known.
enum Source {
    /// The lists.
    Row(Arc<GrabRow>),
    /// Its actor.
    Told(Box<Grab>),
}

impl Deref for Source {
    type Target = Grab;

    fn deref(&self) -> &Grab {
        match self {
            Self::Row(row) => &row.grab,
            Self::Told(grab) => grab,
        }
    }
}

/// What tasks that were read together refer to.
struct Neighbours {
    /// What they refer to is in the lists once these have come this far.
    position: Position,
    tenants: Batch<TenantId, Tenant>,
    attempts: Batch<GrabId, Arc<AttemptRow>>,
    bars: Bars,
    deliveries: ByTask,
    /// Of them and of everybody: read once for all of them.
    record: OnceCell<Record>,
}

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct GrabTask {
    known: Arc<Known>,
    neighbours: Arc<Neighbours>,
}

impl GrabTask {
    pub(crate) const BY_ACTIVITY: Sorted = Sorted { by: OrderBy::Activity, direction: Direction::Descending };

    pub(crate) fn of_rows(rows: Vec<GrabRow>) -> Vec<Self> {
        // Rows are folded in the order of the log, so what they refer to is there already.
        Self::neighbours(Position::START, rows.into_iter().map(|row| Known::from(Arc::new(row))), None)
    }

    /// With their tenants, as they were read along with them.
    pub(crate) fn of_rows_with(tenants: Vec<Arc<TenantRow>>) -> impl FnOnce(Vec<Arc<GrabRow>>) -> Vec<Self> {
        let tenants = tenants.into_iter().map(|row| (row.id, Tenant::from(row))).collect();
        |rows| Self::neighbours(Position::START, rows.into_iter().map(Known::from), Some(tenants))
    }

    /// As their actors have them: the lists may not know of them yet.
    pub(crate) fn told(told: Vec<Told<GrabId, Grab>>) -> Vec<Self> {
        let reached = told.iter().map(|told| told.done.position).max().unwrap_or_default();
        let known = told.into_iter().map(|told| Known {
            id: told.id,
            version: told.done.version,
            position: told.done.position,
            grab: Source::Told(Box::new(told.state)),
        });
        Self::neighbours(reached, known, None)
    }

    fn neighbours(
        position: Position,
        known: impl Iterator<Item = Known>,
        tenants: Option<HashMap<TenantId, Tenant>>,
    ) -> Vec<Self> {
        let known: Vec<_> = known.map(Arc::new).collect();
        let whose = known.iter().map(|known| known.order().tenant);
        let neighbours = Arc::new(Neighbours {
            position,
            tenants: tenants.map_or_else(|| Batch::new(whose), Batch::read),
            attempts: Batch::new(known.iter().map(|known| known.id)),
            bars: Bars::default(),
            deliveries: ByTask::default(),
            record: OnceCell::new(),
        });
        known.into_iter().map(|known| Self { known, neighbours: neighbours.clone() }).collect()
    }

    pub(crate) fn key(&self) -> GrabId {
        self.known.id
    }

    pub(super) fn is_deleted(&self) -> bool {
        self.known.grab.deleted_at.is_some()
    }

    pub(crate) fn got(&self) -> Vec<CloudInstance> {
        CloudInstance::all_of(self.known.id, &self.known.grab)
    }

    fn order(&self) -> &Order {
        self.known.order()
    }
}

impl From<Arc<GrabRow>> for Known {
    fn from(row: Arc<GrabRow>) -> Self {
        Self { id: row.id, version: row.version, position: row.position, grab: Source::Row(row) }
    }
}

impl Known {
    fn order(&self) -> &Order {
        self.grab.order.as_ref().expect("whatever is listed or was told of has been created")
    }
}

impl Neighbours {
    async fn tenants(&self, ctx: &Context<'_>) -> Result<HashMap<TenantId, Tenant>> {
        position::wait_for(ctx, self.position).await?;
        tenant::by_ids(ctx, self.tenants.keys()).await
    }

    async fn attempts(&self, ctx: &Context<'_>) -> Result<HashMap<GrabId, Arc<AttemptRow>>> {
        position::wait_for(ctx, self.position).await?;
        let rows = read(ctx, attempt::latest(views(ctx), self.attempts.keys())).await?;
        Ok(rows.into_iter().map(|row| (row.grab, Arc::new(row))).collect())
    }
}

/// A standing wish for one or more scarce instances (抢机任务), tried until the cloud has room.
#[Object]
impl GrabTask {
    /// `grab_…`, for ever.
    pub(crate) async fn id(&self) -> ID {
        ID(self.known.id.to_string())
    }

    /// The name a person gave it.
    async fn name(&self) -> &str {
        &self.order().name
    }

    /// Whose account it grabs with.
    async fn tenant(&self, ctx: &Context<'_>) -> Result<Tenant> {
        let neighbours = &self.neighbours;
        let found = neighbours.tenants.get(self.order().tenant, || neighbours.tenants(ctx)).await?;
        found.ok_or_else(|| fault::unlisted(language(ctx), "tenants", "租户"))
    }

    /// Where it is in its life.
    async fn state(&self) -> GrabTaskState {
        self.known.grab.state().into()
    }

    /// Why it is there, in the caller's language.
    async fn state_reason(&self, ctx: &Context<'_>) -> String {
        say(ctx, &state_reason(&self.known.grab))
    }

    /// What a person can do about it, in the caller's language. Null when there is nothing to do.
    async fn state_hint(&self, ctx: &Context<'_>) -> Option<String> {
        state_hint(&self.known.grab).map(|hint| say(ctx, &hint))
    }

    /// What may be done to it now. Screens offer exactly this.
    async fn allowed_actions(&self) -> Vec<GrabTaskAction> {
        self.known.grab.allowed_actions().into_iter().map(Into::into).collect()
    }

    /// What it wants. Null when it starts an instance that exists.
    async fn spec(&self) -> Option<InstanceSpec> {
        self.order().goal.launch().map(Into::into)
    }

    /// The instance that it starts. Null when it makes new ones.
    async fn starts_instance(&self) -> Option<InstanceToStart> {
        self.order().goal.start().map(Into::into)
    }

    /// When it tries.
    async fn schedule(&self) -> GrabSchedule {
        (&self.order().schedule).into()
    }

    /// How many attempts it has made in its life.
    async fn attempt_count(&self) -> i32 {
        int(self.known.grab.tally.attempts)
    }

    /// How its attempts ended.
    async fn outcome_counts(&self) -> Vec<OutcomeCount> {
        let tally = &self.known.grab.tally.by_outcome;
        tally
            .iter()
            .map(|(outcome, count)| OutcomeCount { outcome: (*outcome).into(), count: int(*count) })
            .collect()
    }

    /// How many attempts ended in a fault, so that faults do not hide among misses.
    async fn fault_count(&self) -> i32 {
        int(self.known.grab.tally.faults)
    }

    /// Its newest attempt. Null before the first.
    async fn last_attempt(&self, ctx: &Context<'_>) -> Result<Option<Attempt>> {
        let neighbours = &self.neighbours;
        let found = neighbours.attempts.get(self.known.id, || neighbours.attempts(ctx)).await?;
        Ok(found.map(|row| Attempt::new(row, self.clone())))
    }

    /// When the next attempt is due: count down from it. Null unless it tries, and while an attempt is out.
    async fn next_attempt_at(&self) -> Option<DateTime> {
        self.known.grab.next_attempt_at(self.known.id, Timestamp::from_millis(0)).map(DateTime)
    }

    /// Its attempts, newest first.
    #[graphql(
        complexity = "cost(|name| __ctx.param_value(__variables_definition, __field, name, None), child_complexity)"
    )]
    async fn attempts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 500; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those that ended in one of these ways.")] outcome: Option<Vec<AttemptOutcome>>,
    ) -> Result<AttemptConnection> {
        let slice = Part::front(first, after).slice(ctx, page::LINES)?;
        let outcomes: Vec<Outcome> = outcome.unwrap_or_default().into_iter().map(Into::into).collect();
        let found = read(ctx, attempt::page(views(ctx), self.known.id, &outcomes, &slice)).await?;
        let of = |row| Attempt::new(Arc::new(row), self.clone());
        Ok(AttemptConnection(Paged::of(found, |rows| rows.into_iter().map(of).collect())))
    }

    /// Its newest attempts in equal slices of time up to now, oldest first.
    #[graphql(
        complexity = "bar_cost(__ctx.param_value(__variables_definition, __field, \"count\", None), child_complexity)"
    )]
    async fn attempt_buckets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many slices, at most 120.", default = 60)] count: i32,
        #[graphql(desc = "How long a slice is.", default_with = "Seconds(60)")] width: Seconds,
    ) -> Result<Vec<AttemptBucket>> {
        let Neighbours { bars, attempts, .. } = &*self.neighbours;
        bars.of(ctx, attempts.keys(), self.known.id, Shape::new(count, width.0)).await
    }

    /// How each of its regions has been for its shape in the last 30 days, in the order of its regions.
    #[graphql(complexity = "odds_cost(child_complexity)")]
    async fn odds(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only what its own tenant tried and got, not what everybody did.",
            default_with = "Some(false)"
        )]
        of_tenant: Option<bool>,
        #[graphql(desc = "Whose hours: 480 for China, 0 for UTC.", default_with = "Some(0)")]
        utc_offset_minutes: Option<i32>,
    ) -> Result<Vec<GrabOdds>> {
        let neighbours = &self.neighbours;
        let record = neighbours.record.get_or_try_init(|| record(ctx, neighbours.tenants.keys())).await?;
        let order = self.order();
        let tenant = of_tenant.unwrap_or_default().then_some(order.tenant);
        let offset = utc_offset_minutes.unwrap_or_default();
        let shape = order.goal.launch().map(|spec| spec.shape.as_str());
        let of = |region: &String| odds(ctx, record, tenant, (region, shape), offset);
        order.goal.regions().iter().map(of).collect()
    }

    /// Instances that it has got so far, of the `spec.count` that it wants. They stay when it is stopped or gives up.
    async fn instances(&self) -> Vec<CloudInstance> {
        self.got()
    }

    /// What people were told of it lately, and whether it arrived: the newest deliveries first.
    #[graphql(
        complexity = "ByTask::cost(__ctx.param_value(__variables_definition, __field, \"first\", None), child_complexity)"
    )]
    async fn notifications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 20; 5 when absent.")] first: Option<i32>,
    ) -> Result<Vec<NotificationDelivery>> {
        let Neighbours { deliveries, attempts, .. } = &*self.neighbours;
        deliveries.of(ctx, attempts.keys(), self.known.id, first).await
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.order().created_at)
    }

    /// Since when it waits for a place among the running tasks. Null unless it does.
    async fn queued_at(&self) -> Option<DateTime> {
        self.known.grab.queued_at().map(DateTime)
    }

    /// When it was last started. Null before the first time.
    async fn started_at(&self) -> Option<DateTime> {
        self.known.grab.started_at.map(DateTime)
    }

    /// When it succeeded, gave up, or was called off. Null while it may still try.
    async fn finished_at(&self) -> Option<DateTime> {
        self.known.grab.finished_at.map(DateTime)
    }

    /// Its version. Send it as `expectedVersion` to change only what you saw.
    async fn version(&self) -> i32 {
        int(self.known.version.get())
    }

    /// The position of the last event about it. Drop an update that is not beyond the one you have.
    async fn position(&self) -> EventPosition {
        EventPosition(self.known.position)
    }
}

connection! {
    /// A page of grab tasks.
    GrabTaskConnection,
    /// A grab task in a page.
    GrabTaskEdge of GrabTask {
        /// How many there are on all pages.
        async fn total_count(&self) -> i32 {
            int(self.0.total.expect("whoever makes this page has it counted when this field is asked for"))
        }

        /// The page is true as of this position. Subscribe to `taskStateChanged` with it as `after`, and nothing falls between.
        async fn position(&self) -> EventPosition {
            EventPosition(self.0.position)
        }
    }
}
