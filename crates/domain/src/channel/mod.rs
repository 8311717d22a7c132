//! A notification channel (通知渠道): a way to tell people what happens, kept under a name.
//!
//! It knows how somebody is reached and what they want to know. Deliberately absent: what is told, and whether it arrived.

mod address;
mod check;
mod command;
mod config;
mod decide;
mod event;
mod refusal;
mod replay;
mod state;
#[cfg(test)]
mod tests;
mod upcast;

pub use address::{is_mail_address, is_url};
pub use command::{Command, Create, Edit};
pub use config::{Config, DingTalk, Email, Hidden, Security, Telegram, Topic, Webhook};
pub use event::*;
pub use refusal::Refusal;
pub use state::{Channel, Content};

/// Names of channels are unique: the log claims them in this space.
pub const NAME_CLAIMS: &str = "channel.name";
