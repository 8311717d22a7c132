//! What may be asked about attempts as a whole.

use async_graphql::{Context, ID, Object, Result};
use berth_domain::Text;
use berth_views::{
    Span,
    statistics::{self, Scope},
};

use super::statistics::AttemptStatistics;
use crate::shared::{
    caller::{SignedIn, language},
    context::{now, read, views},
    fault,
    position::reach,
    scalars::{DateTimeRange, EventPosition},
};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// The longest span that is told hour by hour.
const LONGEST_MS: i64 = 31 * DAY_MS;

#[derive(Default)]
pub(crate) struct AttemptQuery;

#[Object(guard = "SignedIn")]
impl AttemptQuery {
    /// How attempts ended, hour by hour and in all. Attempts that were summarised when the books were closed count like any other.
    async fn attempt_statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The hours that begin within this span, at most 31 days. It ends now when it does not say, and begins a day earlier."
        )]
        range: Option<DateTimeRange>,
        #[graphql(desc = "Only of this tenant.")] tenant_id: Option<ID>,
        #[graphql(desc = "Only of this task.")] task_id: Option<ID>,
        #[graphql(
            desc = "Answer no earlier than the lists hold this position: to read your own write. Waits up to 2 s."
        )]
        min_position: Option<EventPosition>,
    ) -> Result<AttemptStatistics> {
        reach(ctx, min_position).await?;
        let scope = scope(ctx, tenant_id.as_ref(), task_id.as_ref())?;
        let span = span(ctx, range)?;
        let (totals, position) = read(ctx, statistics::totals(views(ctx), scope, span)).await?;
        let (hours, _) = read(ctx, statistics::series(views(ctx), scope, span)).await?;
        Ok(AttemptStatistics::of(totals, hours, position))
    }
}

fn scope(ctx: &Context<'_>, tenant: Option<&ID>, task: Option<&ID>) -> Result<Scope> {
    let wrong = || {
        let text = Text::new(
            "name at most one of tenantId and taskId, by its id",
            "tenantId 与 taskId 至多指定一个，且须为 id",
        );
        fault::bad_query(language(ctx), &text)
    };
    match (tenant, task) {
        (None, None) => Ok(Scope::All),
        (Some(tenant), None) => tenant.parse().map(Scope::Tenant).map_err(|_| wrong()),
        (None, Some(task)) => task.parse().map(Scope::Grab).map_err(|_| wrong()),
        (Some(_), Some(_)) => Err(wrong()),
    }
}

fn span(ctx: &Context<'_>, range: Option<DateTimeRange>) -> Result<Span> {
    let Span { from, to } = range.map(Into::into).unwrap_or_default();
    let to = to.unwrap_or_else(|| now(ctx));
    let from = from.unwrap_or_else(|| to.plus_millis(-DAY_MS));
    if to.since(from) > LONGEST_MS {
        let text = Text::new("ask for at most 31 days", "一次最多查询 31 天");
        return Err(fault::bad_query(language(ctx), &text));
    }
    Ok(Span { from: Some(from), to: Some(to) })
}
