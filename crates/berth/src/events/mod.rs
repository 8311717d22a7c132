//! `berth events`: what speaks GraphQL is the client's; what reads or writes the log whole is here.

mod closings;
mod export;
mod import;
mod sound;
mod verify;

use berth_cli::{Command, Global};

use crate::tools;

#[derive(clap::Subcommand, Debug)]
pub(crate) enum Events {
    /// List events
    List(berth_cli::EventsList),
    /// Show one event in full
    Show(berth_cli::EventsShow),
    /// Print events as they are appended; goes on by position after a break
    Tail(berth_cli::EventsTail),
    /// Show what a stream was at a point of its history
    Replay(berth_cli::EventsReplay),
    /// Show what changed in a stream between two points, and what did it
    Diff(berth_cli::EventsDiff),
    /// Write the log as JSONL, one event a line
    Export(export::Export),
    /// Put an export, or archives and an export, into an empty log
    Import(import::Import),
    /// Read the whole log and find any changed byte, missing position or hole
    Verify(verify::Verify),
}

pub(crate) async fn run(events: Events, global: &Global) -> u8 {
    let asked = match events {
        Events::Export(arguments) => return export::run(arguments, global).await,
        Events::Import(arguments) => return import::run(arguments, global).await,
        Events::Verify(arguments) => return verify::run(arguments, global).await,
        Events::List(arguments) => Command::EventsList(arguments),
        Events::Show(arguments) => Command::EventsShow(arguments),
        Events::Tail(arguments) => return berth_cli::run(global, Command::EventsTail(arguments)).await,
        Events::Replay(arguments) => Command::EventsReplay(arguments),
        Events::Diff(arguments) => Command::EventsDiff(arguments),
    };
    tools::run(global, asked).await
}
