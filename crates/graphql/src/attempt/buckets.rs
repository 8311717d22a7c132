//! Attempts in equal slices of time, for a bar that shows at a glance how it went.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{Context, Result, ServerResult, SimpleObject};
use berth_domain::{GrabId, Timestamp, grab::Outcome};
use berth_views::attempt::{self, Slot};

use super::OutcomeCount;
use crate::shared::{
    batch::Batch,
    context::{now, read, views},
    page::times,
    scalars::{DateTime, int},
};

/// So many slices, when nobody says.
const USUAL: u32 = 60;
/// So many slices at most.
const MOST: u32 = 120;
const LONGEST_SECONDS: u32 = 86_400;

/// Attempts in one slice of time.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct AttemptBucket {
    /// Where the slice begins.
    start: DateTime,
    /// How the attempts that began in it ended; empty when there were none.
    outcomes: Vec<OutcomeCount>,
}

impl AttemptBucket {
    pub(super) fn new(start_ms: i64, sums: &BTreeMap<Outcome, u64>) -> Self {
        let count = |(outcome, count): (&Outcome, &u64)| OutcomeCount {
            outcome: (*outcome).into(),
            count: int(*count),
        };
        Self { start: DateTime(Timestamp::from_millis(start_ms)), outcomes: sums.iter().map(count).collect() }
    }
}

/// What a bar may cost, before it is asked for.
pub(crate) fn bar_cost(count: ServerResult<Option<i32>>, child: usize) -> usize {
    times(count.ok().flatten(), USUAL, child)
}

/// How many slices a bar has, and how long each is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    count: i64,
    width_ms: i64,
}

impl Shape {
    pub(crate) fn new(count: i32, width_seconds: u32) -> Self {
        Self {
            count: i64::from(count).clamp(1, i64::from(MOST)),
            width_ms: i64::from(width_seconds.clamp(1, LONGEST_SECONDS)) * 1000,
        }
    }

    /// Slices up to now. They begin at multiples of their length, so that a bar moves by whole slices.
    fn first(self, now: Timestamp) -> Timestamp {
        let last = now.millis().div_euclid(self.width_ms) * self.width_ms;
        Timestamp::from_millis(last - (self.count - 1) * self.width_ms)
    }
}

/// The bars of tasks that were read together, by their shape.
#[derive(Default)]
pub(crate) struct Bars(Mutex<HashMap<Shape, Arc<Bar>>>);

/// Bars of one shape, which all begin at one moment.
struct Bar {
    first: Timestamp,
    slots: Batch<GrabId, Vec<Slot>>,
}

impl Bars {
    /// One task's bar among its neighbours', oldest slice first.
    pub(crate) async fn of(
        &self,
        ctx: &Context<'_>,
        neighbours: &[GrabId],
        grab: GrabId,
        shape: Shape,
    ) -> Result<Vec<AttemptBucket>> {
        let bar = self.bar(ctx, neighbours, shape);
        let slots = bar.slots.get(grab, || bar.load(ctx, shape)).await?.unwrap_or_default();
        let start = |slice| DateTime(bar.first.plus_millis(slice * shape.width_ms));
        let outcomes = |slice| slots.iter().filter(move |slot| slot.slice == slice).map(OutcomeCount::from);
        let bucket = |slice| AttemptBucket { start: start(slice), outcomes: outcomes(slice).collect() };
        Ok((0..shape.count).map(bucket).collect())
    }

    fn bar(&self, ctx: &Context<'_>, neighbours: &[GrabId], shape: Shape) -> Arc<Bar> {
        let mut bars = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let anew = || Arc::new(Bar { first: shape.first(now(ctx)), slots: Batch::new(neighbours.to_vec()) });
        bars.entry(shape).or_insert_with(anew).clone()
    }
}

impl Bar {
    async fn load(&self, ctx: &Context<'_>, shape: Shape) -> Result<HashMap<GrabId, Vec<Slot>>> {
        let keys = self.slots.keys();
        let slots = read(ctx, attempt::slots(views(ctx), keys, self.first, shape.width_ms)).await?;
        let mut found = HashMap::<GrabId, Vec<Slot>>::new();
        for slot in slots {
            found.entry(slot.grab).or_default().push(slot);
        }
        Ok(found)
    }
}

impl From<&Slot> for OutcomeCount {
    fn from(slot: &Slot) -> Self {
        Self { outcome: slot.outcome.into(), count: int(slot.attempts) }
    }
}
