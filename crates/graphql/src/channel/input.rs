//! What mutations about notification channels take and answer.

use async_graphql::{ID, InputObject, OneofObject, SimpleObject};
use berth_app::channel::Texts;
use berth_domain::channel::{Config, DingTalk, Email, Telegram, Webhook};
use secrecy::SecretString;

use super::{
    config::{NotificationTopic, SmtpSecurity},
    object::NotificationChannel,
};
use crate::{
    grab::changed,
    shared::{command::Secret, scalars::EventPosition, user_error::UserError},
};

/// For `notificationChannelUpsert`.
#[derive(InputObject)]
pub(crate) struct NotificationChannelUpsertInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which notification channel; a new one when absent.
    pub(super) id: Option<ID>,
    /// Do it only if the notification channel is still at this version.
    pub(super) expected_version: Option<i32>,
    /// A name that no other notification channel has.
    pub(super) name: String,
    /// Whether it is used.
    #[graphql(default = true)]
    pub(super) enabled: bool,
    /// What it is told of, at least one.
    pub(super) topics: Vec<NotificationTopic>,
    /// How it is reached.
    pub(super) config: NotificationChannelConfigInput,
}

/// How a channel is reached: exactly one way. A secret that is left out stays as it is kept, as long as the way is of the same kind; an
/// empty text takes away one that the way can do without.
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

/// For `notificationChannelDelete`.
#[derive(InputObject)]
pub(crate) struct NotificationChannelDeleteInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which notification channel.
    pub(super) id: ID,
    /// Do it only if the notification channel is still at this version.
    pub(super) expected_version: Option<i32>,
}

/// What `notificationChannelUpsert` came to.
#[derive(SimpleObject)]
pub(crate) struct NotificationChannelUpsertPayload {
    /// The notification channel after the command. Null when it was refused.
    pub(super) channel: Option<NotificationChannel>,
    /// The position of the command's last event. Null when it was refused.
    pub(super) position: Option<EventPosition>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}

/// What `notificationChannelDelete` came to.
#[derive(SimpleObject)]
pub(crate) struct NotificationChannelDeletePayload {
    /// The id of what was deleted. Null when it was refused.
    pub(super) deleted_id: Option<ID>,
    /// The position of the command's last event. Null when it was refused.
    pub(super) position: Option<EventPosition>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}

impl NotificationChannelConfigInput {
    /// Without its secrets.
    pub(super) fn plain(&self) -> Config {
        match self {
            Self::Telegram(telegram) => Config::Telegram(Telegram {
                bot_token: None,
                chat_id: telegram.chat_id.trim().to_owned(),
                api_base: telegram.api_base.trim().to_owned(),
            }),
            Self::DingTalk(_) => Config::DingTalk(DingTalk { webhook: None, secret: None }),
            Self::Email(email) => Config::Email(email.plain()),
            Self::Webhook(webhook) => {
                Config::Webhook(Webhook { url: webhook.url.trim().to_owned(), secret: None })
            }
        }
    }

    pub(super) fn texts(&self) -> Texts {
        let (address, key) = match self {
            Self::Telegram(telegram) => (telegram.bot_token.as_ref(), None),
            Self::DingTalk(ding_talk) => (ding_talk.webhook.as_ref(), ding_talk.secret.as_ref()),
            Self::Email(email) => (None, email.password.as_ref()),
            Self::Webhook(webhook) => (None, webhook.secret.as_ref()),
        };
        let text = |Secret(text): &Secret| -> SecretString { text.clone() };
        Texts { address: address.map(text), key: changed(key) }
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
