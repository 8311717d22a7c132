//! Orders to a read model that stopped.

use clap::Args;
use serde_json::{Value, json};

use super::{Projection, list::tell_fault};
use crate::{
    OutputFormat,
    client::{Client, Position},
    console::Console,
    failure::{self, Exit, Failure},
    output::table::printable,
    words,
};

#[derive(Args, Debug)]
pub struct Skip {
    /// What it is called; `berth projections list` shows all
    name: String,
    /// The position that it stopped at
    position: Position,
    /// Why; kept in the log for ever
    #[arg(long, value_name = "WHY")]
    reason: String,
}

pub(super) async fn retry(client: &Client, console: &mut Console, name: &str) -> Result<Exit, Failure> {
    let payload = client
        .tell(concat!(include_str!("retry.graphql"), include_str!("fields.graphql")), json!({ "name": name }))
        .await?;
    print(console, &payload)
}

pub(super) async fn skip(client: &Client, console: &mut Console, skip: Skip) -> Result<Exit, Failure> {
    let input = json!({ "name": skip.name, "position": skip.position, "reason": skip.reason });
    let payload =
        client.tell(concat!(include_str!("skip.graphql"), include_str!("fields.graphql")), input).await?;
    print(console, &payload)
}

/// What it is doing after the order. 1 when it stopped again.
fn print(console: &mut Console, payload: &Value) -> Result<Exit, Failure> {
    failure::refusals(payload)?;
    let projection = Projection::read(&payload["projection"])?;
    let status = words::projection::status(&projection.status);
    console.payload(payload, &json!({ "id": projection.name }), |console| {
        console.sentence(&words::projection::is_now(&printable(&projection.name), &status))
    })?;
    if console.format == OutputFormat::Text {
        tell_fault(console, &projection);
    }
    Ok(if projection.fault.is_some() { Exit::Failed } else { Exit::Done })
}
