//! `berth events verify`: reads the whole log and finds any changed byte, missing position or hole.

use std::{io::IsTerminal, path::PathBuf};

use berth_store::{
    Audit, Position,
    sqlite::{Options, SqliteLog},
    verify,
};

use crate::serve::Configuration;

#[derive(clap::Args, Debug)]
pub(crate) struct Verify {
    /// Configuration file that names the directory of the log; the server may be running
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// 0: clean. 1: found something. 70: there is no log to read.
pub(crate) async fn run(arguments: Verify, data_dir: Option<PathBuf>, json: bool) -> u8 {
    let configuration = Configuration { config: arguments.config, data_dir, ..Configuration::default() };
    let config = match configuration.load() {
        Ok(config) => config,
        Err(code) => return code,
    };
    let file = config.database.file;
    if !file.exists() {
        eprintln!("error: there is no log at {}", file.display());
        return 70;
    }
    match SqliteLog::open(&file, Options::default()).await {
        Ok(log) => check(&log, json).await,
        Err(error) => {
            eprintln!("error: {}", crate::chain_of(&error));
            70
        }
    }
}

async fn check(log: &(dyn Audit + Sync), json: bool) -> u8 {
    let shows = std::io::stderr().is_terminal() && !json;
    let report = verify(log, |position: Position| {
        if shows {
            eprint!("\r{position} events read");
        }
    })
    .await;
    if shows {
        eprint!("\r\x1b[K");
    }
    let findings: Vec<_> = report.findings.iter().map(ToString::to_string).collect();
    if json {
        let clean = report.is_clean();
        let head = report.head.to_string();
        println!(
            "{}",
            serde_json::json!({ "events": report.events, "head": head, "checksum": report.checksum, "clean": clean, "findings": findings })
        );
    } else {
        for finding in &findings {
            println!("✗ {finding}");
        }
        let verdict = if report.is_clean() { "clean" } else { "NOT clean" };
        println!("{} events, head {}, checksum {}: {verdict}", report.events, report.head, report.checksum);
    }
    u8::from(!report.is_clean())
}
