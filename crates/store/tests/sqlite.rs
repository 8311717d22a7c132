//! The `SQLite` back-end: the contract of every log, and what only a file can do.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod contract;
mod storage_contract;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use berth_store::sqlite::{OpenError, Options, SqliteLog};
use berth_store::{
    AppendError, BackupError, Log, NewEvent, Position, Release, StandIn, Version, follow, verify,
};
use contract::{AnyLog, append_to, fresh, stream};
use futures::StreamExt;
use futures::future::join_all;
use serde_json::value::RawValue;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use storage_contract::exchange::AnyStorage;
use tempfile::TempDir;

struct World {
    log: AnyLog,
    storage: AnyStorage,
    sqlite: SqliteLog,
    directory: TempDir,
}

async fn world_with(options: Options) -> World {
    let directory = tempfile::tempdir().unwrap();
    let sqlite = SqliteLog::open(&directory.path().join("log.db"), options).await.unwrap();
    let storage = Arc::new(sqlite.clone());
    World { log: storage.clone(), storage, sqlite, directory }
}

async fn world() -> World {
    world_with(Options::default()).await
}

/// Somebody else's connection to the same file.
async fn stranger(directory: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(directory.join("log.db")).connect().await.unwrap()
}

contract!(world());
storage_contract!(world());

/// The writer with a transaction for each append keeps the same promises.
mod one_by_one {
    use super::{Options, World, contract, world_with};

    async fn world() -> World {
        world_with(Options { group_appends: 1, ..Options::default() }).await
    }

    crate::contract!(world());
}

#[tokio::test]
async fn events_are_immutable_in_the_database_itself() {
    let world = world().await;
    append_to(&world.log, 1, 0, 3).await.unwrap();
    let mut stranger = stranger(world.directory.path()).await;
    let attempts = [
        "UPDATE events SET data = '{}' WHERE position = 2",
        "DELETE FROM events WHERE position = 3",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events SELECT position, stream, version, 'other', schema, time_ms, actor, correlation, \
         causation, command, data, checksum FROM events WHERE position = 2",
        "INSERT OR REPLACE INTO events SELECT 4, stream, version, 'other', schema, time_ms, actor, correlation, \
         causation, command, data, checksum FROM events WHERE position = 2",
    ];
    for attempt in attempts {
        let error = sqlx::query(attempt).execute(&mut stranger).await.expect_err(attempt);
        assert!(error.to_string().contains("events are"), "{attempt}: {error}");
    }
    assert!(verify(&world.sqlite, |_| ()).await.is_clean());
}

#[tokio::test]
async fn a_conflict_in_a_group_fails_alone() {
    // A long linger and a lone first caller: what is asked while the first commits is one group.
    let world = world().await;
    let appends = (0..100).map(|n| append_to(&world.log, n % 90, 0, 1));
    let answers = join_all(appends).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 90);
    assert!(verify(&world.sqlite, |_| ()).await.is_clean());
}

#[tokio::test]
async fn what_the_database_refuses_does_not_hurt_its_neighbours() {
    let world = world().await;
    let mut stranger = stranger(world.directory.path()).await;
    let trigger = "CREATE TRIGGER refuse BEFORE INSERT ON events WHEN NEW.name = 'thing.refused' \
                   BEGIN SELECT RAISE(ABORT, 'no'); END";
    sqlx::query(trigger).execute(&mut stranger).await.unwrap();
    let appends = (0..50_u32).map(|n| {
        let name = if n == 7 { "thing.refused" } else { "thing.happened" };
        world.log.append(fresh().write(stream(n), Version::NONE, vec![contract::event(name)]))
    });
    let answers = join_all(appends).await;
    assert!(matches!(&answers[7], Err(AppendError::Storage(_))), "{:?}", answers[7]);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 49);
    assert_eq!(world.log.head().await.unwrap(), Position::new(49));
    assert!(verify(&world.sqlite, |_| ()).await.is_clean());
}

#[tokio::test]
async fn it_is_all_there_after_closing_and_after_dropping() {
    let world = world().await;
    let path = world.directory.path().join("log.db");
    append_to(&world.log, 1, 0, 3).await.unwrap();
    world.sqlite.close().await;
    assert!(matches!(append_to(&world.log, 1, 3, 1).await, Err(AppendError::Stopped)));

    let again = SqliteLog::open(&path, Options::default()).await.unwrap();
    let log: AnyLog = Arc::new(again.clone());
    append_to(&log, 1, 3, 2).await.unwrap();
    drop((log, again));

    let last = SqliteLog::open(&path, Options::default()).await.unwrap();
    assert_eq!(last.head().await.unwrap(), Position::new(5));
    assert!(verify(&last, |_| ()).await.is_clean());
}

