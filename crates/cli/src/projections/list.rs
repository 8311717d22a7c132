//! All read models at a glance.

use serde_json::{Value, json};

use super::Projection;
use crate::{
    OutputFormat,
    client::Client,
    console::Console,
    failure::{Exit, Failure},
    output::{
        color::Color,
        number::grouped,
        table::{Cell, Table, printable},
    },
    words,
};

pub(super) async fn run(client: &Client, console: &mut Console) -> Result<Exit, Failure> {
    let Value::Array(projections) =
        client.ask(concat!(include_str!("list.graphql"), include_str!("fields.graphql")), json!({})).await?
    else {
        return Err(Failure::strange("read models that are no list"));
    };
    console.list(&projections, |console| table(console, &projections))?;
    if console.format == OutputFormat::Text {
        for value in &projections {
            tell_fault(console, &Projection::read(value)?);
        }
    }
    Ok(Exit::Done)
}

fn table(console: &Console, projections: &[Value]) -> Result<Table, Failure> {
    let titles = ["NAME", "STATUS", "POSITION", "LAG", "RATE", "REBUILT"];
    let mut table = Table::new(titles.map(|title| words::header(console.language(), title)));
    for value in projections {
        let projection = Projection::read(value)?;
        let lag = if projection.lag > 0 { Color::Yellow } else { Color::Grey };
        table.row([
            projection.name.clone().into(),
            Cell::new(status(console, &projection), projection.color()),
            grouped(projection.position.number()).into(),
            Cell::new(grouped(projection.lag), lag),
            format!("{}/s", grouped(projection.events_per_second)).into(),
            console.moments.optional(projection.rebuilt_at).into(),
        ]);
    }
    Ok(table)
}

/// `rebuilding 61%`.
fn status(console: &Console, projection: &Projection) -> String {
    let word = words::projection::status(&projection.status);
    let word = console.say(&word);
    let done = projection.rebuild_position.unwrap_or_default().number();
    let percent = projection.rebuild_target.and_then(|target| (done * 100).checked_div(target.number()));
    percent.map_or_else(|| word.to_owned(), |percent| format!("{word} {percent}%"))
}

/// Says what stopped it and what can be done.
pub(super) fn tell_fault(console: &mut Console, projection: &Projection) {
    let Some(fault) = &projection.fault else { return };
    let position = fault.position.to_string();
    console.announce(&words::projection::stopped_at(&projection.name, &position, &printable(&fault.message)));
    console.remark(&words::projection::retry_or_skip(&projection.name, &position));
}
