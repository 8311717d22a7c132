//! The command tree: what needs a server asks it, what is the server runs here.

use std::{path::PathBuf, process::ExitCode};

use clap::{CommandFactory, Parser, Subcommand};

use crate::{admin, demo, doctor, events, heaps, projections, serve, shell, show, sim, words};

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
    Events(events::Events),
    /// Read models kept from the log
    #[command(subcommand)]
    Projections(projections::Projections),
    /// Backups, and what the log keeps
    #[command(subcommand)]
    Admin(admin::Admin),
    /// The configuration as the server would read it
    #[command(subcommand)]
    Config(show::Show),
    /// Look for what could keep it from working, here, at the server and on the way to the cloud, and say what to do
    Doctor(doctor::Doctor),
    /// Print the GraphQL schema
    Schema,
    /// Print what makes a shell complete commands and the names of what the server holds: `source <(berth completions bash)`
    Completions(shell::Completions),
    /// Write manual pages, one a command
    Man {
        /// Directory for them, such as ~/.local/share/man/man1
        directory: PathBuf,
    },
    #[command(flatten)]
    Client(berth_cli::Command),
}

/// The whole tree.
pub(crate) fn parser() -> clap::Command {
    Berth::command()
}

/// Parses the command line and does what it says.
pub fn run() -> ExitCode {
    shell::answer(parser);
    let Berth { command, global } = Berth::parse();
    words::speak(global.language());
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
            Command::Events(arguments) => events::run(arguments, &global).await,
            Command::Projections(arguments) => projections::run(arguments, &global).await,
            Command::Admin(arguments) => admin::run(arguments, &global).await,
            Command::Config(arguments) => show::run(arguments, global.data_dir),
            Command::Doctor(arguments) => doctor::run(arguments, &global).await,
            Command::Schema => {
                print!("{}", berth_graphql::sdl());
                0
            }
            Command::Completions(arguments) => shell::completions(&arguments),
            Command::Man { directory } => shell::man(parser(), &directory),
            Command::Client(arguments) => berth_cli::run(&global, arguments).await,
        }
    });
    ExitCode::from(code)
}
