//! Opens the file: settings that durability hangs on are set and then asked for, tables are brought up to
//! date.

use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection, SqlitePool};

use super::Options;
use super::writer::Tail;
use crate::Position;

/// In order; the file's `user_version` says how many it has seen. Never edit one that was released.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../../migrations/log/0001_log.sql"),
    include_str!("../../../../migrations/log/0002_released.sql"),
];

const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
const READER_IDLE: Duration = Duration::from_mins(1);
/// Rows that SQLite's thread may read ahead: each time it must wait costs two switches of threads.
const ROWS_AHEAD: usize = 1024;
/// After a burst the WAL file is cut back to this.
const WAL_KEPT_BYTES: u32 = 8 << 20;

pub(super) struct Opened {
    pub(super) writer: SqliteConnection,
    pub(super) readers: SqlitePool,
    pub(super) tail: Tail,
}

pub(super) async fn open(path: &Path, options: &Options) -> Result<Opened, OpenError> {
    let fault = |source| OpenError::Storage { path: path.into(), source };
    make_private(path).map_err(|error| fault(sqlx::Error::Io(error)))?;
    let mut writer = writer_options(path, options).connect().await.map_err(fault)?;
    check_settings(&mut writer, options).await.map_err(fault)??;
    migrate(&mut writer, path, options.upgrade).await?;
    let tail = load_tail(&mut writer).await.map_err(fault)?;
    let readers = SqlitePoolOptions::new()
        .max_connections(options.readers.max(1))
        .min_connections(0)
        .idle_timeout(READER_IDLE)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_lazy_with(reader_options(path, options));
    Ok(Opened { writer, readers, tail })
}

/// Makes the file of a database, readable by its owner alone, as the files that `SQLite` puts beside it will be. One that is there is
/// not even opened: to close it again would take `SQLite`'s locks away from this process.
pub fn make_private(path: &Path) -> io::Result<()> {
    match File::options().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn writer_options(path: &Path, options: &Options) -> SqliteConnectOptions {
    let writer = common_options(path, options.writer_cache_kib)
        .create_if_missing(true)
        // Only a file that has no table yet takes it.
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous(options))
        .pragma("wal_autocheckpoint", options.wal_pages.to_string())
        .pragma("journal_size_limit", WAL_KEPT_BYTES.to_string());
    match options.max_pages {
        Some(pages) => writer.pragma("max_page_count", pages.to_string()),
        None => writer,
    }
}

#[cfg(not(feature = "weak"))]
fn synchronous(_options: &Options) -> SqliteSynchronous {
    SqliteSynchronous::Full
}

#[cfg(feature = "weak")]
fn synchronous(options: &Options) -> SqliteSynchronous {
    options.synchronous
}

fn reader_options(path: &Path, options: &Options) -> SqliteConnectOptions {
    common_options(path, options.reader_cache_kib)
        .row_buffer_size(ROWS_AHEAD)
        .read_only(true)
        .pragma("query_only", "ON")
}

pub(super) fn common_options(path: &Path, cache_kib: u32) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(false)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("cache_size", format!("-{cache_kib}"))
        .disable_statement_logging()
}

/// A setting that `SQLite` did not take is no error to it, but would be one to whoever trusts an
/// acknowledgement.
async fn check_settings(
    writer: &mut SqliteConnection,
    options: &Options,
) -> Result<Result<(), OpenError>, sqlx::Error> {
    // As `SQLite` counts them: off, normal, full, extra.
    let expected = self::synchronous(options) as i64;
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *writer).await?;
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(writer).await?;
    if journal == "wal" && synchronous == expected {
        Ok(Ok(()))
    } else {
        Ok(Err(OpenError::NotDurable { journal, synchronous }))
    }
}

async fn migrate(writer: &mut SqliteConnection, path: &Path, upgrade: bool) -> Result<(), OpenError> {
    let fault = |source| OpenError::Storage { path: path.into(), source };
    let seen: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *writer).await.map_err(fault)?;
    let known = MIGRATIONS.len();
    let seen = usize::try_from(seen).unwrap_or(usize::MAX);
    if seen > known {
        return Err(OpenError::Newer { path: path.into(), found: seen, known });
    }
    if seen < known && !upgrade {
        return Err(OpenError::Older { path: path.into(), found: seen, known });
    }
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(seen) {
        let version = index + 1;
        let script = format!("BEGIN IMMEDIATE; {migration} PRAGMA user_version = {version}; COMMIT;");
        sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut *writer).await.map_err(fault)?;
    }
    Ok(())
}

/// Where the log ends. Also after somebody else has written.
pub(super) async fn load_tail(writer: &mut SqliteConnection) -> Result<Tail, sqlx::Error> {
    let query = sqlx::query_as("SELECT position, checksum FROM head");
    let (position, checksum): (i64, Vec<u8>) = query.fetch_one(writer).await?;
    let checksum = checksum.try_into().map_err(|_| sqlx::Error::Decode("a checksum has 32 bytes".into()))?;
    Ok(Tail::new(Position::from_sql(position), checksum))
}

/// Lets go of the file in order: its WAL is folded in.
pub(super) async fn close(writer: SqliteConnection) {
    if let Err(error) = writer.close().await {
        tracing::warn!(%error, "failed to close the log");
    }
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("failed to open the log {}", path.display())]
    Storage { path: PathBuf, source: sqlx::Error },
    #[error(
        "the log {} was written by a newer program: it is at format {found}, this program knows {known}",
        path.display()
    )]
    Newer { path: PathBuf, found: usize, known: usize },
    #[error(
        "the log {} is in use by an older program: it is at format {found}, and this program's is {known}; use the older program, or \
         stop it first",
        path.display()
    )]
    Older { path: PathBuf, found: usize, known: usize },
    #[error(
        "the storage is not durable: journal mode {journal}, synchronous {synchronous} in place of wal, 2"
    )]
    NotDurable { journal: String, synchronous: i64 },
}
