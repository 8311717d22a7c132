//! Leases. Each request is one statement of its own, in the database's time; it does not wait behind appends.

use std::time::Duration;

use sqlx::{PgPool, Row};

use super::fault::Trouble;
use crate::{Lease, LeaseError};

/// The outer error is the database's trouble, the inner one the answer.
type Answer<T> = Result<Result<T, LeaseError>, Trouble>;

pub(super) async fn acquire(pool: &PgPool, key: &str, owner: &str, ttl: Duration) -> Answer<Lease> {
    let query = sqlx::query(
        "INSERT INTO leases (key, owner, epoch, expires_ms) \
         VALUES ($1, $2, 1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint + $3) \
         ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, epoch = leases.epoch + 1, expires_ms = excluded.expires_ms \
         WHERE leases.owner IS NULL OR leases.expires_ms <= extract(epoch FROM clock_timestamp()) * 1000 \
         RETURNING epoch, expires_ms",
    );
    let row = query.bind(key).bind(owner).bind(milliseconds(ttl)).fetch_optional(pool).await?;
    if let Some(row) = row {
        let epoch: i64 = row.try_get(0)?;
        let (key, owner) = (key.to_owned(), owner.to_owned());
        return Ok(Ok(Lease { key, owner, epoch: epoch.unsigned_abs(), expires_ms: row.try_get(1)? }));
    }
    let query = sqlx::query_scalar("SELECT coalesce(owner, '') FROM leases WHERE key = $1");
    Ok(Err(LeaseError::Held { owner: query.bind(key).fetch_one(pool).await? }))
}

pub(super) async fn renew(pool: &PgPool, lease: &Lease, ttl: Duration) -> Answer<Lease> {
    let query = sqlx::query_scalar(
        "UPDATE leases SET expires_ms = (extract(epoch FROM clock_timestamp()) * 1000)::bigint + $4 \
         WHERE key = $1 AND owner = $2 AND epoch = $3 RETURNING expires_ms",
    );
    let query = query.bind(&lease.key).bind(&lease.owner).bind(lease.epoch.cast_signed());
    let expires: Option<i64> = query.bind(milliseconds(ttl)).fetch_optional(pool).await?;
    Ok(expires.map(|expires_ms| Lease { expires_ms, ..lease.clone() }).ok_or(LeaseError::Lost))
}

pub(super) async fn release(pool: &PgPool, lease: &Lease) -> Answer<()> {
    let query = sqlx::query("UPDATE leases SET owner = NULL WHERE key = $1 AND owner = $2 AND epoch = $3");
    let query = query.bind(&lease.key).bind(&lease.owner).bind(lease.epoch.cast_signed());
    match query.execute(pool).await?.rows_affected() {
        0 => Ok(Err(LeaseError::Lost)),
        _ => Ok(Ok(())),
    }
}

fn milliseconds(ttl: Duration) -> i64 {
    i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX / 2)
}
