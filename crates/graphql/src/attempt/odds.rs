//! How a place has been, for whoever is about to wish for an instance there.

use async_graphql::{Context, Result, SimpleObject};
use berth_domain::{TenantId, Text};
use berth_views::{
    Span,
    statistics::{self, Moment, Record},
};

use crate::shared::{
    caller::{language, say},
    context::{now, read, views},
    fault,
    scalars::int,
};

/// So far back odds look.
pub(crate) const DAYS: u32 = 30;
/// A month is read, once for all neighbours.
const READ: usize = 10;
const DAY_MS: i64 = 86_400_000;
/// Clocks on Earth are at most so far from UTC.
const LONGEST_OFFSET_MINUTES: i32 = 14 * 60;

/// How often instances were granted at a place lately, and at which hours. No forecast.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct GrabOdds {
    /// Region code.
    region: String,
    /// Only of this shape; null for any.
    shape: Option<String>,
    /// So many days up to now.
    days: i32,
    /// Attempts that ended.
    attempts: i32,
    /// Instances that were seen running.
    launched: i32,
    /// Those by the hour of the day they came in: 24 numbers from midnight on, in the zone that was asked for.
    launched_by_hour: Vec<i32>,
    /// The few hours that most of them came in. Null when there are none such.
    window: Option<HourWindow>,
    /// All this in one sentence, in the caller's language.
    text: String,
}

/// Hours of the day in a row, which may pass midnight.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct HourWindow {
    /// The hour it begins with, 0–23.
    from: i32,
    /// The hour it ends before, 0–23.
    to: i32,
    /// Instances that were seen running within it.
    launched: i32,
}

/// What the odds of one task among its neighbours cost, before they are asked for: few want more than two regions.
pub(crate) fn odds_cost(child: usize) -> usize {
    READ + 2 * child
}

/// Everything that odds of these tenants and of everybody are read from.
pub(crate) async fn record(ctx: &Context<'_>, tenants: &[TenantId]) -> Result<Record> {
    let until = now(ctx);
    let span = Span { from: Some(until.plus_millis(-i64::from(DAYS) * DAY_MS)), to: None };
    read(ctx, async { Moment::of(views(ctx)).await?.record(tenants, span).await }).await
}

pub(crate) fn odds(
    ctx: &Context<'_>,
    record: &Record,
    tenant: Option<TenantId>,
    (region, shape): (&str, Option<&str>),
    utc_offset_minutes: i32,
) -> Result<GrabOdds> {
    if utc_offset_minutes.abs() > LONGEST_OFFSET_MINUTES {
        let text = Text::new("no place is more than 14 hours from UTC", "与 UTC 的时差不超过 14 小时");
        return Err(fault::bad_query(language(ctx), &text));
    }
    let odds = record.odds(tenant, (region, shape), DAYS, utc_offset_minutes);
    let text = say(ctx, &odds.sentence());
    Ok(GrabOdds { text, ..odds.into() })
}

impl From<statistics::Odds> for GrabOdds {
    fn from(odds: statistics::Odds) -> Self {
        Self {
            region: odds.region,
            shape: odds.shape,
            days: int(odds.days),
            attempts: int(odds.attempts),
            launched: int(odds.grants),
            launched_by_hour: odds.by_hour.into_iter().map(int).collect(),
            window: odds.window.map(|window| HourWindow {
                from: int(window.from),
                to: int(window.to),
                launched: int(window.grants),
            }),
            text: String::new(),
        }
    }
}
