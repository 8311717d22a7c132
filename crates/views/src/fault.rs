//! What can go wrong with read models. Nothing here is a refusal: views have no rules of their own.

use std::path::PathBuf;

use berth_store::{Position, ReadError};

/// A view could not be kept or asked.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    #[error("failed to open the views {}", path.display())]
    Open { path: PathBuf, source: sqlx::Error },
    #[error("failed to remove the views {} that must be folded anew", path.display())]
    Remove { path: PathBuf, source: std::io::Error },
    #[error("the storage of the views failed")]
    Storage(#[source] sqlx::Error),
    #[error("failed to read the log")]
    Log(#[source] ReadError),
    /// Nothing more of it can be folded until somebody orders a retry or a skip.
    #[error("the read model {name} cannot take in the event at position {position}: {message}")]
    Parked { name: &'static str, position: Position, message: String },
    #[error("there is no read model {name:?}; there are {}", crate::PROJECTIONS.join(", "))]
    NoSuchProjection { name: String },
    #[error("the read model {name} is being rebuilt already; wait until that is done")]
    Rebuilding { name: String },
    #[error("the views are being folded by the running server; ask it, or stop it first")]
    Busy,
    #[error("the views hold something unreadable: {what}")]
    Corrupt { what: String },
    /// The caller's mistake, the only one possible: a cursor that this list did not give.
    #[error("{text:?} is not a cursor of this list")]
    Cursor { text: String },
}

impl ViewError {
    /// Whether trying again later may help without anybody doing anything.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Storage(error) => !is_our_doing(error),
            Self::Log(_) => true,
            _ => false,
        }
    }

    /// In one line, for where an error cannot be kept as it is.
    pub(crate) fn with_cause(&self) -> String {
        let cause = std::error::Error::source(self).map(|cause| format!(": {cause}"));
        format!("{self}{}", cause.unwrap_or_default())
    }
}

/// The storage is well, and refuses what it was told: primary codes 1 (error), 19 (constraint) and 20 (mismatch), see
/// <https://www.sqlite.org/rescode.html>.
fn is_our_doing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(_) => matches!(primary_code(error), Some(1 | 19 | 20)),
        sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } | sqlx::Error::ColumnNotFound(_) => true,
        _ => false,
    }
}

pub(crate) fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

impl From<sqlx::Error> for ViewError {
    fn from(source: sqlx::Error) -> Self {
        Self::Storage(source)
    }
}

impl From<ReadError> for ViewError {
    fn from(source: ReadError) -> Self {
        Self::Log(source)
    }
}

/// A read model does not hold what is asked of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreached {
    /// It will not before somebody orders a retry or a skip.
    #[error("the read model {name} is parked at the event at position {position}: {message}")]
    Parked { name: String, position: Position, message: String },
    /// It did not in the time given.
    #[error(transparent)]
    Behind(#[from] Behind),
    #[error("there is no read model {name:?}")]
    NoSuchProjection { name: String },
}

/// The views did not come as far as was asked within the time given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the views are at position {position} and did not reach {wanted} in time")]
pub struct Behind {
    pub wanted: Position,
    pub position: Position,
}
