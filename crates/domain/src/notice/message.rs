//! A notice in the words of one language, still in nobody's markup.

use serde::Serialize;

use crate::Language;

/// So many characters of a title, and of what comes first, stand in a digest.
const DIGEST_TEXT: usize = 55;
/// So much of a message stands in a digest.
const FIRST_LINES: usize = 3;

/// One thing to tell, ready to be put into a channel's own form. Every text may hold any character.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// One line.
    pub title: String,
    pub lines: Vec<Line>,
    /// For channels that can be answered.
    pub buttons: Vec<Button>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    pub label: Option<String>,
    pub text: String,
}

/// Something that the reader may do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Button {
    pub text: String,
    pub wanted: Wanted,
}

/// What a button asks for, and a word to the bot as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    List,
    Status,
    Start,
    Pause,
    Stop,
}

impl Wanted {
    pub const ALL: [Self; 5] = [Self::List, Self::Status, Self::Start, Self::Pause, Self::Stop];

    pub const fn word(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Status => "status",
            Self::Start => "start",
            Self::Pause => "pause",
            Self::Stop => "stop",
        }
    }
}

impl Button {
    /// What comes back when it is pressed: `bot::read` understands it.
    pub fn data(&self, about: &str) -> String {
        format!("{}:{about}", self.wanted.word())
    }
}

impl Line {
    pub fn plain(text: impl Into<String>) -> Self {
        Self { label: None, text: text.into() }
    }

    pub fn labelled(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self { label: Some(label.into()), text: text.into() }
    }
}

impl Message {
    /// Several told as one, each with what comes first of it.
    pub fn digest(language: Language, messages: &[Self]) -> Self {
        let (title, colon) = match language {
            Language::English => (format!("{} notifications", messages.len()), ": "),
            Language::Chinese => (format!("{} 条通知", messages.len()), "："),
        };
        let line = |message: &Self| {
            let first = message.lines.iter().take(FIRST_LINES).map(Line::on_one);
            let text = first.collect::<Vec<_>>().join(" · ");
            // Titles end in names, by which nobody can tell the language that a label's colon is in.
            Line::plain(format!("{}{colon}{}", cut(&message.title), cut(&text)))
        };
        Self { title, lines: messages.iter().map(line).collect(), buttons: Vec::new() }
    }
}

/// On one line, and so that as many as stand in one message have room in it on every channel.
fn cut(text: &str) -> String {
    let text = text.replace(['\n', '\r', '\u{2028}', '\u{2029}'], " ");
    if text.chars().count() <= DIGEST_TEXT {
        return text;
    }
    let begin: String = text.chars().take(DIGEST_TEXT - 1).collect();
    format!("{begin}…")
}

impl Line {
    fn on_one(&self) -> String {
        self.label.as_ref().map_or_else(|| self.text.clone(), |label| format!("{label} {}", self.text))
    }
}
