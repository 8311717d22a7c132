//! Opens the log: the server is judged, tables are brought up to date.

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::Options;
use super::place::Place;
use super::session::Session;
use crate::Position;

/// In order; `berth_format` says how many this database has seen. Never edit one that was released.
const MIGRATIONS: &[&str] = &[include_str!("../../../../migrations/log-postgres/0001_log.sql")];

/// A session at the log's end, the only writer's if that is wanted.
pub(super) async fn open(place: &Place, options: &Options) -> Result<(Session, Position), OpenError> {
    let fault = |source| OpenError::Storage { place: place.for_people(), source };
    let mut session = Session::connect(place).await?;
    if options.exclusive && !session.take_writer_lock().await.map_err(fault)? {
        return Err(OpenError::Held { place: place.for_people() });
    }
    migrate(&mut session, place, options.upgrade).await?;
    let query = sqlx::query_scalar("SELECT position FROM head WHERE id = 1");
    let position = query.fetch_one(&mut session.connection).await.map_err(fault)?;
    Ok((session, Position::from_sql(position)))
}

/// One transaction, under a lock of its own: of two that start at the same time one waits and then finds it done.
async fn migrate(session: &mut Session, place: &Place, upgrade: bool) -> Result<(), OpenError> {
    let fault = |source| OpenError::Storage { place: place.for_people(), source };
    let lock = session.schema.migration_lock();
    let mut transaction = session.connection.begin().await.map_err(fault)?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(lock)
        .execute(&mut *transaction)
        .await
        .map_err(fault)?;
    let found = format(&mut transaction).await.map_err(fault)?;
    let known = MIGRATIONS.len();
    if found > known {
        return Err(OpenError::Newer { place: place.for_people(), found, known });
    }
    if found < known && !upgrade {
        return Err(OpenError::Older { place: place.for_people(), found, known });
    }
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(found) {
        let script = format!("{migration} UPDATE berth_format SET format = {} WHERE id = 1;", index + 1);
        sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut *transaction).await.map_err(fault)?;
    }
    transaction.commit().await.map_err(fault)
}

/// Whether a newer program has changed the tables since they were opened.
pub(super) async fn check_format(session: &mut Session, place: &Place) -> Result<(), OpenError> {
    let fault = |source| OpenError::Storage { place: place.for_people(), source };
    let found = format(&mut session.connection).await.map_err(fault)?;
    let known = MIGRATIONS.len();
    if found > known { Err(OpenError::Newer { place: place.for_people(), found, known }) } else { Ok(()) }
}

/// How many migrations the database has seen. Makes the table that says so only where it is missing, because a role may use
/// tables that it may not make.
async fn format(connection: &mut PgConnection) -> Result<usize, sqlx::Error> {
    let query = sqlx::query_scalar("SELECT to_regclass('berth_format') IS NOT NULL");
    let there: bool = query.fetch_one(&mut *connection).await?;
    if !there {
        let script = "CREATE TABLE berth_format (id INTEGER PRIMARY KEY CHECK (id = 1), format INTEGER NOT NULL); \
                      INSERT INTO berth_format VALUES (1, 0)";
        sqlx::raw_sql(script).execute(&mut *connection).await?;
    }
    let query = sqlx::query_scalar("SELECT format FROM berth_format WHERE id = 1");
    let found: i32 = query.fetch_one(connection).await?;
    Ok(usize::try_from(found).unwrap_or(usize::MAX))
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the database's address is not understood: write postgres://user:password@host:5432/database")]
    Address { source: sqlx::Error },
    #[error("failed to reach the database {place}")]
    Unreachable { place: String, source: sqlx::Error },
    #[error("failed to open the log in the database {place}")]
    Storage { place: String, source: sqlx::Error },
    #[error(
        "the log in the database {place} was written by a newer program: it is at format {found}, this program knows {known}; \
         start the newer program"
    )]
    Newer { place: String, found: usize, known: usize },
    #[error(
        "the log in the database {place} is at format {found} (0: there is none yet), and this program's is {known}: start this \
         program's server first, it brings the tables up to date"
    )]
    Older { place: String, found: usize, known: usize },
    #[error("the database {place} is PostgreSQL {found}: 14 or later is needed")]
    Old { place: String, found: String },
    #[error("the database {place} only follows another, and cannot be written to: name the primary")]
    Standby { place: String },
    #[error(
        "the database {place} may lose what it has acknowledged: {setting} is {found}; set {setting} = {wanted} in postgresql.conf \
         and restart it"
    )]
    NotDurable { place: String, setting: &'static str, found: String, wanted: &'static str },
    #[error("the database {place} keeps texts in {found}: create one with ENCODING 'UTF8'")]
    Encoding { place: String, found: String },
    #[error("no schema that search_path names is in the database {place}: create it, or name another")]
    NoSchema { place: String },
    #[error("another server writes to the log in the database {place}: stop it first")]
    Held { place: String },
}
