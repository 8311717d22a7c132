//! What was told by channels, and whether it arrived: a list, and live.

use chrono::{DateTime, Utc};
use clap::{Args, builder::TypedValueParser};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    client::{Client, Feed, Position},
    console::Console,
    failure::{Exit, Failure},
    follow::follow,
    names,
    output::{
        color::Color,
        table::{Cell, Table, printable},
    },
    words,
};

#[derive(Args, Debug)]
pub struct Deliveries {
    #[command(flatten)]
    about: About,
    /// Only those that stand so; may be given several times
    #[arg(long = "state", value_parser = state_parser(), value_name = "STATE")]
    states: Vec<String>,
    /// Show no more than this
    #[arg(short = 'n', long, default_value_t = 100, value_name = "N")]
    limit: usize,
}

#[derive(Args, Debug)]
pub struct Watch {
    #[command(flatten)]
    about: About,
    /// Position to start after; `0` is the beginning, and without it only what happens from now on is shown
    #[arg(long, value_name = "POSITION")]
    after: Option<Position>,
}

/// What they are about.
#[derive(Args, Debug)]
struct About {
    /// Only to this channel, by id or name; may be given several times
    #[arg(long = "channel", value_name = "CHANNEL", add = crate::complete::channels())]
    channels: Vec<String>,
    /// Only about this task, by id or name; may be given several times
    #[arg(long = "task", value_name = "TASK", add = crate::complete::tasks())]
    tasks: Vec<String>,
}

/// A delivery, as far as it is shown to people.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delivery {
    id: String,
    channel: Channel,
    state: String,
    failure_reason: Option<String>,
    title: String,
    tries: u32,
    queued_at: DateTime<Utc>,
    last_tried_at: Option<DateTime<Utc>>,
    next_try_at: Option<DateTime<Utc>>,
    response: Option<String>,
    http_status: Option<u16>,
}

#[derive(Deserialize)]
struct Channel {
    name: String,
}

pub(super) async fn list(
    client: &Client,
    console: &mut Console,
    wanted: Deliveries,
) -> Result<Exit, Failure> {
    let document = concat!(include_str!("deliveries.graphql"), include_str!("delivery_fields.graphql"));
    let mut filter = wanted.about.filter(client).await?;
    if !wanted.states.is_empty() {
        filter["state"] = json!(wanted.states);
    }
    let found = client.pages(document, json!({ "filter": filter }), wanted.limit).await?;
    console.list(&found.nodes, |console| table(console, &found.nodes))?;
    if found.more {
        console.remark(&words::there_are_more(found.nodes.len()));
    }
    Ok(Exit::Done)
}

pub(super) async fn watch(client: &Client, console: &mut Console, watch: Watch) -> Result<Exit, Failure> {
    let document = concat!(include_str!("delivery_feed.graphql"), include_str!("delivery_fields.graphql"));
    let (command, filter) = (watch.about.command(), watch.about.filter(client).await?);
    let feed = Feed::start(client, document, json!({ "filter": filter }), watch.after, console.first_pause);
    follow(console, feed, watch.after, &command, print).await
}

fn table(console: &Console, deliveries: &[Value]) -> Result<Table, Failure> {
    let titles = ["QUEUED", "STATE", "CHANNEL", "TITLE", "TRIES", "NEXT", "ANSWERED", "ID"];
    let mut table = Table::new(titles.map(|title| words::header(console.language(), title)));
    for delivery in deliveries {
        let delivery = Delivery::read(delivery)?;
        let next =
            delivery.next_try_at.filter(|_| delivery.state != "PENDING" || delivery.is_put_off(console));
        table.row([
            console.moments.moment(delivery.queued_at).into(),
            Cell::new(console.say(&words::delivery::state(&delivery.state)), delivery.color()),
            delivery.channel.name.as_str().into(),
            delivery.title.as_str().into(),
            delivery.tries.to_string().into(),
            console.moments.optional(next).into(),
            delivery.outcome(console).into(),
            Cell::new(delivery.id, Color::Grey),
        ]);
    }
    Ok(table)
}

fn print(console: &mut Console, batch: &Value) -> Result<(), Failure> {
    let Value::Array(deliveries) = &batch["deliveries"] else {
        return Err(Failure::strange("a batch without deliveries"));
    };
    deliveries.iter().try_for_each(|delivery| console.stream(delivery, |console| line(console, delivery)))
}

fn line(console: &Console, delivery: &Value) -> Result<String, Failure> {
    let delivery = Delivery::read(delivery)?;
    let time = console.moments.stamp(delivery.last_tried_at.unwrap_or(delivery.queued_at));
    let state = words::delivery::state(&delivery.state);
    let outcome = delivery.outcome(console);
    let outcome = if outcome.is_empty() { outcome } else { format!(" · {outcome}") };
    Ok(format!(
        "{} {} {} · {}{}",
        console.paint.apply(Color::Grey, time),
        console.paint.apply(delivery.color(), console.say(&state)),
        printable(&delivery.channel.name),
        printable(&delivery.title),
        printable(&outcome),
    ))
}

fn state_parser() -> impl TypedValueParser<Value = String> {
    let states = ["pending", "sending", "retrying", "delivered", "failed"];
    clap::builder::PossibleValuesParser::new(states).map(|state| state.to_uppercase())
}

impl About {
    async fn filter(&self, client: &Client) -> Result<Value, Failure> {
        let mut filter = json!({});
        if !self.channels.is_empty() {
            let mut ids = Vec::with_capacity(self.channels.len());
            for named in &self.channels {
                // One that was deleted is known by its id alone.
                let is_id = named.parse::<berth_domain::ChannelId>().is_ok();
                ids.push(if is_id {
                    json!(named)
                } else {
                    super::wanted(client, named).await?["id"].clone()
                });
            }
            filter["channelId"] = json!(ids);
        }
        if !self.tasks.is_empty() {
            filter["taskId"] = json!(names::task_ids(client, &self.tasks).await?);
        }
        Ok(filter)
    }

    /// The command that would watch the same, but for the position.
    fn command(&self) -> String {
        let channels = self.channels.iter().map(|channel| format!(" --channel '{channel}'"));
        let tasks = self.tasks.iter().map(|task| format!(" --task '{task}'"));
        std::iter::once("berth channel watch".to_owned()).chain(channels).chain(tasks).collect()
    }
}

impl Delivery {
    fn read(value: &Value) -> Result<Self, Failure> {
        Self::deserialize(value).map_err(Failure::strange)
    }

    /// Whether it waits for a moment, and not only for its turn.
    fn is_put_off(&self, console: &Console) -> bool {
        self.next_try_at.is_some_and(|next| next > console.moments.now())
    }

    fn color(&self) -> Color {
        match self.state.as_str() {
            "DELIVERED" => Color::Green,
            "RETRYING" => Color::Yellow,
            "FAILED" => Color::Red,
            "SENDING" => Color::Blue,
            _ => Color::Plain,
        }
    }

    /// Why it was given up, and the other side's own words with their status.
    fn outcome(&self, console: &Console) -> String {
        let status = self.http_status.map(|status| status.to_string());
        let said: Vec<_> = status.into_iter().chain(self.response.clone()).collect();
        let said = said.join(" ");
        match &self.failure_reason {
            None => said,
            Some(reason) if said.is_empty() => reason.clone(),
            Some(reason) => console.say(&words::delivery::reason(reason, &said)).to_owned(),
        }
    }
}
