//! The ways there are to reach people, each with what it needs.

use std::path::PathBuf;

use berth_domain::Text;
use clap::Subcommand;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::arguments::{
    Bark, Common, DingTalk, Email, Feishu, ServerChan, Slack, Telegram, Template, Webhook,
};
use crate::{console::Console, failure::Failure, secret, words};

/// Where Telegram's API is for nearly everybody, so that it goes without saying.
const TELEGRAM: &str = "https://api.telegram.org";

#[derive(Subcommand, Debug)]
pub enum Kind {
    /// By a Telegram bot
    Telegram(Telegram),
    /// By a robot of a DingTalk (钉钉) group
    DingTalk(DingTalk),
    /// By mail
    Email(Box<Email>),
    /// By HTTP: an endpoint that gets JSON
    Webhook(Webhook),
    /// By an incoming webhook of Slack
    Slack(Slack),
    /// By a robot of a Feishu (飞书) or Lark group
    Feishu(Feishu),
    /// By the app Bark, which pushes to iPhones
    Bark(Bark),
    /// By Server酱, which pushes to WeChat
    ServerChan(ServerChan),
    /// By HTTP: an endpoint that gets a text of your own making
    Template(Template),
}

impl Kind {
    pub(super) fn common(&self) -> &Common {
        match self {
            Self::Telegram(telegram) => &telegram.common,
            Self::DingTalk(robot) => &robot.common,
            Self::Email(email) => &email.common,
            Self::Webhook(webhook) => &webhook.common,
            Self::Slack(slack) => &slack.common,
            Self::Feishu(robot) => &robot.common,
            Self::Bark(bark) => &bark.common,
            Self::ServerChan(chan) => &chan.common,
            Self::Template(template) => &template.common,
        }
    }

    /// The field of the input that stands for it.
    pub(super) fn field(&self) -> &'static str {
        match self {
            Self::Telegram(_) => "telegram",
            Self::DingTalk(_) => "dingTalk",
            Self::Email(_) => "email",
            Self::Webhook(_) => "webhook",
            Self::Slack(_) => "slack",
            Self::Feishu(_) => "feishu",
            Self::Bark(_) => "bark",
            Self::ServerChan(_) => "serverChan",
            Self::Template(_) => "template",
        }
    }

    /// What a new one cannot do without, by field and flag.
    pub(super) fn needs(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Telegram(_) => &[("chatId", "--chat-id"), ("botToken", "--bot-token-file")],
            Self::DingTalk(_) | Self::Slack(_) | Self::Feishu(_) => &[("webhook", "--webhook-file")],
            Self::Email(_) => &[("from", "--from"), ("to", "--to"), ("host", "--host")],
            Self::Webhook(_) => &[("url", "--url")],
            Self::Bark(_) => &[("deviceKey", "--device-key-file")],
            Self::ServerChan(_) => &[("sendKey", "--send-key-file")],
            Self::Template(_) => &[("url", "--url-file"), ("body", "--body-file")],
        }
    }

    /// What was said, and no more.
    pub(super) fn said(&self, console: &mut Console) -> Result<Value, Failure> {
        let mut open = |file: &Option<PathBuf>| -> Result<Option<String>, Failure> {
            let secret = file.as_deref().map(|path| secret::of_file(console, path)).transpose()?;
            Ok(secret.map(|secret| secret.expose_secret().to_owned()))
        };
        let fields = match self {
            Self::Telegram(telegram) => json!({
                "chatId": telegram.chat_id, "apiBase": telegram.api_base,
                "botToken": open(&telegram.bot_token_file)?, "proxy": open(&telegram.proxy_file)?,
                "control": telegram.said_of_control(),
            }),
            Self::DingTalk(robot) => {
                json!({ "webhook": open(&robot.webhook_file)?, "secret": open(&robot.secret_file)? })
            }
            Self::Email(email) => json!({
                "from": email.from, "to": Some(&email.to).filter(|to| !to.is_empty()), "host": email.host,
                "port": email.port, "security": email.security, "username": email.username,
                "password": open(&email.password_file)?,
            }),
            Self::Webhook(webhook) => json!({ "url": webhook.url, "secret": open(&webhook.secret_file)? }),
            Self::Slack(slack) => json!({ "webhook": open(&slack.webhook_file)? }),
            Self::Feishu(robot) => {
                json!({ "webhook": open(&robot.webhook_file)?, "secret": open(&robot.secret_file)? })
            }
            Self::Bark(bark) => {
                json!({ "server": bark.push_server, "deviceKey": open(&bark.device_key_file)? })
            }
            Self::ServerChan(chan) => json!({ "sendKey": open(&chan.send_key_file)? }),
            Self::Template(template) => json!({
                "url": open(&template.url_file)?, "contentType": template.content_type,
                "body": open(&template.body_file)?, "secret": open(&template.secret_file)?,
            }),
        };
        Ok(without_nulls(fields))
    }
}

pub(super) fn without_nulls(mut fields: Value) -> Value {
    if let Some(fields) = fields.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    fields
}

/// A configuration as it was shown, as the input that leaves it as it is: the field that stands for its kind, and what is in it.
pub(super) fn as_kept(config: &Value) -> (&'static str, Value) {
    let (field, names): (_, &[&str]) = match config["__typename"].as_str() {
        Some("TelegramConfig") => ("telegram", &["apiBase", "chatId", "control"]),
        Some("DingTalkConfig") => ("dingTalk", &[]),
        Some("EmailConfig") => ("email", &["from", "host", "port", "security", "to", "username"]),
        Some("SlackConfig") => ("slack", &[]),
        Some("FeishuConfig") => ("feishu", &[]),
        Some("BarkConfig") => ("bark", &["server"]),
        Some("ServerChanConfig") => ("serverChan", &[]),
        Some("TemplateConfig") => ("template", &["body", "contentType"]),
        _ => ("webhook", &["url"]),
    };
    let kept = names.iter().map(|name| ((*name).to_owned(), config[name].clone())).collect();
    (field, without_nulls(Value::Object(kept)))
}

/// What people call its kind.
pub(super) fn of(config: &Value) -> Text {
    words::channel::kind(config["__typename"].as_str().unwrap_or_default())
}

/// The same, with whether it does what is said to it.
pub(super) fn shown(config: &Value) -> Text {
    if config["control"] == true { words::channel::obeying(&of(config)) } else { of(config) }
}

/// Where it leads, as far as that is shown.
pub(super) fn address(config: &Value) -> String {
    let text = |key: &str| config[key].as_str().unwrap_or_default().to_owned();
    match config["__typename"].as_str() {
        Some("TelegramConfig") => {
            let way = [text("chatId"), text("apiBase"), text("proxyMasked")];
            let said = way.into_iter().filter(|part| !part.is_empty() && part != TELEGRAM);
            said.collect::<Vec<_>>().join(" · ")
        }
        Some("DingTalkConfig" | "SlackConfig" | "FeishuConfig") => text("webhookMasked"),
        Some("BarkConfig") => format!("{} {}", text("server"), text("deviceKeyMasked")),
        Some("ServerChanConfig") => text("sendKeyMasked"),
        Some("TemplateConfig") => text("urlMasked"),
        Some("EmailConfig") => {
            let to = config["to"].as_array().into_iter().flatten().filter_map(Value::as_str);
            to.collect::<Vec<_>>().join(", ")
        }
        _ => text("url"),
    }
}
