//! Attempts in numbers: how they ended, where, and at which hours of the week.

mod bar;
mod week;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    client::Client,
    console::Console,
    duration,
    failure::{Exit, Failure},
    names,
    output::{
        color::Color,
        number::grouped,
        table::{Cell, Table, printable},
        time::iso,
    },
    utc_offset, words,
};
use bar::bar;
use week::Hour;

/// Columns of a bar: with names as long as clouds have them, a line stays under 80.
const BAR: usize = 16;

#[derive(Args, Debug)]
pub struct Statistics {
    /// Only of this tenant, by id or unique name
    #[arg(long, value_name = "TENANT", conflicts_with = "task", add = crate::complete::tenants())]
    tenant: Option<String>,
    /// Only of this task, by id or unique name
    #[arg(long, value_name = "TASK", add = crate::complete::tasks())]
    task: Option<String>,
    /// Only in this region; its odds are told as well
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Not older than this, 31d at most
    #[arg(long, value_parser = duration::parse, value_name = "LENGTH", default_value = "7d")]
    since: Duration,
    /// Show hours of a place so far ahead of UTC, such as 9, -3 or +05:30
    #[arg(long, value_parser = utc_offset::parse, value_name = "OFFSET", default_value = "0", allow_hyphen_values = true)]
    utc_offset: i32,
}

/// As far as it is shown to people.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Figures {
    attempts: u64,
    faults: u64,
    launched: u64,
    outcomes: Vec<Ended>,
    time_to_launch: Times,
    availability_domains: Vec<Place>,
    shapes: Vec<Machine>,
    hours_of_week: Vec<Hour>,
}

#[derive(Debug, Deserialize)]
struct Ended {
    outcome: String,
    count: u64,
}

#[derive(Debug, Deserialize)]
struct Times {
    median: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    region: String,
    availability_domain: Option<String>,
    attempts: u64,
    faults: u64,
    launched: u64,
}

#[derive(Debug, Deserialize)]
struct Machine {
    shape: String,
    attempts: u64,
    faults: u64,
    launched: u64,
}

pub(crate) async fn run(client: &Client, console: &mut Console, asked: Statistics) -> Result<Exit, Failure> {
    let variables = variables(client, console.moments.now(), &asked).await?;
    let mut found = client.ask(include_str!("figures.graphql"), variables.clone()).await?;
    if let Some(region) = &asked.region {
        let tenant = &variables["tenantId"];
        let variables = json!({ "region": region, "tenantId": tenant, "utcOffsetMinutes": asked.utc_offset });
        found["odds"] = client.ask(include_str!("odds.graphql"), variables).await?;
    }
    console.object(&found, |console| show(console, &found, &asked))?;
    Ok(Exit::Done)
}

async fn variables(client: &Client, now: DateTime<Utc>, asked: &Statistics) -> Result<Value, Failure> {
    let since = TimeDelta::from_std(asked.since).ok().and_then(|since| now.checked_sub_signed(since));
    let from = iso(since.unwrap_or(DateTime::UNIX_EPOCH));
    let mut variables = json!({ "range": { "from": from, "to": iso(now) }, "region": asked.region });
    if let Some(tenant) = &asked.tenant {
        variables["tenantId"] = json!(names::tenant_id(client, tenant).await?);
    }
    if let Some(task) = &asked.task {
        variables["taskId"] = json!(names::task_id(client, task).await?);
    }
    Ok(variables)
}

fn show(console: &mut Console, found: &Value, asked: &Statistics) -> Result<(), Failure> {
    let figures = Figures::deserialize(found).map_err(Failure::strange)?;
    let since = console.moments.length(asked.since.as_secs());
    let median = figures.time_to_launch.median.map(|median| console.moments.length(median));
    let Figures { attempts, faults, launched, .. } = figures;
    let [attempts, faults, launched] = [attempts, faults, launched].map(grouped);
    console.sentence(&words::statistics::in_short(&since, &attempts, &faults, &launched))?;
    if let Some(median) = median {
        console.sentence(&words::statistics::median(&median))?;
    }
    if let Some(text) = found["odds"]["text"].as_str() {
        console.line(&printable(text))?;
    }
    if figures.attempts == 0 {
        return Ok(());
    }
    let tables = [outcomes(console, &figures), places(console, &figures), shapes(console, &figures)];
    for table in tables {
        console.line("")?;
        table.lines(console.paint).iter().try_for_each(|line| console.line(line))?;
    }
    console.line("")?;
    week::show(console, &figures.hours_of_week, asked.utc_offset)
}

fn outcomes(console: &Console, figures: &Figures) -> Table {
    let mut table =
        Table::new(["RESULT", "ATTEMPTS", ""].map(|title| words::header(console.language(), title)));
    for Ended { outcome, count } in &figures.outcomes {
        let color = Color::of_outcome(outcome);
        let text = words::outcome(outcome);
        table.row([
            Cell::new(console.say(&text), color),
            grouped(*count).into(),
            Cell::new(bar(*count, figures.attempts, BAR), color),
        ]);
    }
    table
}

fn places(console: &Console, figures: &Figures) -> Table {
    let titles = ["REGION", "DOMAIN", "ATTEMPTS", "FAULTS", "LAUNCHED", ""];
    let mut table = Table::new(titles.map(|title| words::header(console.language(), title)));
    for place in &figures.availability_domains {
        table.row([
            place.region.clone().into(),
            place.availability_domain.clone().unwrap_or_else(|| "–".into()).into(),
            grouped(place.attempts).into(),
            faults(place.faults),
            launched(place.launched),
            Cell::new(bar(place.attempts, figures.attempts, BAR), Color::Grey),
        ]);
    }
    table
}

fn shapes(console: &Console, figures: &Figures) -> Table {
    let titles = ["SHAPE", "ATTEMPTS", "FAULTS", "LAUNCHED", ""];
    let mut table = Table::new(titles.map(|title| words::header(console.language(), title)));
    for shape in &figures.shapes {
        table.row([
            shape.shape.clone().into(),
            grouped(shape.attempts).into(),
            faults(shape.faults),
            launched(shape.launched),
            Cell::new(bar(shape.attempts, figures.attempts, BAR), Color::Grey),
        ]);
    }
    table
}

fn faults(count: u64) -> Cell {
    Cell::new(grouped(count), if count > 0 { Color::Red } else { Color::Grey })
}

fn launched(count: u64) -> Cell {
    Cell::new(grouped(count), if count > 0 { Color::Green } else { Color::Grey })
}
