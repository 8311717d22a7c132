//! The newest events as they were written, for those who follow the log closely: what was in memory a moment ago is not asked of the
//! database again, once for each of them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::group::Row;
use crate::newest::{Most, Newest};
use crate::{Position, Recorded};

/// Half a second of a busy server: who follows is a tenth of one behind.
const MOST: Most = Most { events: 512, bytes: 1 << 20 };

/// Filled by the writer after a commit and before anybody is told of it; so whoever was told finds it here. Nothing is missing between
/// the first and the last.
#[derive(Default)]
pub(super) struct Recent(Mutex<Option<Newest>>);

impl Recent {
    /// Takes in what a commit made durable.
    pub(super) fn add(&self, rows: &[Row<'_>]) {
        // Of a large group only the end would stay.
        let rows = &rows[rows.len().saturating_sub(MOST.events)..];
        let Some(first) = rows.first() else { return };
        let mut kept = self.kept();
        let goes_on = |newest: &Newest| newest.last().next() == first.position;
        let mut newest = kept
            .take()
            .filter(goes_on)
            .unwrap_or_else(|| Newest::beginning(Position::new(first.position.get() - 1), MOST));
        for row in rows {
            newest.push(recorded(row));
        }
        *kept = Some(newest);
    }

    /// Events left the log, or came to it in another way.
    pub(super) fn clear(&self) {
        *self.kept() = None;
    }

    /// The next events after a position; nothing where not all of them are kept.
    pub(super) fn after(&self, position: Position, limit: u32) -> Option<Vec<Recorded>> {
        let events = self.kept().as_ref()?.since(position, limit)?;
        Some(events.iter().map(|event| Recorded::clone(event)).collect())
    }

    fn kept(&self) -> MutexGuard<'_, Option<Newest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn recorded(row: &Row<'_>) -> Recorded {
    Recorded {
        position: row.position,
        stream: row.stream.clone(),
        version: row.version,
        name: row.name.to_owned(),
        schema: row.schema,
        meta: row.meta.clone(),
        command: row.command.clone(),
        data: row.data.to_owned(),
    }
}
