//! The newest events of a log, in memory.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::{Position, Recorded};

/// Every event after a position, up to the last one that was pushed. Older ones make room, and the position moves.
pub struct Newest {
    after: Position,
    events: VecDeque<Arc<Recorded>>,
    bytes: usize,
    most: Most,
}

/// How much is kept: so many events, and no more than so much of what they say, in bytes.
#[derive(Clone, Copy)]
pub struct Most {
    pub events: usize,
    pub bytes: usize,
}

impl Newest {
    pub fn beginning(after: Position, most: Most) -> Self {
        Self { after, events: VecDeque::new(), bytes: 0, most }
    }

    pub fn last(&self) -> Position {
        self.events.back().map_or(self.after, |event| event.position)
    }

    /// The next events after a position, so many at most; nothing where not all of them are kept.
    pub fn since(&self, after: Position, limit: u32) -> Option<Vec<Arc<Recorded>>> {
        (after >= self.after).then(|| {
            let first = self.events.partition_point(|event| event.position <= after);
            self.events.range(first..).take(limit as usize).cloned().collect()
        })
    }

    /// The one that comes next in the log.
    pub fn push(&mut self, event: Recorded) {
        self.bytes += size(&event);
        self.events.push_back(Arc::new(event));
        while self.events.len() > self.most.events || self.bytes > self.most.bytes {
            let Some(oldest) = self.events.pop_front() else { return };
            self.bytes -= size(&oldest);
            self.after = oldest.position;
        }
    }
}

fn size(event: &Recorded) -> usize {
    event.data.get().len()
}
