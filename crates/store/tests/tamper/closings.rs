//! Edits that the chain goes on over, because what was released is no part of it: what the closings told finds them.

use std::path::Path;

use berth_store::sqlite::{Options, SqliteLog};
use berth_store::{
    Anchor, Append, Audit, Closing, CommandId, Finding, Log, Meta, NewEvent, Position, Recorded, Release,
    StandIn, StreamId, Version, verify_anchored, verify_closings,
};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};

/// What was noted elsewhere, and what the closings tell: an attacker can change neither.
type Noted = (Vec<Closing>, Anchor);

/// Twelve events of one stream.
async fn begun(path: &Path) -> SqliteLog {
    let log = SqliteLog::open(path, Options::default()).await.unwrap();
    for version in 0..12 {
        let event = NewEvent::new("thing.said", 1, &version).unwrap();
        let append = Append::new(CommandId::fresh(), [1; 32], Meta::default());
        let append = append.write(StreamId::new("thing", 1), Version::new(version), vec![event]);
        log.append(append).await.unwrap();
    }
    log
}

/// 2 to 4 leave, and one stands in at 4; closed through 8.
async fn close(log: &SqliteLog) {
    let stand_in = StandIn {
        position: Position::new(4),
        stream: StreamId::new("thing", 1),
        version: Version::new(4),
        name: "thing.summarised".into(),
        schema: 1,
        data: RawValue::from_string("{\"missed\":3}".into()).unwrap(),
    };
    let told = NewEvent::new("books.closed", 1, &Release::DIGEST).unwrap();
    let append = Append::new(CommandId::fresh(), [1; 32], Meta::default());
    let release = Release {
        after: Position::START,
        through: Position::new(8),
        positions: [2, 3, 4].map(Position::new).to_vec(),
        stand_ins: vec![stand_in],
        append: append.write(StreamId::new("books", "books"), Version::NONE, vec![told]),
    };
    log.release(release).await.unwrap();
}

/// Of a log in which nothing is wrong yet; lets go of it.
async fn note(log: SqliteLog) -> Noted {
    let told = log.read_stream(&StreamId::new("books", "books"), Version::NONE, 9).await.unwrap();
    let closing = |event: &Recorded| Closing {
        after: Position::START,
        through: Position::new(8),
        digest: serde_json::from_str(event.data.get()).unwrap(),
    };
    let closings: Vec<_> = told.iter().map(closing).collect();
    assert_eq!(verify_closings(&log, &closings).await.unwrap(), []);
    let head = log.raw_head().await.unwrap();
    let position = Position::new(head.position.unsigned_abs());
    log.close().await;
    (closings, Anchor { position, checksum: head.checksum.try_into().unwrap() })
}

/// What the closings find after an edit in which everything else finds nothing wrong.
async fn after(path: &Path, noted: &Noted, script: &str) -> Vec<Finding> {
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
    let lift = "DROP TRIGGER events_are_never_updated; DROP TRIGGER events_are_never_deleted;";
    sqlx::raw_sql(AssertSqlSafe(format!("{lift} {script}"))).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let log = SqliteLog::open(path, Options::default()).await.unwrap();
    let report = verify_anchored(&log, Some(noted.1), |_| ()).await;
    assert!(report.is_clean(), "the chain cannot see it: {:?}", report.findings);
    let findings = verify_closings(&log, &noted.0).await.unwrap();
    log.close().await;
    findings
}

#[tokio::test]
async fn an_event_that_was_deleted_and_called_released_is_found() {
    let directory = tempfile::tempdir().unwrap();
    for (name, closed, told) in [("open", false, 0), ("closed", true, 8)] {
        let path = directory.path().join(name);
        let log = begun(&path).await;
        if closed {
            close(&log).await;
        }
        let noted = note(log).await;
        let script = "INSERT INTO released SELECT position, position, checksum, 0 FROM events WHERE position = 10; \
                      DELETE FROM events WHERE position = 10; UPDATE books SET closed_through = 10; \
                      DELETE FROM commands WHERE last_position <= 10;";
        let untold = Finding::Untold { first: 10, last: 10 };
        let through = Finding::ClosedThrough { stored: 10, told };
        assert_eq!(after(&path, &noted, script).await, [untold, through], "{name}");
    }
}

#[tokio::test]
async fn an_event_called_released_among_those_that_were_is_found() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.db");
    let log = begun(&path).await;
    close(&log).await;
    let noted = note(log).await;
    let script = "INSERT INTO released SELECT position, position, checksum, 0 FROM events WHERE position = 6; \
                  DELETE FROM events WHERE position = 6;";
    assert_eq!(after(&path, &noted, script).await, [Finding::Closing { after: 0, through: 8 }]);
}

#[tokio::test]
async fn a_stand_in_that_was_changed_together_with_its_checksum_is_found() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.db");
    let log = begun(&path).await;
    close(&log).await;
    let noted = note(log).await;
    let checksum = forged(&path, "{\"missed\":1}").await;
    let script =
        format!("UPDATE events SET data = '{{\"missed\":1}}', checksum = x'{checksum}' WHERE position = 4;");
    assert_eq!(after(&path, &noted, &script).await, [Finding::Closing { after: 0, through: 8 }]);
}

/// The checksum that the event at 4 would have with other data, after its run's.
async fn forged(path: &Path, data: &str) -> String {
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
    let query = "SELECT time_ms, command, (SELECT checksum FROM released WHERE last = 4) FROM events WHERE position = 4";
    let row = sqlx::query(query).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let number = |number: i64| number.to_be_bytes().to_vec();
    let text = |text: &str| [&(text.len() as u64).to_be_bytes()[..], text.as_bytes()].concat();
    let link = [
        row.get(2),
        number(4),
        text("thing/1"),
        number(4),
        text("thing.summarised"),
        number(1),
        number(row.get(0)),
        text(""),
        text(""),
        vec![0],
        text(""),
        text(row.get(1)),
        text(data),
    ];
    Sha256::digest(link.concat()).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
