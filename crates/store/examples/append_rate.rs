//! Appends a second: each in a transaction of its own against grouped, the same work and the same durability
//! in the same run.
//!
//! `cargo run --release -p berth-store --example append_rate [SECONDS] [DIRECTORY]`

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use berth_store::sqlite::{Options, SqliteLog};
use berth_store::{Append, CommandId, Log, Meta, NewEvent, StreamId, Version, verify};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().map_or(Ok(3), |text| text.parse())?;
    let directory = arguments.next().map_or_else(|| PathBuf::from("target"), PathBuf::from);
    let directory = tempfile::tempdir_in(directory)?;
    let single = Options { group_appends: 1, ..Options::default() };
    println!("SQLite, WAL, synchronous=FULL, one event an append, {seconds} s each");
    println!("{:>9}  {:>14}  {:>14}  {:>6}", "callers", "one by one /s", "grouped /s", "ratio");
    for callers in [1, 100, 1000, 10_000] {
        let alone = rate(directory.path(), single.clone(), callers, seconds).await?;
        let grouped = rate(directory.path(), Options::default(), callers, seconds).await?;
        let ratio = grouped / alone;
        println!("{callers:>9}  {alone:>14.0}  {grouped:>14.0}  {ratio:>5.1}x");
    }
    Ok(())
}

async fn rate(directory: &Path, options: Options, callers: u32, seconds: u64) -> Result<f64> {
    let file = directory.join(format!("{callers}-{}.db", options.group_appends));
    let log = Arc::new(SqliteLog::open(&file, options).await?);
    let done = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let until = start + Duration::from_secs(seconds);
    let tasks: Vec<_> = (0..callers)
        .map(|caller| tokio::spawn(append_until(log.clone(), caller, until, done.clone())))
        .collect();
    for task in tasks {
        task.await?;
    }
    let elapsed = start.elapsed();
    let report = verify(&*log, |_| ()).await;
    assert!(report.is_clean() && report.events == done.load(Ordering::Relaxed), "{report:?}");
    log.close().await;
    #[expect(clippy::cast_precision_loss, reason = "counts of some seconds")]
    Ok(report.events as f64 / elapsed.as_secs_f64())
}

/// A stream of its own, each append expecting what the one before made, as an actor does.
async fn append_until(log: Arc<SqliteLog>, caller: u32, until: Instant, done: Arc<AtomicU64>) {
    let stream = StreamId::new("bench", caller);
    let mut version = Version::NONE;
    while Instant::now() < until {
        let data = serde_json::json!({ "number": version.get(), "token": "0123456789abcdef0123456789abcdef",
            "availability_domain": "AD-1", "outcome": "CAPACITY", "duration_ms": 812 });
        let event = NewEvent::new("bench.attempt_settled", 1, &data).expect("plain JSON");
        let meta = Meta { time_ms: 1, actor: "bench".into(), correlation: "bench".into(), causation: None };
        let append =
            Append::new(CommandId::fresh(), [7; 32], meta).write(stream.clone(), version, vec![event]);
        log.append(append).await.expect("nobody else writes this stream");
        version = version.next();
        done.fetch_add(1, Ordering::Relaxed);
    }
}
