//! `just bench`: speed and size, each as a ratio to something that was run in the same minute with the same work and the same
//! durability.
//!
//! A figure alone says more about the machine and its neighbours than about us. What is measured is the program as it is built
//! for release, from the outside: processes, sockets, `/proc`. Linux only.

mod commands;
mod disk;
mod hello;
mod herd;
mod lateness;
mod naive;
mod pages;
mod process;
mod rates;
mod resident;
mod sample;
mod server;
mod socket;
mod start;
mod subscribers;
mod table;

use std::{fs, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Result;
use clap::{Parser, ValueEnum};

use crate::{
    herd::{Crowd, Herd},
    process::Binaries,
    subscribers::Audience,
    table::{Row, Table},
};

/// Measures, and prints both sides of each ratio. Ends with 0 whether goals were met or not, and with 1 when something could
/// not be measured.
#[derive(Parser, Debug)]
struct Bench {
    /// Write the table here too, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Measure only these
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// Tasks in the large store
    #[arg(long, default_value_t = 10_000)]
    tasks: usize,
    /// Tasks beside them that try each second
    #[arg(long, default_value_t = 200)]
    eager: usize,
    /// How long the tasks are watched, in seconds
    #[arg(long, default_value_t = 70)]
    watch: u64,
    /// Starts of each kind
    #[arg(long, default_value_t = 20)]
    rounds: usize,
    /// Subscribers who read, and as many who do not
    #[arg(long, default_value_t = 500)]
    subscribers: usize,
    /// How long they are told 200 events a second, in seconds
    #[arg(long, default_value_t = 60)]
    speech: u64,
    /// Lines of the long log
    #[arg(long, default_value_t = 10_000_000)]
    lines: u64,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Signatures,
    Appends,
    Rebuild,
    /// Export, import, verify, release.
    Travel,
    Commands,
    Idle,
    /// Events told to many, half of whom do not read.
    Subscribers,
    /// Tasks with their tenants, beside an answer that needs nothing.
    Pages,
    /// A very long log, by each filter.
    Log,
    /// The large store: memory and pace with its tasks at work, then all starts.
    Herd,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let done = match arguments.as_slice() {
        [_, mode, port] if mode == hello::MODE => port.parse().map_err(Into::into).and_then(hello::serve),
        [_, mode, url, cloud, calm, eager] if mode == naive::MODE => {
            crowd(calm, eager).and_then(|crowd| naive::hunt(url, cloud, crowd))
        }
        _ => measure_and_print(&Bench::parse()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn crowd(calm: &str, eager: &str) -> Result<Crowd> {
    Ok(Crowd { calm: calm.parse()?, eager: eager.parse()? })
}

fn measure_and_print(bench: &Bench) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut table = Table { conditions: conditions()?, rows: Vec::new() };
    let done = runtime.block_on(measure(bench, &mut table.rows));
    table.conditions.push(format!("load at the end   {}", load()?));
    // What was measured before something failed is worth seeing.
    print!("{table}");
    if let Some(path) = &bench.json {
        table.write_json(path)?;
    }
    done
}

async fn measure(bench: &Bench, rows: &mut Vec<Row>) -> Result<()> {
    let binaries = Binaries::beside_us()?;
    let wanted = |part| bench.only.is_empty() || bench.only.contains(&part);
    if wanted(Part::Signatures) {
        progress("signatures");
        rows.push(rates::signatures(&binaries, 10)?);
    }
    if wanted(Part::Appends) {
        progress("appends");
        rows.extend(rates::appends(&binaries, 3)?);
        rows.extend(rates::appends_to_postgres(&binaries, 3)?);
    }
    if wanted(Part::Rebuild) {
        progress("rebuilding the views");
        rows.extend(rates::rebuild(&binaries)?);
    }
    if wanted(Part::Travel) {
        progress("carrying a log about");
        rows.extend(rates::travel(&binaries)?);
    }
    if wanted(Part::Commands) {
        progress("commands");
        rows.push(commands::acknowledged(&binaries, Duration::from_secs(5)).await?);
    }
    if wanted(Part::Idle) {
        progress("an idle server");
        rows.push(resident::idle(&binaries).await?);
    }
    asked_and_told(bench, &binaries, wanted, rows).await?;
    if wanted(Part::Herd) {
        progress("a server with many tasks");
        let herd = Herd::new(&binaries, Crowd { calm: bench.tasks, eager: bench.eager })?;
        let watch = Duration::from_secs(bench.watch);
        rows.extend(resident::at_work(&binaries, &herd, watch).await?);
        progress("starts");
        rows.extend(start::measure(&binaries, &herd, bench.rounds)?);
    }
    Ok(())
}

/// What goes through the API: feeds and pages.
async fn asked_and_told(
    bench: &Bench,
    binaries: &Binaries,
    wanted: impl Fn(Part) -> bool,
    rows: &mut Vec<Row>,
) -> Result<()> {
    if wanted(Part::Subscribers) {
        progress("subscribers");
        let (live, stalled) = (bench.subscribers, bench.subscribers);
        let time = Duration::from_secs(bench.speech);
        let audience = Audience { live, stalled, events_a_second: 200, time };
        rows.extend(subscribers::measure(binaries, audience).await?);
    }
    if wanted(Part::Pages) {
        progress("pages of tasks");
        rows.extend(pages::of_tasks(binaries, Duration::from_secs(2)).await?);
    }
    if wanted(Part::Log) {
        progress("pages of a long log");
        rows.extend(pages::of_log(binaries, bench.lines).await?);
    }
    Ok(())
}

/// A busy machine shows in every figure, so it is said first.
fn conditions() -> Result<Vec<String>> {
    let cores = std::thread::available_parallelism()?;
    let model = fs::read_to_string("/proc/cpuinfo")?;
    let model = model.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_matches([' ', '\t', ':']);
    Ok(vec![format!("machine           {cores} × {model}"), format!("load at the start {}", load()?)])
}

/// Of the last 1, 5 and 15 minutes.
fn load() -> Result<String> {
    let text = fs::read_to_string("/proc/loadavg")?;
    Ok(text.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
}

fn progress(what: &str) {
    eprintln!("measuring {what} …");
}
