//! What can have happened to the books. Names and shapes are for ever.

use serde::{Deserialize, Serialize};

use super::upcast::UPCASTERS;
use crate::{Timestamp, event::events};

events! {
    /// What can have happened to the books.
    UPCASTERS;
    Closed = "books.closed" v 1,
}

/// Attempts that got nothing have left the log, up to a position; and what was before the cutoffs is kept nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// Closed up to here before.
    pub after: u64,
    pub through: u64,
    pub cutoffs: Cutoffs,
    /// How many events left.
    pub released: u64,
    /// How many events stand in for them.
    pub stand_ins: u64,
    /// Holds every event of `after + 1 ..= through` as it was. Absent when none left.
    pub archive: Option<Archived>,
    /// Of what is left behind where events left, in hex: it binds that to this event, as the log reckons it.
    pub digest: String,
    pub at: Timestamp,
}

/// What happened before its moment is no longer kept, by kind of log entry. Absent where a kind is kept for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cutoffs {
    pub grab: Option<Timestamp>,
    pub system: Option<Timestamp>,
    pub error: Option<Timestamp>,
    pub operation: Option<Timestamp>,
    pub audit: Option<Timestamp>,
}

/// A file that was durable before anything left the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archived {
    /// Its name within the folder of archives.
    pub file: String,
    /// Of the file's bytes, in hex.
    pub sha256: String,
    pub bytes: u64,
}
