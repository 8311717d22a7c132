//! The four ways there are to reach people, each with what it needs.

use std::path::PathBuf;

use berth_domain::Text;
use clap::{Args, Subcommand, builder::TypedValueParser};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::{console::Console, failure::Failure, secret, words};

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
}

/// What they have in common.
#[derive(Args, Debug)]
pub(super) struct Common {
    /// Name, or id of one there is
    #[arg(add = crate::complete::channels())]
    pub(super) name: String,
    /// What it is told of; may be given several times
    #[arg(long = "topic", value_parser = topic_parser(), value_name = "TOPIC")]
    pub(super) topics: Vec<String>,
    /// Do not ask before one of another kind is replaced
    #[arg(short, long)]
    pub(super) yes: bool,
}

#[derive(Args, Debug)]
pub struct Telegram {
    #[command(flatten)]
    common: Common,
    /// The chat's number, or `@` and the name of a public channel
    #[arg(long, allow_hyphen_values = true, value_name = "CHAT")]
    chat_id: Option<String>,
    /// File that holds the bot's token, `-` for standard input
    #[arg(long, value_name = "FILE")]
    bot_token_file: Option<PathBuf>,
    /// Where its API is, for those who need a mirror
    #[arg(long, value_name = "URL")]
    api_base: Option<String>,
}

#[derive(Args, Debug)]
pub struct DingTalk {
    #[command(flatten)]
    common: Common,
    /// File that holds the webhook with its token, `-` for standard input
    #[arg(long, value_name = "FILE")]
    webhook_file: Option<PathBuf>,
    /// File that holds what messages are signed with (加签)
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct Email {
    #[command(flatten)]
    common: Common,
    /// Whom mails are from: an address without a name
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// Whom they go to; may be given several times
    #[arg(long = "to", value_name = "ADDRESS")]
    to: Vec<String>,
    /// The mail server
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// Its port
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// How the connection is secured
    #[arg(long, value_parser = security_parser(), value_name = "HOW")]
    security: Option<String>,
    /// Who signs in there
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// File that holds the password, `-` for standard input
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct Webhook {
    #[command(flatten)]
    common: Common,
    /// Where to. It is shown and written down as it is
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// File that holds what bodies are signed with, `-` for standard input
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
}

fn topic_parser() -> impl TypedValueParser<Value = String> {
    let topics = ["task-succeeded", "task-failed", "account-auth-failed", "system-alert", "daily-digest"];
    clap::builder::PossibleValuesParser::new(topics).map(|topic| topic.to_uppercase().replace('-', "_"))
}

fn security_parser() -> impl TypedValueParser<Value = String> {
    clap::builder::PossibleValuesParser::new(["tls", "starttls", "none"]).map(|word| word.to_uppercase())
}

impl Kind {
    pub(super) fn common(&self) -> &Common {
        match self {
            Self::Telegram(telegram) => &telegram.common,
            Self::DingTalk(robot) => &robot.common,
            Self::Email(email) => &email.common,
            Self::Webhook(webhook) => &webhook.common,
        }
    }

    /// The field of the input that stands for it.
    pub(super) fn field(&self) -> &'static str {
        match self {
            Self::Telegram(_) => "telegram",
            Self::DingTalk(_) => "dingTalk",
            Self::Email(_) => "email",
            Self::Webhook(_) => "webhook",
        }
    }

    /// What a new one cannot do without, by field and flag.
    pub(super) fn needs(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Telegram(_) => &[("chatId", "--chat-id"), ("botToken", "--bot-token-file")],
            Self::DingTalk(_) => &[("webhook", "--webhook-file")],
            Self::Email(_) => &[("from", "--from"), ("to", "--to"), ("host", "--host")],
            Self::Webhook(_) => &[("url", "--url")],
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
                "botToken": open(&telegram.bot_token_file)?,
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
        };
        Ok(without_nulls(fields))
    }
}

fn without_nulls(mut fields: Value) -> Value {
    if let Some(fields) = fields.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    fields
}

/// A configuration as it was shown, as the input that leaves it as it is: the field that stands for its kind, and what is in it.
pub(super) fn as_kept(config: &Value) -> (&'static str, Value) {
    let (field, names): (_, &[&str]) = match config["__typename"].as_str() {
        Some("TelegramConfig") => ("telegram", &["apiBase", "chatId"]),
        Some("DingTalkConfig") => ("dingTalk", &[]),
        Some("EmailConfig") => ("email", &["from", "host", "port", "security", "to", "username"]),
        _ => ("webhook", &["url"]),
    };
    let kept = names.iter().map(|name| ((*name).to_owned(), config[name].clone())).collect();
    (field, without_nulls(Value::Object(kept)))
}

/// What people call its kind.
pub(super) fn of(config: &Value) -> Text {
    words::channel::kind(config["__typename"].as_str().unwrap_or_default())
}

/// Where it leads, as far as that is shown.
pub(super) fn address(config: &Value) -> String {
    let text = |key: &str| config[key].as_str().unwrap_or_default().to_owned();
    match config["__typename"].as_str() {
        Some("TelegramConfig") => text("chatId"),
        Some("DingTalkConfig") => text("webhookMasked"),
        Some("EmailConfig") => {
            let to = config["to"].as_array().into_iter().flatten().filter_map(Value::as_str);
            to.collect::<Vec<_>>().join(", ")
        }
        _ => text("url"),
    }
}
