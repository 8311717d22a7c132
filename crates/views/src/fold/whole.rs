//! The fold of things that are rows as a whole: their aggregate in one column, and beside it what lists are found and ordered by.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use berth_domain::event::Event;
use berth_store::{Position, Recorded, Version};
use serde::Serialize;
use sqlx::{SqliteConnection, sqlite::SqliteRow};

use super::Fact;
use crate::{
    ViewError,
    model::table,
    sql::{self, Insert, Values},
};

/// A row that is one thing, as its events up to a position made it.
pub(crate) trait Whole: Send + Sync + Sized + 'static {
    type Id: Copy + Ord + Serialize + Send + Sync;
    type Event: Event;
    /// How many [`Whole::bind`] fills.
    const COLUMNS: usize;

    /// What an event says of one of them, if it says something.
    fn told(fact: &Fact) -> Option<(Self::Id, &Self::Event)>;
    fn unborn(id: Self::Id) -> Self;
    /// Whether anything has made it yet: what was never made is no row.
    fn is_born(&self) -> bool;
    fn id(&self) -> Self::Id;
    fn place(&mut self) -> (&mut Version, &mut Position);
    /// Its place is that of this event already.
    fn evolve(&mut self, event: &Self::Event);
    fn bind(values: &mut Values, row: Self);
    fn of(row: &SqliteRow) -> Result<Self, ViewError>;
}

/// Rows that some events change.
pub(crate) struct Fold<W: Whole> {
    table: String,
    insert: Insert,
    rows: BTreeMap<W::Id, W>,
}

impl<W: Whole> Fold<W> {
    pub(crate) fn new(model: &str, generation: u32) -> Self {
        let table = table(model, generation);
        let insert = Insert::new(format!("INSERT OR REPLACE INTO {table}"), W::COLUMNS, "");
        Self { table, insert, rows: BTreeMap::new() }
    }

    fn take_in(&mut self, id: W::Id, recorded: &Recorded, event: &W::Event) {
        let row = self.rows.entry(id).or_insert_with(|| W::unborn(id));
        if recorded.version <= *row.place().0 {
            return;
        }
        let (version, position) = row.place();
        (*version, *position) = (recorded.version, recorded.position);
        row.evolve(event);
    }
}

#[async_trait]
impl<W: Whole> super::Fold for Fold<W> {
    async fn load(&mut self, connection: &mut SqliteConnection, facts: &[&Fact]) -> Result<(), ViewError> {
        let ids = facts.iter().filter_map(|fact| W::told(fact)).map(|(id, _)| id);
        let missing: BTreeSet<_> = ids.filter(|id| !self.rows.contains_key(id)).collect();
        if !missing.is_empty() {
            let rows = sql::by_ids(connection, &self.table, &sql::json(&missing), W::of).await?;
            self.rows.extend(rows.into_iter().map(|row| (row.id(), row)));
        }
        Ok(())
    }

    fn apply(&mut self, fact: &Fact) {
        if let Some((id, event)) = W::told(fact) {
            self.take_in(id, &fact.recorded, event);
        }
    }

    async fn save(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        let rows = std::mem::take(&mut self.rows).into_values();
        let rows: Vec<_> = rows.filter(Whole::is_born).collect();
        self.insert.write(connection, rows.into_iter(), W::bind).await
    }
}
