//! Another password for somebody else. One's own is changed where one is signed in.

use std::path::PathBuf;

use clap::Args;
use secrecy::ExposeSecret;
use serde_json::json;

use super::find;
use crate::{
    client::Client,
    console::Console,
    failure::{self, Exit, Failure},
    output::table::printable,
    secret, words,
};

#[derive(Args, Debug)]
pub struct Reset {
    /// Id or name
    #[arg(add = crate::complete::users())]
    user: String,
    /// File that holds the new password, `-` for standard input; asked for if absent
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Take their second factor away too, for whoever lost the telephone
    #[arg(long)]
    second_factor_too: bool,
}

pub(super) async fn reset(client: &Client, console: &mut Console, reset: Reset) -> Result<Exit, Failure> {
    let user = find(client, &reset.user).await?;
    let password = secret::new_password(console, reset.password_file.as_deref())?;
    let input = json!({
        "userId": user["id"],
        "password": password.expose_secret(),
        "secondFactorToo": reset.second_factor_too,
    });
    let document = concat!(include_str!("reset_password.graphql"), include_str!("fields.graphql"));
    let payload = client.tell(document, input).await?;
    failure::refusals(&payload)?;
    console.payload(&payload, &payload["user"], |console| {
        let name = payload["user"]["username"].as_str().unwrap_or_default();
        console.sentence(&words::user::has_another_password(&printable(name)))
    })?;
    Ok(Exit::Done)
}
