//! What may be asked about the books.

use async_graphql::{Context, Object, Result};
use berth_domain::{
    Aggregate,
    access::Act,
    books::{self, Closed, Event},
    event::{DecodeError, Event as _},
};
use berth_store::{Recorded, StreamId, Version};

use super::object::Books;
use crate::shared::{
    caller::{Allowed, language},
    context::{dependencies, log},
    fault,
};

/// Events read at once.
const STEP: u32 = 512;

/// The books are closed once a day or so, and every closing is an event: they are read as they stand in the log.
#[derive(Clone, Default)]
pub(crate) struct Read {
    pub(crate) books: books::Books,
    /// Oldest first.
    pub(super) closings: Vec<Closed>,
}

#[derive(Default)]
pub(crate) struct BooksQuery;

#[Object(guard = "Allowed(Act::Look)")]
impl BooksQuery {
    /// The books: up to where the log is closed.
    async fn books(&self, ctx: &Context<'_>) -> Result<Books> {
        let retention = dependencies(ctx).server.retention;
        Ok(Books { read: read(ctx).await?, retention })
    }
}

/// Folds the books from the log.
pub(crate) async fn read(ctx: &Context<'_>) -> Result<Read> {
    let stream = StreamId::new(books::Books::KIND, books::ID);
    let (mut read, mut reached) = (Read::default(), Version::default());
    loop {
        let events = log(ctx).read_stream(&stream, reached, STEP).await;
        let events = events.map_err(|error| fault::of_log(language(ctx), &error))?;
        let Some(last) = events.last().map(|event| event.version) else { return Ok(read) };
        reached = last;
        for event in &events {
            read.take_in(event).map_err(|error| fault::internal(language(ctx), &error))?;
        }
    }
}

impl Read {
    fn take_in(&mut self, recorded: &Recorded) -> Result<(), DecodeError> {
        let event = Event::decode(&recorded.name, recorded.schema, &recorded.data)?;
        self.books.evolve(&event);
        let Event::Closed(closed) = event;
        self.closings.push(closed);
        Ok(())
    }
}
