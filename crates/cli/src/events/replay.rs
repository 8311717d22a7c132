//! What a stream was at a point of its history.

use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Snapshot, diff::compare, point::Point, step};
use crate::{
    client::{Client, Position},
    console::Console,
    failure::{Exit, Failure},
    names,
    output::{color::Color, number::grouped, table::printable},
    words,
};

/// Show what a stream was at a point of its history
#[derive(Args, Debug)]
pub struct Replay {
    /// `grab/grab_…`, an id, or the name of a task or tenant
    #[arg(add = crate::complete::tasks())]
    stream: String,
    /// The point: a position (183991), a version (v12), a time (2026-11-20T09:55, UTC) or HEAD
    #[arg(long, default_value = "HEAD", value_name = "POINT")]
    to: Point,
    /// Show what changed from there to this point, and what did it; exits 1 when anything did
    #[arg(long, value_name = "POINT", conflicts_with = "step")]
    diff: Option<Point>,
    /// Go through it event by event, on a terminal
    #[arg(long)]
    step: bool,
}

pub(crate) async fn run(client: &Client, console: &mut Console, replay: Replay) -> Result<Exit, Failure> {
    if replay.step && !(console.is_screen && console.can_ask) {
        return Err(Failure::usage(words::event::step_wants_a_terminal()));
    }
    let stream = names::stream_id(client, &replay.stream).await?;
    if let Some(later) = replay.diff {
        return compare(client, console, &stream, (replay.to, later)).await;
    }
    let answer = ask(client, &stream, replay.to).await?;
    if replay.step {
        return step::run(client, console, Snapshot::read(&answer)?).await;
    }
    console.object(&answer, |console| {
        let snapshot = Snapshot::read(&answer)?;
        let title = title(console, &snapshot);
        console.line(&title)?;
        print_state(console, &snapshot.state)
    })?;
    Ok(Exit::Done)
}

/// The state at a point. There must be such a stream.
pub(super) async fn ask(client: &Client, stream: &str, point: Point) -> Result<Value, Failure> {
    let variables = json!({ "streamId": stream, "point": point.value() });
    let answer = client
        .ask(concat!(include_str!("snapshot.graphql"), include_str!("fields.graphql")), variables)
        .await?;
    names::found(answer, &words::event::stream(), stream)
}

impl Snapshot {
    pub(super) fn read(value: &Value) -> Result<Self, Failure> {
        Self::deserialize(value).map_err(Failure::strange)
    }
}

/// `v16,016 @183,991 11-20 09:55:02Z`.
pub(super) fn title(console: &Console, snapshot: &Snapshot) -> String {
    let place = place(snapshot.version, snapshot.position);
    let time = snapshot.time.map(|time| format!(" {}", console.moments.stamp(time))).unwrap_or_default();
    format!("{place}{}", console.paint.apply(Color::Grey, time))
}

pub(super) fn place(version: u64, position: Position) -> String {
    format!("v{} @{}", grouped(version), grouped(position.number()))
}

pub(super) fn print_state(console: &mut Console, state: &Value) -> Result<(), Failure> {
    format!("{state:#}").lines().try_for_each(|line| console.line(&printable(line)))
}
