//! The log for people: a page of it, or as it grows.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, builder::TypedValueParser};
use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    client::{Client, Feed, Position},
    console::Console,
    duration,
    failure::{Exit, Failure},
    follow::follow,
    names,
    output::{
        color::Color,
        table::printable,
        time::{Moments, iso},
    },
    words,
};

/// Entries searched for a pattern before giving up on filling the page.
const SEARCHED: usize = 10_000;

#[derive(Args, Debug)]
pub struct Logs {
    /// Go on printing as entries come
    #[arg(short, long)]
    follow: bool,
    /// Only of this task, by id or unique name
    #[arg(long, value_name = "TASK", add = crate::complete::tasks())]
    task: Option<String>,
    /// At least this grave
    #[arg(long, value_parser = level(), ignore_case = true, value_name = "LEVEL")]
    level: Option<String>,
    /// Not older than this: 10m, 2h, 3d
    #[arg(long, value_parser = duration::parse, value_name = "LENGTH")]
    since: Option<Duration>,
    /// Only entries whose message matches this expression, or contains it when it is none; in either case of letters
    #[arg(long, value_parser = pattern, value_name = "RE")]
    grep: Option<Regex>,
    /// Show no more entries than this of what is there already
    #[arg(short = 'n', long, default_value_t = 100, value_name = "N")]
    limit: usize,
    /// Go on after this position, without the entries before it
    #[arg(long, value_name = "POSITION")]
    after: Option<Position>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    time: DateTime<Utc>,
    level: String,
    message: String,
    repeat_count: u64,
    task: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

pub(crate) async fn run(client: &Client, console: &mut Console, logs: Logs) -> Result<Exit, Failure> {
    let filter = filter(client, console.moments, &logs).await?;
    let from = match logs.after {
        Some(position) => position,
        None => page(client, console, &logs, &filter).await?,
    };
    if !logs.follow && logs.after.is_none() {
        return Ok(Exit::Done);
    }
    let command = logs.command();
    let document = include_str!("logs/appended.graphql");
    let feed = Feed::start(client, document, json!({ "filter": filter }), Some(from), console.first_pause);
    follow(console, feed, Some(from), &command, |console, batch| print_batch(console, &logs, batch)).await
}

async fn filter(client: &Client, moments: Moments, logs: &Logs) -> Result<Value, Failure> {
    let mut filter = json!({});
    if let Some(task) = &logs.task {
        filter["taskId"] = json!([names::task_id(client, task).await?]);
    }
    if let Some(level) = &logs.level {
        filter["minLevel"] = json!(level);
    }
    if let Some(since) = logs.since {
        let from = TimeDelta::from_std(since).ok().and_then(|since| moments.now().checked_sub_signed(since));
        filter["time"] = json!({ "from": iso(from.unwrap_or(DateTime::UNIX_EPOCH)) });
    }
    Ok(filter)
}

/// Prints the newest entries that match, oldest first, and answers the position they are true as of.
async fn page(
    client: &Client,
    console: &mut Console,
    logs: &Logs,
    filter: &Value,
) -> Result<Position, Failure> {
    let document = include_str!("logs/page.graphql");
    let (mut matching, mut searched, mut position, mut cursor) = (Vec::new(), 0, None, Value::Null);
    let more = loop {
        let first = if logs.grep.is_some() { 500 } else { logs.limit.clamp(1, 500) };
        let mut page =
            client.ask(document, json!({ "first": first, "after": cursor, "filter": filter })).await?;
        // The first page is the newest: whatever came after it is for the feed.
        position = position.or(Some(Position::of(&page)?));
        let Value::Array(nodes) = page["nodes"].take() else {
            return Err(Failure::strange("a page without nodes"));
        };
        searched += nodes.len();
        matching.extend(nodes.into_iter().filter(|entry| logs.matches(entry)));
        let more = page["pageInfo"]["hasNextPage"] == true;
        if !more || matching.len() >= logs.limit || searched >= SEARCHED {
            break more;
        }
        cursor = page["pageInfo"]["endCursor"].take();
    };
    if more && matching.len() < logs.limit {
        console.remark(&words::searched_so_far(searched));
    }
    matching.truncate(logs.limit);
    matching.iter().rev().try_for_each(|entry| print(console, entry, logs.task.is_some()))?;
    position.ok_or_else(|| Failure::strange("a page without position"))
}

fn print_batch(console: &mut Console, logs: &Logs, batch: &Value) -> Result<(), Failure> {
    let Value::Array(entries) = &batch["entries"] else {
        return Err(Failure::strange("a batch without entries"));
    };
    match batch["skipped"].as_u64() {
        None | Some(0) => {}
        Some(skipped) => console.remark(&words::skipped(skipped)),
    }
    entries
        .iter()
        .filter(|entry| logs.matches(entry))
        .try_for_each(|entry| print(console, entry, logs.task.is_some()))
}

fn print(console: &mut Console, entry: &Value, of_one_task: bool) -> Result<(), Failure> {
    console.stream(entry, |console| {
        let entry = Entry::deserialize(entry).map_err(Failure::strange)?;
        let color = Color::of_level(&entry.level);
        let time = console.paint.apply(Color::Grey, console.moments.stamp(entry.time));
        let level = console.paint.apply(color, format!("{:<5}", entry.level));
        let repeated =
            if entry.repeat_count > 1 { format!(" ×{}", entry.repeat_count) } else { String::new() };
        // With one task alone its name would only be noise.
        let task = entry.task.filter(|_| !of_one_task).map(|task| format!("{}: ", printable(&task.name)));
        let task = task.unwrap_or_default();
        Ok(format!("{time} {level} {task}{}{repeated}", printable(&entry.message)))
    })
}

impl Logs {
    fn matches(&self, entry: &Value) -> bool {
        let message = entry["message"].as_str().unwrap_or_default();
        self.grep.as_ref().is_none_or(|pattern| pattern.is_match(message))
    }

    /// The command that would ask for the same, but for the position.
    fn command(&self) -> String {
        let task = self.task.as_ref().map(|task| (" --task", task.as_str()));
        let level = self.level.as_ref().map(|level| (" --level", level.as_str()));
        let grep = self.grep.as_ref().map(|grep| (" --grep", grep.as_str()));
        let flags =
            [task, level, grep].into_iter().flatten().map(|(flag, value)| format!("{flag} '{value}'"));
        std::iter::once("berth logs -f".to_owned()).chain(flags).collect()
    }
}

fn level() -> impl TypedValueParser<Value = String> {
    clap::builder::PossibleValuesParser::new(["debug", "info", "warn", "error"])
        .map(|level| level.to_uppercase())
}

/// What is no expression is taken as the text itself.
fn pattern(text: &str) -> Result<Regex, regex::Error> {
    let build = |text: &str| RegexBuilder::new(text).case_insensitive(true).build();
    build(text).or_else(|_| build(&regex::escape(text)))
}
