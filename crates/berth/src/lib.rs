//! The binary as a library, so that tests reach it: configuration, wiring, the port, the commands that need no server.

pub mod command;
pub mod config;
mod config_reader;
pub mod data_dir;
mod demo;
mod heaps;
pub mod http;
pub mod logging;
mod node;
mod progress;
mod roster;
mod serve;
mod show;
mod sim;
pub mod token;
mod verify;

/// An error with all that caused it, in one line.
fn chain_of(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
