//! Read models kept from the log.

mod dry_run;
mod list;
mod order;
mod rebuild;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    client::{Client, Position},
    console::Console,
    failure::{Exit, Failure},
    output::color::Color,
};

#[derive(Subcommand, Debug)]
pub enum Command {
    /// List read models and how far they are
    List,
    /// Show what rebuilding one would change, without touching it
    DryRun(dry_run::DryRun),
    /// Fold one anew beside the one in use, and put it in its place when it is level
    Rebuild(rebuild::Rebuild),
    /// Try the event again that one stopped at
    Retry(Named),
    /// Let one go on without the event that it stopped at; the reason is kept in the log
    Skip(order::Skip),
}

#[derive(Args, Debug)]
pub struct Named {
    /// What it is called; `berth projections list` shows all
    name: String,
}

/// A read model, as far as it is shown to people.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Projection {
    name: String,
    status: String,
    position: Position,
    lag: u64,
    events_per_second: u64,
    rebuild_target: Option<Position>,
    rebuild_position: Option<Position>,
    fault: Option<Fault>,
    rebuilt_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, Deserialize)]
struct Fault {
    position: Position,
    message: String,
}

pub(crate) async fn run(client: &Client, console: &mut Console, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::List => list::run(client, console).await,
        Command::DryRun(arguments) => dry_run::run(client, console, arguments).await,
        Command::Rebuild(arguments) => rebuild::run(client, console, arguments).await,
        Command::Retry(arguments) => order::retry(client, console, &arguments.name).await,
        Command::Skip(arguments) => order::skip(client, console, arguments).await,
    }
}

impl Projection {
    fn read(value: &Value) -> Result<Self, Failure> {
        Self::deserialize(value).map_err(Failure::strange)
    }

    fn color(&self) -> Color {
        match self.status.as_str() {
            "LIVE" => Color::Green,
            "REBUILDING" => Color::Blue,
            "FAULTED" => Color::Red,
            _ => Color::Yellow,
        }
    }
}
