//! Wishes that are kept under a name, to make tasks from.

mod save;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    client::Client,
    console::Console,
    danger,
    failure::{self, Exit, Failure},
    names,
    output::{
        color::Color,
        table::{Cell, Table, printable},
    },
    task::Wanted,
    words,
};

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Save a wish under a name
    Create(Box<save::Create>),
    /// List launch profiles by name
    List(List),
    /// Show a launch profile
    Show(Named),
    /// Change what tasks will be made from; those that were made stay as they are
    Update(Box<save::Update>),
    /// Delete a launch profile; tasks that were made from it stay as they are
    Delete(Delete),
}

#[derive(Args, Debug)]
pub struct List {
    /// Only those whose name, shape or operating system contains this
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Show no more than this
    #[arg(short = 'n', long, default_value_t = 1_000, value_name = "N")]
    limit: usize,
}

#[derive(Args, Debug)]
pub struct Named {
    /// Id or unique name
    #[arg(add = crate::complete::profiles())]
    profile: String,
}

#[derive(Args, Debug)]
pub struct Delete {
    #[command(flatten)]
    named: Named,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// A launch profile, as far as it is shown to people.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    id: String,
    name: String,
    spec: Wanted,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

pub(crate) async fn run(client: &Client, console: &mut Console, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Create(arguments) => save::create(client, console, *arguments).await,
        Command::List(arguments) => list(client, console, arguments).await,
        Command::Show(arguments) => show(client, console, &arguments.profile).await,
        Command::Update(arguments) => save::update(client, console, *arguments).await,
        Command::Delete(arguments) => delete(client, console, &arguments).await,
    }
}

async fn list(client: &Client, console: &mut Console, list: List) -> Result<Exit, Failure> {
    let filter = list.search.map(|text| json!({ "search": text }));
    let document = concat!(include_str!("list.graphql"), include_str!("fields.graphql"));
    let found = client.pages(document, json!({ "filter": filter }), list.limit).await?;
    console.list(&found.nodes, |console| table(console, &found.nodes))?;
    if found.more {
        console.remark(&words::there_are_more(found.nodes.len()));
    }
    Ok(Exit::Done)
}

fn table(console: &Console, profiles: &[Value]) -> Result<Table, Failure> {
    let titles = ["NAME", "WISH", "REGION", "CHANGED", "ID"];
    let mut table = Table::new(titles.map(|title| words::header(console.language(), title)));
    for profile in profiles {
        let profile = Profile::deserialize(profile).map_err(Failure::strange)?;
        table.row([
            profile.name.into(),
            profile.spec.to_string().into(),
            place(console, &profile.spec).into(),
            console.moments.moment(profile.updated_at).into(),
            Cell::new(profile.id, Color::Grey),
        ]);
    }
    Ok(table)
}

async fn show(client: &Client, console: &mut Console, named: &str) -> Result<Exit, Failure> {
    let answer = read(client, named).await?;
    console.object(&answer, |console| {
        let profile = Profile::deserialize(&answer).map_err(Failure::strange)?;
        let region = place(console, &profile.spec);
        console.fields([
            ("NAME", profile.name),
            ("ID", profile.id),
            ("WISH", profile.spec.to_string()),
            ("REGION", region),
            ("CREATED", console.moments.moment(profile.created_at)),
            ("CHANGED", console.moments.moment(profile.updated_at)),
        ])
    })?;
    Ok(Exit::Done)
}

async fn delete(client: &Client, console: &mut Console, delete: &Delete) -> Result<Exit, Failure> {
    let (id, name) =
        (names::profile_id(client, &delete.named.profile).await?, printable(&delete.named.profile));
    if !danger::agreed(console, delete.yes, &words::really_delete_profile(&name))? {
        return Ok(Exit::Failed);
    }
    let payload = client.tell(include_str!("delete.graphql"), json!({ "profileId": id })).await?;
    failure::refusals(&payload)?;
    console.payload(&payload, &json!({ "id": payload["deletedId"] }), |console| {
        console.sentence(&words::deleted(&name))
    })?;
    Ok(Exit::Done)
}

async fn read(client: &Client, named: &str) -> Result<Value, Failure> {
    let id = names::profile_id(client, named).await?;
    let document = concat!(include_str!("show.graphql"), include_str!("fields.graphql"));
    let answer = client.ask(document, json!({ "id": id })).await?;
    names::found(answer, &words::profile(), &id)
}

/// Where a task from it would be tried.
fn place(console: &Console, wanted: &Wanted) -> String {
    let place = wanted.place();
    if place.is_empty() { console.say(&words::home()).to_owned() } else { place }
}
