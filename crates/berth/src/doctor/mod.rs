//! `berth doctor`: looks for what could keep it from working, and says what to do.
//!
//! Facts are gathered first, at the rim (`gather`); what they mean is decided by plain functions (`machine`, `server`, `cloud`), so that a
//! test needs neither a network nor a broken disk. Nothing is changed or mended, but for one thing: a server that answers is asked to try
//! its tenants' keys.

mod cloud;
mod finding;
mod gather;
mod machine;
mod outside;
mod server;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use berth_cli::Global;

use self::{finding::Finding, outside::Internet};
use crate::{serve::Configuration, words};

#[derive(clap::Args, Debug)]
pub(crate) struct Doctor {
    /// Configuration file that the server reads
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// All that is known of everything that is looked at.
struct Facts {
    machine: machine::Facts,
    server: server::Facts,
    cloud: cloud::Facts,
}

/// 0: nothing is bad. 1: something is.
pub(crate) async fn run(doctor: Doctor, global: &Global) -> u8 {
    let configuration = Configuration::for_tools(doctor.config, global);
    let facts = gather::facts(&configuration, global, &Internet).await;
    let findings = judge(&facts);
    let printed = finding::printed(&findings, global, words::language());
    if !printed.is_empty() {
        words::line(&printed);
    }
    finding::exit_code(&findings)
}

fn judge(facts: &Facts) -> Vec<Finding> {
    [machine::judge(&facts.machine), server::judge(&facts.server), cloud::judge(&facts.cloud)].concat()
}
