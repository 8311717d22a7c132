//! What somebody wrote to a Telegram bot, or pressed.

use berth_domain::Timestamp;

/// One update, whatever it holds: its number must be acknowledged even if nothing of it is understood, or it would come for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The next question's offset is the highest of these and one.
    pub id: i64,
    /// Where, as channels name it; empty when it is nowhere.
    pub chat: String,
    /// `private`, `group`, `supergroup` or `channel`, in Telegram's words.
    pub chat_kind: String,
    /// The person; absent for what a channel says in its own name.
    pub from_id: Option<i64>,
    pub message_id: Option<i64>,
    /// When it was written, in whole seconds. Of a press Telegram does not say it.
    pub said_at: Option<Timestamp>,
    pub content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Text(String),
    /// A button of ours; it spins until `answer` is called with the id.
    Pressed {
        callback_id: String,
        data: String,
    },
    /// Nothing that we know.
    Other,
}
