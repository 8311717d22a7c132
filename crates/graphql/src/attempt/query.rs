//! What may be asked about attempts as a whole.

use async_graphql::{Context, ID, Object, Result};
use berth_domain::{Language, Text, Timestamp, access::Act};
use berth_views::{
    Span,
    statistics::{Filter, Moment, Scope},
};

use super::{
    odds::{self, GrabOdds},
    statistics::{AttemptStatistics, Wanted},
};
use crate::shared::{
    caller::{Allowed, language},
    context::{now, read, views},
    fault,
    position::reach,
    scalars::{DateTimeRange, EventPosition},
};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// The longest span that is told hour by hour.
const LONGEST_MS: i64 = 31 * DAY_MS;
/// What odds cost, before they are asked for: they are read from a month.
pub(super) const MONTH: usize = 100;

#[derive(Default)]
pub(crate) struct AttemptQuery;

#[Object(guard = "Allowed(Act::Look)")]
impl AttemptQuery {
    /// How attempts ended, in all and by hour, place, shape and hour of the week. Attempts that were summarised when the books were
    /// closed count like any other.
    #[graphql(complexity = "MONTH + child_complexity")]
    async fn attempt_statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The hours that begin within this span, at most 31 days. It ends now when it does not say, and begins a day earlier."
        )]
        range: Option<DateTimeRange>,
        #[graphql(desc = "Only of this tenant.")] tenant_id: Option<ID>,
        #[graphql(desc = "Only of this task.")] task_id: Option<ID>,
        #[graphql(desc = "Only in this region.")] region: Option<String>,
        #[graphql(
            desc = "Answer no earlier than the lists hold this position: to read your own write. Waits up to 2 s."
        )]
        min_position: Option<EventPosition>,
    ) -> Result<AttemptStatistics> {
        reach(ctx, min_position).await?;
        let scope = scope(ctx, tenant_id.as_ref(), task_id.as_ref())?;
        let (from, to) = span(language(ctx), range, now(ctx))?;
        let filter = Filter { scope, region, span: Span { from: Some(from), to: Some(to) } };
        let answer = async {
            let moment = Moment::of(views(ctx)).await?;
            AttemptStatistics::of(moment, &filter, (from, to), &Wanted::of(ctx)).await
        };
        read(ctx, answer).await
    }

    /// How a place has been in the last 30 days: what a form may show beside a wish.
    #[graphql(complexity = "MONTH + child_complexity")]
    async fn grab_odds(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Region code.")] region: String,
        #[graphql(desc = "Only of this shape.")] shape: Option<String>,
        #[graphql(desc = "Only what this tenant tried and got; what everybody did when absent.")]
        tenant_id: Option<ID>,
        #[graphql(desc = "Whose hours: 480 for China, 0 for UTC.", default_with = "Some(0)")]
        utc_offset_minutes: Option<i32>,
    ) -> Result<GrabOdds> {
        let tenant = match scope(ctx, tenant_id.as_ref(), None)? {
            Scope::Tenant(tenant) => Some(tenant),
            Scope::All | Scope::Grab(_) => None,
        };
        let record = odds::record(ctx, tenant.as_slice()).await?;
        odds::odds(ctx, &record, tenant, (&region, shape.as_deref()), utc_offset_minutes.unwrap_or_default())
    }
}

pub(super) fn scope(ctx: &Context<'_>, tenant: Option<&ID>, task: Option<&ID>) -> Result<Scope> {
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

/// What a range means now.
pub(super) fn span(
    language: Language,
    range: Option<DateTimeRange>,
    now: Timestamp,
) -> Result<(Timestamp, Timestamp)> {
    let Span { from, to } = range.map(Into::into).unwrap_or_default();
    let to = to.unwrap_or(now);
    let from = from.unwrap_or_else(|| to.plus_millis(-DAY_MS));
    if to.since(from) > LONGEST_MS {
        let text = Text::new("ask for at most 31 days", "一次最多查询 31 天");
        return Err(fault::bad_query(language, &text));
    }
    Ok((from, to))
}
