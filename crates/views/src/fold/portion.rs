//! Some events in a row, as they are read for one step.

use berth_store::{Log, Position, Recorded};

use crate::ViewError;

/// Events held in memory at once: about two megabytes.
pub(crate) const PORTION: u32 = 2048;

pub(crate) struct Portion {
    pub(crate) events: Vec<Recorded>,
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
            let reached = if read_through >= through { through } else { read_through };
            return Ok(Portion { events, reached, exhausted: false, last: true });
        }
    }
    Ok(Portion { events, reached: read_through, exhausted, last: exhausted || bound.single })
}
