//! A notification channel as clients see it. Its secrets never come out.

use std::sync::Arc;

use async_graphql::{ID, Object};
use berth_app::Told;
use berth_domain::{
    ChannelId,
    channel::{Channel, Content},
};
use berth_views::channel::ChannelRow;

use super::config::{NotificationChannelConfig, NotificationTopic};
use crate::shared::scalars::{DateTime, EventPosition, int};

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct NotificationChannel(Arc<ChannelRow>);

impl NotificationChannel {
    pub(crate) fn exists(&self) -> bool {
        self.0.channel.existing().is_some()
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
        self.0.channel.content.as_ref().expect("whatever is listed or was told of has been created")
    }
}

impl From<ChannelRow> for NotificationChannel {
    fn from(row: ChannelRow) -> Self {
        Self(Arc::new(row))
    }
}

/// A way to tell people what happens (通知渠道). Its secrets go in and never come out. So far it is only kept: nothing is sent yet.
#[Object]
impl NotificationChannel {
    /// `channel_…`, for ever.
    pub(crate) async fn id(&self) -> ID {
        ID(self.0.id.to_string())
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
        int(self.0.version.get())
    }

    /// The position of the last event about it.
    async fn position(&self) -> EventPosition {
        EventPosition(self.0.position)
    }
}
