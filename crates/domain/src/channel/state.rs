//! What the rules remember of a channel, and nothing else.

use serde::{Deserialize, Serialize};

use super::{
    config::{Config, Topic},
    event::Event,
};
use crate::{SecretRef, Timestamp};

/// A channel as its events make it. `content` is absent until it is created.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    pub content: Option<Box<Content>>,
    pub deleted_at: Option<Timestamp>,
}

/// What is kept, as it was last changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    pub name: String,
    /// Whether it is used.
    pub enabled: bool,
    /// What it is told of, in their own order.
    pub topics: Vec<Topic>,
    pub config: Config,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

impl Channel {
    /// What messages can be sent by; absent before it was created and after it was deleted.
    pub fn existing(&self) -> Option<&Content> {
        self.content.as_deref().filter(|_| self.deleted_at.is_none())
    }

    /// Every secret that is still needed, and the names of no others.
    pub fn secrets(&self) -> Vec<&SecretRef> {
        self.existing().into_iter().flat_map(|content| content.config.secrets()).collect()
    }
}

pub(super) fn evolve(channel: &mut Channel, event: &Event) {
    match event {
        Event::Created(created) => {
            channel.content = Some(Box::new(Content {
                name: created.name.clone(),
                enabled: created.enabled,
                topics: created.topics.clone(),
                config: created.config.clone(),
                created_at: created.at,
                changed_at: created.at,
            }));
        }
        Event::Edited(edited) => {
            if let Some(content) = &mut channel.content {
                **content = Content {
                    name: edited.name.clone(),
                    enabled: edited.enabled,
                    topics: edited.topics.clone(),
                    config: edited.config.clone(),
                    created_at: content.created_at,
                    changed_at: edited.at,
                };
            }
        }
        Event::Deleted(deleted) => channel.deleted_at = Some(deleted.at),
    }
}
