//! Reads from a position for ever. Catching up and living on are one code path: read what is there, then wait
//! to be woken.

use std::sync::Arc;
use std::time::Duration;

use futures::Stream;

use crate::{Log, Position, ReadError, Recorded};

/// How many events a batch holds at most.
pub const BATCH_LIMIT: u32 = 256;

/// A waking may be missed (another node appended), so the log is looked at this often as well.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Some events in a row, or none with the news that there are none left.
#[derive(Clone, Debug)]
pub struct Batch {
    pub events: Vec<Recorded>,
    /// Follow from here to miss nothing and see nothing twice.
    pub position: Position,
    /// The log held nothing more when this was read.
    pub caught_up: bool,
}

/// Every event after a position, each once, in order.
///
/// The first batch that is caught up comes at once, even if it holds no event. Ends after an error (follow
/// again from the last batch's position) and when the log was closed.
pub fn follow(log: Arc<dyn Log>, after: Position) -> impl Stream<Item = Result<Batch, ReadError>> + Send {
    async_stream::stream! {
        let mut woken = log.watch();
        let mut position = after;
        let mut told_caught_up = false;
        loop {
            // Marked as seen before reading: what is appended meanwhile wakes us again.
            woken.mark_unchanged();
            let events = match log.read(position, BATCH_LIMIT).await {
                Ok(events) => events,
                Err(error) => {
                    yield Err(error);
                    return;
                }
            };
            let caught_up = events.len() < BATCH_LIMIT as usize;
            if let Some(last) = events.last() {
                position = last.position;
            }
            if !events.is_empty() || !told_caught_up {
                told_caught_up = caught_up;
                yield Ok(Batch { events, position, caught_up });
            }
            if caught_up && closed_while_waiting(&mut woken).await {
                return;
            }
        }
    }
}

async fn closed_while_waiting(woken: &mut tokio::sync::watch::Receiver<Position>) -> bool {
    matches!(tokio::time::timeout(LOOK_EVERY, woken.changed()).await, Ok(Err(_)))
}
