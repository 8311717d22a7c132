//! The one place that knows which databases there are: opens the one that the configuration names.

use std::sync::Arc;

use berth_store::{
    DirectoryLock, Storage,
    postgres::{self, PostgresLog},
    sqlite::{self, SqliteLog},
};
use secrecy::ExposeSecret;

use crate::config::Database;

/// Who opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// The one that acts: nobody else may append meanwhile.
    Alone,
    /// A tool that reads, beside a server that may be running.
    Beside,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("there is no log at {}", file.display())]
    Missing { file: std::path::PathBuf },
    #[error("cannot look for a log at {}", file.display())]
    Unseen { file: std::path::PathBuf, source: std::io::Error },
    #[error(transparent)]
    Sqlite(#[from] sqlite::OpenError),
    #[error(transparent)]
    Postgres(#[from] postgres::OpenError),
}

impl OpenError {
    /// 75: another server has the database. 78: it is not set up as a log needs it. 70: it failed.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Postgres(postgres::OpenError::Held { .. }) => 75,
            Self::Postgres(
                postgres::OpenError::Address { .. }
                | postgres::OpenError::Old { .. }
                | postgres::OpenError::Standby { .. }
                | postgres::OpenError::NotDurable { .. }
                | postgres::OpenError::Encoding { .. }
                | postgres::OpenError::NoSchema { .. },
            ) => 78,
            Self::Missing { .. } | Self::Unseen { .. } | Self::Sqlite(_) | Self::Postgres(_) => 70,
        }
    }
}

/// Opens the log, or makes it.
pub(crate) async fn open(database: &Database, used: Use) -> Result<Arc<dyn Storage>, OpenError> {
    open_as(database, used == Use::Alone, true).await
}

/// The same for tools: what is not there is not made, and nothing is changed under a server that may be running.
pub(crate) async fn open_existing(database: &Database, used: Use) -> Result<Arc<dyn Storage>, OpenError> {
    check_there(database)?;
    if used == Use::Alone {
        return open(database, used).await;
    }
    match open_as(database, false, false).await {
        Err(OpenError::Sqlite(older @ sqlite::OpenError::Older { .. })) => {
            // Whoever serves a file holds its directory.
            let Some(_unserved) = hold(database) else { return Err(older.into()) };
            open_as(database, false, true).await
        }
        opened => opened,
    }
}

fn hold(database: &Database) -> Option<DirectoryLock> {
    let Database::Sqlite { file } = database else { return None };
    DirectoryLock::take(file.parent()?).ok()
}

async fn open_as(database: &Database, exclusive: bool, upgrade: bool) -> Result<Arc<dyn Storage>, OpenError> {
    match database {
        Database::Sqlite { file } => {
            let options = sqlite::Options { upgrade, ..sqlite::Options::default() };
            Ok(Arc::new(SqliteLog::open(file, options).await?))
        }
        Database::Postgres { dsn } => {
            let options = postgres::Options { exclusive, upgrade, ..postgres::Options::default() };
            Ok(Arc::new(PostgresLog::open(dsn.expose_secret(), options).await?))
        }
    }
}

/// Asked before anything is made for it, so that a mistyped directory stays unmade.
pub(crate) fn check_there(database: &Database) -> Result<(), OpenError> {
    let Database::Sqlite { file } = database else { return Ok(()) };
    match file.try_exists() {
        Ok(true) => Ok(()),
        Ok(false) => Err(OpenError::Missing { file: file.clone() }),
        Err(source) => Err(OpenError::Unseen { file: file.clone(), source }),
    }
}
