//! The newest events as they were written, for those who follow the log closely: what was in memory a moment ago is not asked of the
//! database again, once for each of them.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::group::Row;
use crate::{Position, Recorded};

/// So many are kept, a second or two of a busy server.
const KEPT: usize = 1024;
/// And no more than so much of what they say, in bytes.
const KEPT_BYTES: usize = 1 << 20;

/// Filled by the writer after a commit and before anybody is told of it; so whoever was told finds it here. Nothing is missing between
/// the first and the last.
#[derive(Default)]
pub(super) struct Recent(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    events: VecDeque<Recorded>,
    bytes: usize,
}

impl Recent {
    /// Takes in what a commit made durable.
    pub(super) fn add(&self, rows: &[Row<'_>]) {
        let mut kept = self.kept();
        // Of a large group only the end would stay.
        for row in &rows[rows.len().saturating_sub(KEPT)..] {
            kept.push(recorded(row));
        }
    }

    /// Events left the log, or came to it in another way.
    pub(super) fn clear(&self) {
        *self.kept() = Kept::default();
    }

    /// The next events after a position; nothing where not all of them are kept.
    pub(super) fn after(&self, position: Position, limit: u32) -> Option<Vec<Recorded>> {
        let kept = self.kept();
        let first = kept.events.front()?.position;
        if first > position.next() {
            return None;
        }
        let skipped = usize::try_from(position.get() + 1 - first.get()).unwrap_or(usize::MAX);
        Some(kept.events.iter().skip(skipped).take(limit as usize).cloned().collect())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn push(&mut self, event: Recorded) {
        if self.events.back().is_some_and(|last| last.position.next() != event.position) {
            *self = Self::default();
        }
        self.bytes += event.data.get().len();
        self.events.push_back(event);
        while self.events.len() > KEPT || self.bytes > KEPT_BYTES {
            let Some(oldest) = self.events.pop_front() else { return };
            self.bytes -= oldest.data.get().len();
        }
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
