//! Some events in a row, as they are read for one step.

use berth_store::{CommandId, Log, Position, Recorded};

use super::{Fact, fact};
use crate::ViewError;

/// Events held in memory at once: about two megabytes.
pub(crate) const PORTION: u32 = 2048;

pub(crate) struct Portion {
    pub(crate) facts: Vec<Fact>,
    /// How many events, also those that are no facts to us.
    pub(crate) count: u64,
    /// The last of them.
    pub(crate) last_event: Option<(Position, CommandId)>,
    /// There is nothing more up to here.
    pub(crate) reached: Position,
    /// The log held nothing more.
    pub(crate) exhausted: bool,
    /// Nothing more may be folded in this step.
    pub(crate) last: bool,
}

/// Up to where a step may go.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bound {
    pub(crate) through: Option<Position>,
    /// One event and no more.
    pub(crate) single: bool,
}

/// What comes after a position.
pub(crate) async fn read(log: &dyn Log, after: Position, bound: Bound) -> Result<Portion, ViewError> {
    let limit = if bound.single { 1 } else { PORTION };
    let mut events = log.read(after, limit).await?;
    let exhausted = events.len() < limit as usize;
    let read_through = events.last().map_or(after, |event| event.position);
    if let Some(through) = bound.through {
        events.truncate(events.partition_point(|event| event.position <= through));
        if exhausted || read_through >= through {
            // Positions without an event lie between, or the log ends there.
            return portion(log, events, read_through.min(through), End { exhausted: false, last: true })
                .await;
        }
    }
    portion(log, events, read_through, End { exhausted, last: exhausted || bound.single }).await
}

struct End {
    exhausted: bool,
    last: bool,
}

async fn portion(
    log: &dyn Log,
    events: Vec<Recorded>,
    reached: Position,
    end: End,
) -> Result<Portion, ViewError> {
    let last_event = events.last().map(|event| (event.position, event.command.clone()));
    let count = events.len() as u64;
    let facts = fact::read(log, events).await?;
    Ok(Portion { facts, count, last_event, reached, exhausted: end.exhausted, last: end.last })
}
