//! How somebody is reached, and what of. Words and shapes stand in events, so they are for ever.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::SecretRef;

/// What may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    TaskSucceeded,
    TaskFailed,
    AccountAuthFailed,
    SystemAlert,
    DailyDigest,
}

impl Topic {
    pub const ALL: [Self; 5] = [
        Self::TaskSucceeded,
        Self::TaskFailed,
        Self::AccountAuthFailed,
        Self::SystemAlert,
        Self::DailyDigest,
    ];
}

/// How somebody is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Config {
    Telegram(Telegram),
    DingTalk(DingTalk),
    Email(Email),
    Webhook(Webhook),
}

/// A secret that is recognised by what little of it may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    pub secret: SecretRef,
    pub masked: String,
}

/// A Telegram bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telegram {
    /// Absent only in what somebody asks for who means the one that is kept.
    pub bot_token: Option<Hidden>,
    pub chat_id: String,
    /// Where its API is, for those who need a mirror.
    pub api_base: String,
}

/// A robot of a DingTalk (钉钉) group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DingTalk {
    /// Whoever knows it may write. Absent only in what somebody asks for who means the one that is kept.
    pub webhook: Option<Hidden>,
    /// What messages are signed with (加签).
    pub secret: Option<SecretRef>,
}

/// Mail by SMTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub username: Option<String>,
    pub password: Option<SecretRef>,
    pub from: String,
    pub to: Vec<String>,
}

/// How an SMTP connection is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// From the first byte.
    Tls,
    /// From a command on.
    Starttls,
    /// Not at all.
    None,
}

/// An HTTP endpoint that gets JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    pub url: String,
    /// What bodies are signed with.
    pub secret: Option<SecretRef>,
}

impl Config {
    /// Every secret that is in it.
    pub fn secrets(&self) -> Vec<&SecretRef> {
        let (hidden, key) = match self {
            Self::Telegram(Telegram { bot_token, .. }) => (bot_token.as_ref(), None),
            Self::DingTalk(DingTalk { webhook, secret }) => (webhook.as_ref(), secret.as_ref()),
            Self::Email(Email { password, .. }) => (None, password.as_ref()),
            Self::Webhook(Webhook { secret, .. }) => (None, secret.as_ref()),
        };
        hidden.map(|hidden| &hidden.secret).into_iter().chain(key).collect()
    }

    /// The same with the secrets of another of its kind where it has none. What it can do without, its signing key or its password, is
    /// taken from there only when that was to be kept.
    #[must_use]
    pub(super) fn or_secrets(self, known: &Self, keep_key: bool) -> Self {
        let kept = |new: Option<SecretRef>, old: &Option<SecretRef>| {
            new.or_else(|| old.clone().filter(|_| keep_key))
        };
        match (self, known) {
            (Self::Telegram(new), Self::Telegram(old)) => {
                Self::Telegram(Telegram { bot_token: new.bot_token.or_else(|| old.bot_token.clone()), ..new })
            }
            (Self::DingTalk(new), Self::DingTalk(old)) => Self::DingTalk(DingTalk {
                webhook: new.webhook.or_else(|| old.webhook.clone()),
                secret: kept(new.secret, &old.secret),
            }),
            // A password is of no use without the name that it is for.
            (Self::Email(new), Self::Email(old)) if new.username.is_some() => {
                Self::Email(Email { password: kept(new.password, &old.password), ..new })
            }
            (Self::Webhook(new), Self::Webhook(old)) => {
                Self::Webhook(Webhook { secret: kept(new.secret, &old.secret), ..new })
            }
            (other, _) => other,
        }
    }
}

/// Topics without doubles, in their own order.
pub(super) fn in_order(topics: Vec<Topic>) -> Vec<Topic> {
    topics.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}
