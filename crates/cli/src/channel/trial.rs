//! One message by a channel: does it arrive?

use serde_json::{Value, json};

use super::{flags::FLAGS, wanted};
use crate::{
    client::Client,
    console::Console,
    failure::{self, Exit, Failure},
    output::table::printable,
    words,
};

/// As it is kept.
pub(super) async fn run(client: &Client, console: &mut Console, named: &str) -> Result<Exit, Failure> {
    let channel = wanted(client, named).await?;
    let name = channel["name"].as_str().unwrap_or(named).to_owned();
    send(client, console, &name, json!({ "id": channel["id"] })).await
}

/// The exit code says whether it arrived.
pub(super) async fn send(
    client: &Client,
    console: &mut Console,
    name: &str,
    input: Value,
) -> Result<Exit, Failure> {
    let id = input["id"].clone();
    let payload = client.tell(include_str!("test.graphql"), input).await?;
    failure::refusals_by_flag(&payload, FLAGS)?;
    let said = payload["words"].as_str().unwrap_or_default().to_owned();
    if payload["worked"] != true {
        return Err(Failure::new(Exit::Refused, words::channel::did_not_arrive(name), None).because(said));
    }
    let took = payload["durationMs"].as_u64().unwrap_or_default();
    console.payload(&payload, &json!({ "id": id }), |console| {
        console.sentence(&words::channel::arrived(&printable(name), took, &printable(&said)))
    })?;
    Ok(Exit::Done)
}
