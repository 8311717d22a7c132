//! What the rules remember of the books, and nothing else.

use serde::{Deserialize, Serialize};

use super::event::{Archived, Closed, Cutoffs, Event};
use crate::Timestamp;

/// The books as their events make them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Books {
    /// Closed up to here.
    pub through: u64,
    pub cutoffs: Cutoffs,
    pub closings: u32,
    /// Over all closings.
    pub released: u64,
    pub stand_ins: u64,
    /// The last one that was written.
    pub archive: Option<Archived>,
    pub closed_at: Option<Timestamp>,
}

pub(super) fn evolve(books: &mut Books, event: &Event) {
    match event {
        Event::Closed(closed) => close(books, closed),
    }
}

fn close(books: &mut Books, closed: &Closed) {
    books.through = closed.through;
    books.cutoffs = closed.cutoffs;
    books.closings = books.closings.saturating_add(1);
    books.released = books.released.saturating_add(closed.released);
    books.stand_ins = books.stand_ins.saturating_add(closed.stand_ins);
    books.closed_at = Some(closed.at);
    if let Some(archive) = &closed.archive {
        books.archive = Some(archive.clone());
    }
}
