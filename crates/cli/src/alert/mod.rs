//! Alerts: what should be looked at, what was, and the rules that raise them.

mod rules;
mod watch;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, builder::TypedValueParser};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    client::{Client, Position},
    console::Console,
    failure::{self, Exit, Failure},
    output::{
        color::Color,
        table::{Cell, Table, printable},
    },
    words,
};

#[derive(Subcommand, Debug)]
pub enum Command {
    /// List alerts: those that go on first, and the newest first
    List(List),
    /// List the rules, and what they are adjusted to
    Rules,
    /// Change from where on something is too much, for how long it must be so, or whether it is watched
    Adjust(rules::Adjust),
    /// Resolve an alert by hand; it stays resolved until its cause has gone once
    Resolve(Resolve),
    /// Print alerts as they are raised and resolved
    Watch(Watch),
}

#[derive(Args, Debug)]
pub struct List {
    /// Only those in this state
    #[arg(long, value_parser = state_parser(), value_name = "STATE")]
    state: Option<String>,
    /// Show no more than this
    #[arg(short = 'n', long, default_value_t = 100, value_name = "N")]
    limit: usize,
}

#[derive(Args, Debug)]
pub struct Resolve {
    /// The id, or the name of the rule: `cpu`
    alert: String,
}

#[derive(Args, Debug)]
pub struct Watch {
    /// Go on after this position
    #[arg(long, value_name = "POSITION")]
    after: Option<Position>,
}

/// An alert, as far as it is shown to people.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Alert {
    id: String,
    title: String,
    state: String,
    severity: String,
    value: Option<f64>,
    threshold: Option<f64>,
    unit: Option<String>,
    summary: Option<String>,
    raised_at: Option<DateTime<Utc>>,
    resolved_at: Option<DateTime<Utc>>,
}

pub(crate) async fn run(client: &Client, console: &mut Console, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::List(arguments) => list(client, console, arguments).await,
        Command::Rules => rules::list(client, console).await,
        Command::Adjust(arguments) => rules::adjust(client, console, arguments).await,
        Command::Resolve(arguments) => resolve(client, console, &arguments.alert).await,
        Command::Watch(arguments) => watch::run(client, console, arguments.after).await,
    }
}

async fn list(client: &Client, console: &mut Console, list: List) -> Result<Exit, Failure> {
    let document = concat!(include_str!("list.graphql"), include_str!("fields.graphql"));
    let found = client.pages(document, json!({ "state": list.state }), list.limit).await?;
    console.list(&found.nodes, |console| table(console, &found.nodes))?;
    if found.more {
        console.remark(&words::there_are_more(found.nodes.len()));
    }
    Ok(Exit::Done)
}

fn table(console: &Console, alerts: &[Value]) -> Result<Table, Failure> {
    let titles = ["STATE", "SEVERITY", "ALERT", "FIGURE", "RAISED", "RESOLVED", "ID"];
    let mut table = Table::new(titles.map(|title| words::header(console.language(), title)));
    for value in alerts {
        let alert = Alert::read(value)?;
        table.row([
            Cell::new(console.say(&words::alert::state(&alert.state)), alert.color()),
            console.say(&words::alert::severity(&alert.severity)).into(),
            printable(&alert.title).into(),
            printable(&alert.figure(console)).into(),
            console.moments.optional(alert.raised_at).into(),
            console.moments.optional(alert.resolved_at).into(),
            Cell::new(alert.id, Color::Grey),
        ]);
    }
    Ok(table)
}

async fn resolve(client: &Client, console: &mut Console, named: &str) -> Result<Exit, Failure> {
    let document = concat!(include_str!("resolve.graphql"), include_str!("fields.graphql"));
    let payload = client.tell(document, json!({ "id": id_of(named) })).await?;
    failure::refusals(&payload)?;
    let alert = Alert::read(&payload["alert"])?;
    console.payload(&payload, &payload["alert"], |console| {
        console.sentence(&words::alert::is_now(&printable(&alert.title), &words::alert::state(&alert.state)))
    })?;
    Ok(Exit::Done)
}

/// Rules are known by their names, in whichever way those are written; what is none is taken for an id.
fn id_of(named: &str) -> String {
    let word = named.to_lowercase().replace('-', "_");
    match word.parse::<berth_domain::alert::RuleName>() {
        Ok(rule) => format!("alert_{rule}"),
        Err(_) => named.to_owned(),
    }
}

fn state_parser() -> impl TypedValueParser<Value = String> {
    clap::builder::PossibleValuesParser::new(["raised", "resolved"]).map(|word| word.to_uppercase())
}

impl Alert {
    fn read(value: &Value) -> Result<Self, Failure> {
        Self::deserialize(value).map_err(Failure::strange)
    }

    fn color(&self) -> Color {
        match (self.state.as_str(), self.severity.as_str()) {
            ("RAISED", "CRITICAL") => Color::Red,
            ("RAISED", _) => Color::Yellow,
            _ => Color::Green,
        }
    }

    /// `92.46 % (80 %)`, or what its sender says.
    fn figure(&self, console: &Console) -> String {
        let Some(value) = self.value else { return self.summary.clone().unwrap_or_default() };
        let unit = self.unit.as_deref().unwrap_or_default();
        let value = words::alert::figure(value, unit);
        let threshold = self.threshold.map(|threshold| words::alert::figure(threshold, unit));
        let threshold = threshold.map(|threshold| format!(" ({})", console.say(&threshold)));
        format!("{}{}", console.say(&value), threshold.unwrap_or_default())
    }
}
