//! Command × state → events or refusal.

use super::{
    event::{Archived, Closed, Cutoffs, Event},
    refusal::Refusal,
    state::{Books, evolve},
};
use crate::{Aggregate, Timestamp, access::Act};

/// What may be asked of the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Close(Close),
}

/// All that a closing did, for it is written down together with the doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    pub through: u64,
    pub cutoffs: Cutoffs,
    pub released: u64,
    pub stand_ins: u64,
    pub archive: Option<Archived>,
    /// Of what is left behind, or what the log puts it in place of.
    pub digest: String,
    pub at: Timestamp,
}

impl Aggregate for Books {
    const KIND: &'static str = "books";
    const SNAPSHOT: u16 = 1;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn act(_: &Command) -> Act {
        Act::CloseBooks
    }

    fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Close(close) if close.through < self.through => {
                Err(Refusal::Backwards { closed: self.through, asked: close.through })
            }
            Command::Close(close) if close.released > 0 && close.archive.is_none() => {
                Err(Refusal::NotArchived)
            }
            Command::Close(close) if close.through == self.through => Ok(vec![]),
            Command::Close(close) => Ok(vec![self.closed(close).into()]),
        }
    }

    fn evolve(&mut self, event: &Event) {
        evolve(self, event);
    }
}

impl Books {
    fn closed(&self, close: Close) -> Closed {
        let Close { through, cutoffs, released, stand_ins, archive, digest, at } = close;
        Closed { after: self.through, through, cutoffs, released, stand_ins, archive, digest, at }
    }
}
