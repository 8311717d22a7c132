//! What the writer does until its power is cut: everything that an append can hold, one by one and in groups, with the WAL
//! folded in many times. Then the books are closed over half of it and the space is given back; and all that once more, after
//! the log was closed and opened again.

use std::{collections::BTreeMap, fs::File, io::Write, path::Path, time::Duration};

use berth_store::{
    Append, AppendError, Appended, ClaimChange, CommandId, Log, Meta, NewEvent, Position, Recorded, Release,
    SecretId, Snapshot, StandIn, Storage, StreamId, Version,
    sqlite::{Options, SqliteLog},
    vault::Vault,
};
use futures::future::join_all;
use serde_json::{json, value::to_raw_value};
use sqlx::sqlite::SqliteSynchronous;

use crate::disk::TOLD;

const ALONE: u32 = 60;
const GROUPS: u32 = 12;
const GROUP: u32 = 16;

struct Workload {
    log: SqliteLog,
    vault: Vault,
    told: File,
    count: u32,
    versions: BTreeMap<u32, u32>,
    closings: u32,
    closed: Position,
}

/// Runs to the end, telling every answer, and ends as if by a crash.
pub(crate) async fn run(directory: &Path, is_weak: bool) {
    let path = directory.join("log.db");
    let open = || async {
        let mut options = Options { wal_pages: 150, ..Options::default() };
        if is_weak {
            options.synchronous = SqliteSynchronous::Normal;
        }
        SqliteLog::open(&path, options).await.unwrap()
    };
    let mut workload = Workload {
        log: open().await,
        vault: Vault::open_or_create(&directory.with_extension("key")).unwrap(),
        told: File::create(directory.join(TOLD)).unwrap(),
        count: 0,
        versions: BTreeMap::new(),
        closings: 0,
        closed: Position::START,
    };
    workload.appends().await;
    workload.log.close().await;
    workload.log = open().await;
    workload.appends().await;
}

impl Workload {
    async fn appends(&mut self) {
        for lane in 0..ALONE {
            self.together(lane..=lane).await;
        }
        for _ in 0..GROUPS {
            self.together(0..GROUP).await;
        }
        self.close_books().await;
        while self.log.compact().await.unwrap() {}
        for lane in 0..GROUP {
            self.together(lane..=lane).await;
        }
    }

    async fn together(&mut self, lanes: impl Iterator<Item = u32>) {
        let appends: Vec<_> = lanes.map(|lane| self.next(lane)).collect();
        let answers = join_all(appends.into_iter().map(|append| insist(&self.log, append))).await;
        for line in answers {
            // In one write, so that it is told whole.
            self.told.write_all(line.as_bytes()).unwrap();
        }
    }

    /// Lets go of the events that nobody misses, and has something stand in for every third.
    async fn close_books(&mut self) {
        let head = self.log.head().await.unwrap();
        let through = Position::new(u64::midpoint(self.closed.get(), head.get()));
        let events = self.log.read(self.closed, u32::MAX).await.unwrap();
        let leaving: Vec<_> = events
            .iter()
            .filter(|event| event.position <= through && event.name == "thing.happened")
            .filter(|event| self.is_followed(event))
            .collect();
        let stand_in = |event: &&Recorded| StandIn {
            position: event.position,
            stream: event.stream.clone(),
            version: event.version,
            name: "thing.summarised".into(),
            schema: 1,
            data: to_raw_value(&json!({ "much": "z".repeat(50) })).unwrap(),
        };
        let told = NewEvent::new("books.closed", 1, &json!({ "through": through.get() })).unwrap();
        let append = Append::new(command(&format!("closing-{}", self.closings)), [1; 32], meta());
        let release = Release {
            after: self.closed,
            through,
            positions: leaving.iter().map(|event| event.position).collect(),
            stand_ins: leaving.iter().step_by(3).map(stand_in).collect(),
            append: append.write(StreamId::new("books", "books"), Version::new(self.closings), vec![told]),
        };
        let appended = self.log.release(release.clone()).await.unwrap();
        self.told.write_all(line(&release.append, &appended).as_bytes()).unwrap();
        (self.closed, self.closings) = (through, self.closings + 1);
    }

    /// The last of a stream stays.
    fn is_followed(&self, event: &Recorded) -> bool {
        let lane = event.stream.id().parse().ok();
        lane.and_then(|lane: u32| self.versions.get(&lane)).is_some_and(|last| event.version.get() < *last)
    }

    /// One to three events, short and long; now and then with a name, a secret, a snapshot or a checkpoint.
    fn next(&mut self, lane: u32) -> Append {
        self.count += 1;
        let count = self.count;
        let stream = StreamId::new("thing", lane);
        let version = self.versions.entry(lane).or_default();
        let expected = Version::new(*version);
        *version += count % 3 + 1;
        let mut data = json!({ "count": count, "filler": "x".repeat((count as usize * 37) % 900) });
        let mut append = Append::new(command(&format!("command-{count}")), [1; 32], meta());
        if count.is_multiple_of(3) {
            let key = format!("name-{count}");
            data["claim"] = json!(key);
            append.claims.push(ClaimChange::Take { space: "name", key, owner: stream.clone() });
        }
        if count.is_multiple_of(4) {
            let id = SecretId::parse(&format!("secret_{count}")).unwrap();
            data["secret"] = json!(id.as_str());
            append.seal.push(self.vault.seal(&id, "key", stream.as_str(), &"s".repeat(700).into()).unwrap());
        }
        if count.is_multiple_of(5) {
            let data = to_raw_value(&json!({ "state": "y".repeat(1500) })).unwrap();
            append.snapshots.push(Snapshot { stream: stream.clone(), version: expected, schema: 1, data });
        }
        append.checkpoint =
            count.is_multiple_of(7).then(|| ("follower".to_owned(), Position::new(count.into())));
        let first = NewEvent::new("thing.named", 1, &data).unwrap();
        let rest = (0..count % 3).map(|_| NewEvent::new("thing.happened", 1, &count).unwrap());
        append.write(stream, expected, std::iter::once(first).chain(rest).collect())
    }
}

fn command(name: &str) -> CommandId {
    CommandId::parse(name).unwrap()
}

fn meta() -> Meta {
    Meta { time_ms: 1_700_000_000_000, actor: "writer".into(), correlation: "c".into(), causation: None }
}

/// What is told of an answer.
fn line(append: &Append, appended: &Appended) -> String {
    format!("{} {} {}\n", append.command.as_str(), appended.last, appended.count)
}

/// Asks again while the disk is full, and answers what is told.
async fn insist(log: &SqliteLog, append: Append) -> String {
    loop {
        match log.append(append.clone()).await {
            Ok(appended) => return line(&append, &appended),
            Err(AppendError::StorageFull) => tokio::time::sleep(Duration::from_millis(1)).await,
            Err(error) => panic!("{error:?}"),
        }
    }
}
