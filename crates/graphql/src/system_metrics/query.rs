//! What may be asked about the machine's past.

use async_graphql::{Context, Object, Result};
use berth_domain::{Text, access::Act};
use berth_metrics::Span;

use super::object::SystemMetricsSample;
use crate::shared::{
    caller::{Allowed, language},
    context::metrics,
    fault,
    scalars::DateTimeRange,
};

const POINTS: i32 = 300;
const MOST_POINTS: i32 = 2_000;

#[derive(Default)]
pub(crate) struct SystemMetricsQuery;

#[Object(guard = "Allowed(Act::Look)")]
impl SystemMetricsQuery {
    /// What the machine did, oldest first. Kept for seven days: by the five seconds for the last two hours, by the minute before. Where
    /// nothing was measured there is nothing, so that a gap stays a gap.
    #[graphql(
        complexity = "cost(__ctx.param_value(__variables_definition, __field, \"points\", None).ok().flatten()) * child_complexity"
    )]
    async fn system_metrics(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The time it is about; the last hour when absent. Without `to` it ends now, without `from` it begins with the oldest that is kept."
        )]
        range: Option<DateTimeRange>,
        #[graphql(
            desc = "At most so many measurements, 1–2000, each the mean of an equal part of the time.",
            default_with = "Some(POINTS)"
        )]
        points: Option<i32>,
    ) -> Result<Vec<SystemMetricsSample>> {
        let points = points.unwrap_or(POINTS);
        let Some(points) = u32::try_from(points).ok().filter(|_| (1..=MOST_POINTS).contains(&points)) else {
            let text = Text::new("`points` must be from 1 to 2000", "`points` 须在 1 到 2000 之间");
            return Err(fault::bad_input(language(ctx), &text));
        };
        let history = metrics(ctx).history(span(range), points).await;
        let samples = history.map_err(|error| fault::of_metrics(language(ctx), &error))?;
        Ok(samples.into_iter().map(SystemMetricsSample::from).collect())
    }
}

fn span(range: Option<DateTimeRange>) -> Span {
    let berth_views::Span { from, to } = range.map(Into::into).unwrap_or_default();
    Span { from, to }
}

/// As many as are asked for. A number that is refused costs nothing. Like [`crate::shared::page::cost`] it does not name the argument.
fn cost(points: Option<i32>) -> usize {
    let points = points.unwrap_or(POINTS);
    usize::try_from(points).ok().filter(|_| points <= MOST_POINTS).unwrap_or_default()
}
