//! What is said of a channel of each kind. Nothing of it is needed where there is one already.

use std::path::PathBuf;

use clap::{Args, builder::TypedValueParser};

use super::rules::Said;

/// What they have in common.
#[derive(Args, Debug)]
pub(super) struct Common {
    /// Name, or id of one there is
    #[arg(add = crate::complete::channels())]
    pub(super) name: String,
    /// What it is told of; may be given several times. A new channel needs one
    #[arg(long = "topic", value_parser = topic_parser(), value_name = "TOPIC")]
    pub(super) topics: Vec<String>,
    #[command(flatten)]
    pub(super) rules: Said,
    /// Send one message by it, as it would be, and save nothing
    #[arg(long)]
    pub(super) test: bool,
    /// Do not ask before one of another kind is replaced
    #[arg(short, long)]
    pub(super) yes: bool,
}

#[derive(Args, Debug)]
pub struct Telegram {
    #[command(flatten)]
    pub(super) common: Common,
    /// The chat's number, or `@` and the name of a public channel. A new channel needs it
    #[arg(long, allow_hyphen_values = true, value_name = "CHAT")]
    pub(super) chat_id: Option<String>,
    /// File that holds the bot's token, `-` for standard input. A new channel needs it
    #[arg(long, value_name = "FILE")]
    pub(super) bot_token_file: Option<PathBuf>,
    /// Where its API is, for those who need a mirror
    #[arg(long, value_name = "URL")]
    pub(super) api_base: Option<String>,
    /// File that holds the proxy it is reached through, `socks5://name:password@host:1080` say; an empty one takes it away
    #[arg(long, value_name = "FILE")]
    pub(super) proxy_file: Option<PathBuf>,
    /// Let the bot do what is said to it in this chat: whoever writes there commands
    #[arg(long, overrides_with = "no_control")]
    pub(super) control: bool,
    /// Let the bot do nothing that is said to it
    #[arg(long)]
    pub(super) no_control: bool,
}

#[derive(Args, Debug)]
pub struct DingTalk {
    #[command(flatten)]
    pub(super) common: Common,
    /// File that holds the webhook with its token, `-` for standard input. A new channel needs it
    #[arg(long, value_name = "FILE")]
    pub(super) webhook_file: Option<PathBuf>,
    /// File that holds what messages are signed with (加签)
    #[arg(long, value_name = "FILE")]
    pub(super) secret_file: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct Email {
    #[command(flatten)]
    pub(super) common: Common,
    /// Whom mails are from: an address without a name. A new channel needs it
    #[arg(long, value_name = "ADDRESS")]
    pub(super) from: Option<String>,
    /// Whom they go to; may be given several times. A new channel needs one
    #[arg(long = "to", value_name = "ADDRESS")]
    pub(super) to: Vec<String>,
    /// The mail server. A new channel needs it
    #[arg(long, value_name = "HOST")]
    pub(super) host: Option<String>,
    /// Its port
    #[arg(long, value_name = "PORT")]
    pub(super) port: Option<u16>,
    /// How the connection is secured; `none` reaches only what the server's `outbound.allow` names, and goes without a password
    #[arg(long, value_parser = security_parser(), value_name = "HOW")]
    pub(super) security: Option<String>,
    /// Who signs in there
    #[arg(long, value_name = "NAME")]
    pub(super) username: Option<String>,
    /// File that holds the password, `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(super) password_file: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct Webhook {
    #[command(flatten)]
    pub(super) common: Common,
    /// Where to, `https://` or, where the server's `outbound.allow` names it, `http://`. It is shown and written down as it is. A new channel
    /// needs it
    #[arg(long, value_name = "URL")]
    pub(super) url: Option<String>,
    /// File that holds what bodies are signed with, `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(super) secret_file: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct Slack {
    #[command(flatten)]
    pub(super) common: Common,
    /// File that holds the incoming webhook, `-` for standard input. A new channel needs it
    #[arg(long, value_name = "FILE")]
    pub(super) webhook_file: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct Feishu {
    #[command(flatten)]
    pub(super) common: Common,
    /// File that holds the webhook, `-` for standard input. A new channel needs it
    #[arg(long, value_name = "FILE")]
    pub(super) webhook_file: Option<PathBuf>,
    /// File that holds what messages are signed with (签名校验)
    #[arg(long, value_name = "FILE")]
    pub(super) secret_file: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct Bark {
    #[command(flatten)]
    pub(super) common: Common,
    /// The server that pushes, for those who have their own
    #[arg(long, value_name = "URL")]
    pub(super) push_server: Option<String>,
    /// File that holds the device's key, `-` for standard input. A new channel needs it
    #[arg(long, value_name = "FILE")]
    pub(super) device_key_file: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct ServerChan {
    #[command(flatten)]
    pub(super) common: Common,
    /// File that holds the SendKey, `-` for standard input. A new channel needs it
    #[arg(long, value_name = "FILE")]
    pub(super) send_key_file: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct Template {
    #[command(flatten)]
    pub(super) common: Common,
    /// File that holds where to, `-` for standard input. A new channel needs it
    #[arg(long, value_name = "FILE")]
    pub(super) url_file: Option<PathBuf>,
    /// The media type of what is sent
    #[arg(long, value_name = "TYPE")]
    pub(super) content_type: Option<String>,
    /// File that holds what is sent, with {{title}}, {{text}}, {{severity}}, {{topic}}, {{id}}, {{time}} in it. It is shown as it is. A new
    /// channel needs it
    #[arg(long, value_name = "FILE")]
    pub(super) body_file: Option<PathBuf>,
    /// File that holds what bodies are signed with, `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(super) secret_file: Option<PathBuf>,
}

fn topic_parser() -> impl TypedValueParser<Value = String> {
    let topics = ["task-succeeded", "task-failed", "account-auth-failed", "system-alert", "daily-digest"];
    clap::builder::PossibleValuesParser::new(topics).map(|topic| topic.to_uppercase().replace('-', "_"))
}

fn security_parser() -> impl TypedValueParser<Value = String> {
    clap::builder::PossibleValuesParser::new(["tls", "starttls", "none"]).map(|word| word.to_uppercase())
}

impl Telegram {
    /// Nothing, when nothing was said of it.
    pub(super) fn said_of_control(&self) -> Option<bool> {
        (self.control || self.no_control).then_some(self.control)
    }
}
