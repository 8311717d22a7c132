//! Which channels there are, by the words that scripts, journals and paths use.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Telegram,
    DingTalk,
    Feishu,
    Slack,
    Bark,
    ServerChan,
    Webhook,
    Email,
}

impl Kind {
    pub(super) const ALL: [Self; 8] = [
        Self::Telegram,
        Self::DingTalk,
        Self::Feishu,
        Self::Slack,
        Self::Bark,
        Self::ServerChan,
        Self::Webhook,
        Self::Email,
    ];

    /// As in scripts, in the journal and as the first part of a path.
    pub fn word(self) -> &'static str {
        match self {
            Self::Telegram => "telegram",
            Self::DingTalk => "dingtalk",
            Self::Feishu => "feishu",
            Self::Slack => "slack",
            Self::Bark => "bark",
            Self::ServerChan => "serverchan",
            Self::Webhook => "webhook",
            Self::Email => "email",
        }
    }

    pub(super) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}
