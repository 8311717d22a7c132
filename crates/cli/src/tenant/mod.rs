//! Cloud accounts whose keys the server holds.

mod import;
mod options;
mod pace;
mod profile;
mod test;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Value, json};

use self::{import::Import, options::Options, pace::Pace};
use crate::{
    client::Client,
    console::Console,
    danger,
    failure::{self, Exit, Failure, user_errors},
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
    Test(test::Test),
    /// Switch a tenant off: its tasks are held, and none of its calls go out
    Disable(Named),
    /// Switch a tenant on again; its tasks go on when its key works
    Enable(Named),
    /// Remove a tenant and forget its key
    #[command(alias = "delete")]
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
    #[arg(add = crate::complete::tenants())]
    tenant: String,
}

#[derive(Args, Debug)]
pub struct Remove {
    /// Id or unique name
    #[arg(add = crate::complete::tenants())]
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
        Command::Test(arguments) => test::run(client, console, arguments).await,
        Command::Disable(arguments) => {
            switch(client, console, include_str!("disable.graphql"), &arguments.tenant).await
        }
        Command::Enable(arguments) => {
            switch(client, console, include_str!("enable.graphql"), &arguments.tenant).await
        }
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

async fn switch(
    client: &Client,
    console: &mut Console,
    document: &str,
    named: &str,
) -> Result<Exit, Failure> {
    let id = names::tenant_id(client, named).await?;
    let payload = client.tell(document, json!({ "tenantId": id })).await?;
    failure::refusals(&payload)?;
    console.payload(&payload, &payload["tenant"], |console| {
        let [name, status] =
            ["name", "status"].map(|key| payload["tenant"][key].as_str().unwrap_or_default());
        console.sentence(&words::is_now(&printable(name), &words::state(status)))
    })?;
    Ok(Exit::Done)
}

async fn remove(client: &Client, console: &mut Console, remove: Remove) -> Result<Exit, Failure> {
    let id = names::tenant_id(client, &remove.tenant).await?;
    if !danger::agreed(console, remove.yes, &words::really_remove(&remove.tenant))? {
        return Ok(Exit::Failed);
    }
    let payload =
        client.tell(include_str!("delete.graphql"), json!({ "tenantId": id, "force": remove.force })).await?;
    failure::refusals(&payload)?;
    console.payload(&payload, &json!({ "id": payload["deletedId"] }), |console| {
        console.sentence(&words::removed(&remove.tenant))
    })?;
    Ok(Exit::Done)
}

/// Why a key that was tried does not work, by the server or by the cloud.
pub(crate) fn refusal(payload: &Value) -> Result<Option<String>, Failure> {
    match user_errors(payload)?.first() {
        Some(error) => Ok(Some(error.to_string())),
        None => provider_words(&payload["providerError"]),
    }
}

/// What the cloud said against a key, if it did.
fn provider_words(error: &Value) -> Result<Option<String>, Failure> {
    let error: Option<ProviderError> = Option::deserialize(error).map_err(Failure::strange)?;
    Ok(error.map(|error| error.words()))
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
