//! API tokens of one's own. Only whoever signs in with their password may make or revoke one, so each command signs in, does its work and
//! signs out.

use std::path::PathBuf;

use clap::{Args, Subcommand, builder::TypedValueParser};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::{
    OutputFormat,
    client::Client,
    console::Console,
    failure::{self, Exit, Failure},
    moment,
    output::table::printable,
    secret, words,
};

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make an API token and print it, once and never again
    Create(Create),
    /// Let an API token in no more
    Revoke(Revoke),
}

/// Whose token it is, and how that is proven.
#[derive(Args, Debug)]
struct Owner {
    /// Name that you sign in with
    #[arg(long = "as", value_name = "USER", add = crate::complete::users())]
    user: String,
    /// File that holds your password, `-` for standard input; asked for if absent
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// File that holds a code of your second factor, for those who have one; asked for if absent
    #[arg(long, value_name = "FILE")]
    code_file: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct Create {
    /// Name that none of your tokens has
    name: String,
    #[command(flatten)]
    owner: Owner,
    /// What it may, never more than you; may be given several times. `read` is always needed: `--scope read --scope operate`
    #[arg(long = "scope", required = true, value_parser = scope_parser(), value_name = "SCOPE")]
    scopes: Vec<String>,
    /// When it lapses, such as 2026-12-01T03:00:00Z; never if absent
    #[arg(long, value_parser = moment::parse, value_name = "MOMENT")]
    expires_at: Option<String>,
}

#[derive(Args, Debug)]
pub struct Revoke {
    /// Id or name of the token
    name: String,
    #[command(flatten)]
    owner: Owner,
}

fn scope_parser() -> impl TypedValueParser<Value = String> {
    clap::builder::PossibleValuesParser::new(["read", "operate", "administer"])
        .map(|scope| scope.to_uppercase())
}

pub(crate) async fn run(client: &Client, console: &mut Console, command: Command) -> Result<Exit, Failure> {
    let owner = match &command {
        Command::Create(create) => &create.owner,
        Command::Revoke(revoke) => &revoke.owner,
    };
    let password = secret::password(console, owner.password_file.as_deref())?;
    let session = sign_in(client, console, owner, &password).await?;
    let done = match &command {
        Command::Create(arguments) => create(&session, console, arguments, &password).await,
        Command::Revoke(arguments) => revoke(&session, console, &arguments.name).await,
    };
    // Whatever came of it, nothing stays open; that it was done counts for more than that this fails.
    if let Err(failure) = session.sign_out().await {
        console.remark(&words::user::still_signed_in(&failure.text()));
    }
    done
}

/// A code is asked for when the server wants one, and only on a terminal.
async fn sign_in(
    client: &Client,
    console: &mut Console,
    owner: &Owner,
    password: &SecretString,
) -> Result<Client, Failure> {
    let mut code = owner.code_file.as_deref().map(|path| secret::of_file(console, path)).transpose()?;
    loop {
        let (session, payload) = client.sign_in(&owner.user, password, code.as_ref()).await?;
        if code.is_none() && console.can_ask && wants_a_code(&payload) {
            code = Some(console.ask_secret(&words::user::ask_code())?);
            continue;
        }
        failure::refusals(&payload)?;
        return session.ok_or_else(|| Failure::strange("no session was opened"));
    }
}

fn wants_a_code(payload: &Value) -> bool {
    payload["userErrors"].as_array().into_iter().flatten().any(|error| error["field"] == json!(["otp"]))
}

async fn create(
    session: &Client,
    console: &mut Console,
    create: &Create,
    password: &SecretString,
) -> Result<Exit, Failure> {
    let input = json!({
        "name": create.name, "scopes": create.scopes, "expiresAt": create.expires_at,
        "password": password.expose_secret(),
    });
    let payload = session.tell(include_str!("create.graphql"), input).await?;
    failure::refusals(&payload)?;
    let secret = payload["token"].as_str().unwrap_or_default();
    match console.format {
        // Its id can be had later, and this cannot.
        OutputFormat::Id => console.line(secret)?,
        _ => console.object(&payload, |console| console.line(secret))?,
    }
    console.remark(&words::user::shown_once());
    Ok(Exit::Done)
}

async fn revoke(session: &Client, console: &mut Console, named: &str) -> Result<Exit, Failure> {
    let viewer = session.ask(include_str!("own.graphql"), json!({})).await?;
    let mut tokens = viewer["apiTokens"].as_array().into_iter().flatten();
    let token = tokens.find(|token| token["id"] == named || token["name"] == named);
    let token = token.ok_or_else(|| Failure::not_found(words::no_such(&words::user::token(), named)))?;
    let payload = session.tell(include_str!("revoke.graphql"), json!({ "tokenId": token["id"] })).await?;
    failure::refusals(&payload)?;
    console.payload(&payload, token, |console| console.sentence(&words::deleted(&printable(named))))?;
    Ok(Exit::Done)
}
