//! What can go wrong with read models. Nothing here is a refusal: views have no rules of their own.

use std::path::PathBuf;

use berth_domain::event::DecodeError;
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
    /// Folding stops here: skipping an event would make every later row a lie.
    #[error("the event at position {position} cannot be folded")]
    Event { position: Position, source: DecodeError },
    #[error("the views hold something unreadable: {what}")]
    Corrupt { what: String },
    /// The caller's mistake, the only one possible: a cursor that this list did not give.
    #[error("{text:?} is not a cursor of this list")]
    Cursor { text: String },
}

impl ViewError {
    /// Whether trying again later may help without anybody doing anything.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Storage(_) | Self::Log(_))
    }
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

/// The views did not come as far as was asked within the time given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the views are at position {position} and did not reach {wanted} in time")]
pub struct Behind {
    pub wanted: Position,
    pub position: Position,
}
