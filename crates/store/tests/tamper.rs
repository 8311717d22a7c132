//! Whoever changes the past is found, however he does it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod tamper {
    mod closings;
    mod edits;
}

use std::path::{Path, PathBuf};

use berth_store::sqlite::{Options, SqliteLog};
use berth_store::{Append, CommandId, Finding, Log, Meta, NewEvent, Report, StreamId, Version, verify};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions};
use tempfile::TempDir;

const CANARY: &str = "the canary sings in this event";

/// Twelve events in three streams, closed.
async fn written() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.db");
    let log = SqliteLog::open(&path, Options::default()).await.unwrap();
    for turn in 0..4 {
        let meta = Meta {
            time_ms: 1_700_000_000_000,
            actor: "somebody".into(),
            correlation: "c".into(),
            causation: Some("1".into()),
        };
        let mut append = Append::new(CommandId::fresh(), [1; 32], meta);
        for id in 0..3 {
            let event = NewEvent::new("thing.said", 1, &CANARY).unwrap();
            append = append.write(StreamId::new("thing", id), Version::new(turn), vec![event]);
        }
        log.append(append).await.unwrap();
    }
    log.close().await;
    (directory, path)
}

async fn verified(path: &Path) -> Report {
    let log = SqliteLog::open(path, Options::default()).await.unwrap();
    let report = verify(&log, |_| ()).await;
    log.close().await;
    report
}

/// What is found after somebody took the triggers away and ran this.
async fn after(statement: &str) -> Report {
    let (_directory, path) = written().await;
    let mut connection = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    let script = format!(
        "DROP TRIGGER events_are_never_updated; DROP TRIGGER events_are_never_deleted; \
         DROP TRIGGER events_are_only_appended; {statement};"
    );
    sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut connection).await.unwrap();
    drop(connection);
    verified(&path).await
}

#[tokio::test]
async fn an_untouched_log_is_clean_and_tells_its_checksum() {
    let (_directory, path) = written().await;
    let report = verified(&path).await;
    assert!(report.is_clean(), "{:?}", report.findings);
    assert_eq!((report.events, report.head.get(), report.checksum.len()), (12, 12, 64));
    assert_eq!(verified(&path).await.checksum, report.checksum);
}

#[tokio::test]
async fn a_change_of_any_column_of_any_row_is_found() {
    let changes = [
        "stream = 'thing/9'",
        "version = 99",
        "name = 'thing.Said'",
        "schema = 2",
        "time_ms = time_ms + 1",
        "actor = 'somebodx'",
        "correlation = ''",
        "causation = NULL",
        "causation = ''",
        "command = command || 'x'",
        "data = replace(data, 'canary', 'Canary')",
        "checksum = zeroblob(32)",
        "checksum = x'00'",
        "data = CAST(x'22ff22' AS TEXT)",
    ];
    for (index, change) in changes.iter().enumerate() {
        let position = i64::try_from(index).unwrap() % 12 + 1;
        let report = after(&format!("UPDATE events SET {change} WHERE position = {position}")).await;
        let found = report.findings.contains(&Finding::Changed { position });
        assert!(found, "{change} at {position}: {:?}", report.findings);
    }
}

#[tokio::test]
async fn rows_deleted_added_or_swapped_are_found() {
    let first = Finding::Missing { from: 1, to: 1 };
    assert_eq!(after("DELETE FROM events WHERE position = 1").await.findings[0], first);
    let middle = Finding::Missing { from: 4, to: 6 };
    assert_eq!(after("DELETE FROM events WHERE position BETWEEN 4 AND 6").await.findings[0], middle);
    let last = Finding::Missing { from: 12, to: 12 };
    assert_eq!(after("DELETE FROM events WHERE position = 12").await.findings[0], last);
    let all = Finding::Missing { from: 1, to: 12 };
    assert_eq!(after("DELETE FROM events").await.findings[0], all);

    let swapped = after(
        "UPDATE events SET position = 100 WHERE position = 5; UPDATE events SET position = 5 WHERE position = 8; \
         UPDATE events SET position = 8 WHERE position = 100",
    )
    .await;
    assert!(swapped.findings.contains(&Finding::Changed { position: 5 }), "{:?}", swapped.findings);
    let added = after(
        "INSERT INTO events SELECT 13, stream, 5, name, schema, time_ms, actor, correlation, causation, command, data, \
         checksum FROM events WHERE position = 12",
    )
    .await;
    assert!(added.findings.contains(&Finding::Head { position: 12, last_event: 13 }), "{:?}", added.findings);
}

#[tokio::test]
async fn a_head_or_an_answer_that_does_not_fit_is_found() {
    for change in [
        "UPDATE head SET position = 11",
        "UPDATE head SET position = 13",
        "UPDATE head SET checksum = zeroblob(32)",
        // The last event gone and the head moved back, but not its checksum.
        "DELETE FROM events WHERE position = 12; UPDATE head SET position = 11",
        "UPDATE commands SET event_count = 2 WHERE last_position = 3",
        "UPDATE commands SET last_position = 7 WHERE last_position = 6",
        "DELETE FROM commands WHERE last_position = 9",
    ] {
        assert!(!after(change).await.is_clean(), "{change}");
    }
}

#[tokio::test]
async fn a_flipped_bit_in_the_file_is_found() {
    let (_directory, path) = written().await;
    let content = std::fs::read(&path).unwrap();
    let places: Vec<_> = content
        .windows(CANARY.len())
        .enumerate()
        .filter(|(_, window)| *window == CANARY.as_bytes())
        .map(|(at, _)| at)
        .collect();
    assert_eq!(places.len(), 12);
    for (at, bit) in places.into_iter().zip([0, 1, 2, 3, 4, 5, 6, 7].into_iter().cycle()) {
        let mut changed = content.clone();
        changed[at + 4] ^= 1 << bit;
        std::fs::write(&path, changed).unwrap();
        let report = verified(&path).await;
        assert!(!report.is_clean(), "bit {bit} at {at}");
    }
}

#[tokio::test]
async fn a_file_cut_short_is_reported_and_does_not_end_the_program() {
    let (_directory, path) = written().await;
    let log = SqliteLog::open(&path, Options::default()).await.unwrap();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_len(3 * 4096).unwrap();
    let report = verify(&log, |_| ()).await;
    assert!(!report.is_clean());
}
