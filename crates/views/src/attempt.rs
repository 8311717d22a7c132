//! Every attempt at launching: where, when, how it ended, in the cloud's own words.

use std::collections::{BTreeMap, BTreeSet};

use berth_domain::{
    GrabId, ProviderError, TenantId, Timestamp,
    grab::{AttemptSettled, AttemptStarted, Event, InstanceLost, Outcome, Reason},
};
use berth_store::{Position, Recorded};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    Direction, Edge, Page, Slice, ViewError, Views,
    fold::{Fact, Noun},
    open::Model,
    page::{Column, Keyset},
    sql::{self, Query, Values},
};

pub(crate) const MODEL: Model =
    Model { name: "attempt", version: 1, schema: include_str!("../../../migrations/views/attempt.sql") };

/// One try at launching. A preparation that failed is none.
#[derive(Clone, Debug, PartialEq)]
pub struct AttemptRow {
    pub grab: GrabId,
    /// 1 for the first attempt of the task.
    pub number: u32,
    /// Of the last event about it.
    pub position: Position,
    pub tenant: TenantId,
    pub availability_domain: String,
    pub started_at: Timestamp,
    /// Absent while it is out. `IN_DOUBT` until it is known; an accepted one may yet be lost.
    pub outcome: Option<Outcome>,
    pub reason: Option<Reason>,
    /// How long the cloud took.
    pub duration_ms: Option<u32>,
    pub provider_error: Option<ProviderError>,
    /// The cloud's own id of the request, to quote to its support.
    pub request_id: Option<String>,
    pub instance: Option<String>,
    /// How often it was asked again with its own token.
    pub resends: u32,
}

/// One attempt of a task.
pub async fn by_number(views: &Views, grab: GrabId, number: u32) -> Result<Option<AttemptRow>, ViewError> {
    let query = sqlx::query("SELECT * FROM attempt WHERE grab = ? AND number = ?")
        .bind(grab.to_string())
        .bind(number);
    query.fetch_optional(&mut *views.read().await?).await?.as_ref().map(row_of).transpose()
}

/// A task's attempts, newest first; only those that ended in one of these ways, if any is named.
pub async fn page(
    views: &Views,
    grab: GrabId,
    outcomes: &[Outcome],
    slice: &Slice,
) -> Result<Page<AttemptRow>, ViewError> {
    let mut moment = views.read().await?;
    let position = sql::checkpoint(&mut moment).await?;
    let mut query = Query::new("SELECT * FROM attempt WHERE grab = ");
    query.push_bind(grab.to_string());
    let words: Vec<_> = outcomes.iter().map(|outcome| outcome.word()).collect();
    sql::among(&mut query, "outcome", &words);
    NEWEST_FIRST.push(&mut query, slice)?;
    let rows = query.build().fetch_all(&mut *moment).await?;
    let edges: Result<_, ViewError> =
        rows.iter().map(|row| Ok(Edge { cursor: NEWEST_FIRST.cursor(row)?, row: row_of(row)? })).collect();
    Ok(Page::of(slice, edges?, position))
}

/// The newest attempt of each task that has any, in no order.
pub async fn latest(views: &Views, grabs: &[GrabId]) -> Result<Vec<AttemptRow>, ViewError> {
    let query = sqlx::query(
        "SELECT attempt.* FROM json_each(?) AS wanted JOIN attempt ON attempt.grab = wanted.value \
         AND attempt.number = (SELECT max(number) FROM attempt AS any WHERE any.grab = wanted.value)",
    );
    let rows = query.bind(sql::list(grabs)).fetch_all(&mut *views.read().await?).await?;
    rows.iter().map(row_of).collect()
}

const NEWEST_FIRST: Keyset = Keyset {
    name: "attempt",
    key: Column::Number("number"),
    tie: Column::Text("grab"),
    direction: Direction::Descending,
};

/// Attempts that some events change.
#[derive(Default)]
pub(crate) struct Fold(BTreeMap<(GrabId, u32), AttemptRow>);

