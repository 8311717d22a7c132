//! Rows as another log could take them.

use sqlx::{AssertSqlSafe, Row, SqlitePool};

use super::audit::{EVENT_COLUMNS, raw};
use crate::import::MARK;
use crate::vault::Sealed;
use crate::{CommandId, Exported, Fingerprint, Ground, Position, ReadError, SecretId, StreamId};

pub(super) async fn exported(
    readers: &SqlitePool,
    after: Position,
    limit: u32,
) -> Result<Vec<Exported>, ReadError> {
    let sql = format!(
        "SELECT {EVENT_COLUMNS}, (SELECT fingerprint FROM commands WHERE id = command), \
           coalesce((SELECT last FROM released WHERE first <= position ORDER BY first DESC LIMIT 1) >= position, 0) \
         FROM events WHERE position > ? ORDER BY position LIMIT ? + 0"
    );
    let query = sqlx::query(AssertSqlSafe(sql)).bind(after.to_sql()).bind(limit);
    let mut exported = Vec::new();
    for row in query.fetch_all(readers).await? {
        let fingerprint: Option<Vec<u8>> = row.try_get(12)?;
        let fingerprint = fingerprint.map(TryInto::try_into).transpose();
        let fingerprint =
            fingerprint.map_err(|_| ReadError::Corrupt { what: "a fingerprint has 32 bytes".into() })?;
        exported.push(Exported { event: raw(&row)?, fingerprint, stands_in: row.try_get(13)? });
    }
    Ok(exported)
}

/// In one transaction, so that it is all of one instant.
pub(super) async fn ground(readers: &SqlitePool) -> Result<Ground, ReadError> {
    let mut instant = readers.begin().await?;
    let query = sqlx::query_as("SELECT head.position, closed_through FROM head, books");
    let (head, closed): (i64, i64) = query.fetch_one(&mut *instant).await?;
    let mut ground = Ground {
        head: Position::from_sql(head),
        closed_through: Position::from_sql(closed),
        ..Ground::default()
    };
    let query = sqlx::query_as("SELECT space, key, owner FROM claims ORDER BY space, key");
    let claims: Vec<(String, String, String)> = query.fetch_all(&mut *instant).await?;
    for (space, key, owner) in claims {
        let owner = StreamId::parse(&owner).map_err(|error| corrupt(&error))?;
        ground.claims.push((space, key, owner));
    }
    let query = sqlx::query_as("SELECT id, kind, owner, sealed FROM secrets ORDER BY id");
    let secrets: Vec<(String, String, String, Vec<u8>)> = query.fetch_all(&mut *instant).await?;
    for (id, kind, owner, bytes) in secrets {
        let id = SecretId::parse(&id).map_err(|error| corrupt(&error))?;
        ground.secrets.push(Sealed::new(id, kind, owner, bytes));
    }
    let query =
        sqlx::query_as("SELECT follower, position FROM checkpoints WHERE follower <> ? ORDER BY follower");
    let checkpoints: Vec<(String, i64)> = query.bind(MARK).fetch_all(&mut *instant).await?;
    let checkpoints = checkpoints.into_iter();
    ground.checkpoints = checkpoints.map(|(name, position)| (name, Position::from_sql(position))).collect();
    let query = sqlx::query_as(
        "SELECT id, fingerprint, last_position FROM commands WHERE event_count = 0 ORDER BY id",
    );
    let answers: Vec<(String, Vec<u8>, i64)> = query.fetch_all(&mut *instant).await?;
    ground.answers = answers.into_iter().map(answer).collect::<Result<_, _>>()?;
    Ok(ground)
}

fn answer(
    (id, fingerprint, after): (String, Vec<u8>, i64),
) -> Result<(CommandId, Fingerprint, Position), ReadError> {
    let id = CommandId::parse(&id).map_err(|error| corrupt(&error))?;
    let fingerprint = fingerprint.try_into();
    let fingerprint =
        fingerprint.map_err(|_| ReadError::Corrupt { what: "a fingerprint has 32 bytes".into() })?;
    Ok((id, fingerprint, Position::from_sql(after)))
}

pub(super) async fn unfinished_import(readers: &SqlitePool) -> Result<bool, ReadError> {
    let query = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM checkpoints WHERE follower = ?)");
    Ok(query.bind(MARK).fetch_one(readers).await?)
}

fn corrupt(error: &dyn std::error::Error) -> ReadError {
    ReadError::Corrupt { what: error.to_string() }
}
