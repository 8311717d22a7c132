//! A thousand random edits of a copied log whose books were closed: each is found.
//!
//! Not among them: the fingerprint of a command, which only a repeat of the command itself can tell to be wrong.

use std::path::Path;

use berth_store::sqlite::{Options, SqliteLog};
use berth_store::{
    Anchor, Append, CommandId, Finding, Log, Meta, NewEvent, Position, Release, StandIn, StreamId, Version,
    verify, verify_anchored,
};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::value::RawValue;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection, TypeInfo, ValueRef};

const EDITS: u32 = 1000;
/// The last position of [`closed_log`].
const LAST: i64 = 37;
const TABLES: [(&str, &[&str]); 4] = [
    (
        "events",
        &[
            "position",
            "stream",
            "version",
            "name",
            "schema",
            "time_ms",
            "actor",
            "correlation",
            "causation",
            "command",
            "data",
            "checksum",
        ],
    ),
    ("head", &["position", "checksum"]),
    ("released", &["first", "last", "checksum", "stand_ins"]),
    ("commands", &["id", "last_position", "event_count", "time_ms"]),
];

/// Eighteen appends of two events; then 3 to 9 but 6, and 12, have left, and one stands in at 5 and one at 9.
pub(crate) async fn closed_log(path: &Path) -> SqliteLog {
    let log = SqliteLog::open(path, Options::default()).await.unwrap();
    for turn in 0..18 {
        log.append(two_events(turn)).await.unwrap();
    }
    let stand_in = |at: u64, stream: u64, version| StandIn {
        position: Position::new(at),
        stream: StreamId::new("thing", stream),
        version: Version::new(version),
        name: "thing.summarised".into(),
        schema: 1,
        data: RawValue::from_string("{}".into()).unwrap(),
    };
    let release = Release {
        after: Position::START,
        through: Position::new(16),
        positions: [3, 4, 5, 7, 8, 9, 12].map(Position::new).to_vec(),
        stand_ins: vec![stand_in(5, 0, 3), stand_in(9, 0, 5)],
        append: Append::new(CommandId::fresh(), [1; 32], meta()).write(
            StreamId::new("books", "books"),
            Version::NONE,
            vec![NewEvent::new("books.closed", 1, &"through 16").unwrap()],
        ),
    };
    log.release(release).await.unwrap();
    log
}

fn two_events(turn: u32) -> Append {
    let event = || vec![NewEvent::new("thing.said", 1, &format!("turn {turn}")).unwrap()];
    Append::new(CommandId::fresh(), [1; 32], meta())
        .write(StreamId::new("thing", 0), Version::new(turn), event())
        .write(StreamId::new("thing", 1), Version::new(turn), event())
}

fn meta() -> Meta {
    Meta {
        time_ms: 1_700_000_000_000,
        actor: "somebody".into(),
        correlation: "c".into(),
        causation: Some("1".into()),
    }
}

#[tokio::test]
async fn a_thousand_random_edits_are_found() {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("SEED={seed}");
    let mut chance = StdRng::seed_from_u64(seed);
    // In memory where the system has such a place: nothing here hangs on the disk.
    let directory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let path = directory.path().join("log.db");
    closed_log(&path).await.close().await;
    let content = std::fs::read(&path).unwrap();
    let mut edited = 0;
    for copy in 0.. {
        if edited == EDITS {
            break;
        }
        // Never under the same name: a connection that ended badly may still hold the one before.
        let path = directory.path().join(format!("{copy}.db"));
        std::fs::write(&path, &content).unwrap();
        let Some(edit) = edit(&path, &mut chance).await else { continue };
        edited += 1;
        let log = SqliteLog::open(&path, Options { readers: 1, ..Options::default() }).await;
        // Whoever cannot even open it has found it too.
        let Ok(log) = log else { continue };
        let report = verify(&log, |_| ()).await;
        log.close().await;
        std::fs::remove_file(&path).unwrap();
        assert!(!report.is_clean(), "SEED={seed}, edit {edited}: {edit}");
    }
}

