//! People who come in with a name and a password.

mod password;
mod save;
mod token;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, builder::TypedValueParser};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    client::Client,
    console::Console,
    danger,
    failure::{self, Exit, Failure},
    output::{
        color::Color,
        table::{Cell, Table, printable},
    },
    words,
};

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make a user, who can sign in at once
    Create(save::Create),
    /// List users by name
    List,
    /// Show a user
    Show(Named),
    /// Change what a user is; they must sign in anew
    Update(save::Update),
    /// Shut a user out, at once and everywhere
    Disable(Named),
    /// Let a user in again
    Enable(Named),
    /// Give a user another password, and sign them out everywhere
    ResetPassword(password::Reset),
    /// API tokens of your own
    #[command(subcommand)]
    Token(token::Command),
    /// Take a user away for good; what they did stays on record
    Delete(Delete),
}

#[derive(Args, Debug)]
pub struct Named {
    /// Id or name
    #[arg(add = crate::complete::users())]
    user: String,
}

#[derive(Args, Debug)]
pub struct Delete {
    #[command(flatten)]
    named: Named,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// A user, as far as it is shown to people.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    id: String,
    username: String,
    role: String,
    disabled: bool,
    second_factor: bool,
    created_at: DateTime<Utc>,
    signed_in_at: Option<DateTime<Utc>>,
    sessions: Vec<Value>,
    api_tokens: Vec<ApiToken>,
}

#[derive(Deserialize)]
struct ApiToken {
    name: String,
}

pub(crate) async fn run(client: &Client, console: &mut Console, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Create(arguments) => save::create(client, console, arguments).await,
        Command::List => list(client, console).await,
        Command::Show(arguments) => show(client, console, &arguments.user).await,
        Command::Update(arguments) => save::update(client, console, arguments).await,
        Command::Disable(arguments) => save::shut_out(client, console, &arguments.user, true).await,
        Command::Enable(arguments) => save::shut_out(client, console, &arguments.user, false).await,
        Command::ResetPassword(arguments) => password::reset(client, console, arguments).await,
        Command::Token(command) => token::run(client, console, command).await,
        Command::Delete(arguments) => delete(client, console, arguments).await,
    }
}

/// The roles there are, as they are typed; on the wire they are upper case with `_`.
fn role_parser() -> impl TypedValueParser<Value = String> {
    let roles = clap::builder::PossibleValuesParser::new(["viewer", "admin", "super-admin"]);
    roles.map(|role| role.to_uppercase().replace('-', "_"))
}

async fn list(client: &Client, console: &mut Console) -> Result<Exit, Failure> {
    let users = all(client).await?;
    console.list(&users, |console| table(console, &users))?;
    Ok(Exit::Done)
}

fn table(console: &Console, users: &[Value]) -> Result<Table, Failure> {
    let titles = ["NAME", "ROLE", "STATE", "SIGNED IN", "ID"];
    let mut table = Table::new(titles.map(|title| words::header(console.language(), title)));
    for user in users {
        let user = User::read(user)?;
        let color = if user.disabled { Color::Grey } else { Color::Green };
        table.row([
            user.username.as_str().into(),
            console.say(&words::user::role(&user.role)).into(),
            Cell::new(console.say(&user.state()), color),
            console.moments.optional(user.signed_in_at).into(),
            Cell::new(user.id, Color::Grey),
        ]);
    }
    Ok(table)
}

async fn show(client: &Client, console: &mut Console, named: &str) -> Result<Exit, Failure> {
    let answer = find(client, named).await?;
    console.object(&answer, |console| {
        let user = User::read(&answer)?;
        let tokens: Vec<&str> = user.api_tokens.iter().map(|token| token.name.as_str()).collect();
        console.fields([
            ("ROLE", console.say(&words::user::role(&user.role)).to_owned()),
            ("STATE", console.say(&user.state()).to_owned()),
            ("SECOND FACTOR", console.say(&words::user::second_factor(user.second_factor)).to_owned()),
            ("SESSIONS", user.sessions.len().to_string()),
            ("API TOKENS", if tokens.is_empty() { "–".to_owned() } else { tokens.join(", ") }),
            ("SIGNED IN", console.moments.optional(user.signed_in_at)),
            ("CREATED", console.moments.moment(user.created_at)),
            ("NAME", user.username),
            ("ID", user.id),
        ])
    })?;
    Ok(Exit::Done)
}

async fn delete(client: &Client, console: &mut Console, delete: Delete) -> Result<Exit, Failure> {
    let user = find(client, &delete.named.user).await?;
    let name = printable(user["username"].as_str().unwrap_or_default());
    if !danger::agreed(console, delete.yes, &words::user::really_delete(&name))? {
        return Ok(Exit::Failed);
    }
    let document = concat!(include_str!("delete.graphql"), include_str!("fields.graphql"));
    let payload = client.tell(document, json!({ "userId": user["id"] })).await?;
    failure::refusals(&payload)?;
    console.payload(&payload, &user, |console| console.sentence(&words::deleted(&name)))?;
    Ok(Exit::Done)
}

async fn all(client: &Client) -> Result<Vec<Value>, Failure> {
    let document = concat!(include_str!("list.graphql"), include_str!("fields.graphql"));
    let answer = client.ask(document, json!({})).await?;
    Vec::deserialize(answer).map_err(Failure::strange)
}

/// They are few, so all are read. Names are told apart by the server whatever their case.
async fn find(client: &Client, named: &str) -> Result<Value, Failure> {
    let users = all(client).await?;
    let is_meant = |user: &&Value| {
        user["id"] == named || user["username"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(named))
    };
    let found = users.iter().find(is_meant).cloned();
    found.ok_or_else(|| Failure::not_found(words::no_such(&words::user::user(), named)))
}

impl User {
    fn read(value: &Value) -> Result<Self, Failure> {
        Self::deserialize(value).map_err(Failure::strange)
    }

    fn state(&self) -> berth_domain::Text {
        if self.disabled { words::user::is_shut_out() } else { words::user::may_sign_in() }
    }
}
