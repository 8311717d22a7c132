//! Telegram: messages of bots, and what people write to them. <https://core.telegram.org/bots/api>

mod listening;
mod meaning;
mod message;

pub(crate) use listening::{acknowledge, poll, updates};
pub(crate) use meaning::{result, verdict};
pub(crate) use message::{reply, request};
