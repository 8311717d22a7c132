//! The port: what a log promises, whichever database keeps it. `tests/contract` holds every back-end to it.

use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::vault::Sealed;
use crate::{
    Append, AppendError, Appended, CommandId, Condition, Fingerprint, Position, Recorded, Release, Released,
    SecretId, Snapshot, StorageError, StreamId, Version,
};

#[async_trait]
pub trait Log: Send + Sync {
    /// Answers when the append is durable. Dropping the future does not take the append back: it may still
    /// happen.
    ///
    /// Of many concurrent appends at one expected version exactly one succeeds. A repeated command id with
    /// the same fingerprint is answered what the first was, before anything else is checked.
    async fn append(&self, batch: Append) -> Result<Appended, AppendError>;

    /// What a repeat of this command would be answered, and the fingerprint it must have.
    async fn answered(&self, command: &CommandId) -> Result<Option<(Appended, Fingerprint)>, ReadError>;

    /// At most `limit` events after a position, in global order; fewer only at the end of the log.
    async fn read(&self, after: Position, limit: u32) -> Result<Vec<Recorded>, ReadError>;

    /// The same within one stream.
    async fn read_stream(
        &self,
        stream: &StreamId,
        after: Version,
        limit: u32,
    ) -> Result<Vec<Recorded>, ReadError>;

    /// The latest snapshot of a stream, if its state has this schema, and at most `limit` events after it; without one, from the stream's
    /// beginning.
    async fn read_stream_from_snapshot(
        &self,
        stream: &StreamId,
        schema: u16,
        limit: u32,
    ) -> Result<(Option<Snapshot>, Vec<Recorded>), ReadError> {
        let snapshot = self.snapshot(stream, schema).await?;
        let after = snapshot.as_ref().map_or(Version::NONE, |snapshot| snapshot.version);
        let events = self.read_stream(stream, after, limit).await?;
        Ok((snapshot, events))
    }

    /// The position of the last event.
    async fn head(&self) -> Result<Position, ReadError>;

    /// Woken by the local writer. A hint only: another node's appends may not wake it.
    fn watch(&self) -> watch::Receiver<Position>;

    /// Whether something can be appended now. Only an append that succeeds ends [`Condition::Full`], so whoever waits for space
    /// tries one now and then.
    fn condition(&self) -> watch::Receiver<Condition>;

    /// Lets old events go. All or nothing, and refused whole if the books were closed further meanwhile
    /// ([`AppendError::Conflict`]).
    async fn release(&self, release: Release) -> Result<Appended, AppendError>;

    /// The runs of released positions that begin after a position, ascending; at most `limit`.
    async fn released(&self, after: Position, limit: u32) -> Result<Vec<Released>, ReadError>;

    /// How far the books are closed.
    async fn closed_through(&self) -> Result<Position, ReadError>;

    /// The latest snapshot of a stream, if its state has this schema.
    async fn snapshot(&self, stream: &StreamId, schema: u16) -> Result<Option<Snapshot>, ReadError>;

    /// How far a follower has come; [`Position::START`] if it never said.
    async fn checkpoint(&self, follower: &str) -> Result<Position, ReadError>;

    async fn secret(&self, id: &SecretId) -> Result<Option<Sealed>, ReadError>;

    /// Whether any secret is kept: then a missing key file must not be replaced by a new one.
    async fn holds_secrets(&self) -> Result<bool, ReadError>;

    async fn claim_owner(&self, space: &str, key: &str) -> Result<Option<StreamId>, ReadError>;

    /// Every key of a space that is taken, with its owner, ordered by key.
    async fn claimed(&self, space: &str) -> Result<Vec<(String, StreamId)>, ReadError>;

    /// Takes a lease that is free, released or run out (in the database's time), under an epoch never given
    /// before.
    async fn acquire_lease(&self, key: &str, owner: &str, ttl: Duration) -> Result<Lease, LeaseError>;

    /// Holds it for `ttl` from now, even if it had run out unnoticed by others. [`LeaseError::Lost`] if
    /// another has it.
    async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<Lease, LeaseError>;

    /// Lets go; from now on its epoch is fenced out. [`LeaseError::Lost`] if another has it already.
    async fn release_lease(&self, lease: &Lease) -> Result<(), LeaseError>;
}

/// The right to act for `key`, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    pub key: String,
    pub owner: String,
    /// Higher than any given for this key before.
    pub epoch: u64,
    /// In the database's time. An owner judges by its own monotonic clock, from before it asked, with a
    /// margin.
    pub expires_ms: i64,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum LeaseError {
    #[error("the lease is held by {owner}")]
    Held { owner: String },
    #[error("the lease has passed to another owner")]
    Lost,
    #[error("the log has stopped after a storage failure")]
    Stopped,
    #[error("the storage failed to keep the lease")]
    Storage(#[source] StorageError),
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum ReadError {
    #[error("the storage failed to read")]
    Storage(#[source] StorageError),
    /// What is stored cannot be what was written.
    #[error("the log holds something unreadable: {what}")]
    Corrupt { what: String },
}
