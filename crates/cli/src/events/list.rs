//! Pages of the log.

use clap::Args;
use serde_json::{Value, json};

use super::{Event, point::When};
use crate::{
    client::{Client, Position},
    console::Console,
    failure::{Exit, Failure},
    names,
    output::{
        color::Color,
        table::{Cell, Table},
    },
    words,
};

/// List events in the order of the log
#[derive(Args, Debug)]
pub struct List {
    /// Only of these streams: `grab/grab_…`, an id, or the name of a task or tenant
    #[arg(long = "stream", value_name = "STREAM")]
    streams: Vec<String>,
    /// Only these types; a trailing `*` matches any ending: `grab.*`
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<String>,
    /// Only what comes after this position
    #[arg(long, value_name = "POSITION")]
    after: Option<Position>,
    /// Show no more than this
    #[arg(short = 'n', long, default_value_t = 100, value_name = "N")]
    first: usize,
    /// Only what happened since then: 10m, 2h, 2026-11-20T09:55
    #[arg(long, value_name = "WHEN")]
    since: Option<When>,
    /// Only what happened before then
    #[arg(long, value_name = "WHEN")]
    until: Option<When>,
}

pub(crate) async fn run(client: &Client, console: &mut Console, list: List) -> Result<Exit, Failure> {
    let filter = list.filter(client, console).await?;
    let after = list.after.map(|after| after.to_string());
    let variables = json!({ "filter": filter, "after": after });
    let found = client
        .pages(concat!(include_str!("list.graphql"), include_str!("fields.graphql")), variables, list.first)
        .await?;
    console.list(&found.nodes, |console| table(console, &found.nodes))?;
    if let Some(last) = found.nodes.last().filter(|_| found.more) {
        console.remark(&words::event::more_after(&Event::read(last)?.position.to_string()));
    }
    Ok(Exit::Done)
}

fn table(console: &Console, events: &[Value]) -> Result<Table, Failure> {
    let titles = ["POSITION", "TIME", "TYPE", "STREAM", "VERSION", "SUMMARY"];
    let mut table = Table::new(titles.map(|title| words::header(console.language(), title)));
    for event in events {
        let event = Event::read(event)?;
        table.row([
            Cell::new(event.position.to_string(), Color::Grey),
            Cell::new(console.moments.stamp(event.time), Color::Grey),
            Cell::new(event.kind, Color::Blue),
            event.stream_id.into(),
            event.version.to_string().into(),
            event.summary.into(),
        ]);
    }
    Ok(table)
}

impl List {
    async fn filter(&self, client: &Client, console: &Console) -> Result<Value, Failure> {
        let mut filter = json!({});
        if !self.streams.is_empty() {
            let mut streams = Vec::new();
            for named in &self.streams {
                streams.push(names::stream_id(client, named).await?);
            }
            filter["streamId"] = json!(streams);
        }
        if !self.types.is_empty() {
            filter["type"] = json!(self.types);
        }
        if self.since.is_some() || self.until.is_some() {
            let value = |when: Option<When>| when.map(|when| when.value(console.moments));
            filter["time"] = json!({ "from": value(self.since), "to": value(self.until) });
        }
        Ok(filter)
    }
}
