//! Gives space that released events left back to the system.

use std::path::Path;

use sqlx::SqliteConnection;

/// Pages given back in one step: some milliseconds, in which appends wait.
const PAGES: u32 = 1024;
/// `PRAGMA auto_vacuum`: pages can be given back one by one.
const INCREMENTAL: i64 = 2;

/// Answers whether there is more to give back.
pub(super) async fn step(connection: &mut SqliteConnection, path: &Path) -> Result<bool, sqlx::Error> {
    let free: i64 = sqlx::query_scalar("PRAGMA freelist_count").fetch_one(&mut *connection).await?;
    let mode: i64 = sqlx::query_scalar("PRAGMA auto_vacuum").fetch_one(&mut *connection).await?;
    if free == 0 {
        return Ok(false);
    }
    if mode != INCREMENTAL {
        return convert(connection, path).await;
    }
    let sql = sqlx::AssertSqlSafe(format!("PRAGMA incremental_vacuum({PAGES})"));
    sqlx::raw_sql(sql).fetch_all(&mut *connection).await?;
    if free > i64::from(PAGES) {
        return Ok(true);
    }
    shrink(connection).await?;
    Ok(false)
}

/// A file of before pages could be given back one by one is written anew, once, if the disk has room for that.
async fn convert(connection: &mut SqliteConnection, path: &Path) -> Result<bool, sqlx::Error> {
    // The new content is kept beside the old, and goes through the WAL.
    let needed = std::fs::metadata(path)?.len().saturating_mul(2);
    let disk = rustix::fs::statvfs(path).map_err(std::io::Error::from)?;
    if disk.f_bavail.saturating_mul(disk.f_frsize) < needed {
        tracing::warn!(needed, "the log's file cannot shrink: the disk has no room to write it anew");
        return Ok(false);
    }
    sqlx::raw_sql("PRAGMA auto_vacuum = INCREMENTAL").execute(&mut *connection).await?;
    sqlx::raw_sql("VACUUM").execute(&mut *connection).await?;
    shrink(connection).await?;
    Ok(false)
}

/// Only when the WAL is folded in does the file become shorter. A reader in the way only delays that.
async fn shrink(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetch_all(connection).await.map(drop)
}
