//! Events as they happen.

use async_graphql::{Context, Result, SimpleObject, Subscription};
use berth_views::feed;
use futures::{StreamExt, stream::BoxStream};

use super::{
    filter::{EventFilter, within},
    object::Event,
};
use crate::shared::{
    caller::{SignedIn, language},
    context::log,
    fault,
    scalars::EventPosition,
};

/// New events.
#[derive(SimpleObject)]
pub(crate) struct EventBatch {
    /// The events, in the order of the log. None is ever left out.
    events: Vec<Event>,
    /// Go on from here.
    position: EventPosition,
    /// The feed has told all there is.
    caught_up: bool,
}

#[derive(Default)]
pub(crate) struct EventSubscription;

#[Subscription(guard = "SignedIn")]
impl EventSubscription {
    /// Events as they happen, every one of them: for tails and tools.
    #[expect(clippy::unused_async, reason = "the macro takes only async functions")]
    async fn event_appended(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<EventFilter>,
        #[graphql(desc = "The position to go on from; the head of the log when absent.")] after: Option<
            EventPosition,
        >,
    ) -> Result<BoxStream<'static, Result<EventBatch>>> {
        let language = language(ctx);
        let (filter, span) = filter.unwrap_or_default().read();
        let events = feed::events(&log(ctx), filter, after.map(|after| after.0));
        let told = events.map(move |batch| match batch {
            Ok(batch) => Ok(EventBatch {
                events: Event::of_rows(
                    batch.events.into_iter().filter(|event| within(span, event)).collect(),
                ),
                position: EventPosition(batch.position),
                caught_up: batch.caught_up,
            }),
            Err(error) => Err(fault::of_view(language, &error)),
        });
        Ok(told.boxed())
    }
}
