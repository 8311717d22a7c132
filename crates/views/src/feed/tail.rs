//! The newest events of the log, in memory once for all who follow it: five hundred who are told the same make one reading of it.

use std::{sync::Arc, time::Duration};

use berth_store::{
    BATCH_LIMIT, Log, Position, ReadError, Recorded,
    newest::{Most, Newest},
};
use tokio::{sync::Mutex, time::Instant};

/// Whoever is further behind reads the log.
const MOST: Most = Most { events: 512, bytes: 2 << 20 };
/// Another node's appends may wake nobody here: the log is read this long after it was read last, woken or not.
const LOOK: Duration = Duration::from_millis(500);

/// Follows a log as long as somebody asks.
pub struct Tail {
    pub(super) log: Arc<dyn Log>,
    recent: Mutex<Recent>,
}

struct Recent {
    newest: Newest,
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
            recent.newest.since(after, limit)
        };
        match kept {
            Some(events) => Ok(events),
            None => Ok(self.log.read(after, limit).await?.into_iter().map(Arc::new).collect()),
        }
    }

    async fn follow(&self, recent: &mut Recent) -> Result<(), ReadError> {
        let oldest = Position::new(self.log.watch().borrow().get().saturating_sub(MOST.events as u64));
        if recent.newest.last() < oldest {
            // Nobody followed for a while: of what came meanwhile the newest are enough.
            *recent = Recent::beginning(oldest);
        }
        loop {
            let woken = *self.log.watch().borrow() > recent.newest.last();
            if !woken && recent.looked_at.is_some_and(|at| at.elapsed() < LOOK) {
                return Ok(());
            }
            let events = self.log.read(recent.newest.last(), BATCH_LIMIT).await?;
            recent.looked_at = Some(Instant::now());
            let whole = events.len() < BATCH_LIMIT as usize;
            for event in events {
                recent.newest.push(event);
            }
            if whole {
                return Ok(());
            }
        }
    }
}

impl Recent {
    fn beginning(after: Position) -> Self {
        Self { newest: Newest::beginning(after, MOST), looked_at: None }
    }
}
