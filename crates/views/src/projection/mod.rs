//! Read models from outside: where each stands, what is wrong with it, and what was ordered about it.

mod board;
pub(crate) mod doubt;
mod dry_run;
mod orders;
pub(crate) mod rebuild;

use berth_domain::Timestamp;
use berth_store::Position;

pub(crate) use board::{Board, Paces, Place};
pub(crate) use dry_run::dry_run;
pub use dry_run::{DryRun, Sample};
pub(crate) use orders::{Order, Orders, Skips, What};

/// Where a read model stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    pub name: &'static str,
    pub version: u16,
    pub status: Status,
    /// How far it can be asked.
    pub position: Position,
    /// How many positions the log is ahead of it.
    pub lag: u64,
    /// Over the last seconds.
    pub events_per_second: u64,
    /// Where a rebuild must come, and where it is; absent when none runs.
    pub rebuild_target: Option<Position>,
    pub rebuild_position: Option<Position>,
    /// Why it is parked.
    pub fault: Option<ProjectionFault>,
    /// Events that this release does not know, since it was last folded from nothing.
    pub passed_over: u64,
    /// When it began to serve after its last rebuild.
    pub rebuilt_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It follows the log.
    Live,
    /// It has not been where the log ends since it was opened.
    CatchingUp,
    /// A new generation of it is folded while the old one serves.
    Rebuilding,
    /// It, or its rebuild, is parked at an event that cannot be folded.
    Faulted,
}

/// An event that cannot be folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectionFault {
    pub position: Position,
    pub message: String,
}

/// A read model is parked. Somebody should look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    pub name: &'static str,
    pub fault: ProjectionFault,
}

impl Status {
    /// As the API says it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Live => "LIVE",
            Self::CatchingUp => "CATCHING_UP",
            Self::Rebuilding => "REBUILDING",
            Self::Faulted => "FAULTED",
        }
    }
}
