//! Deliveries as they change.

use async_graphql::{Context, Result, SimpleObject, Subscription};
use berth_domain::access::Act;
use berth_views::feed;
use futures::{StreamExt, stream::BoxStream};

use super::{object::NotificationDelivery, query::NotificationDeliveryFilter};
use crate::shared::{
    alike::Shared,
    caller::{Allowed, language},
    context::views,
    fault,
    scalars::EventPosition,
};

/// Deliveries that changed.
#[derive(SimpleObject)]
pub(crate) struct NotificationDeliveryBatch {
    /// The deliveries as they are at `position`, each once.
    deliveries: Vec<NotificationDelivery>,
    /// Go on from here.
    position: EventPosition,
    /// The feed has told all there is.
    caught_up: bool,
}

#[derive(Default)]
pub(crate) struct NotificationDeliverySubscription;

#[Subscription(guard = "Allowed(Act::Look)")]
impl NotificationDeliverySubscription {
    /// Deliveries that were queued, tried, taken or given up: at most 4 batches a second, each delivery as it is now.
    #[expect(clippy::unused_async, reason = "the macro takes only async functions")]
    async fn delivery_feed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones. One that comes to match is told, one that ceases to is not.")]
        filter: Option<NotificationDeliveryFilter>,
        #[graphql(desc = "The position to go on from; the head of the log when absent.")] after: Option<
            EventPosition,
        >,
    ) -> Result<BoxStream<'static, Result<Shared<NotificationDeliveryBatch>>>> {
        let language = language(ctx);
        let mut before = after.map(|after| after.0);
        let filter = filter.unwrap_or_default().read(ctx)?;
        let told = feed::delivery_changes(views(ctx), filter, before).map(move |batch| {
            let feed::DeliveryBatch { rows, position, caught_up } =
                batch.map_err(|error| fault::of_view(language, &error))?;
            let batch = NotificationDeliveryBatch {
                deliveries: NotificationDelivery::of_rows(rows),
                position: EventPosition(position),
                caught_up,
            };
            Ok(Shared::since(&mut before, position, caught_up, batch))
        });
        Ok(told.boxed())
    }
}
