//! The command line as a script sees it: what it sends, what it prints, how it exits. The server is a stub with canned answers.
#![expect(clippy::unwrap_used, reason = "a test fails by it, helpers included")]

mod alerts;
mod api;
mod channel_trials;
mod channels;
mod deliveries;
mod documents;
mod errors;
mod events;
mod examine;
mod feeds;
mod metrics;
mod profiles;
mod projections;
mod statistics;
mod stub;
mod tasks;
mod tenants;
mod users;

use berth_cli::{
    Command, Console, EventsDiff, EventsList, EventsReplay, EventsShow, EventsTail, Global, Interrupt,
    Projections, run_on,
};
use clap::{Parser, Subcommand};

/// The top of the parser, as the binary has it.
#[derive(Parser)]
struct Berth {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Noun,
}

#[derive(Subcommand)]
enum Noun {
    #[command(flatten)]
    Client(Command),
    #[command(subcommand)]
    Events(Events),
    #[command(subcommand)]
    Projections(Projections),
}

#[derive(Subcommand)]
enum Events {
    Tail(EventsTail),
    List(EventsList),
    Show(EventsShow),
    Replay(EventsReplay),
    Diff(EventsDiff),
}

impl From<Events> for Command {
    fn from(events: Events) -> Self {
        match events {
            Events::Tail(arguments) => Self::EventsTail(arguments),
            Events::List(arguments) => Self::EventsList(arguments),
            Events::Show(arguments) => Self::EventsShow(arguments),
            Events::Replay(arguments) => Self::EventsReplay(arguments),
            Events::Diff(arguments) => Self::EventsDiff(arguments),
        }
    }
}

/// What came of a command.
#[derive(Debug)]
struct Outcome {
    exit: u8,
    out: String,
    err: String,
}

/// The same on a terminal as far as stdout goes, in plain black and white.
async fn berth_on_screen(server: &str, line: &[&str]) -> Outcome {
    run(server, line, std::future::pending(), Console::as_screen).await
}

/// The same with somebody who strikes these keys.
async fn berth_typing(server: &str, line: &[&str], keys: &str) -> Outcome {
    run(server, line, std::future::pending(), |console| console.typing(keys)).await
}

/// The same with something piped in.
async fn berth_fed(server: &str, line: &[&str], input: &str) -> Outcome {
    run(server, line, std::future::pending(), |console| console.fed(input)).await
}

/// Runs a command line against a server; time stands at noon of 21 November 2026.
async fn berth(server: &str, line: &[&str]) -> Outcome {
    berth_until(server, line, std::future::pending()).await
}

/// The same, interrupted as by Ctrl-C when something has happened.
async fn berth_until(server: &str, line: &[&str], enough: impl Future<Output = ()>) -> Outcome {
    run(server, line, enough, std::convert::identity).await
}

async fn run(
    server: &str,
    line: &[&str],
    enough: impl Future<Output = ()>,
    dress: impl FnOnce(Console) -> Console,
) -> Outcome {
    let head = ["berth", "--server", server, "--token", stub::TOKEN];
    let parsed = Berth::try_parse_from(head.iter().chain(line)).unwrap_or_else(|error| panic!("{error}"));
    let command = match parsed.command {
        Noun::Client(command) => command,
        Noun::Events(events) => events.into(),
        Noun::Projections(command) => Command::Projections(command),
    };
    let global = Global { lang: Some(parsed.global.lang.unwrap_or_else(|| "en".into())), ..parsed.global };
    let stop = std::sync::Arc::new(tokio::sync::Notify::new());
    let now = "2026-11-21T12:00:00Z".parse().unwrap();
    let (console, out, err) = Console::captured(&global, now, Interrupt::Given(stop.clone()));
    let mut console = dress(console);
    let interrupt = async {
        enough.await;
        stop.notify_one();
        std::future::pending::<()>().await;
    };
    let exit = tokio::select! {
        exit = run_on(&mut console, &global, command) => exit,
        () = interrupt => unreachable!("it waits for ever"),
    };
    Outcome { exit, out: out.text(), err: err.text() }
}

#[test]
fn a_mistyped_moment_is_told_with_its_flag() {
    for flag in ["--start-at", "--stop-at"] {
        let line = ["berth", "task", "update", "x", flag, "2026-12-01 03:00"];
        let error = Berth::try_parse_from(line).err().unwrap();
        assert_eq!(error.exit_code(), 2);
        let told = error.to_string();
        assert!(
            told.contains(flag) && told.contains("is not a moment such as 2026-12-01T03:00:00Z"),
            "{told}"
        );
    }
}

#[test]
fn the_help_of_a_command_shows_its_own_options_first_and_those_of_all_commands_after_them() {
    use clap::CommandFactory;
    let mut top = Berth::command();
    top.build();
    for verb in ["create", "update"] {
        let command =
            top.find_subcommand_mut("task").and_then(|task| task.find_subcommand_mut(verb)).unwrap();
        let help = command.render_long_help().to_string();
        let (own, shared) = help.split_once("Connection and output:").unwrap();
        let order = ["--shape", "--ocpus", "--region", "--ssh-key", "--interval", "--window", "--utc-offset"];
        let places =
            order.map(|flag| own.find(&format!("      {flag} ")).unwrap_or_else(|| panic!("{flag}")));
        assert!(places.is_sorted(), "{own}");
        for flag in ["--server", "--token-file", "--token", "--output", "--lang"] {
            assert!(!own.contains(flag) && shared.contains(flag), "{flag} in {help}");
        }
    }
}

#[test]
fn the_parser_holds_together_as_the_binary_builds_it() {
    use clap::CommandFactory;
    Berth::command().debug_assert();
    assert!(Berth::try_parse_from(["berth", "task", "list", "--json", "-o", "id"]).is_err());
    assert!(Berth::try_parse_from(["berth", "task", "wait", "x", "--for", "nowhere"]).is_err());
    assert!(
        Berth::try_parse_from(["berth", "task", "wait", "x", "--for", "cooling-down", "-o", "jsonl"]).is_ok()
    );
}
