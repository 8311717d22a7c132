//! Events as they are appended.

use berth_domain::Language;
use clap::Args;
use serde_json::{Value, json};

use super::Event;
use crate::{
    client::{Client, Feed, Position},
    console::Console,
    failure::{Exit, Failure},
    follow::follow,
    names,
    output::{color::Color, table::printable},
};

/// Print events as they are appended; goes on by position after a break
#[derive(Args, Debug)]
pub struct Tail {
    /// Position to start after; `0` is the beginning, and without it only new events are shown
    #[arg(long, value_name = "POSITION")]
    after: Option<Position>,
    /// Only these types; a trailing `*` matches any ending: `grab.*`
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<String>,
    /// Only these streams: `grab/grab_…`, an id, or the name of a task or tenant
    #[arg(long = "stream", value_name = "STREAM")]
    streams: Vec<String>,
}

pub(crate) async fn run(client: &Client, console: &mut Console, tail: Tail) -> Result<Exit, Failure> {
    let document = concat!(include_str!("appended.graphql"), include_str!("fields.graphql"));
    let command = tail.command();
    let mut filter = json!({});
    if !tail.types.is_empty() {
        filter["type"] = json!(tail.types);
    }
    if !tail.streams.is_empty() {
        let mut streams = Vec::with_capacity(tail.streams.len());
        for named in &tail.streams {
            streams.push(names::stream_id(client, named).await?);
        }
        filter["streamId"] = json!(streams);
    }
    let feed = Feed::start(client, document, json!({ "filter": filter }), tail.after, console.first_pause);
    follow(console, feed, tail.after, &command, print).await
}

fn print(console: &mut Console, batch: &Value) -> Result<(), Failure> {
    let Value::Array(events) = &batch["events"] else {
        return Err(Failure::strange("a batch without events"));
    };
    events.iter().try_for_each(|event| console.stream(event, |console| line(console, event)))
}

fn line(console: &Console, event: &Value) -> Result<String, Failure> {
    let event = Event::read(event)?;
    let time = console.moments.stamp(event.time);
    let gap = if console.language() == Language::Chinese { "：" } else { ": " };
    Ok(format!(
        "{} {} {} {}{gap}{}",
        console.paint.apply(Color::Grey, event.position),
        console.paint.apply(Color::Grey, time),
        console.paint.apply(Color::Blue, printable(&event.kind)),
        printable(&event.stream_id),
        printable(&event.summary),
    ))
}

impl Tail {
    /// The command that would ask for the same, but for the position.
    fn command(&self) -> String {
        let types = self.types.iter().map(|kind| format!(" --type '{kind}'"));
        let streams = self.streams.iter().map(|stream| format!(" --stream '{stream}'"));
        std::iter::once("berth events tail".to_owned()).chain(types).chain(streams).collect()
    }
}
