//! What may be asked about attempts in numbers.

use std::{collections::BTreeMap, ops::AddAssign};

use berth_domain::{GrabId, TenantId, Timestamp, grab::Outcome};
use berth_store::Position;
use sqlx::{Row, sqlite::SqliteRow};

use super::MODEL;
use crate::{
    Span, ViewError, Views,
    sql::{self, Query},
};

/// Whose attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    All,
    Tenant(TenantId),
    Grab(GrabId),
}

/// So many attempts, and how long the cloud took over all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub attempts: u64,
    pub duration_ms: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub attempts: u64,
    pub faults: u64,
    pub accepted: u64,
    pub duration_ms: u64,
    pub by_outcome: BTreeMap<Outcome, Count>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourTotals {
    /// The beginning of the hour.
    pub hour: Timestamp,
    pub totals: Totals,
}

/// Over all hours that begin within the span; and the position this is true as of.
pub async fn totals(views: &Views, scope: Scope, span: Span) -> Result<(Totals, Position), ViewError> {
    let (rows, position) = ask(views, scope, span, "0 AS hour_ms", " GROUP BY outcome").await?;
    let mut totals = Totals::default();
    rows.iter().try_for_each(|row| totals.take_in(row))?;
    Ok((totals, position))
}

/// Hour by hour, ascending. Hours without an attempt are absent.
pub async fn series(
    views: &Views,
    scope: Scope,
    span: Span,
) -> Result<(Vec<HourTotals>, Position), ViewError> {
    let group = " GROUP BY hour_ms, outcome ORDER BY hour_ms";
    let (rows, position) = ask(views, scope, span, "hour_ms", group).await?;
    let mut series: Vec<HourTotals> = Vec::new();
    for row in &rows {
        let hour = Timestamp::from_millis(row.try_get("hour_ms")?);
        if series.last().is_none_or(|last| last.hour != hour) {
            series.push(HourTotals { hour, totals: Totals::default() });
        }
        if let Some(last) = series.last_mut() {
            last.totals.take_in(row)?;
        }
    }
    Ok((series, position))
}

/// The tasks that tried most, most first.
pub async fn busiest(views: &Views, span: Span, limit: u32) -> Result<Vec<(GrabId, Totals)>, ViewError> {
    let mut query = Query::new("SELECT grab FROM attempt_hour WHERE TRUE");
    span.push(&mut query, "hour_ms");
    query.push(" GROUP BY grab ORDER BY sum(attempts) DESC, grab LIMIT ").push_bind(limit);
    let rows = query.build().fetch_all(&mut *views.read().await?).await?;
    let mut busiest = Vec::new();
    for row in &rows {
        let grab = sql::parsed(row, "grab")?;
        busiest.push((grab, totals(views, Scope::Grab(grab), span).await?.0));
    }
    Ok(busiest)
}

async fn ask(
    views: &Views,
    scope: Scope,
    span: Span,
    hour: &str,
    group: &str,
) -> Result<(Vec<SqliteRow>, Position), ViewError> {
    let mut moment = views.read().await?;
    let position = sql::checkpoint(&mut moment, MODEL.name).await?;
    let mut query = Query::new(format!(
        "SELECT {hour}, outcome, sum(attempts) AS attempts, sum(duration_ms) AS duration_ms FROM attempt_hour WHERE TRUE"
    ));
    match scope {
        Scope::All => {}
        Scope::Tenant(id) => drop(query.push(" AND tenant = ").push_bind(id.to_string())),
        Scope::Grab(id) => drop(query.push(" AND grab = ").push_bind(id.to_string())),
    }
    span.push(&mut query, "hour_ms");
    query.push(group);
    Ok((query.build().fetch_all(&mut *moment).await?, position))
}

impl Totals {
    fn take_in(&mut self, row: &SqliteRow) -> Result<(), ViewError> {
        let word: &str = row.try_get("outcome")?;
        let outcome =
            Outcome::from_word(word).ok_or_else(|| sql::unreadable("outcome", &format_args!("{word:?}")))?;
        let count = |column| row.try_get::<i64, _>(column).map(i64::unsigned_abs);
        let count = Count { attempts: count("attempts")?, duration_ms: count("duration_ms")? };
        self.attempts += count.attempts;
        self.duration_ms += count.duration_ms;
        if outcome.is_fault() {
            self.faults += count.attempts;
        }
        if outcome == Outcome::Accepted {
            self.accepted += count.attempts;
        }
        *self.by_outcome.entry(outcome).or_default() += count;
        Ok(())
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.attempts += other.attempts;
        self.duration_ms += other.duration_ms;
    }
}
