//! When the lines of each stretch of the log were written: so that a span of time is found without reading all lines that are newer.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::INDEX_BITS;
use crate::{
    Span, ViewError,
    model::table,
    sql::{Insert, Query},
};

/// 4,096 positions to a block.
const BLOCK_BITS: u32 = INDEX_BITS + 12;

/// The first and the last time of blocks that are being written.
pub(super) struct Spans {
    table: String,
    insert: Insert,
    new: BTreeMap<i64, (i64, i64)>,
}

impl Spans {
    pub(super) fn new(generation: u32) -> Self {
        let table = table("log_entry_span", generation);
        let tail = " ON CONFLICT (block) DO UPDATE SET earliest = min(earliest, excluded.earliest), \
                    latest = max(latest, excluded.latest)";
        let insert = Insert::new(format!("INSERT INTO {table}"), 3, tail);
        Self { table, insert, new: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, place: i64, time_ms: i64) {
        let (earliest, latest) = self.new.entry(place >> BLOCK_BITS).or_insert((time_ms, time_ms));
        (*earliest, *latest) = ((*earliest).min(time_ms), (*latest).max(time_ms));
    }

    pub(super) async fn flush(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        let new = std::mem::take(&mut self.new);
        self.insert
            .write(connection, new.into_iter(), |values, (block, (earliest, latest))| {
                values.push(block).push(earliest).push(latest);
            })
            .await
    }

    /// Reads them off the lines: some of those may have left.
    pub(super) async fn anew(&self, connection: &mut SqliteConnection, lines: &str) -> Result<(), ViewError> {
        let table = &self.table;
        let all = format!("SELECT place >> {BLOCK_BITS}, min(time_ms), max(time_ms) FROM {lines} GROUP BY 1");
        for statement in [format!("DELETE FROM {table}"), format!("INSERT INTO {table} {all}")] {
            sqlx::query(AssertSqlSafe(statement)).execute(&mut *connection).await?;
        }
        Ok(())
    }
}

/// Restricts lines to the places between which all of a span of time lie; among them may be others.
pub(super) fn push(query: &mut Query, span: Span) {
    if span == Span::default() {
        return;
    }
    push_end(query, span, " AND place >= (SELECT min(block)");
    push_end(query, span, " AND place < (SELECT max(block) + 1");
}

fn push_end(query: &mut Query, span: Span, end: &str) {
    query.push(format_args!("{end} << {BLOCK_BITS} FROM log_entry_span WHERE TRUE"));
    if let Some(from) = span.from {
        query.push(" AND latest >= ").push_bind(from.millis());
    }
    if let Some(to) = span.to {
        query.push(" AND earliest < ").push_bind(to.millis());
    }
    query.push(")");
}
