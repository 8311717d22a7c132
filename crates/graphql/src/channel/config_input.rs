//! How a channel is to be reached, as clients say it.

use async_graphql::{InputObject, OneofObject};
use berth_app::channel::Texts;
use berth_domain::channel::{
    Bark, Config, DingTalk, Email, Feishu, ServerChan, Slack, Telegram, Template, Webhook,
};
use secrecy::SecretString;

use super::config::SmtpSecurity;
use crate::{grab::changed, shared::command::Secret};

/// How a channel is reached: exactly one way. A secret that is left out stays as it is kept, as long as the way is of the same kind and
/// the secret goes to the same address; an empty text takes away one that the way can do without.
#[derive(OneofObject)]
pub(crate) enum NotificationChannelConfigInput {
    /// By a Telegram bot.
    Telegram(TelegramConfigInput),
    /// By a robot of a DingTalk (钉钉) group.
    DingTalk(DingTalkConfigInput),
    /// By mail.
    Email(EmailConfigInput),
    /// By HTTP.
    Webhook(WebhookConfigInput),
    /// By an incoming webhook of Slack.
    Slack(SlackConfigInput),
    /// By a robot of a Feishu (飞书) or Lark group.
    Feishu(FeishuConfigInput),
    /// By the app Bark.
    Bark(BarkConfigInput),
    /// By Server酱.
    ServerChan(ServerChanConfigInput),
    /// By HTTP, with a text of one's own making.
    Template(TemplateConfigInput),
}

/// A Telegram bot.
#[derive(InputObject)]
pub(crate) struct TelegramConfigInput {
    /// The bot's token, as BotFather gives it. Kept sealed and never shown but for its end.
    bot_token: Option<Secret>,
    /// The chat's number, or `@` and the name of a public channel.
    chat_id: String,
    /// Where its API is, for those who need a mirror.
    #[graphql(default = "https://api.telegram.org")]
    api_base: String,
    /// A proxy that it is reached through: `http://`, `https://`, `socks5://` or `socks5h://`, with a name and password if it needs them.
    /// Kept sealed and never shown but for its place.
    proxy: Option<Secret>,
    /// Let the bot do what is said to it in this chat: list, start, pause and stop tasks. Whoever writes there commands, in a group
    /// every member. The chat must be named by its number.
    #[graphql(default = false)]
    control: bool,
}

/// A robot of a DingTalk (钉钉) group.
#[derive(InputObject)]
pub(crate) struct DingTalkConfigInput {
    /// The webhook, with its token. Kept sealed and never shown but for its end.
    webhook: Option<Secret>,
    /// What messages are signed with (加签). Kept sealed and never shown.
    secret: Option<Secret>,
}

/// Mail by SMTP.
#[derive(InputObject)]
pub(crate) struct EmailConfigInput {
    /// The server.
    host: String,
    /// Its port.
    #[graphql(default = 465)]
    port: i32,
    /// How the connection is secured.
    #[graphql(default_with = "SmtpSecurity::Tls")]
    security: SmtpSecurity,
    /// Who signs in there. Nobody when absent.
    username: Option<String>,
    /// The password. Kept sealed and never shown.
    password: Option<Secret>,
    /// Whom mails are from: an address without a name.
    from: String,
    /// Whom they go to: 1 to 20 addresses without names.
    to: Vec<String>,
}

/// An HTTP endpoint that gets JSON.
#[derive(InputObject)]
pub(crate) struct WebhookConfigInput {
    /// Where to. It is shown and written down as it is: what must stay secret does not belong into it.
    url: String,
    /// What bodies are signed with by HMAC-SHA256. Kept sealed and never shown.
    secret: Option<Secret>,
}

/// An incoming webhook of Slack.
#[derive(InputObject)]
pub(crate) struct SlackConfigInput {
    /// The webhook, `https://hooks.slack.com/services/…`. Kept sealed and never shown but for its end.
    webhook: Option<Secret>,
}

/// A robot of a Feishu (飞书) or Lark group.
#[derive(InputObject)]
pub(crate) struct FeishuConfigInput {
    /// The webhook, `https://open.feishu.cn/open-apis/bot/v2/hook/…`. Kept sealed and never shown but for its end.
    webhook: Option<Secret>,
    /// What messages are signed with (签名校验). Kept sealed and never shown.
    secret: Option<Secret>,
}

