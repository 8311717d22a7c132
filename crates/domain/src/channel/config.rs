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

    /// As the API says it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::TaskSucceeded => "TASK_SUCCEEDED",
            Self::TaskFailed => "TASK_FAILED",
            Self::AccountAuthFailed => "ACCOUNT_AUTH_FAILED",
            Self::SystemAlert => "SYSTEM_ALERT",
            Self::DailyDigest => "DAILY_DIGEST",
        }
    }
}

/// How somebody is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Config {
    Telegram(Telegram),
    DingTalk(DingTalk),
    Email(Email),
    Webhook(Webhook),
    Slack(Slack),
    Feishu(Feishu),
    Bark(Bark),
    ServerChan(ServerChan),
    Template(Template),
}

/// Which way somebody is reached, without where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Telegram,
    DingTalk,
    Email,
    Webhook,
    Slack,
    Feishu,
    Bark,
    ServerChan,
    Template,
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
    /// What it is reached through. Its address may hold a password, so all of it is a secret.
    pub proxy: Option<Hidden>,
    /// The bot does what is said to it in this chat. Whoever writes there commands, in a group every member.
    pub control: bool,
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

/// An incoming webhook of Slack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slack {
    /// Whoever knows it may write. Absent only in what somebody asks for who means the one that is kept.
    pub webhook: Option<Hidden>,
}

/// A robot of a Feishu (飞书) or Lark group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feishu {
    /// Whoever knows it may write. Absent only in what somebody asks for who means the one that is kept.
    pub webhook: Option<Hidden>,
    /// What messages are signed with (签名校验).
    pub secret: Option<SecretRef>,
}

/// The app Bark, which pushes to iPhones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bark {
    /// Its authors' server, or one's own.
    pub server: String,
    /// Whoever knows it may push. Absent only in what somebody asks for who means the one that is kept.
    pub device_key: Option<Hidden>,
}

/// Server酱, which pushes to `WeChat`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerChan {
    /// Whoever knows it may push. Absent only in what somebody asks for who means the one that is kept.
    pub send_key: Option<Hidden>,
}

/// An HTTP endpoint that gets a text of one's own making.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Services of this sort have their key in the address, so all of it is a secret. Absent only in what somebody asks for who means
    /// the one that is kept.
    pub url: Option<Hidden>,
    pub content_type: String,
    /// With placeholders, `{{title}}` say. It is shown and written down as it is.
    pub body: String,
    /// What bodies are signed with.
    pub secret: Option<SecretRef>,
}

impl Kind {
    pub const ALL: [Self; 9] = [
        Self::Telegram,
        Self::DingTalk,
        Self::Email,
        Self::Webhook,
        Self::Slack,
        Self::Feishu,
        Self::Bark,
        Self::ServerChan,
        Self::Template,
    ];

    /// As events, metrics and the configuration file say it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Telegram => "telegram",
            Self::DingTalk => "ding_talk",
            Self::Email => "email",
            Self::Webhook => "webhook",
            Self::Slack => "slack",
            Self::Feishu => "feishu",
            Self::Bark => "bark",
            Self::ServerChan => "server_chan",
            Self::Template => "template",
        }
    }
}

impl Config {
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Telegram(_) => Kind::Telegram,
            Self::DingTalk(_) => Kind::DingTalk,
            Self::Email(_) => Kind::Email,
            Self::Webhook(_) => Kind::Webhook,
            Self::Slack(_) => Kind::Slack,
            Self::Feishu(_) => Kind::Feishu,
            Self::Bark(_) => Kind::Bark,
            Self::ServerChan(_) => Kind::ServerChan,
            Self::Template(_) => Kind::Template,
        }
    }

    /// Every secret that is in it.
    pub fn secrets(&self) -> Vec<&SecretRef> {
        self.address().map(|hidden| &hidden.secret).into_iter().chain(self.key()).collect()
    }

    /// What it cannot do without, where that is a secret: a bot's token, or an address that whoever knows it may use.
    pub fn address(&self) -> Option<&Hidden> {
        match self {
            Self::Telegram(telegram) => telegram.bot_token.as_ref(),
            Self::DingTalk(ding_talk) => ding_talk.webhook.as_ref(),
            Self::Slack(slack) => slack.webhook.as_ref(),
            Self::Feishu(feishu) => feishu.webhook.as_ref(),
            Self::Bark(bark) => bark.device_key.as_ref(),
            Self::ServerChan(chan) => chan.send_key.as_ref(),
            Self::Template(template) => template.url.as_ref(),
            Self::Email(_) | Self::Webhook(_) => None,
        }
    }

    /// What it can do without: a signing key, a password, a proxy.
    pub fn key(&self) -> Option<&SecretRef> {
        match self {
            Self::Telegram(telegram) => telegram.proxy.as_ref().map(|proxy| &proxy.secret),
            Self::DingTalk(ding_talk) => ding_talk.secret.as_ref(),
            Self::Email(email) => email.password.as_ref(),
            Self::Webhook(webhook) => webhook.secret.as_ref(),
            Self::Feishu(feishu) => feishu.secret.as_ref(),
            Self::Template(template) => template.secret.as_ref(),
            Self::Slack(_) | Self::Bark(_) | Self::ServerChan(_) => None,
        }
    }
}

/// Topics without doubles, in their own order.
pub(super) fn in_order(topics: Vec<Topic>) -> Vec<Topic> {
    topics.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}
