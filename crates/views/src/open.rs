//! Opens the file, or drops it: what does not fit the code or the log is not migrated but folded anew.

use std::{io::ErrorKind, path::Path, time::Duration};

use berth_store::sqlite::make_private;
use berth_store::{Log, Position};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    ViewError,
    fault::primary_code,
    fold::course::{Checkpoint, Course},
    model::{MODELS, Model},
    projection::rebuild::{self, Made},
};

pub(crate) const COMMON_SCHEMA: &str = include_str!("../../../migrations/views/views.sql");
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
const READER_IDLE: Duration = Duration::from_mins(1);
const READERS: u32 = 3;
/// Rows that SQLite's thread may read ahead: each time it must wait costs two switches of threads.
const ROWS_AHEAD: usize = 1024;
const WRITER_CACHE_KIB: u32 = 2048;
pub(crate) const CATCH_UP_CACHE_KIB: u32 = 48 << 10;
const READER_CACHE_KIB: u32 = 256;
/// After a catch-up the WAL file is cut back to this.
const WAL_KEPT_BYTES: u32 = 8 << 20;
/// The WAL is folded into the file at this length: rows of tasks that try often change many times on the way, and are written there once.
const WAL_PAGES: u32 = 2000;

pub(crate) struct Opened {
    pub(crate) writer: SqliteConnection,
    pub(crate) readers: SqlitePool,
    pub(crate) courses: Vec<Course>,
}

pub(crate) async fn open(path: &Path, log: &dyn Log) -> Result<Opened, ViewError> {
    let mut writer = match fitting(path, log).await? {
        Some(writer) => writer,
        None => anew(path).await?,
    };
    for model in MODELS {
        fit(&mut writer, log, model).await?;
    }
    rebuild::clear(&mut writer).await?;
    let courses = Course::load_all(&mut writer).await?;
    Ok(Opened { writer, readers: readers(path), courses })
}

/// The file as it is, if it can be folded on.
async fn fitting(path: &Path, log: &dyn Log) -> Result<Option<SqliteConnection>, ViewError> {
    if !path.exists() {
        return Ok(None);
    }
    let why = match connect(path).await {
        Ok(mut writer) => match misfit(&mut writer, log).await? {
            None => return Ok(Some(writer)),
            Some(why) => {
                writer.close().await?;
                why
            }
        },
        Err(error) if is_damage(&error) => "it is damaged",
        Err(source) => return Err(ViewError::Open { path: path.into(), source }),
    };
    tracing::info!(path = %path.display(), why, "the views are dropped and folded anew");
    remove(path)?;
    Ok(None)
}

/// Why the file cannot be folded on.
async fn misfit(writer: &mut SqliteConnection, log: &dyn Log) -> Result<Option<&'static str>, ViewError> {
    let query = format!("SELECT {}, version FROM model", Course::COLUMNS);
    let rows = match sqlx::query(AssertSqlSafe(query)).fetch_all(&mut *writer).await {
        Ok(rows) => rows,
        // No such table, not this table, or no database at all.
        Err(sqlx::Error::Database(_)) => return Ok(Some("it holds no views that this release knows")),
        Err(error) => return Err(error.into()),
    };
    for row in &rows {
        // Of a read model that this release does not have nothing is asked.
        let Ok(course) = Course::of_row(row) else { continue };
        if let Some(why) = stray(&course.checkpoint, log).await? {
            return Ok(Some(why));
        }
    }
    Ok(None)
}

/// Why what was folded up to here cannot have come from this log.
async fn stray(checkpoint: &Checkpoint, log: &dyn Log) -> Result<Option<&'static str>, ViewError> {
    let Checkpoint { position, anchor, command, .. } = checkpoint;
    if *position > log.head().await? {
        return Ok(Some("it is ahead of the log"));
    }
    if *anchor == Position::START {
        return Ok(None);
    }
    let found = log.read(Position::new(anchor.get() - 1), 1).await?;
    let same = match found.first().filter(|event| event.position == *anchor) {
        Some(event) => event.command.as_str() == command,
        // It may have left the log.
        None => *anchor <= log.closed_through().await?,
    };
    Ok((!same).then_some("it was folded from another log"))
}

/// Drops what other versions of a read model made, and begins anew where nothing serves.
async fn fit(writer: &mut SqliteConnection, log: &dyn Log, model: &'static Model) -> Result<(), ViewError> {
    let query = sqlx::query("DELETE FROM model WHERE name = ? AND version <> ?");
    let dropped = query.bind(model.name).bind(model.version).execute(&mut *writer).await?.rows_affected();
    if dropped > 0 {
        tracing::info!(
            projection = model.name,
            "another version of a read model is dropped, to be folded anew"
        );
    }
    let query = sqlx::query_scalar("SELECT count(*) FROM model WHERE name = ? AND live = 1");
    let serving: u32 = query.bind(model.name).fetch_one(&mut *writer).await?;
    if serving == 0 {
        // What a rebuild had begun is of no use without what it was to replace.
        let query = sqlx::query("DELETE FROM model WHERE name = ?").bind(model.name);
        query.execute(&mut *writer).await?;
        rebuild::clear(writer).await?;
        rebuild::begin(writer, log, model, Made::Live).await?;
    }
    Ok(())
}

async fn anew(path: &Path) -> Result<SqliteConnection, ViewError> {
    let fault = |source| ViewError::Open { path: path.into(), source };
    let mut writer = connect(path).await.map_err(fault)?;
    sqlx::raw_sql(COMMON_SCHEMA).execute(&mut writer).await.map_err(fault)?;
    Ok(writer)
}

/// A large cache while there is much to fold, given back afterwards.
pub(crate) async fn set_cache(writer: &mut SqliteConnection, large: bool) -> Result<(), ViewError> {
    let script = if large {
        format!("PRAGMA cache_size = -{CATCH_UP_CACHE_KIB}")
    } else {
        format!("PRAGMA cache_size = -{WRITER_CACHE_KIB}; PRAGMA shrink_memory")
    };
    sqlx::raw_sql(AssertSqlSafe(script)).execute(writer).await?;
    Ok(())
}

pub(crate) async fn connect(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    make_private(path)?;
    options(path, WRITER_CACHE_KIB)
        .journal_mode(SqliteJournalMode::Wal)
        // A power cut may take the last transactions, each with its checkpoint: they are folded again.
        .synchronous(SqliteSynchronous::Normal)
        .pragma("wal_autocheckpoint", WAL_PAGES.to_string())
        .pragma("journal_size_limit", WAL_KEPT_BYTES.to_string())
        .connect()
        .await
}

fn readers(path: &Path) -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .min_connections(0)
        .idle_timeout(READER_IDLE)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_lazy_with(
            options(path, READER_CACHE_KIB)
                .row_buffer_size(ROWS_AHEAD)
                .read_only(true)
                .pragma("query_only", "ON"),
        )
}

pub(crate) fn options(path: &Path, cache_kib: u32) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(false)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("cache_size", format!("-{cache_kib}"))
        .disable_statement_logging()
}

/// Primary codes 11 (corrupt) and 26 (not a database), see <https://www.sqlite.org/rescode.html>.
fn is_damage(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(11 | 26))
}

pub(crate) fn remove(path: &Path) -> Result<(), ViewError> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(&name) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                return Err(ViewError::Remove { path: path.into(), source });
            }
            _ => {}
        }
    }
    Ok(())
}
