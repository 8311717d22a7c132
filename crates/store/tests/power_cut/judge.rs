//! Opens what a power cut left, as a server would, and asks for everything that was answered before.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::Path,
    time::{Duration, Instant},
};

use berth_store::{
    Append, CommandId, Log, Meta, NewEvent, StreamId, Version,
    sqlite::{Options, SqliteLog},
    verify,
};
use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::disk::Image;

/// Opening comes to an end, whatever the power cut left: a bound against hanging, far beyond what it takes (some 60 ms on a busy
/// machine), so that nothing hangs on the machine's speed.
const OPENING: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(crate) enum Fault {
    /// It was answered, and is not there.
    Lost(String),
    /// What is there cannot be what was written.
    Broken(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(answer) => write!(f, "answered and lost: {answer}"),
            Self::Broken(what) => write!(f, "broken: {what}"),
        }
    }
}

/// Answers how long opening took.
pub(crate) async fn judge(image: &Image, told: &[String], directory: &Path) -> Result<Duration, Fault> {
    for (name, content) in image {
        fs::write(directory.join(name), content).unwrap();
    }
    let path = directory.join("log.db");
    let began = Instant::now();
    let log = SqliteLog::open(&path, Options::default()).await;
    let log = log.map_err(|error| Fault::Broken(format!("it does not open: {error:?}")))?;
    let took = began.elapsed();
    if took > OPENING {
        return Err(Fault::Broken(format!("it took {took:?} to open")));
    }
    let mut reader = SqliteConnectOptions::new().filename(&path).read_only(true).connect().await.unwrap();
    what_was_answered_is_there(&mut reader, told).await?;
    what_came_together_is_there_together(&mut reader).await?;
    it_goes_on(&log).await?;
    let report = verify(&log, |_| ()).await;
    if !report.is_clean() {
        return Err(Fault::Broken(format!("verify finds {:?}", report.findings)));
    }
    log.close().await;
    Ok(took)
}

/// Only what ended where the books are closed may be forgotten.
async fn what_was_answered_is_there(reader: &mut SqliteConnection, told: &[String]) -> Result<(), Fault> {
    let closed: i64 =
        sqlx::query_scalar("SELECT closed_through FROM books").fetch_one(&mut *reader).await.unwrap();
    let query = sqlx::query_as("SELECT id, last_position, event_count FROM commands");
    let rows: Vec<(String, i64, i64)> = query.fetch_all(reader).await.unwrap();
    let kept: BTreeMap<_, _> =
        rows.into_iter().map(|(id, last, count)| (id, format!("{last} {count}"))).collect();
    for line in told {
        let (command, answer) = line.split_once(' ').expect("a command and its answer");
        match kept.get(command) {
            Some(kept) if kept == answer => {}
            Some(kept) => return Err(Fault::Broken(format!("{command} was told {answer}, kept is {kept}"))),
            None if last_of(answer) <= closed => {}
            None => return Err(Fault::Lost(line.clone())),
        }
    }
    Ok(())
}

fn last_of(answer: &str) -> i64 {
    answer.split(' ').next().and_then(|last| last.parse().ok()).expect("an answer begins with a position")
}

/// Names and secrets are exactly those of which the events tell, the books are closed as the
/// last closing says, and no snapshot is ahead of its stream.
async fn what_came_together_is_there_together(reader: &mut SqliteConnection) -> Result<(), Fault> {
    for (field, table) in [("claim", "SELECT key FROM claims"), ("secret", "SELECT id FROM secrets")] {
        let told = format!("SELECT json_extract(data, '$.{field}') AS it FROM events WHERE it IS NOT NULL");
        let (told, kept) = (texts(reader, told).await, texts(reader, table.to_owned()).await);
        if told != kept {
            let apart: Vec<_> = told.symmetric_difference(&kept).collect();
            return Err(Fault::Broken(format!("a {field} without its event, or the reverse: {apart:?}")));
        }
    }
    let closings = "SELECT 'closed through ' || closed_through FROM books \
                    WHERE closed_through <> (SELECT coalesce(max(json_extract(data, '$.through')), 0) FROM events)";
    let ahead = "SELECT 'a snapshot of ' || stream FROM snapshots WHERE version > \
                 (SELECT max(version) FROM events WHERE events.stream = snapshots.stream)";
    for alone in [closings, ahead] {
        let found = texts(reader, alone.to_owned()).await;
        if !found.is_empty() {
            return Err(Fault::Broken(format!("there alone: {found:?}")));
        }
    }
    Ok(())
}

async fn texts(reader: &mut SqliteConnection, sql: String) -> BTreeSet<String> {
    let query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql));
    query.fetch_all(reader).await.unwrap().into_iter().collect()
}

async fn it_goes_on(log: &SqliteLog) -> Result<(), Fault> {
    let head = log.head().await.unwrap();
    let meta = Meta { time_ms: 0, actor: "judge".into(), correlation: "j".into(), causation: None };
    let event = NewEvent::new("thing.happened", 1, &"after").unwrap();
    let append = Append::new(CommandId::fresh(), [2; 32], meta);
    let appended = log.append(append.write(StreamId::new("after", 1), Version::NONE, vec![event])).await;
    match appended {
        Ok(appended) if appended.last == head.next() => Ok(()),
        other => Err(Fault::Broken(format!("after {head} an append is answered {other:?}"))),
    }
}