#[tokio::test]
async fn what_is_kept_in_memory_is_what_the_file_holds() {
    let world = world().await;
    for number in 0..40 {
        append_to(&world.log, number, 0, 40).await.unwrap();
    }
    let file = SqliteLog::open(&world.directory.path().join("log.db"), Options::default()).await.unwrap();
    for after in [0, 1, 575, 576, 577, 1000, 1598, 1599, 1600, 2000].map(Position::new) {
        for limit in [1, 7, 10_000] {
            let [ours, theirs] = [&world.sqlite, &file].map(|log| log.read(after, limit));
            let (ours, theirs) = (ours.await.unwrap(), theirs.await.unwrap());
            let texts = [ours, theirs].map(|events| serde_json::to_string(&events).unwrap());
            assert_eq!(texts[0], texts[1], "{limit} after {after}");
        }
    }
}

#[tokio::test]
async fn a_follower_ends_when_the_log_is_closed() {
    let world = world().await;
    let following = tokio::spawn(follow(world.log.clone(), Position::START).collect::<Vec<_>>());
    append_to(&world.log, 1, 0, 1).await.unwrap();
    world.sqlite.close().await;
    following.await.unwrap();
}

#[tokio::test]
async fn a_full_disk_refuses_appends_reads_on_and_recovers_when_there_is_space() {
    let world = world_with(Options { max_pages: Some(40), ..Options::default() }).await;
    let large = || NewEvent::new("thing.large", 1, &"x".repeat(20_000)).unwrap();
    let mut version = 0;
    loop {
        let batch = fresh().write(stream(1), Version::new(version), vec![large()]);
        match world.log.append(batch).await {
            Ok(_) => version += 1,
            Err(AppendError::StorageFull) => break,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(version > 0);
    let refused = fresh().write(stream(1), Version::new(version), vec![large()]);
    assert!(matches!(world.log.append(refused.clone()).await, Err(AppendError::StorageFull)));
    assert_eq!(contract::all(&world.log).await.len(), version as usize);

    world.sqlite.limit_pages(1000).await.unwrap();
    let appended = world.log.append(refused).await.unwrap();
    assert_eq!((appended.last.get(), appended.repeated), (u64::from(version) + 1, false));
    assert!(verify(&world.sqlite, |_| ()).await.is_clean());
}

#[tokio::test]
async fn a_file_of_a_newer_program_is_refused_and_left_alone() {
    let world = world().await;
    world.sqlite.close().await;
    let mut stranger = stranger(world.directory.path()).await;
    sqlx::query("PRAGMA user_version = 999").execute(&mut stranger).await.unwrap();
    let path = world.directory.path().join("log.db");
    let error = SqliteLog::open(&path, Options::default()).await.map(drop).unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 999, .. }), "{error}");
}

#[tokio::test]
async fn who_may_not_upgrade_is_refused_by_an_older_file_and_leaves_it_alone() {
    let world = world().await;
    world.sqlite.close().await;
    let mut stranger = stranger(world.directory.path()).await;
    sqlx::query("PRAGMA user_version = 1").execute(&mut stranger).await.unwrap();
    let path = world.directory.path().join("log.db");
    let looker = Options { upgrade: false, ..Options::default() };
    let error = SqliteLog::open(&path, looker).await.map(drop).unwrap_err();
    assert!(matches!(error, OpenError::Older { found: 1, .. }), "{error}");
    let format: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut stranger).await.unwrap();
    assert_eq!(format, 1);
}

#[tokio::test]
async fn what_is_not_a_database_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.db");
    std::fs::write(&path, "something else entirely, and long enough to be looked at".repeat(100)).unwrap();
    let error = SqliteLog::open(&path, Options::default()).await.map(drop).unwrap_err();
    assert!(matches!(error, OpenError::Storage { .. }), "{error}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("something else"));
}

#[tokio::test]
async fn another_writer_makes_appends_fail_once_but_never_corrupts() {
    let world = world().await;
    append_to(&world.log, 1, 0, 1).await.unwrap();
    let other = SqliteLog::open(&world.directory.path().join("log.db"), Options::default()).await.unwrap();
    let other_log: AnyLog = Arc::new(other);
    append_to(&other_log, 1, 1, 1).await.unwrap();

    let error = append_to(&world.log, 1, 1, 1).await.unwrap_err();
    assert!(matches!(error, AppendError::Storage(_)), "{error}");
    let error = append_to(&world.log, 1, 1, 1).await.unwrap_err();
    assert!(matches!(error, AppendError::Conflict { actual, .. } if actual == Version::new(2)), "{error}");
    append_to(&world.log, 1, 2, 1).await.unwrap();
    assert!(verify(&world.sqlite, |_| ()).await.is_clean());
}

