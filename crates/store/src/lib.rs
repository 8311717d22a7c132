//! The log, its followers, snapshots, leases and the vault.
//!
//! It keeps events, in one global order, in streams with versions, and says what it promises about them:
//! nothing acknowledged is lost, an append is all or nothing, positions are dense and in commit order (until the
//! books are closed over old events, see [`Release`]), and nobody can change the past unnoticed. It knows nothing
//! of ours: no tenant, no grab, no event's meaning, no clock but the database's.
//!
//! - [`Log`] is the port; [`sqlite`] is its back-end for one node, [`postgres`] the one for a server of its own.
//! - [`follow`] reads from a position for ever: catch-up and live are one code path.
//! - [`vault`] seals secrets before they come near the log.
//! - [`exchange`] writes a log down, a line for each event, and reads it back into any back-end.
//! - [`verify()`] finds any changed byte. [`cqrs`] speaks the words of `cqrs-es`.

mod append;
mod chain;
mod checksum;
mod closings;
pub mod cqrs;
mod event;
pub mod exchange;
mod follow;
mod group;
mod ids;
mod import;
mod lock;
mod log;
#[cfg(feature = "memory")]
pub mod memory;
pub mod newest;
pub mod postgres;
mod release;
pub mod sqlite;
mod storage;
pub mod vault;
mod verify;

pub use append::{
    Append, AppendError, Appended, ClaimChange, Fence, Fingerprint, Snapshot, StorageError, StreamWrite,
};
pub use chain::Anchor;
pub use closings::{Closing, Digest, released_digest, verify_closings};
pub use event::{Meta, NewEvent, Recorded};
pub use follow::{BATCH_LIMIT, Batch, follow};
pub use ids::{CommandId, InvalidId, Position, SecretId, StreamId, Version};
pub use lock::{DirectoryLock, LockError};
pub use log::{Lease, LeaseError, Log, ReadError};
pub use release::{Release, Released, StandIn};
pub use storage::{BackupError, Condition, Connections, Exported, Ground, ImportError, Storage};
pub use verify::{Audit, Finding, RawEvent, RawHead, Report, verify, verify_anchored};
