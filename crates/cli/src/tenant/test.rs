//! Asking clouds whether keys work: one, or those of all tenants that are switched on.

use clap::Args;
use serde_json::{Value, json};

use super::{provider_words, refusal};
use crate::{
    client::Client,
    console::Console,
    failure::{self, Exit, Failure},
    names,
    output::{
        color::Color,
        table::{Cell, Table, printable},
    },
    words,
};

/// More than anybody has.
const ALL: usize = 10_000;

#[derive(Args, Debug)]
pub struct Test {
    /// Id or unique name
    #[arg(required_unless_present = "all", add = crate::complete::tenants())]
    tenant: Option<String>,
    /// All that are switched on, one after the other
    #[arg(long, conflicts_with = "tenant")]
    all: bool,
}

pub(super) async fn run(client: &Client, console: &mut Console, test: Test) -> Result<Exit, Failure> {
    match test.tenant {
        Some(named) => one(client, console, &named).await,
        None => all(client, console).await,
    }
}

async fn one(client: &Client, console: &mut Console, named: &str) -> Result<Exit, Failure> {
    let id = names::tenant_id(client, named).await?;
    let payload = client.tell(include_str!("test.graphql"), json!({ "tenantId": id })).await?;
    failure::refusals(&payload)?;
    let name = payload["tenant"]["name"].as_str().unwrap_or(named).to_owned();
    if let Some(error) = provider_words(&payload["providerError"])? {
        return Err(Failure::new(Exit::Refused, words::key_refused(&name), None).because(error));
    }
    let took = payload["durationMs"].as_u64();
    console.payload(&payload, &payload["tenant"], |console| {
        console.sentence(&words::key_works(&printable(&name), took))
    })?;
    Ok(Exit::Done)
}

/// What came of one of many.
struct Tested {
    /// As the server sent it; where it could not try the key, `failure` says why.
    payload: Value,
    failure: Option<Failure>,
}

/// A key that does not work, or cannot be tried, holds up no other; the exit code says that there was one. Where none can be tried any more,
/// that is told after what came of those before.
async fn all(client: &Client, console: &mut Console) -> Result<Exit, Failure> {
    let tenants = client.pages(include_str!("list.graphql"), json!({}), ALL).await?.nodes;
    let (mut all, mut end) = (Vec::new(), None);
    for tenant in tenants.iter().filter(|tenant| tenant["status"] != "DISABLED") {
        match test(client, tenant).await {
            Err(failure) if matches!(failure.exit, Exit::NotAllowed | Exit::NotReached) => {
                end = Some(failure);
                break;
            }
            Err(failure) => all.push(Tested::failed(tenant, failure)),
            Ok(payload) => all.push(Tested { payload, failure: None }),
        }
    }
    print(console, &all)?;
    match end {
        Some(failure) => Err(failure),
        None => exit(&all),
    }
}

async fn test(client: &Client, tenant: &Value) -> Result<Value, Failure> {
    let input = json!({ "tenantId": tenant["id"] });
    let mut payload = client.tell(include_str!("test.graphql"), input).await?;
    if payload["tenant"].is_null() {
        payload["tenant"] = json!({ "id": tenant["id"], "name": tenant["name"] });
    }
    Ok(payload)
}

/// A failure counts for more than a refusal: nothing is known of that key.
fn exit(all: &[Tested]) -> Result<Exit, Failure> {
    if let Some(failure) = all.iter().find_map(|tested| tested.failure.as_ref()) {
        return Ok(failure.exit);
    }
    for tested in all {
        if refusal(&tested.payload)?.is_some() {
            return Ok(Exit::Refused);
        }
    }
    Ok(Exit::Done)
}

fn print(console: &mut Console, all: &[Tested]) -> Result<(), Failure> {
    let payloads: Vec<Value> = all.iter().map(|tested| tested.payload.clone()).collect();
    if console.format == crate::OutputFormat::Id {
        let tested: Vec<Value> = payloads.iter().map(|payload| payload["tenant"].clone()).collect();
        return console.list(&tested, |_| unreachable!("ids need no table"));
    }
    console.list(&payloads, |console| table(console, all))
}

fn table(console: &Console, all: &[Tested]) -> Result<Table, Failure> {
    let mut table =
        Table::new(["NAME", "RESULT", "ID"].map(|title| words::header(console.language(), title)));
    for Tested { payload, failure } in all {
        let [name, id] = ["name", "id"].map(|key| payload["tenant"][key].as_str().unwrap_or_default());
        let why = match failure {
            Some(failure) => Some(console.say(&failure.text()).to_owned()),
            None => refusal(payload)?,
        };
        let result = match why {
            Some(why) => Cell::new(printable(&why), Color::Red),
            None => Cell::new(console.say(&words::works(payload["durationMs"].as_u64())), Color::Green),
        };
        table.row([name.into(), result, Cell::new(id, Color::Grey)]);
    }
    Ok(table)
}

impl Tested {
    fn failed(tenant: &Value, failure: Failure) -> Self {
        let tenant = json!({ "id": tenant["id"], "name": tenant["name"] });
        let payload = json!({ "tenant": tenant, "failure": failure.text().english, "userErrors": [] });
        Self { payload, failure: Some(failure) }
    }
}
