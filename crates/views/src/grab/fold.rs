//! How events change the rows of tasks: by the domain's own `evolve`.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use berth_domain::{GrabId, Timestamp};
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{GrabRow, MODEL, row_of};
use crate::{
    ViewError,
    fold::{self, Fact, Noun},
    model::table,
    sql::{self, Insert, Values},
};

/// So many tasks stay in memory from one transaction to the next: each is some kilobytes.
const KEPT: usize = 512;

/// What is fixed once made is not written again.
const CHANGES: &str = " ON CONFLICT (id) DO UPDATE SET version = excluded.version, position = excluded.position, \
    name_key = excluded.name_key, haystack = excluded.haystack, shape = excluded.shape, region = excluded.region, \
    state = excluded.state, runs = excluded.runs, busy = excluded.busy, wanting = excluded.wanting, \
    attempts = excluded.attempts, faults = excluded.faults, due_ms = excluded.due_ms, changed_ms = excluded.changed_ms, \
    activity = excluded.activity, queued_ms = excluded.queued_ms, deleted = excluded.deleted, \
    regions = excluded.regions, grab = excluded.grab";

/// Tasks that some events change.
pub(super) struct Fold {
    table: String,
    insert: Insert,
    rows: BTreeMap<GrabId, GrabRow>,
    changed: BTreeSet<GrabId>,
}

impl Fold {
    pub(super) fn new(generation: u32) -> Self {
        let table = table(MODEL.name, generation);
        let insert = Insert::new(format!("INSERT INTO {table}"), 22, CHANGES);
        Self { table, insert, rows: BTreeMap::new(), changed: BTreeSet::new() }
    }
}

#[async_trait]
impl fold::Fold for Fold {
    async fn load(&mut self, connection: &mut SqliteConnection, facts: &[&Fact]) -> Result<(), ViewError> {
        let ids = facts.iter().filter_map(|fact| changed(fact));
        let missing: BTreeSet<_> = ids.filter(|id| !self.rows.contains_key(id)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let query = format!(
            "SELECT id, version, position, changed_ms, activity, grab FROM {} \
             WHERE id IN (SELECT value FROM json_each(?))",
            self.table
        );
        let query = sqlx::query(AssertSqlSafe(query)).bind(sql::json(&missing));
        for row in query.fetch_all(connection).await? {
            let row = row_of(&row)?;
            self.rows.insert(row.id, row);
        }
        Ok(())
    }

    fn apply(&mut self, fact: &Fact) {
        let Noun::Grab(id, event) = &fact.noun else { return };
        let row = self.rows.entry(*id).or_insert_with(|| GrabRow::unborn(*id));
        if fact.recorded.version > row.version {
            row.evolve(&fact.recorded, event);
            self.changed.insert(*id);
        }
    }

    async fn save(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        let changed = std::mem::take(&mut self.changed);
        let rows = changed.iter().filter_map(|id| self.rows.get(id));
        let rows: Vec<_> = rows.filter(|row| row.grab.order.is_some()).collect();
        self.insert.write(connection, rows.into_iter(), bind).await
    }

    fn rest(&mut self) {
        if self.rows.len() > KEPT {
            self.rows.clear();
        }
    }
}

fn bind(values: &mut Values, row: &GrabRow) {
    let order = row.grab.order.as_ref().expect("rows without an order are left out before");
    let (state, regions) = (row.grab.state(), order.goal.regions());
    values
        .push(row.id.to_string())
        .push(row.version.get())
        .push(sql::number(row.position))
        .push(order.tenant.to_string())
        .push(sql::folded(&order.name))
        .push(sql::folded(&[std::slice::from_ref(&order.name), regions].concat().join("\n")))
        .push(order.goal.shape().to_owned())
        .push(regions.first().cloned().unwrap_or_default())
        .push(order.created_at.millis())
        .push(state.word())
        .push(state.runs())
        .push(row.is_busy())
        .push(state.runs() || row.is_busy() || row.grab.queued_at().is_some())
        .push(row.grab.tally.attempts)
        .push(row.grab.tally.faults)
        .push(row.next_attempt_at().map(Timestamp::millis))
        .push(row.changed_at.millis())
        .push(sql::number(row.activity))
        .push(row.grab.queued_at().map(Timestamp::millis))
        .push(row.grab.deleted_at.is_some())
        .push(sql::json(&regions))
        .push(sql::json(&row.grab));
}

fn changed(fact: &Fact) -> Option<GrabId> {
    match &fact.noun {
        Noun::Grab(id, _) => Some(*id),
        _ => None,
    }
}
