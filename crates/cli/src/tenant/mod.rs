//! Cloud accounts whose keys the server holds.

mod import;
mod options;
mod pace;
mod profile;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Value, json};

use self::{import::Import, options::Options, pace::Pace};
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

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Add what a configuration file of OCI's own tools holds, with the keys it names
    Import(Import),
    /// List tenants by name
    List(List),
    /// Show a tenant
    Show(Named),
    /// Show what can be launched in a region: shapes, operating systems, domains, and what is left of the limits
    Options(Options),
    /// Ask the cloud whether the key works
    Test(Named),
    /// Remove a tenant and forget its key
    Remove(Remove),
}

#[derive(Args, Debug)]
pub struct List {
    /// Only those whose name or OCID contains this
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Show no more than this
    #[arg(short = 'n', long, default_value_t = 1_000, value_name = "N")]
    limit: usize,
}

#[derive(Args, Debug)]
pub struct Named {
    /// Id or unique name
    tenant: String,
}

#[derive(Args, Debug)]
pub struct Remove {
    /// Id or unique name
    tenant: String,
    /// Stop its tasks first
    #[arg(long)]
    force: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// A tenant, as far as it is shown to people.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tenant {
    id: String,
    name: String,
    status: String,
    last_checked_at: Option<DateTime<Utc>>,
    tenancy_ocid: String,
    user_ocid: String,
    fingerprint: String,
    home_region: Region,
    regions: Vec<Region>,
    proxy_masked: Option<String>,
    /// Of one tenant, not of many.
    pace: Option<Pace>,
    created_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Region {
    code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProviderError {
    status: Option<u16>,
    code: String,
    message: String,
    request_id: Option<String>,
}

pub(crate) async fn run(client: &Client, console: &mut Console, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Import(arguments) => import::run(client, console, arguments).await,
        Command::List(arguments) => list(client, console, arguments).await,
        Command::Show(arguments) => show(client, console, &arguments.tenant).await,
        Command::Options(arguments) => options::run(client, console, arguments).await,
        Command::Test(arguments) => test(client, console, &arguments.tenant).await,
        Command::Remove(arguments) => remove(client, console, arguments).await,
    }
}

async fn list(client: &Client, console: &mut Console, list: List) -> Result<Exit, Failure> {
    let filter = list.search.map(|text| json!({ "search": text }));
    let found = client.pages(include_str!("list.graphql"), json!({ "filter": filter }), list.limit).await?;
    console.list(&found.nodes, |console| table(console, &found.nodes))?;
    if found.more {
        console.remark(&words::there_are_more(found.nodes.len()));
    }
    Ok(Exit::Done)
}

fn table(console: &Console, tenants: &[Value]) -> Result<Table, Failure> {
    let titles = ["NAME", "STATUS", "REGION", "CHECKED", "ID"];
    let mut table = Table::new(titles.map(|title| words::header(console.language(), title)));
    for tenant in tenants {
        let tenant = Tenant::deserialize(tenant).map_err(Failure::strange)?;
        table.row([
            tenant.name.into(),
            state_cell(console, &tenant.status),
            tenant.home_region.code.into(),
            console.moments.optional(tenant.last_checked_at).into(),
            Cell::new(tenant.id, Color::Grey),
        ]);
    }
    Ok(table)
}

async fn show(client: &Client, console: &mut Console, named: &str) -> Result<Exit, Failure> {
    let id = names::tenant_id(client, named).await?;
    let answer = client.ask(include_str!("show.graphql"), json!({ "id": id })).await?;
    let answer = names::found(answer, &words::tenant(), &id)?;
    console.object(&answer, |console| {
        let tenant = Tenant::deserialize(&answer).map_err(Failure::strange)?;
        let regions: Vec<String> = tenant.regions.into_iter().map(|region| region.code).collect();
        let fields = [
            ("NAME", tenant.name),
            ("ID", tenant.id),
            ("STATUS", console.say(&words::state(&tenant.status)).to_owned()),
            ("REGION", tenant.home_region.code),
            ("REGIONS", regions.join(" ")),
            ("TENANCY", tenant.tenancy_ocid),
            ("USER", tenant.user_ocid),
            ("FINGERPRINT", tenant.fingerprint),
            ("PROXY", tenant.proxy_masked.unwrap_or_else(|| "–".into())),
            ("PACE", tenant.pace.map_or_else(|| "–".into(), |pace| pace.line(console))),
            ("CHECKED", console.moments.optional(tenant.last_checked_at)),
            ("CREATED", console.moments.moment(tenant.created_at)),
        ];
        console.fields(fields)
    })?;
    Ok(Exit::Done)
}

async fn test(client: &Client, console: &mut Console, named: &str) -> Result<Exit, Failure> {
    let id = names::tenant_id(client, named).await?;
    let payload = client.tell(include_str!("test.graphql"), json!({ "tenantId": id })).await?;
    failure::refusals(&payload)?;
    let name = payload["tenant"]["name"].as_str().unwrap_or(named).to_owned();
    let refused: Option<ProviderError> =
        Option::deserialize(&payload["providerError"]).map_err(Failure::strange)?;
    if let Some(error) = refused {
        return Err(Failure::new(Exit::Refused, words::key_refused(&name), None).because(error.words()));
    }
    let took = payload["durationMs"].as_u64();
    console.payload(&payload, &payload["tenant"], |console| {
        console.sentence(&words::key_works(&printable(&name), took))
    })?;
    Ok(Exit::Done)
}

async fn remove(client: &Client, console: &mut Console, remove: Remove) -> Result<Exit, Failure> {
    let id = names::tenant_id(client, &remove.tenant).await?;
    if !remove.yes {
        if !console.can_ask {
            return Err(Failure::usage(words::say_yes()));
        }
        let answer = console.ask(&words::really_remove(&remove.tenant))?;
        if !matches!(answer.to_lowercase().as_str(), "y" | "yes" | "是") {
            console.remark(&words::nothing_done());
            return Ok(Exit::Failed);
        }
    }
    let payload =
        client.tell(include_str!("delete.graphql"), json!({ "tenantId": id, "force": remove.force })).await?;
    failure::refusals(&payload)?;
    console.payload(&payload, &json!({ "id": payload["deletedId"] }), |console| {
        console.sentence(&words::removed(&remove.tenant))
    })?;
    Ok(Exit::Done)
}

fn state_cell(console: &Console, state: &str) -> Cell {
    Cell::new(console.say(&words::state(state)), Color::of_state(state))
}

impl ProviderError {
    /// The cloud's own words with what its support asks for: `401 NotAuthenticated: … (opc-request-id …)`.
    fn words(&self) -> String {
        let status = self.status.map(|status| format!("{status} ")).unwrap_or_default();
        let request =
            self.request_id.as_ref().map(|id| format!(" (opc-request-id {id})")).unwrap_or_default();
        printable(&format!("{status}{}: {}{request}", self.code, self.message))
    }
}
