//! Everything that is asked of the database outside the writer, and how rows become ours.

use serde_json::value::RawValue;
use sqlx::postgres::PgRow;
use sqlx::{PgPool, Row};

use crate::checksum::Checksum;
use crate::vault::Sealed;
use crate::{
    Appended, CommandId, Fingerprint, Meta, Position, ReadError, Recorded, Released, SecretId, Snapshot,
    StreamId, Version,
};

pub(super) async fn events(
    readers: &PgPool,
    after: Position,
    limit: u32,
) -> Result<Vec<Recorded>, ReadError> {
    let query = sqlx::query(
        "SELECT position, stream, version, name, schema, time_ms, actor, correlation, causation, command, data \
         FROM events WHERE position > $1 ORDER BY position LIMIT $2",
    );
    let rows = query.bind(after.to_sql()).bind(i64::from(limit)).fetch_all(readers).await?;
    rows.iter().map(recorded).collect()
}

pub(super) async fn stream(
    readers: &PgPool,
    stream: &StreamId,
    after: Version,
    limit: u32,
) -> Result<Vec<Recorded>, ReadError> {
    let query = sqlx::query(
        "SELECT position, stream, version, name, schema, time_ms, actor, correlation, causation, command, data \
         FROM events WHERE stream = $1 AND version > $2 ORDER BY version LIMIT $3",
    );
    let rows = query
        .bind(stream.as_str())
        .bind(i64::from(after.get()))
        .bind(i64::from(limit))
        .fetch_all(readers)
        .await?;
    rows.iter().map(recorded).collect()
}

pub(super) async fn head(readers: &PgPool) -> Result<Position, ReadError> {
    let position = sqlx::query_scalar("SELECT position FROM head WHERE id = 1").fetch_one(readers).await?;
    Ok(Position::from_sql(position))
}

pub(super) async fn answered(
    readers: &PgPool,
    command: &CommandId,
) -> Result<Option<(Appended, Fingerprint)>, ReadError> {
    let query = sqlx::query("SELECT fingerprint, last_position, event_count FROM commands WHERE id = $1");
    let row = query.bind(command.as_str()).fetch_optional(readers).await?;
    let answer = row.as_ref().map(answer_of).transpose()?;
    Ok(answer.map(|(first, fingerprint)| (Appended { repeated: true, ..first }, fingerprint)))
}

pub(super) async fn released(
    readers: &PgPool,
    after: Position,
    limit: u32,
) -> Result<Vec<Released>, ReadError> {
    let query =
        sqlx::query("SELECT first, last, checksum FROM released WHERE first > $1 ORDER BY first LIMIT $2");
    let rows = query.bind(after.to_sql()).bind(i64::from(limit)).fetch_all(readers).await?;
    Ok(rows.iter().map(run_of).collect::<Result<_, _>>()?)
}

pub(super) async fn closed_through(readers: &PgPool) -> Result<Position, ReadError> {
    let position = sqlx::query_scalar("SELECT closed_through FROM books").fetch_one(readers).await?;
    Ok(Position::from_sql(position))
}

pub(super) async fn snapshot(
    readers: &PgPool,
    stream: &StreamId,
    schema: u16,
) -> Result<Option<Snapshot>, ReadError> {
    let query = sqlx::query("SELECT version, data FROM snapshots WHERE stream = $1 AND schema = $2");
    let Some(row) = query.bind(stream.as_str()).bind(i32::from(schema)).fetch_optional(readers).await? else {
        return Ok(None);
    };
    let version = version_of(&row, "version")?;
    Ok(Some(Snapshot { stream: stream.clone(), version, schema, data: json(&row, "data")? }))
}

pub(super) async fn checkpoint(readers: &PgPool, follower: &str) -> Result<Position, ReadError> {
    let query = sqlx::query_scalar("SELECT position FROM checkpoints WHERE follower = $1");
    let position: Option<i64> = query.bind(follower).fetch_optional(readers).await?;
    Ok(position.map(Position::from_sql).unwrap_or_default())
}

