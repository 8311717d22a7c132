//! What a database can do beside keeping the log: rows that travel, space, and damage that is found.

use berth_store::postgres::{Options, PostgresLog};
use berth_store::sqlite::{self, SqliteLog};
use berth_store::vault::Vault;
use berth_store::{
    Append, BackupError, ClaimChange, Exported, ImportError, Log, Position, Release, SecretId, StandIn,
    Storage, Version, verify,
};
use secrecy::SecretString;
use serde_json::value::RawValue;
use sqlx::AssertSqlSafe;

use super::world::{stranger, world};
use crate::contract::{events, fresh, stream};

/// A log with everything that can be in one: streams, released events, one that stands in, and ground.
async fn furnish(log: &dyn Log) {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::open_or_create(&directory.path().join("vault.key")).unwrap();
    let secret =
        vault.seal(&SecretId::fresh(), "password", "thing/1", &SecretString::from("open sesame")).unwrap();
    for version in 0..6 {
        let mut append = fresh().write(stream(1), Version::new(version), events(1));
        append.checkpoint = Some(("mail".into(), Position::new(version.into())));
        append.claims =
            vec![ClaimChange::Take { space: "name", key: format!("名字-{version}"), owner: stream(1) }];
        append.meta.causation = (version > 2).then(String::new);
        append.seal = if version == 0 { vec![secret.clone()] } else { Vec::new() };
        log.append(append).await.unwrap();
    }
    log.append(fresh().write(stream(2), Version::NONE, events(5))).await.unwrap();
    let data = RawValue::from_string(r#"{"much":  "做了很多"}"#.into()).unwrap();
    let (position, version) = (Position::new(4), Version::new(4));
    let stand_in =
        StandIn { position, stream: stream(1), version, name: "thing.summarised".into(), schema: 7, data };
    let release = Release {
        after: Position::START,
        through: Position::new(8),
        positions: [2, 3, 4, 7].map(Position::new).to_vec(),
        stand_ins: vec![stand_in],
        append: fresh().write(stream("books"), Version::NONE, events(1)),
    };
    log.release(release).await.unwrap();
    log.append(Append { ..fresh().write(stream(1), Version::new(6), events(2)) }).await.unwrap();
}

async fn everything(log: &dyn Storage) -> Vec<Exported> {
    let mut all: Vec<Exported> = Vec::new();
    loop {
        let after = all.last().map_or(0, |last| last.event.position.unsigned_abs());
        let more = log.exported(Position::new(after), 3).await.unwrap();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

/// In pieces, each with the runs that begin in it.
async fn carry_over(from: &dyn Storage, to: &dyn Storage) {
    let runs = from.released(Position::START, 100).await.unwrap();
    let mut told = 0;
    for piece in everything(from).await.chunks(4) {
        let last = piece.last().unwrap().event.position.unsigned_abs();
        let new = runs[told..].iter().take_while(|run| run.first.get() <= last).count();
        to.import(piece, &runs[told..told + new]).await.unwrap();
        told += new;
    }
    to.import_ground(&from.ground().await.unwrap()).await.unwrap();
}

async fn same(one: &dyn Storage, other: &dyn Storage) {
    assert_eq!(format!("{:?}", everything(one).await), format!("{:?}", everything(other).await));
    assert_eq!(format!("{:?}", one.ground().await.unwrap()), format!("{:?}", other.ground().await.unwrap()));
    let (first, second) = (verify(one, |_| ()).await, verify(other, |_| ()).await);
    assert!(first.is_clean() && second.is_clean(), "{first:?} {second:?}");
    assert_eq!(
        (first.checksum, first.released, first.stand_ins),
        (second.checksum, second.released, second.stand_ins)
    );
    let one_runs = one.released(Position::START, 100).await.unwrap();
    assert_eq!(one_runs, other.released(Position::START, 100).await.unwrap());
}

#[tokio::test]
async fn a_log_travels_from_sqlite_to_postgres_and_back_unchanged() {
    let directory = tempfile::tempdir().unwrap();
    let open = |name: &str| {
        let path = directory.path().join(name);
        async move { SqliteLog::open(&path, sqlite::Options::default()).await.unwrap() }
    };
    let (first, last) = (open("first.db").await, open("last.db").await);
    let world = world().await;
    furnish(&first).await;
    carry_over(&first, &world.postgres).await;
    same(&first, &world.postgres).await;
    carry_over(&world.postgres, &last).await;
    same(&first, &last).await;
    // Both go on alike.
    for log in [&world.postgres as &dyn Storage, &last] {
        let appended = log.append(fresh().write(stream(1), Version::new(8), events(1))).await.unwrap();
        assert_eq!(appended.last, Position::new(15));
    }
}

#[tokio::test]
async fn rows_that_do_not_fit_and_ground_on_ground_are_refused() {
    let world = world().await;
    furnish(&world.postgres).await;
    let rows = everything(&world.postgres).await;
    let error = world.postgres.import(&rows, &[]).await.unwrap_err();
    assert!(matches!(error, ImportError::Unfit { position: 1, .. }), "{error}");
    let ground = world.postgres.ground().await.unwrap();
    let error = world.postgres.import_ground(&ground).await.unwrap_err();
    assert!(matches!(error, ImportError::NotEmpty), "{error}");
    assert!(verify(&world.postgres, |_| ()).await.is_clean());
    world.log.append(fresh()).await.expect("appends go on");
}

#[tokio::test]
async fn space_is_reused_and_backing_up_is_left_to_the_databases_own_tools() {
    let world = world().await;
    furnish(&world.postgres).await;
    assert!(world.postgres.size_bytes().await.unwrap() > 8192);
    assert!(!world.postgres.compact().await.unwrap(), "there is nothing more to give back");
    let error = world.postgres.back_up("anywhere".as_ref()).await.unwrap_err();
    assert!(matches!(error, BackupError::NotHere { .. }), "{error}");
}

/// Each edit on a log of its own, by a superuser who knows how to get past the guards.
#[tokio::test]
async fn whatever_was_changed_is_found() {
    let edits = [
        "UPDATE events SET data = replace(data, '你', '您') WHERE position = 5",
        "UPDATE events SET name = name || ' ' WHERE position = 4",
        "UPDATE events SET time_ms = time_ms + 1 WHERE position = 1",
        "UPDATE events SET causation = NULL WHERE causation = '' AND position = 5",
        "UPDATE events SET checksum = set_byte(checksum, 31, 255 - get_byte(checksum, 31)) WHERE position = 13",
        "DELETE FROM events WHERE position = 4",
        "DELETE FROM events WHERE position = 10",
        "DELETE FROM events WHERE position = 14",
        "DELETE FROM events WHERE position > 12",
        "UPDATE head SET position = 13",
        "DELETE FROM released WHERE first = 2",
        "UPDATE released SET last = 5 WHERE first = 2",
        "UPDATE commands SET event_count = event_count + 1 WHERE last_position = 14",
        "DELETE FROM commands WHERE last_position = 14",
        "UPDATE events SET version = version + 100 WHERE position = 14",
        "UPDATE events SET position = 15 WHERE position = 14",
    ];
    for edit in edits {
        let world = world().await;
        furnish(&world.postgres).await;
        assert!(verify(&world.postgres, |_| ()).await.is_clean());
        let script = format!("ALTER TABLE events DISABLE TRIGGER USER; {edit}");
        sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut stranger(&world.dsn).await).await.unwrap();
        assert!(!verify(&world.postgres, |_| ()).await.is_clean(), "{edit}");
    }
}

#[tokio::test]
async fn an_opened_log_can_be_used_as_any_storage() {
    let world = world().await;
    let log: std::sync::Arc<dyn Storage> = std::sync::Arc::new(world.postgres.clone());
    log.append(fresh()).await.unwrap();
    log.close().await;
    PostgresLog::open(&world.dsn, Options::default()).await.unwrap();
}
