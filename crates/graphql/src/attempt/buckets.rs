//! Attempts in equal slices of time, for a bar that shows at a glance how it went.

use std::collections::BTreeMap;

use async_graphql::{Context, Result, ServerResult, SimpleObject};
use berth_domain::{GrabId, Timestamp, grab::Outcome};
use berth_views::{Cursor, Slice, attempt};

use super::OutcomeCount;
use crate::shared::{
    context::{now, read, views},
    page::times,
    scalars::{DateTime, int},
};

/// So many slices, when nobody says.
const USUAL: u32 = 60;
/// So many slices at most.
const MOST: u32 = 120;
const LONGEST_SECONDS: u32 = 86_400;
const PAGE: u32 = 500;
/// So many of the newest attempts are looked at, at most: the older end of a long bar of a fast task stays empty.
const PAGES: usize = 10;

/// Attempts in one slice of time.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct AttemptBucket {
    /// Where the slice begins.
    start: DateTime,
    /// How the attempts that began in it ended; empty when there were none.
    outcomes: Vec<OutcomeCount>,
}

/// What a bar may cost, before it is asked for.
pub(crate) fn bar_cost(count: ServerResult<Option<i32>>, child: usize) -> usize {
    times(count.ok().flatten(), USUAL, child)
}

/// Slices up to now, oldest first. They begin at multiples of their length, so that a bar moves by whole slices.
pub(crate) async fn buckets(
    ctx: &Context<'_>,
    grab: GrabId,
    count: i32,
    width: u32,
) -> Result<Vec<AttemptBucket>> {
    let width = i64::from(width.clamp(1, LONGEST_SECONDS)) * 1000;
    let count = i64::from(count).clamp(1, i64::from(MOST));
    let last = now(ctx).millis().div_euclid(width) * width;
    let first = last - (count - 1) * width;
    let mut tallies: BTreeMap<i64, BTreeMap<Outcome, i32>> =
        (0..count).map(|slice| (first + slice * width, BTreeMap::new())).collect();
    for (at, outcome) in settled_since(ctx, grab, Timestamp::from_millis(first)).await? {
        let start = at.millis().div_euclid(width) * width;
        if let Some(tally) = tallies.get_mut(&start) {
            *tally.entry(outcome).or_default() += 1;
        }
    }
    Ok(tallies.into_iter().map(bucket).collect())
}

fn bucket((start, tally): (i64, BTreeMap<Outcome, i32>)) -> AttemptBucket {
    let outcomes =
        tally.into_iter().map(|(outcome, count)| OutcomeCount { outcome: outcome.into(), count: int(count) });
    AttemptBucket { start: DateTime(Timestamp::from_millis(start)), outcomes: outcomes.collect() }
}

async fn settled_since(
    ctx: &Context<'_>,
    grab: GrabId,
    first: Timestamp,
) -> Result<Vec<(Timestamp, Outcome)>> {
    let mut settled = Vec::new();
    let mut after: Option<Cursor> = None;
    for _ in 0..PAGES {
        let slice = Slice::First { count: PAGE, after: after.take() };
        let page = read(ctx, attempt::page(views(ctx), grab, &[], &slice)).await?;
        let within = page.rows().take_while(|row| row.started_at >= first);
        settled.extend(within.filter_map(|row| Some((row.started_at, row.outcome?))));
        match page.edges.last() {
            Some(oldest) if page.has_next && oldest.row.started_at >= first => {
                after = Some(oldest.cursor.clone());
            }
            _ => break,
        }
    }
    Ok(settled)
}
