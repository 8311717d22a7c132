//! Opens the file, or drops it: what does not fit the code or the log is not migrated but folded anew.

use std::{io::ErrorKind, path::Path, time::Duration};

use berth_store::{Log, Position};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{ViewError, attempt, grab, log_entry, sql, tenant};

/// A read model: raise `version` when its table or its fold changes.
pub(crate) struct Model {
    pub(crate) name: &'static str,
    pub(crate) version: u16,
    pub(crate) schema: &'static str,
}

/// Every read model there is. In the order of their names, as the file lists them.
pub(crate) const MODELS: [Model; 4] = [attempt::MODEL, grab::MODEL, log_entry::MODEL, tenant::MODEL];

const COMMON_SCHEMA: &str = include_str!("../../../migrations/views/views.sql");
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
const READER_IDLE: Duration = Duration::from_mins(1);
const READERS: u32 = 3;
/// Rows that SQLite's thread may read ahead: each time it must wait costs two switches of threads.
const ROWS_AHEAD: usize = 1024;
const WRITER_CACHE_KIB: u32 = 4096;
const CATCH_UP_CACHE_KIB: u32 = 48 << 10;
const READER_CACHE_KIB: u32 = 512;
/// After a catch-up the WAL file is cut back to this.
const WAL_KEPT_BYTES: u32 = 8 << 20;

pub(crate) struct Opened {
    pub(crate) writer: SqliteConnection,
    pub(crate) readers: SqlitePool,
    pub(crate) position: Position,
}

pub(crate) async fn open(path: &Path, log: &dyn Log) -> Result<Opened, ViewError> {
    let mut writer = match fitting(path, log).await? {
        Some(writer) => writer,
        None => anew(path).await?,
    };
    let position = sql::checkpoint(&mut writer).await?;
    Ok(Opened { writer, readers: readers(path), position })
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
    let found = sqlx::query_as("SELECT name, version FROM model ORDER BY name").fetch_all(&mut *writer).await;
    let found: Vec<(String, u16)> = match found {
        Ok(found) => found,
        // No such table, or no database at all.
        Err(sqlx::Error::Database(_)) => return Ok(Some("it holds no views")),
        Err(error) => return Err(error.into()),
    };
    let known = MODELS.iter().map(|model| (model.name, model.version));
    if !known.eq(found.iter().map(|(name, version)| (name.as_str(), *version))) {
        return Ok(Some("it was made for other versions of the read models"));
    }
    let row = sqlx::query("SELECT position, command FROM checkpoint").fetch_one(writer).await?;
    let position = sql::position(&row, "position")?;
    let command: &str = row.try_get("command")?;
    if position > log.head().await? {
        return Ok(Some("it is ahead of the log"));
    }
    if position > Position::START {
        let before = Position::new(position.get() - 1);
        let last = log.read(before, 1).await?;
        if last.first().is_none_or(|event| event.command.as_str() != command) {
            return Ok(Some("it was folded from another log"));
        }
    }
    Ok(None)
}

async fn anew(path: &Path) -> Result<SqliteConnection, ViewError> {
    let fault = |source| ViewError::Open { path: path.into(), source };
    let mut writer = connect(path).await.map_err(fault)?;
    let tables = MODELS.map(|Model { name, version, schema }| {
        format!("{schema} INSERT INTO model VALUES ('{name}', {version});")
    });
    let script = format!("BEGIN IMMEDIATE; {COMMON_SCHEMA} {} COMMIT;", tables.join("\n"));
    sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut writer).await.map_err(fault)?;
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

async fn connect(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    options(path, WRITER_CACHE_KIB)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A power cut may take the last transactions, each with its checkpoint: they are folded again.
        .synchronous(SqliteSynchronous::Normal)
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

fn options(path: &Path, cache_kib: u32) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(false)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("cache_size", format!("-{cache_kib}"))
        .disable_statement_logging()
}

/// Primary codes 11 (corrupt) and 26 (not a database), see <https://www.sqlite.org/rescode.html>.
fn is_damage(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, 11 | 26))
}

fn remove(path: &Path) -> Result<(), ViewError> {
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
