//! How a channel is reached, as clients see it. Of its secrets they see only whether there are any, and which.

use async_graphql::{Enum, SimpleObject, Union};
use berth_domain::channel::{
    Bark, Config, DingTalk, Email, Feishu, Hidden, Security, ServerChan, Slack, Telegram, Template, Topic,
    Webhook,
};

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
    Slack(SlackConfig),
    Feishu(FeishuConfig),
    Bark(BarkConfig),
    ServerChan(ServerChanConfig),
    Template(TemplateConfig),
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
    /// The proxy that it is reached through, without the name and password. Null when there is none.
    proxy_masked: Option<String>,
    /// The bot does what is said to it in this chat.
    control: bool,
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

/// An incoming webhook of Slack.
#[derive(SimpleObject)]
pub(crate) struct SlackConfig {
    /// The webhook's host and the end of its token: enough to tell one from another.
    webhook_masked: String,
}

/// A robot of a Feishu (飞书) or Lark group.
#[derive(SimpleObject)]
pub(crate) struct FeishuConfig {
    /// The webhook's host and the end of its token: enough to tell one from another.
    webhook_masked: String,
    /// Messages are signed (签名校验).
    signed: bool,
}

/// The app Bark, which pushes to iPhones.
#[derive(SimpleObject)]
pub(crate) struct BarkConfig {
    /// The server that pushes.
    server: String,
    /// The end of the device's key: enough to tell one from another.
    device_key_masked: String,
}

/// Server酱, which pushes to WeChat.
#[derive(SimpleObject)]
pub(crate) struct ServerChanConfig {
    /// The end of the SendKey: enough to tell one from another.
    send_key_masked: String,
}

/// An HTTP endpoint that gets a text of one's own making.
#[derive(SimpleObject)]
pub(crate) struct TemplateConfig {
    /// The address's host and its end: enough to tell one from another.
    url_masked: String,
    /// The media type of what is sent.
    content_type: String,
    /// What is sent, with placeholders: `{{title}}`, `{{text}}`, `{{severity}}`, `{{topic}}`, `{{id}}`, `{{time}}`.
    body: String,
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
            Config::Slack(slack) => Self::Slack(slack.into()),
            Config::Feishu(feishu) => Self::Feishu(feishu.into()),
            Config::Bark(bark) => Self::Bark(bark.into()),
            Config::ServerChan(chan) => Self::ServerChan(chan.into()),
            Config::Template(template) => Self::Template(template.into()),
        }
    }
}

impl From<&Telegram> for TelegramConfig {
    fn from(Telegram { bot_token, chat_id, api_base, proxy, control }: &Telegram) -> Self {
        Self {
            bot_token_masked: masked(bot_token.as_ref()),
            chat_id: chat_id.clone(),
            api_base: api_base.clone(),
            proxy_masked: proxy.as_ref().map(|proxy| proxy.masked.clone()),
            control: *control,
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

impl From<&Slack> for SlackConfig {
    fn from(Slack { webhook }: &Slack) -> Self {
        Self { webhook_masked: masked(webhook.as_ref()) }
    }
}

impl From<&Feishu> for FeishuConfig {
    fn from(Feishu { webhook, secret }: &Feishu) -> Self {
        Self { webhook_masked: masked(webhook.as_ref()), signed: secret.is_some() }
    }
}

impl From<&Bark> for BarkConfig {
    fn from(Bark { server, device_key }: &Bark) -> Self {
        Self { server: server.clone(), device_key_masked: masked(device_key.as_ref()) }
    }
}

impl From<&ServerChan> for ServerChanConfig {
    fn from(ServerChan { send_key }: &ServerChan) -> Self {
        Self { send_key_masked: masked(send_key.as_ref()) }
    }
}

impl From<&Template> for TemplateConfig {
    fn from(Template { url, content_type, body, secret }: &Template) -> Self {
        let (content_type, body) = (content_type.clone(), body.clone());
        Self { url_masked: masked(url.as_ref()), content_type, body, signed: secret.is_some() }
    }
}

fn masked(hidden: Option<&Hidden>) -> String {
    hidden.map(|hidden| hidden.masked.clone()).unwrap_or_default()
}
