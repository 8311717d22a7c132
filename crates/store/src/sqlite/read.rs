//! Everything that is asked of the database outside the writer, and how rows become ours.
//!
//! `LIMIT ? + 0` and not `LIMIT ?`: SQLite plans by the value of a bare parameter there, and so prepares the statement anew each time
//! that one is bound (`sqlite3ExprIsInteger`, since 3.47).

use std::sync::Arc;

use serde_json::value::RawValue;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};

use crate::checksum::Checksum;
use crate::vault::Sealed;
use crate::{
    Appended, CommandId, Fingerprint, Meta, Position, ReadError, Recorded, Released, SecretId, Snapshot,
    StreamId, Version,
};

/// What [`recorded`] reads of an event.
macro_rules! columns {
    () => {
        "position, stream, version, name, schema, time_ms, actor, correlation, causation, command, data"
    };
}

pub(super) async fn events(
    readers: &SqlitePool,
    after: Position,
    limit: u32,
) -> Result<Vec<Recorded>, ReadError> {
    let query = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM events WHERE position > ? ORDER BY position LIMIT ? + 0"
    ));
    let rows = query.bind(after.to_sql()).bind(limit).fetch_all(readers).await?;
    rows.iter().map(recorded).collect()
}

pub(super) async fn stream(
    readers: &SqlitePool,
    stream: &StreamId,
    after: Version,
    limit: u32,
) -> Result<Vec<Recorded>, ReadError> {
    let query = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM events WHERE stream = ? AND version > ? ORDER BY version LIMIT ? + 0",
    ));
    let rows = query.bind(stream.shared()).bind(after.get()).bind(limit).fetch_all(readers).await?;
    rows.iter().map(recorded).collect()
}

/// In one crossing to the database's thread, and as of one moment: no snapshot comes between.
pub(super) async fn stream_from_snapshot(
    readers: &SqlitePool,
    stream: &StreamId,
    schema: u16,
    limit: u32,
) -> Result<(Option<Snapshot>, Vec<Recorded>), ReadError> {
    let query = sqlx::query(concat!(
        "SELECT NULL AS position, stream, version, NULL AS name, schema, NULL AS time_ms, NULL AS actor, NULL AS correlation, \
           NULL AS causation, NULL AS command, data FROM snapshots WHERE stream = ?1 AND schema = ?2 \
         UNION ALL SELECT * FROM (SELECT ",
        columns!(),
        " FROM events WHERE stream = ?1 AND version > \
             coalesce((SELECT version FROM snapshots WHERE stream = ?1 AND schema = ?2), 0) ORDER BY version LIMIT ?3 + 0)",
    ));
    let rows = query.bind(stream.shared()).bind(schema).bind(limit).fetch_all(readers).await?;
    let (mut snapshot, mut events) = (None, Vec::with_capacity(rows.len()));
    for row in &rows {
        match row.try_get::<Option<i64>, _>("position")? {
            Some(_) => events.push(recorded(row)?),
            None => snapshot = Some(snapshot_of(stream, schema, row)?),
        }
    }
    Ok((snapshot, events))
}

pub(super) async fn answered(
    readers: &SqlitePool,
    command: &CommandId,
) -> Result<Option<(Appended, Fingerprint)>, ReadError> {
    let query = sqlx::query("SELECT fingerprint, last_position, event_count FROM commands WHERE id = ?");
    let row = query.bind(command.shared()).fetch_optional(readers).await?;
    let answer = row.as_ref().map(answer_of).transpose()?;
    Ok(answer.map(|(first, fingerprint)| (Appended { repeated: true, ..first }, fingerprint)))
}

pub(super) async fn released(
    readers: &SqlitePool,
    after: Position,
    limit: u32,
) -> Result<Vec<Released>, ReadError> {
    let query =
        sqlx::query("SELECT first, last, checksum FROM released WHERE first > ? ORDER BY first LIMIT ? + 0");
    let rows = query.bind(after.to_sql()).bind(limit).fetch_all(readers).await?;
    Ok(rows.iter().map(run_of).collect::<Result<_, _>>()?)
}

pub(super) async fn closed_through(readers: &SqlitePool) -> Result<Position, ReadError> {
    let position = sqlx::query_scalar("SELECT closed_through FROM books").fetch_one(readers).await?;
    Ok(Position::from_sql(position))
}

pub(super) async fn snapshot(
    readers: &SqlitePool,
    stream: &StreamId,
    schema: u16,
) -> Result<Option<Snapshot>, ReadError> {
    let query = sqlx::query("SELECT version, data FROM snapshots WHERE stream = ? AND schema = ?");
    let Some(row) = query.bind(stream.shared()).bind(schema).fetch_optional(readers).await? else {
        return Ok(None);
    };
    snapshot_of(stream, schema, &row).map(Some)
}

