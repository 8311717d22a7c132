//! Leases. Each request is one statement of its own, in the database's time.

use std::time::Duration;

use sqlx::{Row, SqliteConnection};

use super::fault::Trouble;
use crate::{Lease, LeaseError};

pub(super) enum LeaseRequest {
    Acquire { key: String, owner: String, ttl: Duration },
    Renew { lease: Lease, ttl: Duration },
    Release { lease: Lease },
}

/// The outer error is the database's trouble, the inner one the answer.
pub(super) async fn settle(
    connection: &mut SqliteConnection,
    request: LeaseRequest,
) -> Result<Result<Lease, LeaseError>, Trouble> {
    match request {
        LeaseRequest::Acquire { key, owner, ttl } => acquire(connection, key, owner, ttl).await,
        LeaseRequest::Renew { lease, ttl } => renew(connection, lease, ttl).await,
        LeaseRequest::Release { lease } => release(connection, lease).await,
    }
}

async fn acquire(
    connection: &mut SqliteConnection,
    key: String,
    owner: String,
    ttl: Duration,
) -> Result<Result<Lease, LeaseError>, Trouble> {
    let query = sqlx::query(
        "INSERT INTO leases (key, owner, epoch, expires_ms) \
         VALUES (?1, ?2, 1, CAST(unixepoch('subsec') * 1000 AS INTEGER) + ?3) \
         ON CONFLICT DO UPDATE SET owner = excluded.owner, epoch = epoch + 1, expires_ms = excluded.expires_ms \
         WHERE owner IS NULL OR expires_ms <= unixepoch('subsec') * 1000 \
         RETURNING epoch, expires_ms",
    );
    let rows = query.bind(&key).bind(&owner).bind(milliseconds(ttl)).fetch_all(&mut *connection).await?;
    if let Some(row) = rows.first() {
        let epoch: i64 = row.try_get(0)?;
        return Ok(Ok(Lease { key, owner, epoch: epoch.unsigned_abs(), expires_ms: row.try_get(1)? }));
    }
    let query = sqlx::query_scalar("SELECT owner FROM leases WHERE key = ?");
    let owner: Option<String> = query.bind(&key).fetch_one(connection).await?;
    Ok(Err(LeaseError::Held { owner: owner.unwrap_or_default() }))
}

async fn renew(
    connection: &mut SqliteConnection,
    lease: Lease,
    ttl: Duration,
) -> Result<Result<Lease, LeaseError>, Trouble> {
    let query = sqlx::query(
        "UPDATE leases SET expires_ms = CAST(unixepoch('subsec') * 1000 AS INTEGER) + ?4 \
         WHERE key = ?1 AND owner = ?2 AND epoch = ?3 RETURNING expires_ms",
    );
    let rows = query
        .bind(&lease.key)
        .bind(&lease.owner)
        .bind(lease.epoch.cast_signed())
        .bind(milliseconds(ttl))
        .fetch_all(connection)
        .await?;
    match rows.first() {
        Some(row) => Ok(Ok(Lease { expires_ms: row.try_get(0)?, ..lease })),
        None => Ok(Err(LeaseError::Lost)),
    }
}

async fn release(
    connection: &mut SqliteConnection,
    lease: Lease,
) -> Result<Result<Lease, LeaseError>, Trouble> {
    let query = sqlx::query("UPDATE leases SET owner = NULL WHERE key = ?1 AND owner = ?2 AND epoch = ?3");
    let query = query.bind(&lease.key).bind(&lease.owner).bind(lease.epoch.cast_signed());
    match query.execute(connection).await?.rows_affected() {
        0 => Ok(Err(LeaseError::Lost)),
        _ => Ok(Ok(lease)),
    }
}

fn milliseconds(ttl: Duration) -> i64 {
    i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX / 2)
}