/// What was changed, or nothing if the database would not have it so.
async fn edit(path: &Path, chance: &mut StdRng) -> Option<String> {
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
    let lift = "DROP TRIGGER events_are_never_updated; DROP TRIGGER events_are_never_deleted; \
                DROP TRIGGER events_are_only_appended; PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF";
    sqlx::raw_sql(lift).execute(&mut connection).await.unwrap();
    let edit = match chance.random_range(0..10) {
        0 => delete_row(&mut connection, chance).await,
        1 => swap_rows(&mut connection, chance).await,
        2 => cut_tail(&mut connection, chance).await,
        3 => double_row(&mut connection, chance).await,
        _ => change_cell(&mut connection, chance).await,
    };
    connection.close().await.unwrap();
    edit
}

async fn row_of(connection: &mut SqliteConnection, table: &str, chance: &mut StdRng) -> (i64, SqliteRow) {
    let key = if table == "commands" { "last_position" } else { "rowid" };
    let sql = format!("SELECT {key}, * FROM {table} ORDER BY {key}");
    let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(connection).await.unwrap();
    let row = rows.swap_remove(chance.random_range(0..rows.len()));
    (row.get(0), row)
}

fn key_of(table: &str) -> &'static str {
    if table == "commands" { "last_position" } else { "rowid" }
}

/// Says whether it changed anything.
async fn run(connection: &mut SqliteConnection, sql: &str) -> Option<String> {
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.ok()?;
    (done.rows_affected() > 0).then(|| sql.to_owned())
}

async fn change_cell(connection: &mut SqliteConnection, chance: &mut StdRng) -> Option<String> {
    let (table, columns) = TABLES[chance.random_range(0..TABLES.len())];
    let column = columns[chance.random_range(0..columns.len())];
    let (key, row) = row_of(connection, table, chance).await;
    let kind = row.try_get_raw(column).unwrap().type_info().name().to_owned();
    let value = match kind.as_str() {
        "INTEGER" => changed_number(row.get(column), chance).to_string(),
        "TEXT" => {
            format!("CAST({} AS TEXT)", changed_bytes(row.get::<String, _>(column).into_bytes(), chance))
        }
        _ => changed_bytes(row.get(column), chance),
    };
    run(connection, &format!("UPDATE {table} SET {column} = {value} WHERE {} = {key}", key_of(table))).await
}

fn changed_number(number: i64, chance: &mut StdRng) -> i64 {
    if chance.random() {
        number ^ (1 << chance.random_range(0..62))
    } else {
        number + chance.random_range(1..=3)
    }
}

/// A bit flipped, or a byte more or less; as a literal.
fn changed_bytes(mut bytes: Vec<u8>, chance: &mut StdRng) -> String {
    let at = chance.random_range(0..bytes.len().max(1));
    match chance.random_range(0..4) {
        0 => bytes.insert(at, chance.random()),
        1 if !bytes.is_empty() => drop(bytes.remove(at)),
        _ if bytes.is_empty() => bytes.push(b'x'),
        _ => bytes[at] ^= 1 << chance.random_range(0..8),
    }
    let digits: String = bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    format!("x'{digits}'")
}

async fn delete_row(connection: &mut SqliteConnection, chance: &mut StdRng) -> Option<String> {
    let (table, _) = TABLES[chance.random_range(0..TABLES.len())];
    let (key, _) = row_of(connection, table, chance).await;
    run(connection, &format!("DELETE FROM {table} WHERE {} = {key}", key_of(table))).await
}

/// Two events change places, or their contents do.
async fn swap_rows(connection: &mut SqliteConnection, chance: &mut StdRng) -> Option<String> {
    let (one, _) = row_of(connection, "events", chance).await;
    let (other, _) = row_of(connection, "events", chance).await;
    if one == other {
        return None;
    }
    let places = format!(
        "UPDATE events SET position = 1000 WHERE position = {one}; UPDATE events SET position = {one} WHERE position = {other}; \
         UPDATE events SET position = {other} WHERE position = 1000"
    );
    let contents = format!(
        "UPDATE events SET data = (SELECT data FROM events AS other WHERE position = {one} + {other} - events.position), \
         checksum = (SELECT checksum FROM events AS other WHERE position = {one} + {other} - events.position) \
         WHERE position IN ({one}, {other})"
    );
    run(connection, if chance.random() { &places } else { &contents }).await
}

