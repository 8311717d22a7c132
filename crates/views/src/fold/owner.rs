//! Whose task it is: kept by each read model that needs it, for none may read another's table.

use std::collections::BTreeMap;

use berth_domain::{GrabId, TenantId, grab::Event};
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{
    Fact, Noun,
    names::{Name, Names},
};
use crate::{
    ViewError,
    model::table,
    sql::{self, Insert},
};

/// So many stay in memory from one transaction to the next.
const KEPT: usize = 20_000;

pub(crate) struct Owners {
    table: String,
    insert: Insert,
    known: BTreeMap<GrabId, Option<Name>>,
    tenants: Names<TenantId>,
    new: Vec<(GrabId, TenantId)>,
}

impl Owners {
    pub(crate) fn new(name: &str, generation: u32) -> Self {
        let table = table(name, generation);
        let insert = Insert::new(format!("INSERT OR REPLACE INTO {table}"), 2, "");
        Self { table, insert, known: BTreeMap::new(), tenants: Names::default(), new: Vec::new() }
    }

    pub(crate) async fn load(
        &mut self,
        connection: &mut SqliteConnection,
        facts: &[&Fact],
    ) -> Result<(), ViewError> {
        let missing = missing(&mut self.known, facts);
        if missing.is_empty() {
            return Ok(());
        }
        let query =
            format!("SELECT grab, tenant FROM {} WHERE grab IN (SELECT value FROM json_each(?))", self.table);
        let query = sqlx::query(AssertSqlSafe(query)).bind(sql::json(&missing));
        for row in query.fetch_all(connection).await? {
            let tenant = self.tenants.of(&sql::parsed(&row, "tenant")?);
            self.known.insert(sql::parsed(&row, "grab")?, Some(tenant));
        }
        Ok(())
    }

    /// Whose task it is; learns it from the event that makes the task.
    pub(crate) fn of(&mut self, grab: GrabId, event: &Event) -> Option<TenantId> {
        let known = self.known.entry(grab).or_insert(None);
        let owner = match event {
            Event::Created(created) => Some(created.tenant),
            Event::StartOrdered(ordered) => Some(ordered.tenant),
            _ => None,
        };
        if let Some(tenant) = owner {
            let name = self.tenants.of(&tenant);
            if known.replace(name) != Some(name) {
                self.new.push((grab, tenant));
            }
        }
        known.map(|name| *self.tenants.get(name))
    }

    pub(crate) async fn save(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        let new = std::mem::take(&mut self.new);
        self.insert
            .write(connection, new.into_iter(), |values, (grab, tenant)| {
                values.push(grab.to_string()).push(tenant.to_string());
            })
            .await
    }

    pub(crate) fn rest(&mut self) {
        if self.known.len() > KEPT {
            self.known.clear();
            self.tenants = Names::default();
        }
    }
}

/// The tasks of these facts of which nothing is known yet and which none of them makes: they must be read. All count as known from now on.
pub(crate) fn missing<T>(known: &mut BTreeMap<GrabId, Option<T>>, facts: &[&Fact]) -> Vec<GrabId> {
    let mut missing = Vec::new();
    for fact in facts {
        match &fact.noun {
            Noun::Grab(grab, Event::Created(_) | Event::StartOrdered(_)) => {
                known.entry(*grab).or_insert(None);
            }
            Noun::Grab(grab, _) if !known.contains_key(grab) => {
                known.insert(*grab, None);
                missing.push(*grab);
            }
            _ => {}
        }
    }
    missing
}