/// The app Bark, which pushes to iPhones.
#[derive(InputObject)]
pub(crate) struct BarkConfigInput {
    /// The server that pushes, for those who have their own.
    #[graphql(default = "https://api.day.app")]
    server: String,
    /// The device's key. Kept sealed and never shown but for its end.
    device_key: Option<Secret>,
}

/// Server酱, which pushes to WeChat.
#[derive(InputObject)]
pub(crate) struct ServerChanConfigInput {
    /// The SendKey, `SCT…` or `sctp…`. Kept sealed and never shown but for its end.
    send_key: Option<Secret>,
}

/// An HTTP endpoint that gets a text of one's own making.
#[derive(InputObject)]
pub(crate) struct TemplateConfigInput {
    /// Where to. Kept sealed and never shown but for its host and end.
    url: Option<Secret>,
    /// The media type of what is sent. What is filled in is escaped for JSON where it is one of JSON.
    #[graphql(default = "application/json")]
    content_type: String,
    /// What is sent, with placeholders: `{{title}}`, `{{text}}`, `{{severity}}`, `{{topic}}`, `{{id}}`, `{{time}}`. In JSON they stand
    /// inside of quotation marks. It is shown and written down as it is: what must stay secret does not belong into it.
    body: String,
    /// What bodies are signed with by HMAC-SHA256. Kept sealed and never shown.
    secret: Option<Secret>,
}

impl NotificationChannelConfigInput {
    /// Without its secrets.
    pub(super) fn plain(&self) -> Config {
        match self {
            Self::Telegram(telegram) => Config::Telegram(telegram.plain()),
            Self::DingTalk(_) => Config::DingTalk(DingTalk { webhook: None, secret: None }),
            Self::Email(email) => Config::Email(email.plain()),
            Self::Webhook(webhook) => {
                Config::Webhook(Webhook { url: webhook.url.trim().to_owned(), secret: None })
            }
            Self::Slack(_) => Config::Slack(Slack { webhook: None }),
            Self::Feishu(_) => Config::Feishu(Feishu { webhook: None, secret: None }),
            Self::Bark(bark) => {
                Config::Bark(Bark { server: bark.server.trim().to_owned(), device_key: None })
            }
            Self::ServerChan(_) => Config::ServerChan(ServerChan { send_key: None }),
            Self::Template(template) => Config::Template(Template {
                url: None,
                content_type: template.content_type.trim().to_owned(),
                body: template.body.clone(),
                secret: None,
            }),
        }
    }

    pub(super) fn texts(&self) -> Texts {
        let (address, key) = match self {
            Self::Telegram(telegram) => (telegram.bot_token.as_ref(), telegram.proxy.as_ref()),
            Self::DingTalk(ding_talk) => (ding_talk.webhook.as_ref(), ding_talk.secret.as_ref()),
            Self::Email(email) => (None, email.password.as_ref()),
            Self::Webhook(webhook) => (None, webhook.secret.as_ref()),
            Self::Slack(slack) => (slack.webhook.as_ref(), None),
            Self::Feishu(feishu) => (feishu.webhook.as_ref(), feishu.secret.as_ref()),
            Self::Bark(bark) => (bark.device_key.as_ref(), None),
            Self::ServerChan(chan) => (chan.send_key.as_ref(), None),
            Self::Template(template) => (template.url.as_ref(), template.secret.as_ref()),
        };
        let text = |Secret(text): &Secret| -> SecretString { text.clone() };
        Texts { address: address.map(text), key: changed(key) }
    }
}

impl TelegramConfigInput {
    fn plain(&self) -> Telegram {
        Telegram {
            bot_token: None,
            chat_id: self.chat_id.trim().to_owned(),
            api_base: self.api_base.trim().to_owned(),
            proxy: None,
            control: self.control,
        }
    }
}

impl EmailConfigInput {
    fn plain(&self) -> Email {
        Email {
            host: self.host.trim().to_owned(),
            // No port is 0, so one that is none is refused.
            port: self.port.try_into().unwrap_or(0),
            security: self.security.into(),
            username: self.username.clone(),
            password: None,
            from: self.from.trim().to_owned(),
            to: self.to.iter().map(|receiver| receiver.trim().to_owned()).collect(),
        }
    }
}
