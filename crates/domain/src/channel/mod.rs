//! A notification channel (通知渠道): a way to tell people what happens, kept under a name.
//!
//! It knows how somebody is reached, what they want to know, and when. Deliberately absent: what is told, and whether it arrived.

mod address;
mod check;
mod command;
mod config;
mod decide;
mod event;
mod keep;
mod refusal;
mod replay;
mod rules;
mod state;
mod template;
#[cfg(test)]
mod tests;
mod upcast;

pub use address::{is_mail_address, is_url};
pub use command::{Command, Create, Edit};
pub use config::{
    Bark, Config, DingTalk, Email, Feishu, Hidden, Kind, Security, ServerChan, Slack, Telegram, Template,
    Topic, Webhook,
};
pub use event::*;
pub use refusal::Refusal;
pub use rules::{Quiet, Rules};
pub use state::{Channel, Content, Ended, Why};
pub use template::{PLACEHOLDERS, is_json};

/// Names of channels are unique: the log claims them in this space.
pub const NAME_CLAIMS: &str = "channel.name";
