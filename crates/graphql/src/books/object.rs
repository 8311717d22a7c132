//! The books as clients see them.

use async_graphql::{Object, SimpleObject};
use berth_domain::books::{Archived, Closed, Retention};

use super::query::Read;
use crate::shared::scalars::{DateTime, EventPosition, int};
use berth_store::Position;

/// So many archives when nobody says.
const USUAL: u32 = 20;
/// So many archives at most.
const MOST: u32 = 100;

pub(crate) struct Books {
    pub(super) read: Read,
    pub(super) retention: Retention,
}

/// The books: up to where old attempts that got nothing have left the log for an archive. What was counted stays counted.
#[Object]
impl Books {
    /// Closed up to this position. `"0"` when they never were.
    async fn closed_through(&self) -> EventPosition {
        EventPosition(Position::new(self.read.books.through))
    }

    /// When they were closed last. Null when they never were.
    async fn closed_at(&self) -> Option<DateTime> {
        self.read.books.closed_at.map(DateTime)
    }

    /// How many events have left the log in all.
    async fn released(&self) -> i32 {
        int(self.read.books.released)
    }

    /// How many events stand in for them.
    async fn stand_ins(&self) -> i32 {
        int(self.read.books.stand_ins)
    }

    /// How long what is kept.
    async fn retention(&self) -> RetentionDays {
        self.retention.into()
    }

    /// Where what left the log is kept, newest first.
    async fn archives(
        &self,
        #[graphql(desc = "How many, at most 100; 20 when absent.")] first: Option<i32>,
    ) -> Vec<Archive> {
        let count = first.map_or(USUAL, |first| u32::try_from(first).unwrap_or(0)).min(MOST);
        let archives = self.read.closings.iter().rev().filter_map(Archive::of);
        archives.take(count as usize).collect()
    }
}

/// How many days what is kept; 0 is for ever.
#[derive(SimpleObject)]
#[expect(
    clippy::struct_field_names,
    reason = "these are the names in the schema, and the unit belongs to them"
)]
pub(crate) struct RetentionDays {
    /// Attempts that got nothing, and log entries about tasks.
    grab_days: i32,
    /// Log entries about the server.
    system_days: i32,
    /// Log entries about faults.
    error_days: i32,
    /// Log entries about what people did.
    operation_days: i32,
    /// Log entries that auditors read.
    audit_days: i32,
}

impl From<Retention> for RetentionDays {
    fn from(kept: Retention) -> Self {
        Self {
            grab_days: int(kept.grab_days),
            system_days: int(kept.system_days),
            error_days: int(kept.error_days),
            operation_days: int(kept.operation_days),
            audit_days: int(kept.audit_days),
        }
    }
}

/// A file that holds every event of a part of the log as it was. `berth events import` reads it.
#[derive(SimpleObject)]
pub(crate) struct Archive {
    /// Its name in the server's folder of archives.
    file: String,
    /// SHA-256 of its bytes, in hexadecimal.
    sha256: String,
    /// How long it is.
    size_bytes: i32,
    /// It begins behind this position.
    after: EventPosition,
    /// It ends with this position.
    through: EventPosition,
    /// When it was written.
    closed_at: DateTime,
}

impl Archive {
    fn of(closed: &Closed) -> Option<Self> {
        let Archived { file, sha256, bytes } = closed.archive.clone()?;
        Some(Self {
            file,
            sha256,
            size_bytes: int(bytes),
            after: EventPosition(Position::new(closed.after)),
            through: EventPosition(Position::new(closed.through)),
            closed_at: DateTime(closed.at),
        })
    }
}
