//! A message or a pressed button, understood.

use crate::{GrabId, Timestamp, notice::Wanted};

/// Telegram keeps for a day what nobody fetched. What somebody wanted that long ago they may not want now.
const MEANT_FOR_MS: i64 = 10 * 60_000;
/// Telegram tells when something was said in whole seconds.
const SECOND_MS: i64 = 1_000;

/// What somebody wants of the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    List,
    /// Something is wanted of a task.
    Task {
        wanted: Wanted,
        which: Which,
    },
    /// A word to the bot that it does not know: it says which it knows.
    Help,
    /// Talk among people.
    Nothing,
}

/// How somebody names a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    Id(GrabId),
    /// Its place in the list that was last shown, from 1 on.
    Place(usize),
    Name(String),
    /// They did not.
    Unsaid,
}

/// Words that people use for the same thing.
const WORDS: [(Wanted, &[&str]); 5] = [
    (Wanted::List, &["list", "tasks", "列表", "任务"]),
    (Wanted::Status, &["status", "状态"]),
    (Wanted::Start, &["start", "resume", "开始", "启动", "继续"]),
    (Wanted::Pause, &["pause", "暂停"]),
    (Wanted::Stop, &["stop", "停止"]),
];

/// Whether what was said is still to be done, in the chat of a channel that is as it is since `changed_at`. Who wrote before that wrote to
/// one that may not have been obeyed.
pub const fn is_meant(said_at: Timestamp, changed_at: Timestamp, now: Timestamp) -> bool {
    now.since(said_at) <= MEANT_FOR_MS && changed_at.since(said_at) < SECOND_MS
}

/// Reads `/stop 东京`, `/list@some_bot`, `停止 2`, or what a button sends: `stop:grab_…`.
pub fn read(text: &str) -> Said {
    let text = text.trim();
    let command = text.starts_with('/');
    let (word, rest) = split(text.trim_start_matches('/'));
    // In a group a command may name the bot that it is for.
    let word = word.split('@').next().unwrap_or_default().to_lowercase();
    let known = WORDS.iter().find(|(_, words)| words.contains(&word.as_str()));
    match (known, rest.trim()) {
        // What Telegram sends when somebody opens a chat with a bot.
        (Some((Wanted::Start, _)), "") if command => Said::Help,
        (Some((Wanted::List, _)), _) => Said::List,
        (Some((wanted, _)), rest) => Said::Task { wanted: *wanted, which: which(rest) },
        (None, _) if command => Said::Help,
        (None, _) => Said::Nothing,
    }
}

fn split(text: &str) -> (&str, &str) {
    text.split_once(|each: char| each.is_whitespace() || each == ':').unwrap_or((text, ""))
}

fn which(text: &str) -> Which {
    if text.is_empty() {
        return Which::Unsaid;
    }
    if let Ok(id) = text.parse() {
        return Which::Id(id);
    }
    text.trim_start_matches('#').parse().map_or_else(|_| Which::Name(text.to_owned()), Which::Place)
}
