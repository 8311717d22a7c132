//! The file that the history is kept in. It is never a reason not to start: one that is damaged, or that another version made, is set
//! aside and begun anew, and one that cannot be had is tried again with the next batch.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use berth_domain::Timestamp;
use futures::TryStreamExt;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, QueryBuilder, Row, Sqlite, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous},
};

use crate::{
    figures::{COLUMNS, Figures, Sample},
    thin::{COARSE_KEPT_MS, COARSE_MS, FINE_KEPT_MS, FINE_MS, Grid, Mean, Thinner},
};

const SCHEMA: &str = include_str!("../../../migrations/metrics/metrics.sql");
/// As the schema says it.
const VERSION: i64 = 1;
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
const CACHE_KIB: u32 = 128;
/// The WAL is folded into the file at this length.
const WAL_PAGES: u32 = 128;
/// SQLite takes 32,766 values in a statement; this keeps far below.
const ROWS_AT_ONCE: usize = 64;
/// Whatever stands before the figures in a row.
const KEY_COLUMNS: usize = 3;

/// The history could not be kept or asked. It may be another time.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    #[error("failed to make the file {}", path.display())]
    Make { path: PathBuf, source: io::Error },
    #[error("the storage of the metrics failed")]
    Storage(#[from] sqlx::Error),
}

/// The file, opened when it is first wanted.
pub(crate) struct Store {
    path: PathBuf,
    connection: Option<SqliteConnection>,
}

impl Store {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), connection: None }
    }

    /// Writes means over [`FINE_MS`], the coarser ones that they belong to, and lets go of what is too old: all or nothing.
    pub(crate) async fn write(&mut self, fine: &[Mean], now: Timestamp) -> Result<(), MetricsError> {
        let connection = self.open().await?;
        let written = write(connection, fine, now).await;
        match written {
            Err(error) if is_damage(&error) => {
                self.begin_anew().await?;
                Ok(write(self.open().await?, fine, now).await?)
            }
            written => Ok(written?),
        }
    }

    /// Takes in every mean over so many milliseconds that begins within a time, oldest first. Without a file there is none.
    pub(crate) async fn read(
        &mut self,
        span_ms: i64,
        (from, to): (Timestamp, Timestamp),
        thinner: &mut Thinner,
    ) -> Result<(), MetricsError> {
        if self.connection.is_none() && !self.path.exists() {
            return Ok(());
        }
        let connection = self.open().await?;
        match read(connection, span_ms, (from, to), thinner).await {
            // What was read before it was noticed is all that can be had.
            Err(error) if is_damage(&error) => self.begin_anew().await,
            read => Ok(read?),
        }
    }

    pub(crate) async fn close(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.close().await.ok();
        }
    }

    async fn open(&mut self) -> Result<&mut SqliteConnection, MetricsError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => match fitting(&self.path).await {
                Ok(Some(connection)) => connection,
                Err(MetricsError::Storage(error)) if !is_damage(&error) => return Err(error.into()),
                Err(error @ MetricsError::Make { .. }) => return Err(error),
                Ok(None) | Err(MetricsError::Storage(_)) => {
                    set_aside(&self.path)?;
                    anew(&self.path).await?
                }
            },
        };
        Ok(self.connection.insert(connection))
    }

    async fn begin_anew(&mut self) -> Result<(), MetricsError> {
        self.close().await;
        set_aside(&self.path)?;
        self.connection = Some(anew(&self.path).await?);
        Ok(())
    }
}

/// The file as it is, or a new one if there is none. Nothing if another version made it.
async fn fitting(path: &Path) -> Result<Option<SqliteConnection>, MetricsError> {
    if !path.exists() {
        return anew(path).await.map(Some);
    }
    let mut connection = connect(path).await?;
    let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut connection).await?;
    if version == VERSION {
        return Ok(Some(connection));
    }
    connection.close().await?;
    Ok(None)
}

async fn anew(path: &Path) -> Result<SqliteConnection, MetricsError> {
    make_private(path).map_err(|source| MetricsError::Make { path: path.into(), source })?;
    let mut connection = connect(path).await?;
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql(SCHEMA).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(connection)
}

