//! What the server's machine does, and what the server takes of it.

mod bytes;

use chrono::{DateTime, Utc};
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    client::{Client, Feed, News},
    console::Console,
    failure::{Exit, Failure},
    output::color::Color,
    words,
};
use bytes::bytes;

#[derive(Args, Debug)]
pub struct Metrics {
    /// Go on, a line for each measurement, until interrupted
    #[arg(long)]
    watch: bool,
    /// Seconds between measurements
    #[arg(long, value_name = "SECONDS", default_value_t = 2, requires = "watch",
        value_parser = clap::value_parser!(u32).range(1..=3600))]
    interval: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sample {
    time: DateTime<Utc>,
    cpu_percent: f64,
    load1: Option<f64>,
    memory_used_bytes: f64,
    memory_total_bytes: f64,
    disk_used_bytes: f64,
    disk_total_bytes: f64,
    disk_read_bytes_per_second: Option<f64>,
    disk_write_bytes_per_second: Option<f64>,
    network_rx_bytes_per_second: f64,
    network_tx_bytes_per_second: f64,
    process: Process,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Process {
    cpu_percent: f64,
    resident_bytes: f64,
    disk_read_bytes_per_second: f64,
    disk_write_bytes_per_second: f64,
    uptime: u64,
    actors: u64,
    subscriptions: u64,
    events_per_second: f64,
    projection_lag: u64,
}

/// The newest measurement is the first that the feed tells, so that what is shown now and what is watched come the same way.
pub(crate) async fn run(client: &Client, console: &mut Console, asked: Metrics) -> Result<Exit, Failure> {
    let variables = json!({ "interval": asked.interval });
    let document = include_str!("watched.graphql");
    let mut feed = Feed::of_moments(client, document, variables, console.first_pause);
    let interrupt = console.interrupt();
    let mut interrupted = std::pin::pin!(interrupt.wait());
    loop {
        let news = tokio::select! {
            news = feed.next() => news?,
            () = &mut interrupted => return Ok(Exit::Interrupted),
        };
        match news {
            News::Lost => console.remark(&words::metrics::connection_lost()),
            News::Batch(value) if asked.watch => console.stream(&value, |console| line(console, &value))?,
            News::Batch(value) => {
                console.object(&value, |console| show(console, &Sample::read(&value)?))?;
                return Ok(Exit::Done);
            }
        }
    }
}

impl Sample {
    fn read(value: &Value) -> Result<Self, Failure> {
        Self::deserialize(value).map_err(Failure::strange)
    }
}

fn show(console: &mut Console, sample: &Sample) -> Result<(), Failure> {
    let process = &sample.process;
    let load = sample.load1.map(|load| words::metrics::load(&format!("{load:.2}")));
    let load = load.map_or(String::new(), |load| format!("  {}", console.say(&load)));
    console.fields([
        ("CPU", format!("{:.1}%{load}", sample.cpu_percent)),
        ("MEMORY", part(sample.memory_used_bytes, sample.memory_total_bytes)),
        ("DISK", part(sample.disk_used_bytes, sample.disk_total_bytes)),
        ("DISK I/O", both(console, sample.disk_read_bytes_per_second, sample.disk_write_bytes_per_second)),
        ("NETWORK", network(sample)),
        ("BERTH CPU", format!("{:.1}%", process.cpu_percent)),
        ("BERTH MEMORY", bytes(process.resident_bytes)),
        (
            "BERTH I/O",
            both(
                console,
                Some(process.disk_read_bytes_per_second),
                Some(process.disk_write_bytes_per_second),
            ),
        ),
        ("UPTIME", console.moments.length(process.uptime)),
        ("ACTORS", process.actors.to_string()),
        ("SUBSCRIPTIONS", process.subscriptions.to_string()),
        ("EVENTS", format!("{:.1}/s", process.events_per_second)),
        ("LAG", process.projection_lag.to_string()),
    ])
}

fn line(console: &Console, value: &Value) -> Result<String, Failure> {
    let sample = Sample::read(value)?;
    let time = console.paint.apply(Color::Grey, console.moments.stamp(sample.time));
    let figures = words::metrics::line(
        &format!("{:5.1}%", sample.cpu_percent),
        &bytes(sample.memory_used_bytes),
        &network(&sample),
        &format!("{:.1}%", sample.process.cpu_percent),
        &bytes(sample.process.resident_bytes),
    );
    Ok(format!("{time} {}", console.say(&figures)))
}

/// `3.0 GiB / 16.0 GiB (19%)`.
fn part(used: f64, total: f64) -> String {
    let percent = if total > 0.0 { used / total * 100.0 } else { 0.0 };
    format!("{} / {} ({percent:.0}%)", bytes(used), bytes(total))
}

fn network(sample: &Sample) -> String {
    let (received, sent) = (sample.network_rx_bytes_per_second, sample.network_tx_bytes_per_second);
    format!("↓ {}/s ↑ {}/s", bytes(received), bytes(sent))
}

fn both(console: &Console, read: Option<f64>, written: Option<f64>) -> String {
    let Some((read, written)) = read.zip(written) else { return "–".to_owned() };
    console.say(&words::metrics::read_and_written(&bytes(read), &bytes(written))).to_owned()
}
