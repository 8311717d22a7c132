//! From a command to its durable answer, over HTTP, with the disk's own speed beside it.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tokio::time::Instant;

use crate::{
    disk::fdatasyncs,
    herd::{Crowd, Herd, create},
    process::Binaries,
    sample::{Sample, float},
    server::Api,
    table::Row,
};

const CLIENTS: u32 = 64;
const PROBE_PAUSE: Duration = Duration::from_millis(5);

/// 64 clients make tasks: first as fast as they are answered, which gives the peak, then at half of it, which is what counts.
pub(crate) async fn acknowledged(binaries: &Binaries, time: Duration) -> Result<Row> {
    let herd = Herd::new(binaries, Crowd { calm: 0, eager: 0 })?;
    let (server, _) = herd.serve(binaries)?;
    let tenant = &herd.import(&server.api).await?[..1];
    let peak =
        float(clients(&server.api, tenant, Duration::ZERO, time).await?.len() as u64) / time.as_secs_f64();
    let every = Duration::from_secs_f64(f64::from(CLIENTS) * 2.0 / peak);
    let probe_file = herd.data().join("probe");
    let count = usize::try_from(time.as_millis() / PROBE_PAUSE.as_millis())?;
    let probe = tokio::task::spawn_blocking(move || fdatasyncs(&probe_file, count, PROBE_PAUSE));
    let ours = clients(&server.api, tenant, every, time).await?;
    let probe = probe.await??;
    server.process.stop()?;
    Ok(row(&ours, &probe, peak))
}

fn row(ours: &Sample, probe: &Sample, peak: f64) -> Row {
    let words = |sample: &Sample| format!("{:.2} ms, p99 {:.2}", sample.median(), sample.percentile(99));
    let (middle, tail) = (ours.median() / probe.median(), ours.percentile(99) / probe.percentile(99));
    let ours = format!("{} (peak {peak:.0}/s)", words(ours));
    Row::new("command to durable answer, 64 clients", ours, format!("{}: fdatasync", words(probe)))
        .ratio(middle)
        .goal(format!("p50 ≤ 6, p99 ≤ 10 (is {tail:.1})"), middle <= 6.0 && tail <= 10.0)
}

/// How long each command took.
async fn clients(api: &Api, tenant: &[String], every: Duration, time: Duration) -> Result<Sample> {
    let start = Instant::now();
    let each =
        (0..CLIENTS).map(|number| client(api, tenant, start + every * number / CLIENTS, every, start + time));
    Ok(Sample::of_durations(futures::future::try_join_all(each).await?.concat()))
}

/// Sends a command each time one is due, or when the one before was answered if that is later.
async fn client(
    api: &Api,
    tenant: &[String],
    first: Instant,
    every: Duration,
    until: Instant,
) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    let mut due = first;
    while due.max(Instant::now()) < until {
        tokio::time::sleep_until(due).await;
        let start = Instant::now();
        create(api, tenant, json!({ "name": "never started", "start": false })).await?;
        times.push(start.elapsed());
        due += every;
    }
    Ok(times)
}
