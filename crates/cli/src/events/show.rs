//! One event in full.

use clap::Args;
use serde_json::{Value, json};

use super::Event;
use crate::{
    client::{Client, Position},
    console::Console,
    failure::{Exit, Failure},
    names,
    output::table::printable,
    words,
};

/// Show one event in full
#[derive(Args, Debug)]
pub struct Show {
    /// Its position or its id, `event_…`
    #[arg(value_name = "POSITION", value_parser = position)]
    event: Position,
}

pub(crate) async fn run(client: &Client, console: &mut Console, show: Show) -> Result<Exit, Failure> {
    let id = format!("event_{}", show.event);
    let answer = client
        .ask(concat!(include_str!("show.graphql"), include_str!("fields.graphql")), json!({ "id": id }))
        .await?;
    let answer = names::found(answer, &words::event::event(), &show.event.to_string())?;
    console.object(&answer, |console| print(console, &answer))?;
    Ok(Exit::Done)
}

fn print(console: &mut Console, answer: &Value) -> Result<(), Failure> {
    let event = Event::read(answer)?;
    let text = |field: &str| answer[field].as_str().unwrap_or("–").to_owned();
    console.fields([
        ("POSITION", event.position.to_string()),
        ("TYPE", format!("{} v{}", event.kind, answer["schemaVersion"])),
        ("STREAM", event.stream_id),
        ("VERSION", event.version.to_string()),
        ("TIME", console.moments.stamp(event.time)),
        ("ACTOR", text("actor")),
        ("SUMMARY", event.summary),
        ("CORRELATION", text("correlationId")),
        ("CAUSE", text("causationId")),
    ])?;
    let data = format!("{:#}", answer["data"]);
    data.lines().try_for_each(|line| console.line(&printable(line)))
}

fn position(text: &str) -> Result<Position, String> {
    let number = text.strip_prefix("event_").unwrap_or(text);
    number.parse().map_err(|_| format!("`{text}` is neither a position nor the id of an event"))
}
