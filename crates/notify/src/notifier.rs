//! The ports: telling, and hearing what people answer.

use async_trait::async_trait;
use secrecy::SecretString;

use crate::{Button, Failure, Letter, Receipt, Target, Update};

/// Whoever can tell people.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Sends once and tries nothing again. `now_ms` is what signatures and heads say of the time.
    async fn send(&self, target: &Target, letter: &Letter, now_ms: i64) -> Result<Receipt, Failure>;
}

/// A Telegram bot that can be written to.
#[derive(Clone)]
pub struct Bot {
    pub token: SecretString,
    pub api_base: String,
    pub proxy: Option<SecretString>,
}

/// Whoever hears what is written to a bot.
#[async_trait]
pub trait Listener: Send + Sync {
    /// What came from `offset` on, oldest first; waits up to `timeout_s` seconds for the first. What is asked past an update forgets it.
    async fn updates(&self, bot: &Bot, offset: i64, timeout_s: u32) -> Result<Vec<Update>, Failure>;

    /// Ends the spinning of a pressed button, with a short word.
    async fn answer(&self, bot: &Bot, callback_id: &str, text: &str) -> Result<(), Failure>;

    /// Writes into a chat; any character may stand in `text`.
    async fn reply(&self, bot: &Bot, chat: &str, text: &str, buttons: &[Button]) -> Result<Receipt, Failure>;
}