async fn connect(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(false)
        .busy_timeout(BUSY_TIMEOUT)
        .journal_mode(SqliteJournalMode::Wal)
        // A power cut may take the last minutes.
        .synchronous(SqliteSynchronous::Normal)
        .pragma("cache_size", format!("-{CACHE_KIB}"))
        .pragma("wal_autocheckpoint", WAL_PAGES.to_string())
        .disable_statement_logging()
        .connect()
        .await
}

/// The same that a log's file gets: for its owner alone.
fn make_private(path: &Path) -> io::Result<()> {
    match File::options().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Somebody may want to look at it; an older one that was set aside goes.
fn set_aside(path: &Path) -> Result<(), MetricsError> {
    let beside = |suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let aside = beside(".damaged");
    tracing::warn!(path = %path.display(), aside = %aside.display(), "the metrics cannot be used; they are set aside and begun anew");
    for suffix in ["-wal", "-shm"] {
        fs::remove_file(beside(suffix)).ok();
    }
    fs::rename(path, &aside).map_err(|source| MetricsError::Make { path: path.into(), source })
}

async fn write(connection: &mut SqliteConnection, fine: &[Mean], now: Timestamp) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    insert(&mut transaction, FINE_MS, fine).await?;
    let coarse = Grid::every(COARSE_MS);
    let ends = fine.first().zip(fine.last());
    if let Some((first, last)) = ends.map(|(first, last)| (first.sample.at, last.sample.at)) {
        let through = coarse.begin_of(last).plus_millis(COARSE_MS);
        let mut thinner = Thinner::new(coarse);
        read(&mut transaction, FINE_MS, (coarse.begin_of(first), through), &mut thinner).await?;
        insert(&mut transaction, COARSE_MS, &thinner.means()).await?;
    }
    for (span_ms, kept_ms) in [(FINE_MS, FINE_KEPT_MS), (COARSE_MS, COARSE_KEPT_MS)] {
        let query = sqlx::query("DELETE FROM sample WHERE span_ms = ? AND begins_ms < ?");
        query.bind(span_ms).bind(now.plus_millis(-kept_ms).millis()).execute(&mut *transaction).await?;
    }
    transaction.commit().await
}

async fn insert(connection: &mut SqliteConnection, span_ms: i64, means: &[Mean]) -> Result<(), sqlx::Error> {
    for rows in means.chunks(ROWS_AT_ONCE) {
        let mut query = QueryBuilder::<Sqlite>::new("INSERT OR REPLACE INTO sample ");
        query.push_values(rows, |mut row, Mean { weight, sample }| {
            row.push_bind(span_ms).push_bind(sample.at.millis()).push_bind(*weight);
            for number in sample.figures.to_columns() {
                row.push_bind(number);
            }
        });
        query.build().persistent(false).execute(&mut *connection).await?;
    }
    Ok(())
}

async fn read(
    connection: &mut SqliteConnection,
    span_ms: i64,
    (from, to): (Timestamp, Timestamp),
    thinner: &mut Thinner,
) -> Result<(), sqlx::Error> {
    let query =
        "SELECT * FROM sample WHERE span_ms = ? AND begins_ms >= ? AND begins_ms < ? ORDER BY begins_ms";
    let query = sqlx::query(AssertSqlSafe(query)).bind(span_ms).bind(from.millis()).bind(to.millis());
    let mut rows = query.fetch(connection);
    while let Some(row) = rows.try_next().await? {
        thinner.take(mean_of(&row)?);
    }
    Ok(())
}

fn mean_of(row: &SqliteRow) -> Result<Mean, sqlx::Error> {
    let mut columns = [None; COLUMNS];
    for (index, column) in columns.iter_mut().enumerate() {
        *column = row.try_get(index + KEY_COLUMNS)?;
    }
    let at = Timestamp::from_millis(row.try_get("begins_ms")?);
    Ok(Mean {
        weight: row.try_get("weight")?,
        sample: Sample { at, figures: Figures::from_columns(&columns) },
    })
}

/// Primary codes 11 (corrupt) and 26 (not a database), and 1 for tables that are not those of the version, see
/// <https://www.sqlite.org/rescode.html>.
fn is_damage(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    let code = code.and_then(|code| code.parse::<i32>().ok());
    matches!(code.map(|code| code & 0xff), Some(1 | 11 | 26))
        || matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::ColumnIndexOutOfBounds { .. })
}