pub(super) async fn secret(readers: &PgPool, id: &SecretId) -> Result<Option<Sealed>, ReadError> {
    let query = sqlx::query_as("SELECT kind, owner, sealed FROM secrets WHERE id = $1");
    let row: Option<(String, String, Vec<u8>)> = query.bind(id.as_str()).fetch_optional(readers).await?;
    Ok(row.map(|(kind, owner, bytes)| Sealed::new(id.clone(), kind, owner, bytes)))
}

pub(super) async fn holds_secrets(readers: &PgPool) -> Result<bool, ReadError> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM secrets)").fetch_one(readers).await?)
}

pub(super) async fn claim_owner(
    readers: &PgPool,
    space: &str,
    key: &str,
) -> Result<Option<StreamId>, ReadError> {
    let query = sqlx::query("SELECT owner FROM claims WHERE space = $1 AND key = $2");
    let row = query.bind(space).bind(key).fetch_optional(readers).await?;
    Ok(row.as_ref().map(|row| stream_of(row, "owner")).transpose()?)
}

pub(super) async fn claimed(readers: &PgPool, space: &str) -> Result<Vec<(String, StreamId)>, ReadError> {
    // By bytes, as SQLite does, whatever the database's own order of texts is.
    let query = sqlx::query(r#"SELECT key, owner FROM claims WHERE space = $1 ORDER BY key COLLATE "C""#);
    let rows = query.bind(space).fetch_all(readers).await?;
    rows.iter().map(|row| Ok((row.try_get("key")?, stream_of(row, "owner")?))).collect()
}

fn recorded(row: &PgRow) -> Result<Recorded, ReadError> {
    let position = Position::from_sql(row.try_get("position")?);
    let unreadable =
        |error: &dyn std::fmt::Display| ReadError::Corrupt { what: format!("event {position}: {error}") };
    Ok(Recorded {
        position,
        stream: StreamId::parse(row.try_get("stream")?).map_err(|error| unreadable(&error))?,
        version: version_of(row, "version")?,
        name: row.try_get("name")?,
        schema: number_of(row.try_get::<i32, _>("schema")?)?,
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
pub(super) fn answer_of(row: &PgRow) -> Result<(Appended, Fingerprint), sqlx::Error> {
    let last = Position::from_sql(row.try_get("last_position")?);
    let bytes: &[u8] = row.try_get("fingerprint")?;
    let fingerprint =
        bytes.try_into().map_err(|_| sqlx::Error::Decode("a fingerprint has 32 bytes".into()))?;
    Ok((
        Appended { last, count: number_of(row.try_get::<i64, _>("event_count")?)?, repeated: false },
        fingerprint,
    ))
}

pub(super) fn run_of(row: &PgRow) -> Result<Released, sqlx::Error> {
    Ok(Released {
        first: Position::from_sql(row.try_get("first")?),
        last: Position::from_sql(row.try_get("last")?),
        checksum: checksum_of(row)?,
    })
}

/// Column `checksum`.
pub(super) fn checksum_of(row: &PgRow) -> Result<Checksum, sqlx::Error> {
    let bytes: Vec<u8> = row.try_get("checksum")?;
    bytes.try_into().map_err(|_| sqlx::Error::Decode("a checksum has 32 bytes".into()))
}

pub(super) fn command_of(row: &PgRow, column: &str) -> Result<CommandId, sqlx::Error> {
    CommandId::parse(row.try_get(column)?).map_err(|error| sqlx::Error::Decode(error.into()))
}

fn json(row: &PgRow, column: &str) -> Result<Box<RawValue>, ReadError> {
    let text: String = row.try_get(column)?;
    RawValue::from_string(text).map_err(|error| ReadError::Corrupt { what: error.to_string() })
}

pub(super) fn stream_of(row: &PgRow, column: &str) -> Result<StreamId, sqlx::Error> {
    StreamId::parse(row.try_get(column)?).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Absent is before the first.
pub(super) fn version_of(row: &PgRow, column: &str) -> Result<Version, sqlx::Error> {
    let version: Option<i64> = row.try_get(column)?;
    number_of(version.unwrap_or_default()).map(Version::new)
}

/// `PostgreSQL` knows signed numbers only.
fn number_of<S, T: TryFrom<S, Error = std::num::TryFromIntError>>(value: S) -> Result<T, sqlx::Error> {
    value.try_into().map_err(|error: std::num::TryFromIntError| sqlx::Error::Decode(error.into()))
}
