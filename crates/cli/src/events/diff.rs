//! What changed in a stream between two points of its history, and what did it.

use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::{
    Event, Snapshot,
    point::Point,
    replay::{ask, title},
};
use crate::{
    OutputFormat,
    client::Client,
    console::Console,
    failure::{Exit, Failure},
    names,
    output::{color::Color, number::grouped, table::printable},
    words,
};

/// A longer value is cut in text. JSON has it whole.
const VALUE_WIDTH: usize = 48;

/// Show what changed in a stream between two points of its history, and what did it; exits 1 when anything did
#[derive(Args, Debug)]
pub struct Diff {
    /// `grab/grab_…`, an id, or the name of a task or tenant
    #[arg(add = crate::complete::tasks())]
    stream: String,
    /// The earlier point: a position (183991), a version (v12; v0 is before the first event), a time (2026-11-20T09:55, UTC) or HEAD
    from: Point,
    /// The later point
    to: Point,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    path: String,
    before: Option<Value>,
    after: Option<Value>,
    caused_by: Event,
    changes: u64,
}

pub(crate) async fn run(client: &Client, console: &mut Console, diff: Diff) -> Result<Exit, Failure> {
    let stream = names::stream_id(client, &diff.stream).await?;
    compare(client, console, &stream, (diff.from, diff.to)).await
}

/// Prints the differences between two points. 1, like `diff`, when there are any.
pub(super) async fn compare(
    client: &Client,
    console: &mut Console,
    stream: &str,
    (from, to): (Point, Point),
) -> Result<Exit, Failure> {
    let earlier = Snapshot::read(&ask(client, stream, from).await?)?;
    let later = Snapshot::read(&ask(client, stream, to).await?)?;
    let changes = changes(client, stream, earlier.version, later.version).await?;
    if console.format == OutputFormat::Text {
        let heading = format!(" {}   →   {}", title(console, &earlier), title(console, &later));
        console.line(&heading)?;
        print(console, &changes)?;
    } else {
        console.list(&changes, |_| Err(Failure::strange("a table nobody asked for")))?;
    }
    Ok(if changes.is_empty() { Exit::Done } else { Exit::Failed })
}

/// By versions: HEAD moves on while one asks.
pub(super) async fn changes(
    client: &Client,
    stream: &str,
    from: u64,
    to: u64,
) -> Result<Vec<Value>, Failure> {
    let variables = json!({ "streamId": stream, "from": { "version": from }, "to": { "version": to } });
    match client.ask(concat!(include_str!("diff.graphql"), include_str!("fields.graphql")), variables).await?
    {
        Value::Array(changes) => Ok(changes),
        _ => Err(Failure::strange("differences that are no list")),
    }
}

/// One line a path, aligned: what it is, the event's type, and where.
pub(super) fn print(console: &mut Console, changes: &[Value]) -> Result<(), Failure> {
    if changes.is_empty() {
        return console.sentence(&words::event::nothing_changed());
    }
    let read = |change| Change::deserialize(change).map_err(Failure::strange);
    let lines: Vec<[Part; 4]> = changes
        .iter()
        .map(read)
        .map(|change| change.map(|change| parts(&change)))
        .collect::<Result<_, _>>()?;
    let width = |column: usize| lines.iter().map(|line| line[column].0.width()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    for line in &lines {
        let color = line[0].1;
        let mut text = String::from(" ");
        for (column, Part(part, own)) in line.iter().enumerate() {
            let gap =
                widths.get(column).map(|width| " ".repeat(width - part.width() + 2)).unwrap_or_default();
            text.push_str(&console.paint.apply(if column < 2 { color } else { *own }, part));
            text.push_str(&gap);
        }
        console.line(&text)?;
    }
    Ok(())
}

/// Text and its colour.
struct Part(String, Color);

fn parts(change: &Change) -> [Part; 4] {
    let (mark, color, value) = match (&change.before, &change.after) {
        (None, Some(after)) => ('+', Color::Green, shown(after)),
        (Some(before), None) => ('-', Color::Red, shown(before)),
        (before, after) => {
            let shown = |value: &Option<Value>| value.as_ref().map(shown).unwrap_or_default();
            ('~', Color::Yellow, format!("{} → {}", shown(before), shown(after)))
        }
    };
    let more = change.changes.saturating_sub(1);
    let more = if more > 0 { format!(" (+{})", grouped(more)) } else { String::new() };
    let place = format!("{}{more}", grouped(change.caused_by.position.number()));
    [
        Part(format!("{mark} {}", printable(&change.path)), color),
        Part(value, color),
        Part(printable(&change.caused_by.kind), Color::Blue),
        Part(place, Color::Grey),
    ]
}

fn shown(value: &Value) -> String {
    let text = printable(&value.to_string());
    if text.chars().count() <= VALUE_WIDTH {
        return text;
    }
    text.chars().take(VALUE_WIDTH - 1).chain(['…']).collect()
}
