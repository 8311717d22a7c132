//! What a database can do beside keeping the log: what the binary and its tools need of it, whichever it is.

use std::path::Path;

use async_trait::async_trait;

use crate::vault::Sealed;
use crate::{
    Audit, CommandId, Fingerprint, Log, Position, RawEvent, ReadError, Released, StorageError, StreamId,
};

/// A log in a database.
#[async_trait]
pub trait Storage: Log + Audit {
    /// Resolves, with the reason, when a write has failed such that this process must not write again: it must end and open the log
    /// anew. Never resolves otherwise.
    async fn failed(&self) -> String;

    /// Connections that read. They are few and shared: who finds none free waits.
    fn connections(&self) -> Connections;

    /// Waits until what was asked before is answered, then lets go. Later appends are [`crate::AppendError::Stopped`].
    async fn close(&self);

    /// Bytes that the log takes on its disk.
    async fn size_bytes(&self) -> Result<u64, ReadError>;

    /// Gives space that released events left back to the system, a piece at a time so that appends go on between. Answers whether
    /// there is more to give back.
    async fn compact(&self) -> Result<bool, ReadError>;

    /// Events as they are stored, with the fingerprint of the command that each came from while that is kept: at most `limit` after
    /// a position, in order.
    async fn exported(&self, after: Position, limit: u32) -> Result<Vec<Exported>, ReadError>;

    /// What is kept beside events and cannot be folded from them, in the order of their names.
    async fn ground(&self) -> Result<Ground, ReadError>;

    /// Puts events behind the last one just as they were, checking that each continues the chain. One transaction, which says too that
    /// an import is under way.
    async fn import(&self, events: &[Exported], released: &[Released]) -> Result<(), ImportError>;

    /// Puts what is kept beside events, into a log that has none of it. Answers of commands at or before `closed_through` are
    /// forgotten. Appending begins after it.
    async fn import_ground(&self, ground: &Ground) -> Result<(), ImportError>;

    /// Says that everything was imported that was to be. Whoever imports calls it at last, after all files.
    async fn import_finished(&self) -> Result<(), ImportError>;

    /// Whether an import was begun and not finished: then a part of a log is here, and nobody may act on it.
    async fn unfinished_import(&self) -> Result<bool, ReadError>;

    /// A copy of the whole log as it is at one instant, while appends go on. Refused by a database that has its own tools for it.
    async fn back_up(&self, to: &Path) -> Result<(), BackupError>;
}

/// Connections to a database, of those that may be open at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    pub in_use: u32,
    pub most: u32,
}

impl Connections {
    pub fn of<D: sqlx::Database>(pool: &sqlx::Pool<D>) -> Self {
        // The two numbers are of two moments, so that the idle ones may be the more.
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        Self { in_use: pool.size().saturating_sub(idle), most: pool.options().get_max_connections() }
    }
}

/// Whether something can be appended now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Condition {
    #[default]
    Well,
    /// The last append that had something to write found the storage full.
    Full,
    /// The database cannot be reached.
    Away,
}

/// An event's row with what its command was asked.
#[derive(Clone, Debug)]
pub struct Exported {
    pub event: RawEvent,
    /// Absent once the answer of its command was forgotten.
    pub fingerprint: Option<[u8; 32]>,
    /// It stands in for released events, so its content does not fit the chain.
    pub stands_in: bool,
}

/// Everything in a log that is not an event, at one instant.
#[derive(Clone, Debug, Default)]
pub struct Ground {
    /// Where the log ended then.
    pub head: Position,
    /// How far the books were closed then.
    pub closed_through: Position,
    pub claims: Vec<(String, String, StreamId)>,
    pub secrets: Vec<Sealed>,
    pub checkpoints: Vec<(String, Position)>,
    /// What commands were answered that wrote nothing: no event tells of them.
    pub answers: Vec<(CommandId, Fingerprint, Position)>,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum ImportError {
    #[error("event {position} does not continue the log: {what}")]
    Unfit { position: i64, what: String },
    #[error("the log is not empty")]
    NotEmpty,
    #[error("the storage failed to import")]
    Storage(#[source] StorageError),
}

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("this database has its own tools for it: {tools}")]
    NotHere { tools: &'static str },
    #[error("the storage failed to back up")]
    Storage(#[source] StorageError),
}
