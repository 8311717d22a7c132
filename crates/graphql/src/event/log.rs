//! The log of events as a whole.

use async_graphql::{Context, Object, Result};
use berth_domain::{Timestamp, access::Act};
use berth_store::Position;

use crate::{
    books,
    shared::{
        caller::{Allowed, language},
        context::{log, storage},
        fault,
        scalars::{DateTime, EventPosition, int},
    },
};

pub(crate) struct EventLog {
    head: Position,
}

/// The log of events as a whole.
#[Object]
impl EventLog {
    /// The position of the newest event.
    async fn head(&self) -> EventPosition {
        EventPosition(self.head)
    }

    /// How many events there are. Those released when the books were closed do not count; what stands in for them does.
    async fn count(&self, ctx: &Context<'_>) -> Result<i32> {
        let books = books::read(ctx).await?.books;
        let kept = self.head.get().saturating_sub(books.released).saturating_add(books.stand_ins);
        Ok(int(kept))
    }

    /// Bytes that it takes on its disk.
    #[expect(clippy::cast_precision_loss, reason = "exact up to 9 petabytes")]
    async fn size_bytes(&self, ctx: &Context<'_>) -> Result<f64> {
        let size = storage(ctx).size_bytes().await;
        let size = size.map_err(|error| fault::of_log(language(ctx), &error))?;
        Ok(size as f64)
    }

    /// When the oldest event that is kept happened. Null in an empty log.
    async fn first_event_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        let first = log(ctx).read(Position::START, 1).await;
        let first = first.map_err(|error| fault::of_log(language(ctx), &error))?;
        Ok(first.first().map(|event| DateTime(Timestamp::from_millis(event.meta.time_ms))))
    }

    /// The books are closed up to this position: before it, some of the attempts that got nothing are summarised. `"0"` when they
    /// never were.
    async fn closed_through(&self, ctx: &Context<'_>) -> Result<EventPosition> {
        let through = log(ctx).closed_through().await;
        through.map(EventPosition).map_err(|error| fault::of_log(language(ctx), &error))
    }
}

#[derive(Default)]
pub(crate) struct EventLogQuery;

#[Object(guard = "Allowed(Act::Look)")]
impl EventLogQuery {
    /// The log of events as a whole.
    async fn event_log(&self, ctx: &Context<'_>) -> Result<EventLog> {
        let head = log(ctx).head().await.map_err(|error| fault::of_log(language(ctx), &error))?;
        Ok(EventLog { head })
    }
}
