//! How a channel is reached, as clients see it. Of its secrets they see only whether there are any, and which.

use async_graphql::{Enum, SimpleObject, Union};
use berth_domain::channel::{Config, DingTalk, Email, Hidden, Security, Telegram, Topic, Webhook};

use crate::shared::scalars::int;

/// What may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Topic")]
pub(crate) enum NotificationTopic {
    /// A task got its instances.
    TaskSucceeded,
    /// A task gave up.
    TaskFailed,
    /// A tenant's key was refused.
    AccountAuthFailed,
    /// The server itself needs somebody: its CPU, memory or disk passed a threshold.
    SystemAlert,
    /// A summary once a day.
    DailyDigest,
}

/// How an SMTP connection is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Security")]
pub(crate) enum SmtpSecurity {
    /// By TLS from the first byte, usually at port 465.
    Tls,
    /// By TLS from a command on, usually at port 587.
    Starttls,
    /// Not at all: only for a relay on the same machine, and without a password.
    None,
}

/// How a channel is reached. Secrets are not shown.
#[derive(Union)]
pub(crate) enum NotificationChannelConfig {
    Telegram(TelegramConfig),
    DingTalk(DingTalkConfig),
    Email(EmailConfig),
    Webhook(WebhookConfig),
}

/// A Telegram bot.
#[derive(SimpleObject)]
pub(crate) struct TelegramConfig {
    /// The bot's number and the end of its token: enough to tell one from another.
    bot_token_masked: String,
    /// The chat that it writes to.
    chat_id: String,
    /// Where its API is.
    api_base: String,
}

/// A robot of a DingTalk (钉钉) group.
#[derive(SimpleObject)]
pub(crate) struct DingTalkConfig {
    /// The webhook's host and the end of its token: enough to tell one from another.
    webhook_masked: String,
    /// Messages are signed (加签).
    signed: bool,
}

/// Mail by SMTP.
#[derive(SimpleObject)]
pub(crate) struct EmailConfig {
    /// The server.
    host: String,
    /// Its port.
    port: i32,
    /// How the connection is secured.
    security: SmtpSecurity,
    /// Who signs in there. Null when nobody does.
    username: Option<String>,
    /// A password is kept.
    has_password: bool,
    /// Whom mails are from.
    from: String,
    /// Whom they go to.
    to: Vec<String>,
}

/// An HTTP endpoint that gets JSON.
#[derive(SimpleObject)]
pub(crate) struct WebhookConfig {
    /// Where to. It is shown and written down as it is.
    url: String,
    /// Bodies are signed by HMAC-SHA256.
    signed: bool,
}

impl From<&Config> for NotificationChannelConfig {
    fn from(config: &Config) -> Self {
        match config {
            Config::Telegram(telegram) => Self::Telegram(telegram.into()),
            Config::DingTalk(ding_talk) => Self::DingTalk(ding_talk.into()),
            Config::Email(email) => Self::Email(email.into()),
            Config::Webhook(webhook) => Self::Webhook(webhook.into()),
        }
    }
}

impl From<&Telegram> for TelegramConfig {
    fn from(Telegram { bot_token, chat_id, api_base }: &Telegram) -> Self {
        Self {
            bot_token_masked: masked(bot_token.as_ref()),
            chat_id: chat_id.clone(),
            api_base: api_base.clone(),
        }
    }
}

impl From<&DingTalk> for DingTalkConfig {
    fn from(DingTalk { webhook, secret }: &DingTalk) -> Self {
        Self { webhook_masked: masked(webhook.as_ref()), signed: secret.is_some() }
    }
}

impl From<&Email> for EmailConfig {
    fn from(email: &Email) -> Self {
        Self {
            host: email.host.clone(),
            port: int(email.port),
            security: email.security.into(),
            username: email.username.clone(),
            has_password: email.password.is_some(),
            from: email.from.clone(),
            to: email.to.clone(),
        }
    }
}

impl From<&Webhook> for WebhookConfig {
    fn from(Webhook { url, secret }: &Webhook) -> Self {
        Self { url: url.clone(), signed: secret.is_some() }
    }
}

fn masked(hidden: Option<&Hidden>) -> String {
    hidden.map(|hidden| hidden.masked.clone()).unwrap_or_default()
}
