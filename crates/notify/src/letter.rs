//! What is told, not yet in any channel's format.

use berth_domain::notice::Severity;

/// One message to one channel. Every text may hold any character.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    /// The delivery's id: who gets the same twice knows it by this. Its end stands as the short id in texts.
    pub key: String,
    /// When it happened.
    pub time_ms: i64,
    /// Such as `TASK_SUCCEEDED`.
    pub topic: String,
    pub severity: Severity,
    /// One line.
    pub title: String,
    pub lines: Vec<Line>,
    /// The same for programs.
    pub facts: serde_json::Value,
    /// Shown where they can be pressed, which is Telegram alone; in rows of two.
    pub buttons: Vec<Button>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub label: Option<String>,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    pub text: String,
    /// Comes back when it is pressed; Telegram takes at most 64 bytes.
    pub data: String,
}

/// How many characters of the key are shown.
const SHORT_ID: usize = 6;

impl Letter {
    /// What people name it by, `#a1b2c3`.
    pub fn short_id(&self) -> String {
        let end: Vec<char> = self.key.chars().rev().take(SHORT_ID).collect();
        format!("#{}", end.into_iter().rev().collect::<String>())
    }
}