impl Fold {
    pub(crate) async fn load(
        &mut self,
        connection: &mut SqliteConnection,
        facts: &[Fact<'_>],
    ) -> Result<(), ViewError> {
        let mut missing = known_before(facts);
        missing.retain(|key| !self.0.contains_key(key));
        if missing.is_empty() {
            return Ok(());
        }
        let query = sqlx::query(
            "SELECT attempt.* FROM json_each(?) AS wanted JOIN attempt \
             ON attempt.grab = wanted.value ->> 0 AND attempt.number = wanted.value ->> 1",
        );
        for row in query.bind(sql::json(&missing)).fetch_all(connection).await? {
            let row = row_of(&row)?;
            self.0.insert((row.grab, row.number), row);
        }
        Ok(())
    }

    pub(crate) fn apply(&mut self, grab: GrabId, tenant: TenantId, recorded: &Recorded, event: &Event) {
        if let Event::AttemptStarted(started) = event {
            let row = AttemptRow::begun(grab, tenant, started);
            self.0.insert((grab, started.number), row);
        }
        let Some(row) = number_of(event).and_then(|number| self.0.get_mut(&(grab, number))) else { return };
        row.position = recorded.position;
        match event {
            Event::AttemptResent(_) => row.resends += 1,
            Event::AttemptSettled(settled) => row.settle(settled),
            Event::InstanceLost(lost) => row.lose(lost),
            _ => {}
        }
    }

    pub(crate) async fn save(self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        sql::write(connection, "INSERT OR REPLACE INTO attempt ", self.0.into_values(), "", bind).await
    }
}

impl AttemptRow {
    fn begun(grab: GrabId, tenant: TenantId, started: &AttemptStarted) -> Self {
        Self {
            grab,
            number: started.number,
            position: Position::START,
            tenant,
            availability_domain: started.target.availability_domain.clone(),
            started_at: started.at,
            outcome: None,
            reason: None,
            duration_ms: None,
            provider_error: None,
            request_id: None,
            instance: None,
            resends: 0,
        }
    }

    fn settle(&mut self, settled: &AttemptSettled) {
        self.outcome = Some(settled.outcome);
        self.reason = Some(settled.reason);
        self.duration_ms = Some(settled.duration_ms);
        self.provider_error.clone_from(&settled.provider_error);
        self.request_id.clone_from(&settled.request_id);
        self.instance.clone_from(&settled.instance);
    }

    fn lose(&mut self, lost: &InstanceLost) {
        self.outcome = Some(lost.outcome);
        self.reason = Some(lost.reason);
        self.provider_error.clone_from(&lost.provider_error);
        self.instance = Some(lost.instance.clone());
    }
}

/// Which attempt an event is about, if it is about one.
fn number_of(event: &Event) -> Option<u32> {
    match event {
        Event::AttemptStarted(started) => Some(started.number),
        Event::AttemptResent(resent) => Some(resent.number),
        Event::AttemptAbsent(absent) => Some(absent.number),
        Event::AttemptSettled(settled) => Some(settled.number),
        Event::InstanceLost(lost) => Some(lost.number),
        Event::Succeeded(succeeded) => Some(succeeded.number),
        Event::Created(_)
        | Event::Started(_)
        | Event::Paused(_)
        | Event::Resumed(_)
        | Event::Stopped(_)
        | Event::PreparationFailed(_)
        | Event::SurplusSeen(_)
        | Event::Failed(_)
        | Event::ReviewNeeded(_) => None,
    }
}

/// Attempts that these events change and did not begin.
fn known_before(facts: &[Fact<'_>]) -> BTreeSet<(GrabId, u32)> {
    let mut begun = BTreeSet::new();
    let mut wanted = BTreeSet::new();
    for fact in facts {
        let Noun::Grab(grab, event) = &fact.noun else { continue };
        let Some(number) = number_of(event) else { continue };
        if matches!(event, Event::AttemptStarted(_)) {
            begun.insert((*grab, number));
        } else if !begun.contains(&(*grab, number)) {
            wanted.insert((*grab, number));
        }
    }
    wanted
}

fn bind(values: &mut Values<'_>, row: AttemptRow) {
    values
        .push_bind(row.grab.to_string())
        .push_bind(row.number)
        .push_bind(sql::number(row.position))
        .push_bind(row.tenant.to_string())
        .push_bind(row.availability_domain)
        .push_bind(row.started_at.millis())
        .push_bind(row.outcome.map(Outcome::word))
        .push_bind(row.reason.as_ref().map(sql::json))
        .push_bind(row.duration_ms)
        .push_bind(row.provider_error.as_ref().map(sql::json))
        .push_bind(row.request_id)
        .push_bind(row.instance)
        .push_bind(row.resends);
}

fn row_of(row: &SqliteRow) -> Result<AttemptRow, ViewError> {
    let outcome: Option<&str> = row.try_get("outcome")?;
    Ok(AttemptRow {
        grab: sql::parsed(row, "grab")?,
        number: row.try_get("number")?,
        position: sql::position(row, "position")?,
        tenant: sql::parsed(row, "tenant")?,
        availability_domain: row.try_get("availability_domain")?,
        started_at: Timestamp::from_millis(row.try_get("started_ms")?),
        outcome: outcome.and_then(Outcome::from_word),
        reason: sql::from_json_option(row, "reason")?,
        duration_ms: row.try_get("duration_ms")?,
        provider_error: sql::from_json_option(row, "provider_error")?,
        request_id: row.try_get("request_id")?,
        instance: row.try_get("instance")?,
        resends: row.try_get("resends")?,
    })
}
