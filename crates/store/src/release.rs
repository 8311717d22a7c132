//! Closing the books: old events leave the log, and a few stand in their places.
//!
//! What is released is gone from the database for good, so whoever asks for it has put it into an archive first. Positions and versions
//! of the rest stay as they are: a hole is lawful where a released run says so, and the run keeps the checksum that the chain goes on
//! from. Where a stand-in is written, readers meet it in the order of the log and of its stream, like any event.

use serde_json::value::RawValue;

use crate::checksum::Checksum;
use crate::closings::Digest;
use crate::{Append, Position, RawEvent, StreamId, Version};

/// Everything in it happens, or nothing.
#[derive(Clone, Debug)]
pub struct Release {
    /// Released up to here before: the positions below begin after it. [`Position::START`] the first time.
    pub after: Position,
    /// The books are closed up to here. Answers of commands that ended at or before it are forgotten.
    pub through: Position,
    /// Which events leave, ascending, all within `after + 1 ..= through`. The last event of the log never leaves, and the last of a
    /// stream only if another stands in for it: so neither ends earlier than before.
    pub positions: Vec<Position>,
    /// What stands in for them, each at one of these positions.
    pub stand_ins: Vec<StandIn>,
    /// What tells of it, in the same transaction. Where [`Release::DIGEST`] stands as a text in the data of its events, the log
    /// puts the [`Digest`] of what this release leaves behind, so that the chain holds it.
    pub append: Append,
}

/// An event that stands in for a run of events of one stream, at the place of the last of them. Its meta and its command are those
/// of the event whose place it takes.
#[derive(Clone, Debug)]
pub struct StandIn {
    pub position: Position,
    pub stream: StreamId,
    pub version: Version,
    pub name: String,
    pub schema: u16,
    pub data: Box<RawValue>,
}

/// A run of positions whose events were released. A stand-in may be at some of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    pub first: Position,
    pub last: Position,
    /// Of the event that was at `last`: the chain goes on from it.
    pub checksum: [u8; 32],
}

/// Why a release is refused whole. Asking again will not help.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unlawful {
    #[error("the books are closed through {closed}, not through {after}")]
    ClosedElsewhere { closed: Position, after: Position },
    #[error("the books cannot be closed through {through}: the log ends at {head}")]
    BeyondTheEnd { through: Position, head: Position },
    #[error("event {0} cannot leave: positions must rise, and lie in the segment that is closed")]
    Outside(Position),
    #[error("event {0} cannot leave: it is the last of the log")]
    LastOfLog(Position),
    #[error("the last event of {0} cannot leave: nothing stands in for it")]
    LastOfStream(StreamId),
    #[error("an event that is to leave is not there: {missing} of {asked}")]
    NotThere { missing: u64, asked: u64 },
    #[error(
        "nothing can stand in at {0}: no event of this stream and version leaves from there, or another stands there"
    )]
    NoPlace(Position),
}

impl Release {
    /// Stands for a digest that only the log can know.
    pub const DIGEST: &str = "the digest of what was released";

    /// The append with its digest.
    pub(crate) fn told(&self, digest: &Digest) -> Append {
        let mut append = self.append.clone();
        for event in append.writes.iter_mut().flat_map(|write| &mut write.events) {
            digest.fill_in(event);
        }
        append
    }

    /// What can be said without looking at events. `closed` and `head` are the log's.
    pub(crate) fn check(&self, closed: Position, head: Position) -> Result<(), Unlawful> {
        if closed != self.after || self.through < self.after {
            return Err(Unlawful::ClosedElsewhere { closed, after: self.after });
        }
        if self.through > head {
            return Err(Unlawful::BeyondTheEnd { through: self.through, head });
        }
        let mut before = self.after;
        for position in &self.positions {
            if *position <= before || *position > self.through {
                return Err(Unlawful::Outside(*position));
            }
            before = *position;
        }
        if self.positions.last() == Some(&head) {
            return Err(Unlawful::LastOfLog(head));
        }
        self.check_places()
    }

    fn check_places(&self) -> Result<(), Unlawful> {
        let mut before = Position::START;
        for stand_in in &self.stand_ins {
            let leaves = self.positions.binary_search(&stand_in.position).is_ok();
            if stand_in.position <= before || !leaves {
                return Err(Unlawful::NoPlace(stand_in.position));
            }
            before = stand_in.position;
        }
        Ok(())
    }

    /// First and last of each run of adjoining positions, ascending.
    pub(crate) fn runs(&self) -> Vec<(Position, Position)> {
        let mut runs: Vec<(Position, Position)> = Vec::new();
        for position in &self.positions {
            match runs.last_mut() {
                Some((_, last)) if last.next() == *position => *last = *position,
                _ => runs.push((*position, *position)),
            }
        }
        runs
    }
}

impl StandIn {
    /// Its row, in place of the one that leaves. Its checksum follows the run's, so that the chain need not know what was released.
    pub(crate) fn row(&self, place: RawEvent, run: &Checksum) -> Result<RawEvent, Unlawful> {
        let fits = place.position == self.position.to_sql()
            && place.stream == self.stream.as_str().as_bytes()
            && place.version == i64::from(self.version.get());
        if !fits {
            return Err(Unlawful::NoPlace(self.position));
        }
        let mut row = RawEvent {
            name: self.name.clone().into_bytes(),
            schema: self.schema.into(),
            data: self.data.get().as_bytes().to_vec(),
            ..place
        };
        row.checksum = row.link().after(run).to_vec();
        Ok(row)
    }
}
