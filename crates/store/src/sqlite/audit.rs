//! The rows as they are stored, for [`crate::verify()`]. Texts are read as bytes: a changed byte need not be
//! lawful UTF-8.

use async_trait::async_trait;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::SqliteLog;
use crate::{Audit, Position, RawEvent, RawHead, ReadError};

#[async_trait]
impl Audit for SqliteLog {
    async fn raw_events(&self, after: Position, limit: u32) -> Result<Vec<RawEvent>, ReadError> {
        let query = sqlx::query(
            "SELECT position, CAST(stream AS BLOB), version, CAST(name AS BLOB), schema, time_ms, CAST(actor AS BLOB), \
             CAST(correlation AS BLOB), CAST(causation AS BLOB), CAST(command AS BLOB), CAST(data AS BLOB), checksum \
             FROM events WHERE position > ? ORDER BY position LIMIT ?",
        );
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
            "SELECT id FROM commands WHERE event_count <> (SELECT count(*) FROM events WHERE command = id \
               AND position BETWEEN last_position - event_count + 1 AND last_position) \
             UNION \
             SELECT command FROM events WHERE NOT EXISTS (SELECT 1 FROM commands WHERE id = command \
               AND position BETWEEN last_position - event_count + 1 AND last_position) LIMIT ?",
        );
        Ok(query.bind(limit).fetch_all(&self.readers).await?)
    }

    async fn damage(&self) -> Result<Vec<String>, ReadError> {
        let mut lines: Vec<String> =
            sqlx::query_scalar("PRAGMA integrity_check(20)").fetch_all(&self.readers).await?;
        lines.retain(|line| line != "ok");
        Ok(lines)
    }
}

fn raw(row: &SqliteRow) -> Result<RawEvent, sqlx::Error> {
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