/// With the head as it was, or moved back but not its checksum.
async fn cut_tail(connection: &mut SqliteConnection, chance: &mut StdRng) -> Option<String> {
    let (last, _) = row_of(connection, "events", chance).await;
    if last == LAST {
        return None;
    }
    let cut = format!("DELETE FROM events WHERE position > {last}");
    let moved = format!(
        "UPDATE head SET position = {last}; DELETE FROM commands WHERE last_position > {last}; {cut}"
    );
    run(connection, if chance.random() { &cut } else { &moved }).await
}

/// An event once more, behind the others or in a hole.
async fn double_row(connection: &mut SqliteConnection, chance: &mut StdRng) -> Option<String> {
    let (key, _) = row_of(connection, "events", chance).await;
    let (position, version) = (chance.random_range(1..45), chance.random_range(1..40));
    let double = format!(
        "INSERT INTO events SELECT {position}, stream, {version}, name, schema, time_ms, actor, correlation, causation, command, \
         data, checksum FROM events WHERE position = {key}"
    );
    run(connection, &double).await
}

/// Rows gone and the head set to what is left, with its checksum: the file itself cannot know.
#[tokio::test]
async fn a_tail_that_was_cut_well_is_found_by_what_was_noted_elsewhere() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.db");
    let log = closed_log(&path).await;
    let noted = log.read(Position::START, 100).await.unwrap().last().unwrap().position;
    let anchor = anchor_of(&path, noted).await;
    let earlier = anchor_of(&path, Position::new(20)).await;
    let run_end = Anchor {
        position: Position::new(9),
        checksum: log.released(Position::START, 9).await.unwrap()[1].checksum,
    };
    for kept in [Some(anchor), Some(earlier), Some(run_end), None] {
        assert!(verify_anchored(&log, kept, |_| ()).await.is_clean());
    }
    log.close().await;

    let mut connection = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    let cut = "DROP TRIGGER events_are_never_deleted; DELETE FROM events WHERE position > 30; \
               UPDATE head SET position = 30, checksum = (SELECT checksum FROM events WHERE position = 30); \
               DELETE FROM commands WHERE last_position > 30";
    sqlx::raw_sql(cut).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();

    let log = SqliteLog::open(&path, Options::default()).await.unwrap();
    assert!(verify(&log, |_| ()).await.is_clean(), "from inside the file it cannot be seen");
    let report = verify_anchored(&log, Some(anchor), |_| ()).await;
    assert_eq!(report.findings, [Finding::Anchor { position: 37 }]);
    let rewritten = Anchor { checksum: [1; 32], ..earlier };
    let report = verify_anchored(&log, Some(rewritten), |_| ()).await;
    assert_eq!(report.findings, [Finding::Anchor { position: 20 }]);
    let rewritten = Anchor { checksum: [1; 32], ..run_end };
    let report = verify_anchored(&log, Some(rewritten), |_| ()).await;
    assert_eq!(report.findings, [Finding::Anchor { position: 9 }]);
}

async fn anchor_of(path: &Path, position: Position) -> Anchor {
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
    let query = sqlx::query_scalar("SELECT checksum FROM events WHERE position = ?");
    let at = i64::try_from(position.get()).unwrap();
    let checksum: Vec<u8> = query.bind(at).fetch_one(&mut connection).await.unwrap();
    Anchor { position, checksum: checksum.try_into().unwrap() }
}

#[tokio::test]
async fn a_log_with_closed_books_is_clean_and_tells_what_left() {
    let directory = tempfile::tempdir().unwrap();
    let log = closed_log(&directory.path().join("log.db")).await;
    let report = verify(&log, |_| ()).await;
    assert!(report.is_clean(), "{:?}", report.findings);
    assert_eq!((report.events, report.stand_ins, report.released, report.head.get()), (32, 2, 7, 37));
}
