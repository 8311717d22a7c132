//! How events change the rows of tasks: by the domain's own `evolve`.

use std::collections::{BTreeMap, BTreeSet};

use berth_domain::{GrabId, TenantId, grab::Event};
use berth_store::Recorded;
use sqlx::SqliteConnection;

use super::{GrabRow, row_of};
use crate::{
    ViewError,
    fold::{Fact, Noun},
    sql::{self, Values},
};

/// Tasks that some events change.
#[derive(Default)]
pub(crate) struct Fold(BTreeMap<GrabId, GrabRow>);

/// What is fixed once made is not written again.
const CHANGES: &str = " ON CONFLICT (id) DO UPDATE SET version = excluded.version, position = excluded.position, \
    state = excluded.state, runs = excluded.runs, busy = excluded.busy, wanting = excluded.wanting, \
    attempts = excluded.attempts, faults = excluded.faults, due_ms = excluded.due_ms, changed_ms = excluded.changed_ms, \
    activity = excluded.activity, grab = excluded.grab";

impl Fold {
    pub(crate) async fn load(
        &mut self,
        connection: &mut SqliteConnection,
        facts: &[Fact<'_>],
    ) -> Result<(), ViewError> {
        let missing: BTreeSet<_> =
            facts.iter().filter_map(changed).filter(|id| !self.0.contains_key(id)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let query = sqlx::query(
            "SELECT id, version, position, changed_ms, activity, grab FROM grab \
             WHERE id IN (SELECT value FROM json_each(?))",
        );
        for row in query.bind(sql::json(&missing)).fetch_all(connection).await? {
            let row = row_of(&row)?;
            self.0.insert(row.id, row);
        }
        Ok(())
    }

    /// Answers whose task it is.
    pub(crate) fn apply(&mut self, id: GrabId, recorded: &Recorded, event: &Event) -> Option<TenantId> {
        let row = self.0.entry(id).or_insert_with(|| GrabRow::unborn(id));
        if recorded.version > row.version {
            row.evolve(recorded, event);
        }
        row.grab.order.as_ref().map(|order| order.tenant)
    }

    pub(crate) async fn save(self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        let rows: Vec<_> = self.0.into_values().filter(|row| row.grab.order.is_some()).collect();
        let head = "INSERT INTO grab (id, version, position, tenant, name_key, haystack, shape, region, created_ms, \
                    state, runs, busy, wanting, attempts, faults, due_ms, changed_ms, activity, grab) ";
        sql::write(connection, head, rows.iter(), CHANGES, bind).await
    }
}

fn bind(values: &mut Values<'_>, row: &GrabRow) {
    let order = row.grab.order.as_ref().expect("rows without an order are left out before");
    let state = row.grab.state();
    values
        .push_bind(row.id.to_string())
        .push_bind(row.version.get())
        .push_bind(sql::number(row.position))
        .push_bind(order.tenant.to_string())
        .push_bind(sql::folded(&order.name))
        .push_bind(sql::folded(&[order.name.as_str(), &order.spec.region].join("\n")))
        .push_bind(order.spec.shape.clone())
        .push_bind(order.spec.region.clone())
        .push_bind(order.created_at.millis())
        .push_bind(state.word())
        .push_bind(state.runs())
        .push_bind(row.is_busy())
        .push_bind(state.runs() || row.is_busy())
        .push_bind(row.grab.tally.attempts)
        .push_bind(row.grab.tally.faults)
        .push_bind(row.next_attempt_at().map(berth_domain::Timestamp::millis))
        .push_bind(row.changed_at.millis())
        .push_bind(sql::number(row.activity))
        .push_bind(sql::json(&row.grab));
}

fn changed(fact: &Fact<'_>) -> Option<GrabId> {
    match &fact.noun {
        Noun::Grab(id, _) => Some(*id),
        Noun::Tenant(..) => None,
    }
}
