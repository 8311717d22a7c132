//! What may be asked about notification channels.

use std::collections::HashMap;

use async_graphql::{Context, ID, Object, Result};
use berth_domain::{ChannelId, access::Act};
use berth_views::channel;

use super::object::NotificationChannel;
use crate::shared::{
    caller::Allowed,
    context::{read, views},
    page::{USUAL, times},
    position::reach,
    scalars::EventPosition,
};

#[derive(Default)]
pub(crate) struct NotificationChannelQuery;

#[Object(guard = "Allowed(Act::Look)")]
impl NotificationChannelQuery {
    /// One notification channel. Null when there is none of this id, or it was deleted.
    async fn notification_channel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(
            desc = "Answer no earlier than the lists hold this position: to read your own write. Waits up to 2 s."
        )]
        min_position: Option<EventPosition>,
    ) -> Result<Option<NotificationChannel>> {
        reach(ctx, min_position).await?;
        let Ok(id) = id.parse::<ChannelId>() else { return Ok(None) };
        Ok(by_ids(ctx, &[id]).await?.remove(&id).filter(NotificationChannel::exists))
    }

    /// Notification channels by name. They are few, so they come all at once.
    #[graphql(complexity = "times(None, USUAL, child_complexity)")]
    async fn notification_channels(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Answer no earlier than the lists hold this position: to read your own write. Waits up to 2 s."
        )]
        min_position: Option<EventPosition>,
    ) -> Result<Vec<NotificationChannel>> {
        reach(ctx, min_position).await?;
        let rows = read(ctx, channel::all(views(ctx))).await?;
        Ok(NotificationChannel::of_rows(rows))
    }
}

/// Those that were ever saved, deleted ones too, by id.
pub(crate) async fn by_ids(
    ctx: &Context<'_>,
    ids: &[ChannelId],
) -> Result<HashMap<ChannelId, NotificationChannel>> {
    let rows = read(ctx, channel::by_ids(views(ctx), ids)).await?;
    let keys: Vec<_> = rows.iter().map(|row| row.id).collect();
    Ok(keys.into_iter().zip(NotificationChannel::of_rows(rows)).collect())
}
