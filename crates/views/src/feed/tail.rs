//! The newest events of the log, in memory once for all who follow it: five hundred who are told the same make one reading of it.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use berth_store::{BATCH_LIMIT, Log, Position, ReadError, Recorded};
use tokio::{sync::Mutex, time::Instant};

/// So many are kept. Whoever is further behind reads the log.
const KEPT: usize = 512;
/// And no more than so much of what they say, in bytes.
const KEPT_BYTES: usize = 2 << 20;
/// Another node's appends may wake nobody here: the log is read this long after it was read last, woken or not.
const LOOK: Duration = Duration::from_millis(500);

/// Follows a log as long as somebody asks.
pub struct Tail {
    pub(super) log: Arc<dyn Log>,
    recent: Mutex<Recent>,
}

/// Every event after a position, up to the last one that was read.
struct Recent {
    after: Position,
    events: VecDeque<Arc<Recorded>>,
    bytes: usize,
    looked_at: Option<Instant>,
}

impl Tail {
    pub fn new(log: Arc<dyn Log>) -> Self {
        Self { log, recent: Mutex::new(Recent::beginning(Position::START)) }
    }

    /// The next events after a position, in the order of the log, so many at most. Fewer than that are all there are.
    pub async fn read(&self, after: Position, limit: u32) -> Result<Vec<Arc<Recorded>>, ReadError> {
        let kept = {
            // Whoever comes while somebody reads waits for what they read.
            let mut recent = self.recent.lock().await;
            self.follow(&mut recent).await?;
            recent.since(after, limit)
        };
        match kept {
            Some(events) => Ok(events),
            None => Ok(self.log.read(after, limit).await?.into_iter().map(Arc::new).collect()),
        }
    }

    async fn follow(&self, recent: &mut Recent) -> Result<(), ReadError> {
        let oldest = Position::new(self.log.watch().borrow().get().saturating_sub(KEPT as u64));
        if recent.last() < oldest {
            // Nobody followed for a while: of what came meanwhile the newest are enough.
            *recent = Recent::beginning(oldest);
        }
        loop {
            let woken = *self.log.watch().borrow() > recent.last();
            if !woken && recent.looked_at.is_some_and(|at| at.elapsed() < LOOK) {
                return Ok(());
            }
            let events = self.log.read(recent.last(), BATCH_LIMIT).await?;
            recent.looked_at = Some(Instant::now());
            let whole = events.len() < BATCH_LIMIT as usize;
            for event in events {
                recent.push(event);
            }
            if whole {
                return Ok(());
            }
        }
    }
}

impl Recent {
    fn beginning(after: Position) -> Self {
        Self { after, events: VecDeque::new(), bytes: 0, looked_at: None }
    }

    fn last(&self) -> Position {
        self.events.back().map_or(self.after, |event| event.position)
    }

    /// Nothing, when some of them are not kept any more.
    fn since(&self, after: Position, limit: u32) -> Option<Vec<Arc<Recorded>>> {
        (after >= self.after).then(|| {
            let first = self.events.partition_point(|event| event.position <= after);
            self.events.range(first..).take(limit as usize).cloned().collect()
        })
    }

    fn push(&mut self, event: Recorded) {
        self.bytes += size(&event);
        self.events.push_back(Arc::new(event));
        while self.events.len() > KEPT || self.bytes > KEPT_BYTES {
            let Some(oldest) = self.events.pop_front() else { return };
            self.bytes -= size(&oldest);
            self.after = oldest.position;
        }
    }
}

fn size(event: &Recorded) -> usize {
    event.data.get().len()
}
