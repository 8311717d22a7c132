//! Ways to tell people what happens. Their secrets go in and never come out.

mod arguments;
mod deliveries;
mod flags;
mod kind;
mod rules;
mod set;
mod trial;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    client::Client,
    console::Console,
    danger,
    failure::{self, Exit, Failure},
    output::{
        color::Color,
        table::{Cell, Table, printable},
    },
    words,
};

#[derive(Subcommand, Debug)]
pub enum Command {
    /// List notification channels by name
    List,
    /// Show a notification channel
    Show(Named),
    /// Save a notification channel under a name, or change the one that has it; what is not said stays
    #[command(subcommand)]
    Set(kind::Kind),
    /// Send one message by a notification channel, and tell what came of it
    ///
    /// Where the channel leads to the service's own address, that is said in the service's words. Where you chose the address, only the
    /// status of the answer is told.
    Test(Named),
    /// List what was told by notification channels, and whether it arrived; newest first
    Deliveries(deliveries::Deliveries),
    /// Print deliveries as they are queued, tried, taken or given up; goes on by position after a break
    Watch(deliveries::Watch),
    /// Use a notification channel again
    Enable(Named),
    /// Leave a notification channel unused
    Disable(Named),
    /// Delete a notification channel and forget its secrets
    Delete(Delete),
}

#[derive(Args, Debug)]
pub struct Named {
    /// Id or name
    #[arg(add = crate::complete::channels())]
    channel: String,
}

#[derive(Args, Debug)]
pub struct Delete {
    #[command(flatten)]
    named: Named,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// A channel, as far as it is shown to people.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Channel {
    id: String,
    name: String,
    enabled: bool,
    topics: Vec<String>,
    config: Value,
    #[serde(default)]
    rules: Value,
    #[serde(default)]
    disabled_because: Value,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: u64,
}

pub(crate) async fn run(client: &Client, console: &mut Console, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::List => list(client, console).await,
        Command::Show(arguments) => show(client, console, &arguments.channel).await,
        Command::Set(kind) => set::run(client, console, kind).await,
        Command::Test(arguments) => trial::run(client, console, &arguments.channel).await,
        Command::Deliveries(wanted) => deliveries::list(client, console, wanted).await,
        Command::Watch(watch) => deliveries::watch(client, console, watch).await,
        Command::Enable(arguments) => set::switch(client, console, &arguments.channel, true).await,
        Command::Disable(arguments) => set::switch(client, console, &arguments.channel, false).await,
        Command::Delete(arguments) => delete(client, console, &arguments).await,
    }
}

async fn list(client: &Client, console: &mut Console) -> Result<Exit, Failure> {
    let channels = all(client).await?;
    console.list(&channels, |console| table(console, &channels))?;
    Ok(Exit::Done)
}

fn table(console: &Console, channels: &[Value]) -> Result<Table, Failure> {
    let titles = ["NAME", "KIND", "STATE", "TOPICS", "ID"];
    let mut table = Table::new(titles.map(|title| words::header(console.language(), title)));
    for channel in channels {
        let channel = Channel::read(channel)?;
        let color = if channel.enabled { Color::Green } else { Color::Grey };
        table.row([
            channel.name.as_str().into(),
            console.say(&kind::shown(&channel.config)).into(),
            Cell::new(console.say(&words::channel::state(channel.enabled)), color),
            channel.topics(console).into(),
            Cell::new(channel.id, Color::Grey),
        ]);
    }
    Ok(table)
}

async fn show(client: &Client, console: &mut Console, named: &str) -> Result<Exit, Failure> {
    let answer = wanted(client, named).await?;
    console.object(&answer, |console| {
        let channel = Channel::read(&answer)?;
        console.fields([
            ("KIND", console.say(&kind::shown(&channel.config)).to_owned()),
            ("ADDRESS", kind::address(&channel.config)),
            ("STATE", channel.state(console)),
            ("TOPICS", channel.topics(console)),
            ("RULES", rules::line(console, &channel.rules)),
            ("CREATED", console.moments.moment(channel.created_at)),
            ("CHANGED", console.moments.moment(channel.updated_at)),
            ("NAME", channel.name),
            ("ID", channel.id),
        ])
    })?;
    Ok(Exit::Done)
}

async fn delete(client: &Client, console: &mut Console, delete: &Delete) -> Result<Exit, Failure> {
    let channel = wanted(client, &delete.named.channel).await?;
    let name = printable(channel["name"].as_str().unwrap_or_default());
    if !danger::agreed(console, delete.yes, &words::channel::really_delete(&name))? {
        return Ok(Exit::Failed);
    }
    let payload = client.tell(include_str!("delete.graphql"), json!({ "id": channel["id"] })).await?;
    failure::refusals(&payload)?;
    console.payload(&payload, &json!({ "id": payload["deletedId"] }), |console| {
        console.sentence(&words::deleted(&name))
    })?;
    Ok(Exit::Done)
}

async fn all(client: &Client) -> Result<Vec<Value>, Failure> {
    let document = concat!(include_str!("list.graphql"), include_str!("fields.graphql"));
    let answer = client.ask(document, json!({})).await?;
    Vec::deserialize(answer).map_err(Failure::strange)
}

/// They are few, so all are read. No two have the same name, whatever the case of its letters.
async fn find(client: &Client, named: &str) -> Result<Option<Value>, Failure> {
    let lower = named.to_lowercase();
    let is_meant = |channel: &Value| {
        channel["id"] == named || channel["name"].as_str().is_some_and(|name| name.to_lowercase() == lower)
    };
    Ok(all(client).await?.into_iter().find(is_meant))
}

async fn wanted(client: &Client, named: &str) -> Result<Value, Failure> {
    let found = find(client, named).await?;
    found.ok_or_else(|| Failure::not_found(words::no_such(&words::channel::channel(), named)))
}

impl Channel {
    fn read(value: &Value) -> Result<Self, Failure> {
        Self::deserialize(value).map_err(Failure::strange)
    }

    /// With the other side's words, where the server itself stopped using it.
    fn state(&self, console: &Console) -> String {
        let state = words::channel::state(self.enabled).with(self.disabled_because["words"].as_str());
        console.say(&state).to_owned()
    }

    fn topics(&self, console: &Console) -> String {
        let topics: Vec<String> =
            self.topics.iter().map(|topic| console.say(&words::channel::topic(topic)).to_owned()).collect();
        topics.join(" · ")
    }
}
