//! What may be asked about events.

use async_graphql::{Context, Object, Result, SimpleObject};
use berth_store::Position;

use super::{
    filter::{EventFilter, admits},
    object::{Event, EventConnection},
    scan,
};
use crate::shared::{
    caller::{SignedIn, language},
    context::log,
    fault,
    page::{self, Part, cost},
    scalars::{EventPosition, int},
};

/// The log of events as a whole.
#[derive(SimpleObject)]
pub(crate) struct EventLog {
    /// The position of the newest event.
    head: EventPosition,
    /// How many events there are.
    count: i32,
}

#[derive(Default)]
pub(crate) struct EventQuery;

#[Object(guard = "SignedIn")]
impl EventQuery {
    /// The log of events as a whole.
    async fn event_log(&self, ctx: &Context<'_>) -> Result<EventLog> {
        let head = log(ctx).head().await.map_err(|error| fault::of_log(language(ctx), &error))?;
        // Positions are dense: as many as the last one says.
        Ok(EventLog { head: EventPosition(head), count: int(head.get()) })
    }

    /// Events, in the order of the log. With a filter, a page may end early and say from where to go on.
    #[graphql(
        complexity = "cost(|name| __ctx.param_value(__variables_definition, __field, name, None), child_complexity)"
    )]
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 500; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this position.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 500.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this position.")] before: Option<String>,
        #[graphql(desc = "Which ones.")] filter: Option<EventFilter>,
    ) -> Result<EventConnection> {
        let end = Part { first, after, last, before }.end(ctx, page::LINES)?;
        let filter = filter.unwrap_or_default().read();
        Ok(EventConnection(scan::page(ctx, end, |event| admits(&filter, event)).await?))
    }
}

/// The event at a position.
pub(crate) async fn at(ctx: &Context<'_>, position: Position) -> Result<Option<Event>> {
    let before = Position::new(position.get().saturating_sub(1));
    let found = log(ctx).read(before, 1).await.map_err(|error| fault::of_log(language(ctx), &error))?;
    Ok(Event::of_rows(found.into_iter().filter(|event| event.position == position).collect()).pop())
}
