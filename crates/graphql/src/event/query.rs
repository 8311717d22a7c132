//! What may be asked about events.

use async_graphql::{Context, Object, Result};
use berth_domain::access::Act;
use berth_store::{Position, Recorded};

use super::{
    filter::{EventFilter, admits},
    object::{Event, EventConnection},
    scan, stream,
};
use crate::shared::{
    caller::{Allowed, language},
    context::log,
    fault,
    page::{self, End, Part, cost},
};

#[derive(Default)]
pub(crate) struct EventQuery;

#[Object(guard = "Allowed(Act::ReadHistory)")]
impl EventQuery {
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
        let admitted = |event: &Recorded| admits(&filter, event);
        let page = match (filter.0.stream.as_slice(), end) {
            ([stream], End::Front { count, after }) => {
                stream::page(ctx, stream, count, after, admitted).await?
            }
            (_, end) => scan::page(ctx, end, admitted).await?,
        };
        Ok(EventConnection(page))
    }
}

/// The event at a position.
pub(crate) async fn at(ctx: &Context<'_>, position: Position) -> Result<Option<Event>> {
    let before = Position::new(position.get().saturating_sub(1));
    let found = log(ctx).read(before, 1).await.map_err(|error| fault::of_log(language(ctx), &error))?;
    Ok(Event::of_rows(found.into_iter().filter(|event| event.position == position).collect()).pop())
}
