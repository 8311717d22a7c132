//! The command tree: what needs a server asks it, what is the server runs here.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{demo, heaps, serve, show, sim, verify};

/// Say what cloud capacity you want; it keeps trying until it has it. 说出你要的云容量，直到抢到为止。
#[derive(Parser, Debug)]
#[command(name = "berth", version, propagate_version = true, arg_required_else_help = true)]
struct Berth {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: berth_cli::Global,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Run the server
    Serve(serve::Serve),
    /// Watch an instance being grabbed from a made-up cloud: no account, no key, no network
    Demo(demo::Demo),
    /// Simulated clouds, for tests and development
    #[command(subcommand)]
    Sim(sim::Sim),
    /// The log of events
    #[command(subcommand)]
    Events(Events),
    /// The configuration as the server would read it
    #[command(subcommand)]
    Config(show::Show),
    /// Print the GraphQL schema
    Schema,
    #[command(flatten)]
    Client(berth_cli::Command),
}

#[derive(Subcommand, Debug)]
enum Events {
    /// Print events as they are appended; goes on by position after a break
    Tail(berth_cli::EventsTail),
    /// Read the whole log and find any changed byte, missing position or hole
    Verify(verify::Verify),
}

/// Parses the command line and does what it says.
pub fn run() -> ExitCode {
    let Berth { command, global } = Berth::parse();
    if matches!(command, Command::Serve(_)) {
        heaps::limit();
    }
    let system = actix_rt::System::new();
    let code = system.block_on(async {
        match command {
            Command::Serve(mut arguments) => {
                arguments.configuration.data_dir = global.data_dir;
                serve::run(arguments).await
            }
            Command::Demo(arguments) => demo::run(arguments).await,
            Command::Sim(arguments) => sim::run(arguments).await,
            Command::Events(Events::Verify(arguments)) => {
                verify::run(arguments, global.data_dir, global.json).await
            }
            Command::Events(Events::Tail(arguments)) => {
                berth_cli::run(&global, berth_cli::Command::EventsTail(arguments)).await
            }
            Command::Config(arguments) => show::run(arguments, global.data_dir),
            Command::Schema => {
                print!("{}", berth_graphql::sdl());
                0
            }
            Command::Client(arguments) => berth_cli::run(&global, arguments).await,
        }
    });
    ExitCode::from(code)
}
