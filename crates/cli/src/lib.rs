//! The client half of the command line: speaks GraphQL like any other client.
//!
//! It knows no store and no rule of the domain: what is allowed, the server says. Every mutation carries a fresh `commandId`, every feed
//! goes on by position after a break, and every exit code has a meaning ([`Exit`]). Deliberately absent: the parser of the top level and
//! the commands that need no server (`serve`, `demo`, `sim`, `events verify`), which are the binary's.

mod alert;
mod api;
mod channel;
mod client;
mod complete;
mod console;
mod danger;
mod duration;
mod events;
mod examine;
mod failure;
mod follow;
mod gauge;
mod global;
mod logs;
mod metrics;
mod moment;
mod names;
mod output;
mod profile;
mod projections;
mod secret;
mod statistics;
mod task;
mod tenant;
mod user;
mod utc_offset;
mod words;

pub use console::{Console, Interrupt};
pub use events::{
    Diff as EventsDiff, List as EventsList, Replay as EventsReplay, Show as EventsShow, Tail as EventsTail,
    Wanted as EventsExport, export,
};
pub use examine::{Examined, Seen, Tenants, Tried, examine};
pub use failure::Exit;
pub use gauge::Gauge;
pub use global::{ColorChoice, Global, OutputFormat, TimeFormat};
pub use projections::Command as Projections;

use client::Client;
use failure::Failure;

/// What a person can ask of a server.
#[derive(clap::Subcommand, Debug)]
pub enum Command {
    /// Cloud accounts whose keys the server holds
    #[command(subcommand)]
    Tenant(tenant::Command),
    /// Standing wishes for scarce instances
    #[command(subcommand)]
    Task(task::Command),
    /// Wishes that are kept under a name, to make tasks from
    #[command(subcommand)]
    Profile(profile::Command),
    /// Ways to tell people what happens
    #[command(subcommand)]
    Channel(channel::Command),
    /// What should be looked at, and the rules that say so
    #[command(subcommand)]
    Alert(alert::Command),
    /// People who come in with a name and a password
    #[command(subcommand)]
    User(user::Command),
    /// Show what happened, newest last
    Logs(logs::Logs),
    /// Show attempts in numbers: how they ended, where, and at which hours of the week
    Statistics(statistics::Statistics),
    /// Show what the server's machine does, and what the server takes of it
    Metrics(metrics::Metrics),
    Api(api::Api),
    /// `events tail`. Not parsed here, like all that follows, because the nouns are shared with the binary: `verify` needs the store.
    #[command(skip)]
    EventsTail(EventsTail),
    #[command(skip)]
    EventsList(EventsList),
    #[command(skip)]
    EventsShow(EventsShow),
    #[command(skip)]
    EventsReplay(EventsReplay),
    #[command(skip)]
    EventsDiff(EventsDiff),
    #[command(skip)]
    Projections(Projections),
}

/// Does what was asked and answers the exit code. Prints errors itself, as `error: …` and `hint: …` on stderr.
pub async fn run(global: &Global, command: Command) -> u8 {
    run_on(&mut Console::system(global), global, command).await
}

/// The same on a given console: for tests, and for whoever wants the words elsewhere than on the terminal.
pub async fn run_on(console: &mut Console, global: &Global, command: Command) -> u8 {
    let outcome = match Client::new(global, console.language()) {
        Ok(client) => dispatch(&client, console, command).await,
        Err(failure) => Err(failure),
    };
    outcome.unwrap_or_else(|failure| failure.report(console)).code()
}

async fn dispatch(client: &Client, console: &mut Console, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Tenant(command) => tenant::run(client, console, command).await,
        Command::Task(command) => task::run(client, console, command).await,
        Command::Profile(command) => profile::run(client, console, command).await,
        Command::Channel(command) => channel::run(client, console, command).await,
        Command::Alert(command) => alert::run(client, console, command).await,
        Command::User(command) => user::run(client, console, command).await,
        Command::Logs(arguments) => logs::run(client, console, arguments).await,
        Command::Statistics(arguments) => statistics::run(client, console, arguments).await,
        Command::Metrics(arguments) => metrics::run(client, console, arguments).await,
        Command::Api(arguments) => api::run(client, console, arguments).await,
        Command::EventsTail(arguments) => events::tail(client, console, arguments).await,
        Command::EventsList(arguments) => events::list(client, console, arguments).await,
        Command::EventsShow(arguments) => events::show(client, console, arguments).await,
        Command::EventsReplay(arguments) => events::replay(client, console, arguments).await,
        Command::EventsDiff(arguments) => events::diff(client, console, arguments).await,
        Command::Projections(command) => projections::run(client, console, command).await,
    }
}
