//! The binary as a library, so that tests reach it: configuration, wiring, the port, the commands that need no server.

mod admin;
mod archive;
pub mod command;
mod compressed;
pub mod config;
mod config_reader;
mod configured;
pub mod data_dir;
mod demo;
mod doctor;
mod door;
mod downloads;
mod events;
mod gauges;
mod handed_in;
mod heaps;
pub mod http;
pub mod logging;
mod metrics;
mod node;
mod progress;
mod projections;
mod roster;
mod serve;
mod serving;
mod shell;
mod show;
mod sim;
mod storage;
pub mod token;
mod tools;
mod traces;
mod words;

/// An error with all that caused it, in one line.
fn chain_of(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
