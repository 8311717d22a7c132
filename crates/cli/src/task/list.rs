//! The list of tasks.

use clap::Args;
use serde_json::{Value, json};

use super::{Task, state_parser};
use crate::{
    client::Client,
    console::Console,
    failure::{Exit, Failure},
    names,
    output::{
        color::Color,
        table::{Cell, Table},
    },
    words,
};

#[derive(Args, Debug)]
pub struct List {
    /// Only in this state
    #[arg(long = "state", value_parser = state_parser(), value_name = "STATE")]
    states: Vec<String>,
    /// Only of this tenant, by id or unique name
    #[arg(long = "tenant", value_name = "TENANT", add = crate::complete::tenants())]
    tenants: Vec<String>,
    /// Only those whose name, tenant or region contains this
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Show no more than this
    #[arg(short = 'n', long, default_value_t = 100, value_name = "N")]
    limit: usize,
}

pub(super) async fn run(client: &Client, console: &mut Console, list: List) -> Result<Exit, Failure> {
    let mut filter = json!({});
    if !list.states.is_empty() {
        filter["state"] = json!(list.states);
    }
    if !list.tenants.is_empty() {
        filter["tenantId"] = json!(names::tenant_ids(client, &list.tenants).await?);
    }
    if let Some(text) = list.search {
        filter["search"] = json!(text);
    }
    let found = client
        .pages(
            concat!(include_str!("list.graphql"), include_str!("fields.graphql")),
            json!({ "filter": filter }),
            list.limit,
        )
        .await?;
    console.list(&found.nodes, |console| table(console, &found.nodes))?;
    if found.more {
        console.remark(&words::there_are_more(found.nodes.len()));
    }
    Ok(Exit::Done)
}

fn table(console: &Console, tasks: &[Value]) -> Result<Table, Failure> {
    let titles = ["NAME", "TENANT", "STATE", "ATTEMPTS", "FAULTS", "LAST", "NEXT", "ID"];
    let mut table = Table::new(titles.map(|title| words::header(console.language(), title)));
    for task in tasks {
        let task = Task::read(task)?;
        let faults = if task.fault_count > 0 { Color::Red } else { Color::Grey };
        let last = task.last_attempt.map_or(Cell::from("–"), |attempt| {
            let outcome = words::outcome(&attempt.outcome);
            Cell::new(console.say(&outcome), Color::of_outcome(&attempt.outcome))
        });
        table.row([
            task.name.into(),
            task.tenant.name.into(),
            Cell::new(console.say(&words::state(&task.state)), Color::of_state(&task.state)),
            task.attempt_count.to_string().into(),
            Cell::new(task.fault_count.to_string(), faults),
            last,
            console.moments.optional(task.next_attempt_at).into(),
            Cell::new(task.id, Color::Grey),
        ]);
    }
    Ok(table)
}
