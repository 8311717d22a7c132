//! What is known of each task that events about its attempts do not say: whose it is, where it aims, since when it tries.

use std::collections::{BTreeMap, BTreeSet};

use berth_domain::{
    GrabId, TenantId, Timestamp,
    grab::{Event, Spec},
};
use sqlx::{AssertSqlSafe, Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    ViewError,
    fold::{
        Fact,
        names::{Name, Names},
        owner::missing,
    },
    model::table,
    sql::{self, Insert},
};

/// So many stay in memory from one transaction to the next.
const KEPT: usize = 20_000;
/// Where there are more names than this, somebody makes them up.
const NAMES: usize = 10_000;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hunt {
    pub(super) tenant: Name,
    /// The first region of its order.
    pub(super) region: Name,
    /// The region of its last attempt; before the first, that of its order.
    pub(super) aimed: Name,
    pub(super) shape: Name,
    pub(super) started_at: Option<Timestamp>,
}

pub(super) struct Hunts {
    pub(super) tenants: Names<TenantId>,
    pub(super) names: Names<String>,
    table: String,
    insert: Insert,
    known: BTreeMap<GrabId, Option<Hunt>>,
    changed: BTreeSet<GrabId>,
}

impl Hunts {
    pub(super) fn new(generation: u32) -> Self {
        let table = table("hunt", generation);
        let insert = Insert::new(format!("INSERT OR REPLACE INTO {table}"), 6, "");
        Self {
            tenants: Names::default(),
            names: Names::default(),
            table,
            insert,
            known: BTreeMap::new(),
            changed: BTreeSet::new(),
        }
    }

    pub(super) async fn load(
        &mut self,
        connection: &mut SqliteConnection,
        facts: &[&Fact],
    ) -> Result<(), ViewError> {
        let missing = missing(&mut self.known, facts);
        if missing.is_empty() {
            return Ok(());
        }
        let query = format!("SELECT * FROM {} WHERE grab IN (SELECT value FROM json_each(?))", self.table);
        let query = sqlx::query(AssertSqlSafe(query)).bind(sql::json(&missing));
        for row in query.fetch_all(connection).await? {
            let hunt = self.read(&row)?;
            self.known.insert(sql::parsed(&row, "grab")?, Some(hunt));
        }
        Ok(())
    }

    fn read(&mut self, row: &SqliteRow) -> Result<Hunt, ViewError> {
        Ok(Hunt {
            tenant: self.tenants.of(&sql::parsed(row, "tenant")?),
            region: self.names.of(row.try_get::<&str, _>("region")?),
            aimed: self.names.of(row.try_get::<&str, _>("aimed")?),
            shape: self.names.of(row.try_get::<&str, _>("shape")?),
            started_at: row.try_get::<Option<i64>, _>("started_ms")?.map(Timestamp::from_millis),
        })
    }

    /// The hunt as this event leaves it; absent where the event that makes it was left out.
    pub(super) fn of(&mut self, grab: GrabId, event: &Event) -> Option<Hunt> {
        let known = self.known.entry(grab).or_insert(None);
        let after = changed(*known, event, &mut self.tenants, &mut self.names);
        if after != *known {
            *known = after;
            self.changed.insert(grab);
        }
        after
    }

    /// It got one of several: the time until the next counts from here.
    pub(super) fn goes_on(&mut self, grab: GrabId, at: Timestamp) {
        if let Some(Some(hunt)) = self.known.get_mut(&grab) {
            hunt.started_at = Some(at);
            self.changed.insert(grab);
        }
    }

    pub(super) async fn save(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        let changed = std::mem::take(&mut self.changed);
        let hunts: Vec<_> =
            changed.into_iter().filter_map(|grab| Some((grab, (*self.known.get(&grab)?)?))).collect();
        let (tenants, names) = (&self.tenants, &self.names);
        self.insert
            .write(connection, hunts.into_iter(), |values, (grab, hunt)| {
                values.push(grab.to_string()).push(tenants.get(hunt.tenant).to_string());
                values
                    .push(names.get(hunt.region).as_str())
                    .push(names.get(hunt.aimed).as_str())
                    .push(names.get(hunt.shape).as_str());
                values.push(hunt.started_at.map(Timestamp::millis));
            })
            .await
    }

    pub(super) fn rest(&mut self) {
        if self.known.len() > KEPT || self.names.len() > NAMES {
            self.known.clear();
            (self.tenants, self.names) = (Names::default(), Names::default());
        }
    }
}

fn changed(
    hunt: Option<Hunt>,
    event: &Event,
    tenants: &mut Names<TenantId>,
    names: &mut Names<String>,
) -> Option<Hunt> {
    if let Event::Created(created) = event {
        let (region, shape) = ordered(&created.spec, names);
        let tenant = tenants.of(&created.tenant);
        return Some(Hunt { tenant, region, aimed: region, shape, started_at: None });
    }
    if let Event::StartOrdered(ordered) = event {
        let (region, shape) = (names.of(ordered.start.region.as_str()), names.of(""));
        let tenant = tenants.of(&ordered.tenant);
        return Some(Hunt { tenant, region, aimed: region, shape, started_at: None });
    }
    let mut hunt = hunt?;
    match event {
        Event::Edited(edited) => (hunt.region, hunt.shape) = ordered(&edited.spec, names),
        Event::Started(started) => hunt.started_at = Some(started.at),
        Event::AttemptStarted(started) => hunt.aimed = hunt.place(&started.target.region, names),
        Event::AttemptsSummarised(summary) => {
            if let Some(last) = &summary.left.last {
                hunt.aimed = hunt.place(&last.region, names);
            }
        }
        _ => {}
    }
    Some(hunt)
}

fn ordered(spec: &Spec, names: &mut Names<String>) -> (Name, Name) {
    (names.of(spec.regions.first().map_or("", String::as_str)), names.of(spec.shape.as_str()))
}

impl Hunt {
    /// Attempts of before an order could name several regions do not say theirs.
    pub(super) fn place(&self, region: &str, names: &mut Names<String>) -> Name {
        if region.is_empty() { self.region } else { names.of(region) }
    }
}
