//! One append: what may be asked of the log in one breath, and how it may be refused.

use std::error::Error;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::vault::Sealed;
use crate::{CommandId, Meta, NewEvent, Position, SecretId, StreamId, Version};

/// A hash of a command's input: a repeat is the same command only if this is the same too.
pub type Fingerprint = [u8; 32];

/// Everything in it happens, or nothing.
///
/// An append without events is recorded too, so that its repeat is answered alike.
#[derive(Clone, Debug)]
pub struct Append {
    pub command: CommandId,
    pub fingerprint: Fingerprint,
    pub meta: Meta,
    /// In this order; the events of one append have positions in a row.
    pub writes: Vec<StreamWrite>,
    /// Checked and taken in order, so that two owners can swap within one append.
    pub claims: Vec<ClaimChange>,
    pub seal: Vec<Sealed>,
    /// Forgotten after sealing. Forgetting what is not there is lawful.
    pub forget: Vec<SecretId>,
    pub fence: Option<Fence>,
    /// How far a follower has come, together with the effects of coming so far.
    pub checkpoint: Option<(String, Position)>,
    /// A snapshot never replaces one of a later version.
    pub snapshots: Vec<Snapshot>,
    /// Nobody looks at a clock until it is answered: it may wait some milliseconds for others, to share a transaction with them.
    pub patient: bool,
}

impl Append {
    /// An append of nothing yet.
    pub fn new(command: CommandId, fingerprint: Fingerprint, meta: Meta) -> Self {
        Self {
            command,
            fingerprint,
            meta,
            writes: Vec::new(),
            claims: Vec::new(),
            seal: Vec::new(),
            forget: Vec::new(),
            fence: None,
            checkpoint: None,
            snapshots: Vec::new(),
            patient: false,
        }
    }

    #[must_use]
    pub fn write(mut self, stream: StreamId, expected: Version, events: Vec<NewEvent>) -> Self {
        self.writes.push(StreamWrite { stream, expected, events });
        self
    }

    /// About how much memory its events hold; bounds a group.
    pub(crate) fn weight(&self) -> usize {
        let events = self.writes.iter().flat_map(|write| &write.events);
        256 + events.map(|event| 256 + event.data.get().len()).sum::<usize>()
    }
}

/// Events for the end of one stream, if that end is where the writer thinks it is.
#[derive(Clone, Debug)]
pub struct StreamWrite {
    pub stream: StreamId,
    pub expected: Version,
    pub events: Vec<NewEvent>,
}

/// Names of which only one may exist (a tenant's name, an e-mail, a serial), each within a space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimChange {
    /// Taking what one holds already changes nothing.
    Take { space: &'static str, key: String, owner: StreamId },
    /// Releasing what nobody holds changes nothing; what another holds is refused.
    Release { space: &'static str, key: String, owner: StreamId },
}

/// Holds only while the lease is at this epoch: a stale owner writes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    pub lease: String,
    pub epoch: u64,
}

/// A stream's state at a version: a shortcut, never the truth. `schema` is the version of the state's shape.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub stream: StreamId,
    pub version: Version,
    pub schema: u16,
    pub data: Box<RawValue>,
}

/// The append is durable. Its events are at `last - count + 1 ..= last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    pub last: Position,
    pub count: u32,
    /// This command had been answered before; nothing was done now.
    pub repeated: bool,
}

/// Nothing was appended, except perhaps after [`AppendError::Storage`]: then ask again with the same command
/// id.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppendError {
    #[error("stream {stream} is at version {actual}, not where the writer saw it")]
    Conflict { stream: StreamId, actual: Version },
    #[error("the {space} is taken by {owner}")]
    Claimed { space: &'static str, key: String, owner: StreamId },
    #[error("the command id was used before for another command")]
    CommandReused,
    #[error("the lease has passed to another owner")]
    FencedOut,
    /// Reading goes on, and appending works again once there is space.
    #[error("the storage is full")]
    StorageFull,
    /// The database cannot be reached. Whether this was appended is not known; ask again with the same command id.
    #[error("the database cannot be reached")]
    Unavailable(#[source] StorageError),
    /// An earlier write failed such that its fate is unknown; this process must not write again.
    #[error("the log has stopped after a storage failure")]
    Stopped,
    #[error("the storage failed to append")]
    Storage(#[source] StorageError),
}

/// What the database said.
pub type StorageError = Arc<dyn Error + Send + Sync>;
