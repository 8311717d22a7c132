//! What may be asked about deliveries.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, Result};
use berth_domain::{DeliveryId, access::Act};
use berth_views::delivery::{self, Filter};

use super::object::{NotificationDelivery, NotificationDeliveryConnection, NotificationDeliveryState};
use crate::{
    channel::NotificationTopic,
    grab::ids,
    shared::{
        caller::Allowed,
        context::{read, views},
        page::{self, Paged, Part, cost},
        position::reach,
        scalars::EventPosition,
    },
};

/// Which deliveries. Every condition given must hold; of a list, one item must.
#[derive(Default, InputObject)]
pub(crate) struct NotificationDeliveryFilter {
    /// To one of these channels.
    channel_id: Option<Vec<ID>>,
    /// About one of these tasks.
    task_id: Option<Vec<ID>>,
    /// Of one of these tenants. What concerns everybody is none's.
    tenant_id: Option<Vec<ID>>,
    /// In one of these states.
    state: Option<Vec<NotificationDeliveryState>>,
    /// That tell of one of these.
    topic: Option<Vec<NotificationTopic>>,
}

impl NotificationDeliveryFilter {
    pub(super) fn read(self, ctx: &Context<'_>) -> Result<Filter> {
        Ok(Filter {
            channel: ids(ctx, self.channel_id.as_deref())?,
            task: ids(ctx, self.task_id.as_deref())?,
            tenant: ids(ctx, self.tenant_id.as_deref())?,
            state: self.state.unwrap_or_default().into_iter().map(Into::into).collect(),
            topic: self.topic.unwrap_or_default().into_iter().map(Into::into).collect(),
        })
    }
}

#[derive(Default)]
pub(crate) struct NotificationDeliveryQuery;

#[Object(guard = "Allowed(Act::Look)")]
impl NotificationDeliveryQuery {
    /// One delivery. Null when there is none of this id.
    async fn notification_delivery(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(
            desc = "Answer no earlier than the lists hold this position: to read your own write. Waits up to 2 s."
        )]
        min_position: Option<EventPosition>,
    ) -> Result<Option<NotificationDelivery>> {
        reach(ctx, min_position).await?;
        let Ok(id) = id.parse::<DeliveryId>() else { return Ok(None) };
        Ok(by_ids(ctx, &[id]).await?.remove(&id))
    }

    /// Deliveries, the one that was queued last first. They stay when they are over.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the schema")]
    #[graphql(
        complexity = "cost(|name| __ctx.param_value(__variables_definition, __field, name, None), child_complexity)"
    )]
    async fn notification_deliveries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 500; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 500.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which ones.")] filter: Option<NotificationDeliveryFilter>,
        #[graphql(
            desc = "Answer no earlier than the lists hold this position: to read your own write. Waits up to 2 s."
        )]
        min_position: Option<EventPosition>,
    ) -> Result<NotificationDeliveryConnection> {
        reach(ctx, min_position).await?;
        let slice = Part { first, after, last, before }.slice(ctx, page::LINES)?;
        let filter = filter.unwrap_or_default().read(ctx)?;
        let found = read(ctx, delivery::page(views(ctx), &filter, &slice)).await?;
        Ok(NotificationDeliveryConnection(Paged::of(found, NotificationDelivery::of_rows)))
    }
}

/// Those that exist, by id.
pub(crate) async fn by_ids(
    ctx: &Context<'_>,
    ids: &[DeliveryId],
) -> Result<HashMap<DeliveryId, NotificationDelivery>> {
    let rows = read(ctx, delivery::by_ids(views(ctx), ids)).await?;
    let keys: Vec<_> = rows.iter().map(|row| row.id).collect();
    Ok(keys.into_iter().zip(NotificationDelivery::of_rows(rows)).collect())
}
