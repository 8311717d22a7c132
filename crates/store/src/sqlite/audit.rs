//! The rows as they are stored, for [`crate::verify()`]. Texts are read as bytes: a changed byte need not be
//! lawful UTF-8.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row};

use super::SqliteLog;
use crate::verify::miscounted;
use crate::{Audit, Position, RawEvent, RawHead, ReadError};

/// In the order in which [`raw`] takes them.
pub(super) const EVENT_COLUMNS: &str = "position, CAST(stream AS BLOB), version, CAST(name AS BLOB), schema, time_ms, \
     CAST(actor AS BLOB), CAST(correlation AS BLOB), CAST(causation AS BLOB), CAST(command AS BLOB), CAST(data AS BLOB), checksum";

#[async_trait]
impl Audit for SqliteLog {
    async fn raw_events(&self, after: Position, limit: u32) -> Result<Vec<RawEvent>, ReadError> {
        let sql =
            format!("SELECT {EVENT_COLUMNS} FROM events WHERE position > ? ORDER BY position LIMIT ? + 0");
        let query = sqlx::query(AssertSqlSafe(sql));
        let rows = query.bind(after.to_sql()).bind(limit).fetch_all(&self.readers).await?;
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
               OR last_position - max(last_position - event_count, closed_through) <> (SELECT count(*) FROM events \
                 WHERE events.command = commands.id AND events.time_ms = commands.time_ms AND position <= last_position \
                   AND position > max(last_position - event_count, closed_through)) \
               OR last_position < event_count \
               OR EXISTS (SELECT 1 FROM events WHERE events.command <> commands.id \
                 AND position BETWEEN last_position - event_count + 1 AND closed_through) \
             UNION \
             SELECT command FROM events, books WHERE position > closed_through AND NOT EXISTS (SELECT 1 FROM commands \
               WHERE id = command AND position BETWEEN last_position - event_count + 1 AND last_position) LIMIT ? + 0",
        );
        Ok(query.bind(limit).fetch_all(&self.readers).await?)
    }

    async fn damage(&self) -> Result<Vec<String>, ReadError> {
        let mut lines: Vec<String> =
            sqlx::query_scalar("PRAGMA integrity_check(20)").fetch_all(&self.readers).await?;
        lines.retain(|line| line != "ok");
        // Nothing in the chain tells that an event which stood in for released ones is gone.
        let query = sqlx::query_as(
            "SELECT first, last, stand_ins FROM released WHERE stand_ins <> \
             (SELECT count(*) FROM events WHERE position BETWEEN first AND last) ORDER BY first LIMIT 20",
        );
        let wrong: Vec<(i64, i64, i64)> = query.fetch_all(&self.readers).await?;
        lines.extend(wrong.into_iter().map(|(first, last, count)| miscounted(first, last, count)));
        Ok(lines)
    }
}

pub(super) fn raw(row: &SqliteRow) -> Result<RawEvent, sqlx::Error> {
    Ok(RawEvent {
        position: row.try_get(0)?,
        stream: row.try_get(1)?,
        version: row.try_get(2)?,
        name: row.try_get(3)?,
        schema: row.try_get(4)?,
        time_ms: row.try_get(5)?,
        actor: row.try_get(6)?,
        correlation: row.try_get(7)?,
        causation: row.try_get(8)?,
        command: row.try_get(9)?,
        data: row.try_get(10)?,
        checksum: row.try_get(11)?,
    })
}
