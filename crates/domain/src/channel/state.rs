//! What the rules remember of a channel, and nothing else.

use serde::{Deserialize, Serialize};

use super::{
    config::{Config, Topic},
    event::{Disabled, Event},
    rules::Rules,
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
    pub rules: Rules,
    /// Why the server itself stopped using it. Absent once somebody enabled it again.
    pub disabled: Option<Ended>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

/// The server found it of no use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub why: Why,
    /// The other side's own.
    pub words: String,
    pub at: Timestamp,
}

/// Why a channel is of no use. Words stand in events, so they are for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nobody is there any more: the bot was put out of the chat, the webhook was taken away.
    Gone,
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
                rules: created.rules.clone(),
                disabled: None,
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
                    rules: edited.rules.clone(),
                    disabled: content.disabled.take().filter(|_| !edited.enabled),
                    created_at: content.created_at,
                    changed_at: edited.at,
                };
            }
        }
        Event::Deleted(deleted) => channel.deleted_at = Some(deleted.at),
        Event::Disabled(disabled) => {
            if let Some(content) = &mut channel.content {
                let Disabled { why, words, at, .. } = disabled.clone();
                content.enabled = false;
                content.disabled = Some(Ended { why, words, at });
            }
        }
    }
}
