//! Standing wishes for scarce instances.

mod command;
mod create;
mod list;
mod or_none;
mod show;
mod update;
mod wait;
mod watch;
pub(crate) mod window;
mod wish;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, builder::TypedValueParser};
use serde::Deserialize;
use serde_json::Value;

use self::command::Verb;
pub(crate) use self::{
    show::Wanted,
    update::{as_asked, over},
    wish::Wish,
};
use crate::{
    client::{Client, Position},
    console::Console,
    failure::{Exit, Failure},
    output::table::printable,
    words,
};

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make a task and start it
    Create(Box<create::Create>),
    /// List tasks, running ones first
    List(list::List),
    /// Show a task
    Show(Named),
    /// Change a task from its next attempt on
    Update(Box<update::Update>),
    /// Start, or start again; without a free place it waits for one
    Start(Several),
    /// Hold, keeping counters
    Pause(Several),
    /// Go on after a hold
    Resume(Several),
    /// End; an attempt in flight is waited for
    Stop(Several),
    /// Try at once, out of turn
    AttemptNow(Several),
    /// Take off the lists what has come to its end; its history stays
    Delete(Delete),
    /// Watch a task until it is final: a live screen on a terminal, a line a change without one
    Watch(Named),
    /// Wait until a task reaches a state
    Wait(wait::Wait),
}

#[derive(Args, Debug)]
pub struct Named {
    /// Id or unique name
    #[arg(add = crate::complete::tasks())]
    task: String,
}

#[derive(Args, Debug)]
pub struct Several {
    /// Ids or unique names
    #[arg(required = true, add = crate::complete::tasks())]
    tasks: Vec<String>,
}

#[derive(Args, Debug)]
pub struct Delete {
    #[command(flatten)]
    several: Several,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

pub(crate) async fn run(client: &Client, console: &mut Console, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Create(arguments) => create::run(client, console, *arguments).await,
        Command::List(arguments) => list::run(client, console, arguments).await,
        Command::Show(arguments) => show::run(client, console, &arguments.task).await,
        Command::Start(arguments) => command::run(client, console, Verb::Start, &arguments.tasks).await,
        Command::Pause(arguments) => command::run(client, console, Verb::Pause, &arguments.tasks).await,
        Command::Resume(arguments) => command::run(client, console, Verb::Resume, &arguments.tasks).await,
        Command::Stop(arguments) => command::run(client, console, Verb::Stop, &arguments.tasks).await,
        Command::Update(arguments) => update::run(client, console, *arguments).await,
        Command::AttemptNow(arguments) => {
            command::run(client, console, Verb::AttemptNow, &arguments.tasks).await
        }
        Command::Delete(arguments) => {
            command::delete(client, console, &arguments.several.tasks, arguments.yes).await
        }
        Command::Watch(arguments) => watch::run(client, console, &arguments.task).await,
        Command::Wait(arguments) => wait::run(client, console, arguments).await,
    }
}

/// What every answer about a task holds.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
struct Task {
    id: String,
    name: String,
    tenant: TenantName,
    state: String,
    state_reason: String,
    attempt_count: u64,
    fault_count: u64,
    last_attempt: Option<Attempt>,
    next_attempt_at: Option<DateTime<Utc>>,
    position: Position,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
struct TenantName {
    name: String,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
struct Attempt {
    number: u64,
    /// `OUT` while the cloud has not answered: on the wire that is null.
    #[serde(deserialize_with = "outcome_or_out")]
    outcome: String,
    availability_domain: Option<String>,
    duration_ms: Option<u64>,
    provider_error: Option<ProviderWords>,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
struct ProviderWords {
    status: Option<u16>,
    code: String,
    message: String,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
struct Instance {
    provider_id: String,
    public_ips: Vec<String>,
}

/// The states a task can be asked to have, as they are typed; on the wire they are upper case with `_`.
fn state_parser() -> impl TypedValueParser<Value = String> {
    let states =
        ["pending", "running", "cooling-down", "paused", "succeeded", "failed", "stopped", "needs-review"];
    clap::builder::PossibleValuesParser::new(states).map(|state| state.to_uppercase().replace('-', "_"))
}

impl Task {
    fn read(value: &Value) -> Result<Self, Failure> {
        Self::deserialize(value).map_err(Failure::strange)
    }

    /// It will not move by itself any more.
    fn is_settled(&self) -> bool {
        self.is_final() || self.state == "NEEDS_REVIEW"
    }

    /// It has come to an end, though a person may start some of them again.
    fn is_final(&self) -> bool {
        matches!(self.state.as_str(), "SUCCEEDED" | "FAILED" | "STOPPED")
    }
}

impl Attempt {
    /// `out of capacity AD-1 1.4 s`.
    fn words(&self, console: &Console) -> String {
        let outcome = words::outcome(&self.outcome);
        let domain = self.availability_domain.as_deref().map(short_domain).unwrap_or_default();
        let took = self.duration_ms.map(|ms| format!("{}.{} s", ms / 1_000, ms % 1_000 / 100));
        let seconds = took.unwrap_or_default();
        printable([console.say(&outcome), domain, &seconds].join(" ").replace("  ", " ").trim())
    }
}

fn outcome_or_out<'de, D: serde::Deserializer<'de>>(outcome: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(outcome)?.unwrap_or_else(|| "OUT".to_owned()))
}

/// `AD-1` of `Uocm:AP-TOKYO-1-AD-1`: within one task the rest is always the same.
fn short_domain(domain: &str) -> &str {
    domain.rfind("AD-").map_or(domain, |at| &domain[at..])
}
