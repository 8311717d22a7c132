//! Appends a second on `PostgreSQL`: each in a transaction of its own against grouped, the same work and the same durability in
//! the same run, and beside them what plain SQL can do with a row a commit.
//!
//! `cargo run --release -p berth-store --example append_rate_postgres [SECONDS] [DSN]`; without an address it makes a server of
//! its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use berth_store::postgres::{Options, PostgresLog};
use berth_store::{Append, CommandId, Log, Meta, NewEvent, StreamId, Version, verify};
use berth_test_postgres::Server;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().map_or(Ok(3), |text| text.parse())?;
    let given = arguments.next();
    let server = if given.is_some() { None } else { Some(Server::start_on_disk()) };
    let dsn = given.unwrap_or_else(|| server.as_ref().expect("one was started").database());
    let single = Options { group_appends: 1, ..Options::default() };
    println!("PostgreSQL, fsync=on, synchronous_commit=on, one event an append, {seconds} s each");
    println!("a row a commit, over one connection, in plain SQL: {:.0} /s", plain(&dsn, seconds).await?);
    println!("{:>9}  {:>14}  {:>14}  {:>6}", "callers", "one by one /s", "grouped /s", "ratio");
    for callers in [1, 100, 1000] {
        let alone = rate(&dsn, single.clone(), callers, seconds).await?;
        let grouped = rate(&dsn, Options::default(), callers, seconds).await?;
        println!("{callers:>9}  {alone:>14.0}  {grouped:>14.0}  {:>5.1}x", grouped / alone);
    }
    Ok(())
}

/// A schema for each measurement, so that none meets the rows of another.
async fn fresh_schema(dsn: &str, name: &str) -> Result<String> {
    let script = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
    let mut connection = PgConnection::connect(dsn).await?;
    sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut connection).await?;
    let separator = if dsn.contains('?') { '&' } else { '?' };
    Ok(format!("{dsn}{separator}options[search_path]={name}"))
}

async fn plain(dsn: &str, seconds: u64) -> Result<f64> {
    let mut connection = PgConnection::connect(&fresh_schema(dsn, "bench_plain").await?).await?;
    let table = "CREATE TABLE plain (position bigserial PRIMARY KEY, data text NOT NULL)";
    sqlx::raw_sql(table).execute(&mut connection).await?;
    let start = Instant::now();
    let mut rows = 0_u32;
    while start.elapsed() < Duration::from_secs(seconds) {
        let query = sqlx::query("INSERT INTO plain (data) VALUES ($1)").bind(data(rows).to_string());
        query.execute(&mut connection).await?;
        rows += 1;
    }
    Ok(f64::from(rows) / start.elapsed().as_secs_f64())
}

async fn rate(dsn: &str, options: Options, callers: u32, seconds: u64) -> Result<f64> {
    let schema = format!("bench_{callers}_{}", options.group_appends);
    let log = PostgresLog::open(&fresh_schema(dsn, &schema).await?, options).await?;
    let shared: Arc<dyn Log> = Arc::new(log.clone());
    let done = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let until = start + Duration::from_secs(seconds);
    let tasks: Vec<_> = (0..callers)
        .map(|caller| tokio::spawn(append_until(shared.clone(), caller, until, done.clone())))
        .collect();
    for task in tasks {
        task.await?;
    }
    let elapsed = start.elapsed();
    let report = verify(&log, |_| ()).await;
    assert!(report.is_clean() && report.events == done.load(Ordering::Relaxed), "{report:?}");
    log.close().await;
    #[expect(clippy::cast_precision_loss, reason = "counts of some seconds")]
    Ok(report.events as f64 / elapsed.as_secs_f64())
}

fn data(number: u32) -> serde_json::Value {
    serde_json::json!({ "number": number, "token": "0123456789abcdef0123456789abcdef",
        "availability_domain": "AD-1", "outcome": "CAPACITY", "duration_ms": 812 })
}

/// A stream of its own, each append expecting what the one before made, as an actor does.
async fn append_until(log: Arc<dyn Log>, caller: u32, until: Instant, done: Arc<AtomicU64>) {
    let stream = StreamId::new("bench", caller);
    let mut version = Version::NONE;
    while Instant::now() < until {
        let event = NewEvent::new("bench.attempt_settled", 1, &data(version.get())).expect("plain JSON");
        let meta = Meta { time_ms: 1, actor: "bench".into(), correlation: "bench".into(), causation: None };
        let append =
            Append::new(CommandId::fresh(), [7; 32], meta).write(stream.clone(), version, vec![event]);
        log.append(append).await.expect("nobody else writes this stream");
        version = version.next();
        done.fetch_add(1, Ordering::Relaxed);
    }
}
