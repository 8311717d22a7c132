//! The rows as they are stored, for [`crate::verify()`]. Texts are read as bytes: what damage left need not be lawful UTF-8.

use async_trait::async_trait;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row};

use super::PostgresLog;
use crate::verify::miscounted;
use crate::{Audit, Position, RawEvent, RawHead, ReadError};

/// In the order in which [`raw`] takes them.
pub(super) const EVENT_COLUMNS: &str = "position, stream, version, name, schema::bigint, time_ms, actor, correlation, causation, \
     command, data, checksum";

#[async_trait]
impl Audit for PostgresLog {
    async fn raw_events(&self, after: Position, limit: u32) -> Result<Vec<RawEvent>, ReadError> {
        let sql =
            format!("SELECT {EVENT_COLUMNS} FROM events WHERE position > $1 ORDER BY position LIMIT $2");
        let query = sqlx::query(AssertSqlSafe(sql));
        let rows = query.bind(after.to_sql()).bind(i64::from(limit)).fetch_all(&self.readers).await?;
        Ok(rows.iter().map(raw).collect::<Result<_, _>>()?)
    }

    async fn raw_head(&self) -> Result<RawHead, ReadError> {
        let query = "SELECT position, checksum, (SELECT coalesce(max(position), 0) FROM events) FROM head";
        let row = sqlx::query(query).fetch_one(&self.readers).await?;
        Ok(RawHead { position: row.try_get(0)?, checksum: row.try_get(1)?, last_event: row.try_get(2)? })
    }

    async fn misanswered(&self, limit: u32) -> Result<Vec<String>, ReadError> {
        let query = sqlx::query_scalar(
            "SELECT commands.id FROM commands, books \
             WHERE last_position < closed_through OR (last_position = closed_through AND event_count > 0) \
               OR last_position - greatest(last_position - event_count, closed_through) <> (SELECT count(*) FROM events \
                 WHERE events.command = commands.id AND events.time_ms = commands.time_ms AND position <= last_position \
                   AND position > greatest(last_position - event_count, closed_through)) \
               OR last_position < event_count \
               OR EXISTS (SELECT 1 FROM events WHERE events.command <> commands.id \
                 AND position BETWEEN last_position - event_count + 1 AND closed_through) \
             UNION \
             SELECT command FROM events, books WHERE position > closed_through AND NOT EXISTS (SELECT 1 FROM commands \
               WHERE id = command AND position BETWEEN last_position - event_count + 1 AND last_position) LIMIT $1",
        );
        Ok(query.bind(i64::from(limit)).fetch_all(&self.readers).await?)
    }

    /// The server looks after its own pages: with data checksums it refuses to read a damaged one, and then reading fails.
    async fn damage(&self) -> Result<Vec<String>, ReadError> {
        let query = sqlx::query_as(
            "SELECT first, last, stand_ins FROM released WHERE stand_ins <> \
             (SELECT count(*) FROM events WHERE position BETWEEN first AND last) ORDER BY first LIMIT 20",
        );
        let wrong: Vec<(i64, i64, i64)> = query.fetch_all(&self.readers).await?;
        Ok(wrong.into_iter().map(|(first, last, count)| miscounted(first, last, count)).collect())
    }
}

pub(super) fn raw(row: &PgRow) -> Result<RawEvent, sqlx::Error> {
    Ok(RawEvent {
        position: row.try_get(0)?,
        stream: bytes(row, 1)?.unwrap_or_default(),
        version: row.try_get(2)?,
        name: bytes(row, 3)?.unwrap_or_default(),
        schema: row.try_get(4)?,
        time_ms: row.try_get(5)?,
        actor: bytes(row, 6)?.unwrap_or_default(),
        correlation: bytes(row, 7)?.unwrap_or_default(),
        causation: bytes(row, 8)?,
        command: bytes(row, 9)?.unwrap_or_default(),
        data: bytes(row, 10)?.unwrap_or_default(),
        checksum: row.try_get(11)?,
    })
}

fn bytes(row: &PgRow, column: usize) -> Result<Option<Vec<u8>>, sqlx::Error> {
    row.try_get_unchecked(column)
}
