//! Events a second on paper and back, and how long a closing takes.
//!
//! `cargo run --release -p berth-store --example travel_rate [EVENTS] [DIRECTORY]`

use std::path::{Path, PathBuf};
use std::time::Instant;

use berth_store::exchange::{Options, Span, export, import};
use berth_store::sqlite::{self, SqliteLog};
use berth_store::{
    Append, CommandId, Log, Meta, NewEvent, Position, Release, StandIn, Storage, StreamId, Version, verify,
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Events of one append.
const EACH: u32 = 500;
/// Of this many events of a closing one stays.
const KEPT: u64 = 360;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let events = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    let directory = arguments.next().map_or_else(|| PathBuf::from("target"), PathBuf::from);
    let directory = tempfile::tempdir_in(directory)?;
    let log = filled(directory.path(), events).await?;

    let file = directory.path().join("events.jsonl");
    let start = Instant::now();
    let mut out = std::io::BufWriter::new(std::fs::File::create(&file)?);
    export(&log, Span::default(), Options { redact: None, ground: true }, &mut out, &mut |_| ()).await?;
    say("export", events, start);

    let other = SqliteLog::open(&directory.path().join("other.db"), sqlite::Options::default()).await?;
    let start = Instant::now();
    let mut read = std::io::BufReader::new(std::fs::File::open(&file)?);
    import(&other, &mut read, false, &mut |_| ()).await?;
    say("import", events, start);

    let start = Instant::now();
    let report = verify(&other, |_| ()).await;
    assert!(report.is_clean(), "{report:?}");
    say("verify", events, start);

    let before = log.size_bytes().await?;
    let start = Instant::now();
    log.release(closing(events)).await?;
    say("release", events, start);
    let start = Instant::now();
    while log.compact().await? {}
    say("compact", events, start);
    println!("size     {before} to {} bytes", log.size_bytes().await?);
    assert!(verify(&log, |_| ()).await.is_clean());
    Ok(())
}

fn say(what: &str, events: u64, start: Instant) {
    let elapsed = start.elapsed();
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    let rate = events as f64 / elapsed.as_secs_f64();
    println!("{what:<8} {events} events in {elapsed:.2?}: {rate:.0} /s");
}

async fn filled(directory: &Path, events: u64) -> Result<SqliteLog> {
    let log = SqliteLog::open(&directory.join("log.db"), sqlite::Options::default()).await?;
    let data = serde_json::json!({ "number": 17, "token": "0123456789abcdef0123456789abcdef",
        "availability_domain": "AD-1", "outcome": "CAPACITY", "duration_ms": 812 });
    let mut version = 0;
    while u64::from(version) < events {
        let meta = Meta { actor: "bench".into(), correlation: "c".into(), ..Meta::default() };
        let batch = (0..EACH).map(|_| NewEvent::new("grab.attempt_settled", 1, &data));
        let append = Append::new(CommandId::fresh(), [1; 32], meta).write(
            StreamId::new("grab", "one"),
            Version::new(version),
            batch.collect::<std::result::Result<_, _>>()?,
        );
        log.append(append).await?;
        version += EACH;
    }
    Ok(log)
}

/// All but the last event leave, and one of each [`KEPT`] is stood in for.
fn closing(events: u64) -> Release {
    let through = events - 1;
    let stand_ins = (1..=through).filter(|at| at % KEPT == 0 || *at == through);
    let stand_ins = stand_ins.map(|at| StandIn {
        position: Position::new(at),
        stream: StreamId::new("grab", "one"),
        version: Version::new(u32::try_from(at).unwrap_or(u32::MAX)),
        name: "grab.attempts_summarised".into(),
        schema: 1,
        data: serde_json::value::RawValue::from_string("{}".into()).expect("this is JSON"),
    });
    Release {
        after: Position::START,
        through: Position::new(through),
        positions: (1..=through).map(Position::new).collect(),
        stand_ins: stand_ins.collect(),
        append: Append::new(CommandId::fresh(), [2; 32], Meta::default()),
    }
}