/// Lets all but the first and the last of a stream's events go, but for one that stands in.
async fn close_books(log: &AnyLog, events: u64) {
    let last = Position::new(events - 1);
    let stand_in = StandIn {
        position: last,
        stream: stream(1),
        version: Version::new(u32::try_from(events).unwrap() - 1),
        name: "thing.summarised".into(),
        schema: 1,
        data: RawValue::from_string("{}".into()).unwrap(),
    };
    let release = Release {
        after: Position::START,
        through: last,
        positions: (2..events).map(Position::new).collect(),
        stand_ins: vec![stand_in],
        append: fresh().write(stream("books"), Version::NONE, events_of(1)),
    };
    log.release(release).await.unwrap();
}

fn events_of(count: u32) -> Vec<NewEvent> {
    (0..count).map(|_| NewEvent::new("thing.large", 1, &"x".repeat(2000)).unwrap()).collect()
}

async fn compact(world: &World) {
    while world.storage.compact().await.unwrap() {}
}

#[tokio::test]
async fn closing_the_books_makes_the_file_smaller_and_leaves_it_immutable() {
    let world = world().await;
    world.log.append(fresh().write(stream(1), Version::NONE, events_of(5000))).await.unwrap();
    compact(&world).await;
    let before = world.storage.size_bytes().await.unwrap();
    close_books(&world.log, 5000).await;
    compact(&world).await;
    let after = world.storage.size_bytes().await.unwrap();
    assert!(after < before / 20, "{before} to {after} bytes");

    let report = verify(&world.sqlite, |_| ()).await;
    assert!(report.is_clean(), "{report:?}");
    assert_eq!((report.events, report.stand_ins, report.released), (4, 1, 4998));
    let mut stranger = stranger(world.directory.path()).await;
    for attempt in ["UPDATE events SET data = '{}'", "DELETE FROM events WHERE position = 1"] {
        let error = sqlx::query(attempt).execute(&mut stranger).await.expect_err(attempt);
        assert!(error.to_string().contains("events are"), "{attempt}: {error}");
    }
    append_to(&world.log, 1, 5000, 1).await.unwrap();
}

#[tokio::test]
async fn a_file_of_before_is_written_anew_once_and_then_shrinks_too() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.db");
    let old = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut stranger = old.pragma("journal_mode", "WAL").connect().await.unwrap();
    let first = include_str!("../../../migrations/log/0001_log.sql");
    let script = sqlx::AssertSqlSafe(format!("{first} PRAGMA user_version = 1;"));
    sqlx::raw_sql(script).execute(&mut stranger).await.unwrap();
    drop(stranger);

    let sqlite = SqliteLog::open(&path, Options::default()).await.unwrap();
    let storage = Arc::new(sqlite.clone());
    let world = World { log: storage.clone(), storage, sqlite, directory };
    world.log.append(fresh().write(stream(1), Version::NONE, events_of(3000))).await.unwrap();
    let before = world.storage.size_bytes().await.unwrap();
    close_books(&world.log, 3000).await;
    compact(&world).await;
    let after = world.storage.size_bytes().await.unwrap();
    assert!(after < before / 20, "{before} to {after} bytes");
    assert!(verify(&world.sqlite, |_| ()).await.is_clean());
    append_to(&world.log, 1, 3000, 1).await.unwrap();
    let mut stranger = self::stranger(world.directory.path()).await;
    let mode: i64 = sqlx::query_scalar("PRAGMA auto_vacuum").fetch_one(&mut stranger).await.unwrap();
    assert_eq!(mode, 2, "the next time it shrinks a piece at a time");
}

#[tokio::test]
async fn a_backup_is_a_log_of_its_own_and_never_replaces_a_file() {
    let world = world().await;
    append_to(&world.log, 1, 0, 700).await.unwrap();
    let copy = world.directory.path().join("copy.db");
    let appending = async {
        for version in 700..800 {
            append_to(&world.log, 1, version, 1).await.unwrap();
        }
    };
    let (copied, ()) = tokio::join!(world.storage.back_up(&copy), appending);
    copied.unwrap();
    let mode = std::fs::metadata(&copy).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "it holds sealed secrets");
    for file in ["log.db", "log.db-wal"] {
        let mode = std::fs::metadata(world.directory.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file} does too");
    }

    let content = std::fs::read(&copy).unwrap();
    assert!(matches!(world.storage.back_up(&copy).await, Err(BackupError::Storage(_))));
    assert_eq!(std::fs::read(&copy).unwrap(), content);

    let copy = SqliteLog::open(&copy, Options::default()).await.unwrap();
    let report = verify(&copy, |_| ()).await;
    assert!(report.is_clean() && (700..=800).contains(&report.events), "{report:?}");
    let last = u32::try_from(report.events).unwrap();
    let log: AnyLog = Arc::new(copy);
    append_to(&log, 1, last, 1).await.expect("it goes on on its own");
    assert_eq!(world.log.head().await.unwrap(), Position::new(800));
}
