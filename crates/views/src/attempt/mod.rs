//! Every attempt at launching: where, when, how it ended, in the cloud's own words.

mod query;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use berth_domain::{
    GrabId, ProviderError, TenantId, Timestamp,
    grab::{AttemptSettled, AttemptStarted, AttemptsSummarised, Event, InstanceLost, Outcome, Reason},
};
use berth_store::{Position, Recorded};
use sqlx::{AssertSqlSafe, Row, SqliteConnection, sqlite::SqliteRow};

pub(crate) use query::settled;
pub use query::{Slot, by_number, by_numbers, latest, page, slots};

use crate::{
    ViewError,
    fold::{self, Closing, Fact, Kind, Noun, owner::Owners},
    model::{Model, Table, table},
    sql::{self, Insert, Values},
};

pub(crate) const MODEL: Model = Model {
    name: "attempt",
    version: 2,
    schema: include_str!("../../../../migrations/views/attempt.sql"),
    tables: &[Table { name: "attempt", key: 2 }, Table { name: "attempt_owner", key: 1 }],
    follows: &[Kind::Grab, Kind::Books],
    fold: |generation| Box::new(Fold::new(generation)),
};

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

/// Attempts that some events change.
struct Fold {
    table: String,
    insert: Insert,
    owners: Owners,
    rows: BTreeMap<(GrabId, u32), AttemptRow>,
    /// Left over from attempts whose end has left the log meanwhile.
    stale: Vec<(GrabId, u32, u32)>,
}

impl Fold {
    fn new(generation: u32) -> Self {
        let table = table("attempt", generation);
        let insert = Insert::new(format!("INSERT OR REPLACE INTO {table}"), 13, "");
        let owners = Owners::new("attempt_owner", generation);
        Self { table, insert, owners, rows: BTreeMap::new(), stale: Vec::new() }
    }

    fn take_in(&mut self, grab: GrabId, tenant: TenantId, recorded: &Recorded, event: &Event) {
        match event {
            Event::AttemptStarted(started) => {
                let row = AttemptRow::begun(grab, tenant, started);
                self.rows.insert((grab, started.number), row);
            }
            Event::AttemptsSummarised(AttemptsSummarised {
                first: Some(first), last: Some(last), ..
            }) => {
                self.rows.retain(|(of, number), _| *of != grab || !(first..=last).contains(&number));
                self.stale.push((grab, *first, *last));
            }
            _ => {}
        }
        let Some(row) = number_of(event).and_then(|number| self.rows.get_mut(&(grab, number))) else {
            return;
        };
        row.position = recorded.position;
        match event {
            Event::AttemptResent(_) => row.resends += 1,
            Event::AttemptSettled(settled) => row.settle(settled),
            Event::InstanceLost(lost) => row.lose(lost),
            _ => {}
        }
    }
}

#[async_trait]
impl fold::Fold for Fold {
    async fn load(&mut self, connection: &mut SqliteConnection, facts: &[&Fact]) -> Result<(), ViewError> {
        self.owners.load(connection, facts).await?;
        let mut missing = known_before(facts);
        missing.retain(|key| !self.rows.contains_key(key));
        if missing.is_empty() {
            return Ok(());
        }
        let query = format!(
            "SELECT found.* FROM json_each(?) AS wanted JOIN {} AS found \
             ON found.grab = wanted.value ->> 0 AND found.number = wanted.value ->> 1",
            self.table
        );
        let query = sqlx::query(AssertSqlSafe(query)).bind(sql::json(&missing));
        for row in query.fetch_all(connection).await? {
            let row = row_of(&row)?;
            self.rows.insert((row.grab, row.number), row);
        }
        Ok(())
    }

    fn apply(&mut self, fact: &Fact) {
        if let Noun::Grab(grab, event) = &fact.noun
            && let Some(tenant) = self.owners.of(*grab, event)
        {
            self.take_in(*grab, tenant, &fact.recorded, event);
        }
    }

    async fn save(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        self.owners.save(connection).await?;
        let delete = format!("DELETE FROM {} WHERE grab = ? AND number BETWEEN ? AND ?", self.table);
        for (grab, first, last) in std::mem::take(&mut self.stale) {
            let query = sqlx::query(AssertSqlSafe(delete.clone()));
            query.bind(grab.to_string()).bind(first).bind(last).execute(&mut *connection).await?;
        }
        let rows = std::mem::take(&mut self.rows);
        self.insert.write(connection, rows.into_values(), bind).await
    }

    async fn close_books(
        &mut self,
        connection: &mut SqliteConnection,
        closing: &Closing,
    ) -> Result<(), ViewError> {
        closing.delete(connection, &self.table, "position").await
    }

    fn rest(&mut self) {
        self.owners.rest();
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
        Event::ReleaseAsked(asked) => Some(asked.number),
        Event::InstanceLost(lost) => Some(lost.number),
        Event::InstanceObtained(obtained) => Some(obtained.number),
        Event::Succeeded(succeeded) => Some(succeeded.number),
        Event::Created(_)
        | Event::StartOrdered(_)
        | Event::Rescheduled(_)
        | Event::Started(_)
        | Event::Paused(_)
        | Event::Resumed(_)
        | Event::Stopped(_)
        | Event::Queued(_)
        | Event::Edited(_)
        | Event::Hurried(_)
        | Event::Deleted(_)
        | Event::PreparationFailed(_)
        | Event::SurplusSeen(_)
        | Event::LimitChecked(_)
        | Event::AccessProbed(_)
        | Event::AlarmRaised(_)
        | Event::Failed(_)
        | Event::ReviewNeeded(_)
        | Event::AttemptsSummarised(_) => None,
    }
}

/// Attempts that these events change and did not begin.
fn known_before(facts: &[&Fact]) -> BTreeSet<(GrabId, u32)> {
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

fn bind(values: &mut Values, row: AttemptRow) {
    values
        .push(row.grab.to_string())
        .push(row.number)
        .push(sql::number(row.position))
        .push(row.tenant.to_string())
        .push(row.availability_domain)
        .push(row.started_at.millis())
        .push(row.outcome.map(Outcome::word))
        .push(row.reason.as_ref().map(sql::json))
        .push(row.duration_ms)
        .push(row.provider_error.as_ref().map(sql::json))
        .push(row.request_id)
        .push(row.instance)
        .push(row.resends);
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
