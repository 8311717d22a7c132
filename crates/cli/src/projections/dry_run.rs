//! What rebuilding a read model would change.

use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    client::{Client, Position},
    console::Console,
    failure::{Exit, Failure},
    output::{color::Color, table::printable},
    words,
};

#[derive(Args, Debug)]
pub struct DryRun {
    /// What it is called; `berth projections list` shows all
    name: String,
    /// Fold up to this position; as far as the one in use has come when absent
    #[arg(long, value_name = "POSITION")]
    to: Option<Position>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    name: String,
    position: Position,
    events_applied: u64,
    added: u64,
    removed: u64,
    changed: u64,
    samples: Vec<Sample>,
}

#[derive(Deserialize)]
struct Sample {
    row: String,
    before: Option<Value>,
    after: Option<Value>,
}

pub(super) async fn run(client: &Client, console: &mut Console, run: DryRun) -> Result<Exit, Failure> {
    let variables = json!({ "name": run.name, "to": run.to });
    let answer = client.ask(include_str!("dry_run.graphql"), variables).await?;
    console.object(&answer, |console| {
        let found = Found::deserialize(&answer).map_err(Failure::strange)?;
        let applied = words::projection::applied(found.events_applied, &found.position.to_string());
        console.sentence(&applied)?;
        let change = words::projection::would_change(&found.name, found.added, found.removed, found.changed);
        let change = console.say(&change).to_owned();
        console.line(&change)?;
        found.samples.iter().try_for_each(|sample| print(console, sample))
    })?;
    Ok(Exit::Done)
}

fn print(console: &mut Console, sample: &Sample) -> Result<(), Failure> {
    console.line(&format!(" {}", printable(&sample.row)))?;
    for (mark, color, value) in [('-', Color::Red, &sample.before), ('+', Color::Green, &sample.after)] {
        if let Some(value) = value {
            let line = console.paint.apply(color, format!(" {mark} {}", printable(&value.to_string())));
            console.line(&line)?;
        }
    }
    Ok(())
}
