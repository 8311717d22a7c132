//! Out of one log, into another.

use berth_test_postgres::Server;
use serde_json::Value;

use super::Past;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_exported_imported_and_exported_again_is_the_same_to_the_byte() {
    let past = Past::made().await;
    past.must(&["events", "export", "first.jsonl", "--data-dir", "data"]).await;
    past.must(&["events", "export", "first.jsonl.zst", "--data-dir", "data"]).await;
    past.must(&["events", "import", "first.jsonl.zst", "--data-dir", "copy", "--dry-run"]).await;
    assert!(!past.home().join("copy/log.db").exists(), "a dry run makes nothing");
    past.must(&["events", "import", "first.jsonl.zst", "--data-dir", "copy"]).await;
    past.must(&["events", "export", "second.jsonl", "--data-dir", "copy"]).await;
    assert!(past.read("first.jsonl") == past.read("second.jsonl"));
    assert!(past.read("first.jsonl.zst").len() * 4 < past.read("first.jsonl").len());
    assert_eq!(checksum(&past, "data").await, checksum(&past, "copy").await);

    let again = past.berth(&["events", "import", "first.jsonl", "--data-dir", "copy"]).await;
    assert_eq!(again.code, 0, "what is there already is passed over: {again:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_moves_from_sqlite_to_postgresql_and_back_with_the_same_checksum() {
    let past = Past::made().await;
    let server = Server::start();
    let dsn = format!("database.dsn={}", server.database());
    let postgres = ["--set", "database.driver=postgres", "--set", &dsn, "--data-dir", "elsewhere"];
    let with =
        |command: &[&str]| [command, &postgres].concat().iter().map(ToString::to_string).collect::<Vec<_>>();
    let run = async |command: &[&str]| {
        let arguments = with(command);
        past.must(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).await
    };
    past.must(&["events", "export", "first.jsonl", "--data-dir", "data"]).await;
    run(&["events", "import", "first.jsonl"]).await;
    let report: Value = serde_json::from_str(&run(&["events", "verify", "--json"]).await).unwrap();
    assert_eq!(report["clean"], true);
    assert_eq!(report["checksum"], checksum(&past, "data").await);
    run(&["events", "export", "second.jsonl"]).await;
    assert!(past.read("first.jsonl") == past.read("second.jsonl"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redacted_export_tells_nothing_and_cannot_be_imported() {
    let past = Past::made().await;
    past.must(&["events", "export", "redacted.jsonl", "--redact", "--data-dir", "data"]).await;
    let text = String::from_utf8(past.read("redacted.jsonl")).unwrap();
    for telling in ["aaaaaaaamadeup", "192.0.2.7", "secret_0"] {
        assert!(!text.contains(telling), "{telling}");
    }
    let refused = past.berth(&["events", "import", "redacted.jsonl", "--data-dir", "copy"]).await;
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.stderr.contains("redacted"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_was_imported_in_part_is_not_served_until_the_rest_is_there() {
    let past = Past::made().await;
    past.must(&["events", "export", "whole.jsonl", "--data-dir", "data"]).await;
    let whole = past.read("whole.jsonl");
    std::fs::write(past.home().join("torn.jsonl"), &whole[..whole.len() * 3 / 4]).unwrap();
    let torn = past.berth(&["events", "import", "torn.jsonl", "--data-dir", "copy"]).await;
    assert_eq!(torn.code, 1, "{torn:?}");
    let refused = past.berth(&["serve", "--data-dir", "copy", "--set", "server.port=0"]).await;
    assert_eq!(refused.code, 70, "{refused:?}");
    assert!(refused.stderr.contains("events import"), "{refused:?}");
    past.must(&["events", "import", "whole.jsonl", "--data-dir", "copy"]).await;
    assert_eq!(checksum(&past, "data").await, checksum(&past, "copy").await);
    past.must(&["events", "export", "again.jsonl", "--data-dir", "copy"]).await;
    assert!(whole == past.read("again.jsonl"));
}

async fn checksum(past: &Past, data: &str) -> Value {
    let report = past.must(&["events", "verify", "--json", "--data-dir", data]).await;
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["clean"], true);
    report["checksum"].clone()
}
