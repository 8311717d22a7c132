//! Alerts as they are raised and resolved.

use async_graphql::{Context, Result, SimpleObject, Subscription};
use berth_domain::access::Act;
use berth_views::feed;
use futures::{StreamExt, stream::BoxStream};

use super::object::Alert;
use crate::shared::{
    alike::Shared,
    caller::{Allowed, language},
    context::views,
    fault,
    scalars::EventPosition,
};

/// Alerts that changed.
#[derive(SimpleObject)]
pub(crate) struct AlertBatch {
    /// The alerts as they are at `position`, each once. One that was never raised is in it when its rule was adjusted.
    alerts: Vec<Alert>,
    /// Go on from here.
    position: EventPosition,
    /// The feed has told all there is.
    caught_up: bool,
}

#[derive(Default)]
pub(crate) struct AlertSubscription;

#[Subscription(guard = "Allowed(Act::Look)")]
impl AlertSubscription {
    /// Alerts that were raised or resolved, or whose rule was adjusted: at most 4 batches a second, each alert as it is now.
    #[expect(clippy::unused_async, reason = "the macro takes only async functions")]
    async fn alert_raised(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The position to go on from; the head of the log when absent.")] after: Option<
            EventPosition,
        >,
    ) -> Result<BoxStream<'static, Result<Shared<AlertBatch>>>> {
        let language = language(ctx);
        let mut before = after.map(|after| after.0);
        let changes = feed::alert_changes(views(ctx), before);
        let told = changes.map(move |batch| {
            let feed::AlertBatch { rows, position, caught_up } =
                batch.map_err(|error| fault::of_view(language, &error))?;
            let alerts = rows.into_iter().map(Alert::from).collect();
            let batch = AlertBatch { alerts, position: EventPosition(position), caught_up };
            Ok(Shared::since(&mut before, position, caught_up, batch))
        });
        Ok(told.boxed())
    }
}
