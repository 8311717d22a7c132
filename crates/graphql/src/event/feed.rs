//! Events as they happen.

use async_graphql::{Context, Result, SimpleObject, Subscription};
use berth_domain::access::Act;
use berth_views::feed;
use futures::{StreamExt, stream::BoxStream};

use super::{
    filter::{EventFilter, within},
    object::Event,
};
use crate::shared::{
    alike::Shared,
    caller::{Allowed, language},
    context::tail,
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

#[Subscription(guard = "Allowed(Act::ReadHistory)")]
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
    ) -> Result<BoxStream<'static, Result<Shared<EventBatch>>>> {
        let language = language(ctx);
        let (filter, time) = filter.unwrap_or_default().read();
        let mut before = after.map(|after| after.0);
        let told = feed::events(tail(ctx), filter, before).map(move |batch| {
            let batch = batch.map_err(|error| fault::of_view(language, &error))?;
            let events = batch.events.into_iter().filter(|event| within(time, event)).map(Event::shared);
            let (events, position, caught_up) = (events.collect(), batch.position, batch.caught_up);
            let batch = EventBatch { events, position: EventPosition(position), caught_up };
            Ok(Shared::since(&mut before, position, caught_up, batch))
        });
        Ok(told.boxed())
    }
}
