//! Any operation at all, as its author wrote it: for scripts, and for what has no command of its own.
//!
//! Nothing is added to it, no `commandId` either, so it is sent once and never again; a subscription ends where it breaks, and how it goes
//! on is the author's to say.

mod variables;

use std::{path::Path, pin::pin};

use clap::Args;
use serde_json::Value;

use self::variables::Variables;
use crate::{
    OutputFormat,
    client::{Answered, Client, Operation, Position},
    console::Console,
    failure::{self, Exit, Failure},
    words,
};

/// Send any GraphQL operation, and print the data that comes back
#[derive(Args, Debug)]
pub struct Api {
    /// The operation's text; `@FILE` reads it from a file, and `-` from standard input
    #[arg(value_name = "QUERY")]
    document: String,
    #[command(flatten)]
    variables: Variables,
    /// Which operation, when the text holds several
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// Subscribe, and print one JSON object a line until the end
    #[arg(long)]
    subscribe: bool,
}

pub(crate) async fn run(client: &Client, console: &mut Console, api: Api) -> Result<Exit, Failure> {
    // Only its author knows where in the answer an id may be.
    if console.format == OutputFormat::Id {
        return Err(Failure::usage(words::api::no_ids()));
    }
    let document = document(console, &api.document)?;
    let variables = api.variables.collect(console)?;
    let operation = Operation { document, variables, name: api.operation };
    if api.subscribe {
        return subscribe(client, console, &operation).await;
    }
    let answered = client.execute(&operation).await?;
    if !answered.data.is_null() {
        print(console, &answered.data)?;
    }
    judge(answered)
}

/// What was refused within the data is looked for only where nothing went wrong as a whole.
fn judge(answered: Answered) -> Result<Exit, Failure> {
    match answered.failure {
        Some(failure) => Err(failure),
        None => failure::refusals_within(&answered.data).map(|()| Exit::Done),
    }
}

async fn subscribe(client: &Client, console: &mut Console, operation: &Operation) -> Result<Exit, Failure> {
    let interrupt = console.interrupt();
    let mut interrupted = pin!(interrupt.wait());
    let mut position = None;
    let mut subscription = tokio::select! {
        opened = client.subscribe(operation) => opened?,
        () = &mut interrupted => return Ok(Exit::Interrupted),
    };
    loop {
        let next = tokio::select! {
            next = subscription.next() => next?,
            () = &mut interrupted => {
                if let Some(position) = position {
                    console.announce(&words::api::interrupted_at(position));
                }
                return Ok(Exit::Interrupted);
            }
        };
        let Some(answered) = next else { return Ok(Exit::Done) };
        if !answered.data.is_null() {
            console.line(&answered.data.to_string())?;
        }
        position = position_of(&answered.data).or(position);
        if let Some(failure) = answered.failure {
            return Err(failure);
        }
    }
}

fn print(console: &mut Console, data: &Value) -> Result<(), Failure> {
    if console.format == OutputFormat::Jsonl { console.line(&data.to_string()) } else { console.pretty(data) }
}

/// Where a feed has come to, if this is an answer of one and its position was asked for.
fn position_of(data: &Value) -> Option<Position> {
    data.as_object()?.values().find_map(|value| Position::of(value).ok())
}

fn document(console: &mut Console, given: &str) -> Result<String, Failure> {
    match given.strip_prefix('@') {
        Some(path) => console.text_of(Path::new(path)),
        None if given == "-" => console.text_of(Path::new(given)),
        None => Ok(given.to_owned()),
    }
}
