//! The channels that the follower knows, as they are now.

use std::collections::BTreeMap;

use berth_domain::{ChannelId, channel::Content, delivery::Audience};

use super::readable;
use crate::{channel::Channels, order::Fault};

pub(super) struct Known(BTreeMap<ChannelId, Content>);

impl Known {
    pub(super) async fn read(channels: &Channels) -> Result<Self, Fault> {
        Ok(Self(channels.all().await?.into_iter().collect()))
    }

    pub(super) async fn refresh(&mut self, channels: &Channels, id: ChannelId) -> Result<(), Fault> {
        match content(channels, id).await? {
            Some(content) => self.0.insert(id, content),
            None => self.0.remove(&id),
        };
        Ok(())
    }

    pub(super) fn audience(&self) -> impl Iterator<Item = Audience<'_>> {
        self.0.iter().map(|(id, content)| Audience { id: *id, content })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn name(&self, id: ChannelId) -> Option<&str> {
        self.0.get(&id).map(|content| content.name.as_str())
    }
}

/// As it is now; nothing of one that does not exist, or cannot be read.
pub(super) async fn content(channels: &Channels, id: ChannelId) -> Result<Option<Content>, Fault> {
    Ok(readable(channels.content(id).await)?.flatten())
}