fn snapshot_of(stream: &StreamId, schema: u16, row: &SqliteRow) -> Result<Snapshot, ReadError> {
    let version = Version::new(row.try_get("version")?);
    Ok(Snapshot { stream: stream.clone(), version, schema, data: json(row, "data")? })
}

pub(super) async fn checkpoint(readers: &SqlitePool, follower: &str) -> Result<Position, ReadError> {
    let query = sqlx::query_scalar("SELECT position FROM checkpoints WHERE follower = ?");
    let position: Option<i64> = query.bind(follower).fetch_optional(readers).await?;
    Ok(position.map(Position::from_sql).unwrap_or_default())
}

pub(super) async fn secret(readers: &SqlitePool, id: &SecretId) -> Result<Option<Sealed>, ReadError> {
    let query = sqlx::query_as("SELECT kind, owner, sealed FROM secrets WHERE id = ?");
    let row: Option<(String, String, Vec<u8>)> = query.bind(id.as_str()).fetch_optional(readers).await?;
    Ok(row.map(|(kind, owner, bytes)| Sealed::new(id.clone(), kind, owner, bytes)))
}

pub(super) async fn holds_secrets(readers: &SqlitePool) -> Result<bool, ReadError> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM secrets)").fetch_one(readers).await?)
}

pub(super) async fn claim_owner(
    readers: &SqlitePool,
    space: &str,
    key: &str,
) -> Result<Option<StreamId>, ReadError> {
    let query = sqlx::query_scalar("SELECT owner FROM claims WHERE space = ? AND key = ?");
    let owner: Option<String> = query.bind(space).bind(key).fetch_optional(readers).await?;
    owner.as_deref().map(stream_of).transpose()
}

pub(super) async fn claimed(readers: &SqlitePool, space: &str) -> Result<Vec<(String, StreamId)>, ReadError> {
    let query = sqlx::query_as("SELECT key, owner FROM claims WHERE space = ? ORDER BY key");
    let rows: Vec<(String, String)> = query.bind(space).fetch_all(readers).await?;
    rows.into_iter().map(|(key, owner)| Ok((key, stream_of(&owner)?))).collect()
}

fn stream_of(text: &str) -> Result<StreamId, ReadError> {
    StreamId::parse(text).map_err(|error| ReadError::Corrupt { what: error.to_string() })
}

fn recorded(row: &SqliteRow) -> Result<Recorded, ReadError> {
    let position = Position::from_sql(row.try_get("position")?);
    let unreadable =
        |error: &dyn std::fmt::Display| ReadError::Corrupt { what: format!("event {position}: {error}") };
    Ok(Recorded {
        position,
        stream: StreamId::parse(row.try_get("stream")?).map_err(|error| unreadable(&error))?,
        version: Version::new(row.try_get("version")?),
        name: row.try_get("name")?,
        schema: row.try_get("schema")?,
        meta: Meta {
            time_ms: row.try_get("time_ms")?,
            actor: row.try_get("actor")?,
            correlation: row.try_get("correlation")?,
            causation: row.try_get("causation")?,
        },
        command: command_of(row, "command")?,
        data: json(row, "data").map_err(|error| unreadable(&error))?,
    })
}

/// Columns `last_position`, `event_count` and `fingerprint`.
pub(super) fn answer_of(row: &SqliteRow) -> Result<(Appended, Fingerprint), sqlx::Error> {
    let last = Position::from_sql(row.try_get("last_position")?);
    let bytes: &[u8] = row.try_get("fingerprint")?;
    let fingerprint =
        bytes.try_into().map_err(|_| sqlx::Error::Decode("a fingerprint has 32 bytes".into()))?;
    Ok((Appended { last, count: row.try_get("event_count")?, repeated: false }, fingerprint))
}

pub(super) fn run_of(row: &SqliteRow) -> Result<Released, sqlx::Error> {
    Ok(Released {
        first: Position::from_sql(row.try_get("first")?),
        last: Position::from_sql(row.try_get("last")?),
        checksum: checksum_of(row)?,
    })
}

/// Column `checksum`.
pub(super) fn checksum_of(row: &SqliteRow) -> Result<Checksum, sqlx::Error> {
    let bytes: &[u8] = row.try_get("checksum")?;
    bytes.try_into().map_err(|_| sqlx::Error::Decode("a checksum has 32 bytes".into()))
}

pub(super) fn command_of(row: &SqliteRow, column: &str) -> Result<CommandId, sqlx::Error> {
    CommandId::parse(row.try_get(column)?).map_err(|error| sqlx::Error::Decode(error.into()))
}

fn json(row: &SqliteRow, column: &str) -> Result<Box<RawValue>, ReadError> {
    let text: String = row.try_get(column)?;
    RawValue::from_string(text).map_err(|error| ReadError::Corrupt { what: error.to_string() })
}

impl From<sqlx::Error> for ReadError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => {
                Self::Corrupt { what: error.to_string() }
            }
            _ => Self::Storage(Arc::new(error)),
        }
    }
}
