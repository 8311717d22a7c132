//! Making and changing users. What a password must be, the server knows.

use std::path::PathBuf;

use clap::Args;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{User, find, role_parser};
use crate::{
    client::Client,
    console::Console,
    failure::{self, Exit, Failure},
    output::table::printable,
    secret, words,
};

#[derive(Args, Debug)]
pub struct Create {
    /// Name to sign in with, which no other user has
    name: String,
    /// What they may: look, command tasks, or everything
    #[arg(long, value_parser = role_parser(), value_name = "ROLE")]
    role: String,
    /// File that holds their password, `-` for standard input; asked for if absent
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct Update {
    /// Id or name
    #[arg(add = crate::complete::users())]
    user: String,
    /// What they are from now on
    #[arg(long, value_parser = role_parser(), value_name = "ROLE")]
    role: String,
}

pub(super) async fn create(client: &Client, console: &mut Console, create: Create) -> Result<Exit, Failure> {
    let password = secret::new_password(console, create.password_file.as_deref())?;
    let document = concat!(include_str!("create.graphql"), include_str!("fields.graphql"));
    let input = json!({ "username": create.name, "role": create.role, "password": password.expose_secret() });
    let payload = client.tell(document, input).await?;
    failure::refusals(&payload)?;
    console.payload(&payload, &payload["user"], |console| {
        let [name, id] = ["username", "id"].map(|key| payload["user"][key].as_str().unwrap_or_default());
        console.sentence(&words::created(&printable(name), id))
    })?;
    Ok(Exit::Done)
}

pub(super) async fn update(client: &Client, console: &mut Console, update: Update) -> Result<Exit, Failure> {
    change(client, console, &update.user, json!({ "role": update.role })).await
}

pub(super) async fn shut_out(
    client: &Client,
    console: &mut Console,
    named: &str,
    disabled: bool,
) -> Result<Exit, Failure> {
    change(client, console, named, json!({ "disabled": disabled })).await
}

async fn change(
    client: &Client,
    console: &mut Console,
    named: &str,
    mut input: Value,
) -> Result<Exit, Failure> {
    input["userId"] = find(client, named).await?["id"].take();
    let document = concat!(include_str!("update.graphql"), include_str!("fields.graphql"));
    let payload = client.tell(document, input).await?;
    failure::refusals(&payload)?;
    console.payload(&payload, &payload["user"], |console| {
        let user = User::read(&payload["user"])?;
        let role = words::user::role(&user.role);
        console.sentence(&words::user::is_now(&printable(&user.username), &role, user.disabled))
    })?;
    Ok(Exit::Done)
}
