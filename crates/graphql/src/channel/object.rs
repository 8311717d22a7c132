//! A notification channel as clients see it. Its secrets never come out.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use berth_app::Told;
use berth_domain::{
    ChannelId,
    channel::{Channel, Content, Ended, Why},
};
use berth_views::channel::ChannelRow;

use super::{
    config::{NotificationChannelConfig, NotificationTopic},
    rules::NotificationRules,
};
use crate::{
    delivery::{ByChannel, NotificationDelivery},
    shared::scalars::{DateTime, EventPosition, int},
};

/// Why the server itself stopped using a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Why")]
pub(crate) enum NotificationChannelEndReason {
    /// Nobody is there any more: the bot was put out of the chat, the webhook was taken away.
    Gone,
}

/// The server itself stopped using a channel.
#[derive(SimpleObject)]
pub(crate) struct NotificationChannelEnd {
    /// Why.
    reason: NotificationChannelEndReason,
    /// What the other side said, in its own words.
    words: String,
    /// When.
    at: DateTime,
}

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct NotificationChannel {
    row: Arc<ChannelRow>,
    deliveries: Arc<ByChannel>,
}

impl NotificationChannel {
    pub(crate) fn of_rows(rows: Vec<ChannelRow>) -> Vec<Self> {
        let deliveries = Arc::new(ByChannel::new(rows.iter().map(|row| row.id)));
        let rows = rows.into_iter().map(Arc::new);
        rows.map(|row| Self { row, deliveries: deliveries.clone() }).collect()
    }

    pub(crate) fn exists(&self) -> bool {
        self.row.channel.existing().is_some()
    }

    pub(crate) fn told(told: Told<ChannelId, Channel>) -> Self {
        Self::from(ChannelRow {
            id: told.id,
            version: told.done.version,
            position: told.done.position,
            channel: told.state,
        })
    }

    fn content(&self) -> &Content {
        self.row.channel.content.as_ref().expect("whatever is listed or was told of has been created")
    }
}

impl From<ChannelRow> for NotificationChannel {
    fn from(row: ChannelRow) -> Self {
        let deliveries = Arc::new(ByChannel::new([row.id]));
        Self { row: Arc::new(row), deliveries }
    }
}

/// A way to tell people what happens (通知渠道). Its secrets go in and never come out.
#[Object]
impl NotificationChannel {
    /// `channel_…`, for ever.
    pub(crate) async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// The name a person gave it. No other has the same, whatever the case of its letters.
    async fn name(&self) -> &str {
        &self.content().name
    }

    /// Whether it is used.
    async fn enabled(&self) -> bool {
        self.content().enabled
    }

    /// What it is told of.
    async fn topics(&self) -> Vec<NotificationTopic> {
        self.content().topics.iter().map(|topic| (*topic).into()).collect()
    }

    /// How it is reached.
    async fn config(&self) -> NotificationChannelConfig {
        (&self.content().config).into()
    }

    /// What of its topics it is told, when, and in which language.
    async fn rules(&self) -> NotificationRules {
        (&self.content().rules).into()
    }

    /// Why the server itself stopped using it. Null when it did not, and once somebody enabled it again.
    async fn disabled_because(&self) -> Option<NotificationChannelEnd> {
        let Ended { why, words, at } = self.content().disabled.clone()?;
        Some(NotificationChannelEnd { reason: why.into(), words, at: DateTime(at) })
    }

    /// What was queued for it last, and whether that arrived. Null when nothing ever was.
    async fn last_delivery(&self, ctx: &Context<'_>) -> Result<Option<NotificationDelivery>> {
        self.deliveries.last(ctx, self.row.id).await
    }

    /// How many notifications are on their way to it, or wait.
    async fn waiting_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(int(self.deliveries.counts(ctx, self.row.id).await?.0))
    }

    /// How many notifications to it were given up, ever.
    async fn failed_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(int(self.deliveries.counts(ctx, self.row.id).await?.1))
    }

    /// When it was saved.
    async fn created_at(&self) -> DateTime {
        DateTime(self.content().created_at)
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.content().changed_at)
    }

    /// Its version. Send it as `expectedVersion` to change only what you saw.
    async fn version(&self) -> i32 {
        int(self.row.version.get())
    }

    /// The position of the last event about it.
    async fn position(&self) -> EventPosition {
        EventPosition(self.row.position)
    }
}
