//! The books are closed over a past that is older than the retention: it leaves, and nothing that was known of it changes.

use std::fs;

use serde_json::Value;

use super::Past;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_old_leaves_the_log_and_no_state_no_statistic_and_no_event_is_lost() {
    let past = Past::made().await;
    let whole = report(&past, "data").await;
    let (rows, states) = (statistics(&past).await, states(&past).await);
    let size = fs::metadata(past.home().join("data/log.db")).unwrap().len();

    let unsure = past.berth(&["admin", "close-books", "--data-dir", "data"]).await;
    assert_eq!(
        unsure.code, 3,
        "the newest event is years old, so nothing says that the clock is right: {unsure:?}"
    );
    past.must(&["admin", "close-books", "--clock-is-right", "--data-dir", "data"]).await;

    let closed = report(&past, "data").await;
    let released = closed["released"].as_u64().unwrap();
    assert!(released * 10 > whole["events"].as_u64().unwrap() * 8, "most of it has left: {closed}");
    let shrunk = fs::metadata(past.home().join("data/log.db")).unwrap().len();
    assert!(shrunk * 3 < size, "the disk has its space back: {size} bytes are {shrunk} now");
    assert!(statistics(&past).await == rows, "statistics are what they were");
    assert_eq!(self::states(&past).await, states, "so is every task");

    fs::remove_file(past.home().join("data/views.db")).unwrap();
    assert!(statistics(&past).await == rows, "and when folded anew from what is left");

    past.must(&["events", "export", "rest.jsonl.zst", "--data-dir", "data"]).await;
    let mut files: Vec<_> =
        fs::read_dir(past.home().join("data/archive")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut import = vec!["events".to_owned(), "import".to_owned()];
    import.extend(files.iter().map(|file| file.display().to_string()));
    import.extend(["rest.jsonl.zst", "--data-dir", "again"].map(ToOwned::to_owned));
    past.must(&import.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let again = report(&past, "again").await;
    assert_eq!(again["checksum"], closed["checksum"], "the archives and the rest are the whole log again");
    assert_eq!(again["released"], 0);
    let events = |report: &Value| report["events"].as_u64().unwrap();
    assert!(events(&again) > events(&whole), "with what closing added");
}

async fn report(past: &Past, data: &str) -> Value {
    let report: Value =
        serde_json::from_str(&past.must(&["events", "verify", "--json", "--data-dir", data]).await).unwrap();
    assert_eq!(report["clean"], true);
    report
}

async fn statistics(past: &Past) -> String {
    let dump = past.must(&["projections", "dump", "--canonical", "--data-dir", "data"]).await;
    let counted = |line: &&str| line.starts_with("statistics {") || line.starts_with("grab {");
    dump.lines().filter(counted).collect::<Vec<_>>().join("\n")
}

/// What some of the tasks are now, as replaying tells it.
async fn states(past: &Past) -> Vec<Value> {
    let listed = past
        .must(&["events", "list", "--type", "grab.created", "--first", "3", "--data-dir", "data", "--json"])
        .await;
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let mut states = Vec::new();
    for task in listed.as_array().unwrap() {
        let replay = ["events", "replay", task["streamId"].as_str().unwrap(), "--data-dir", "data", "--json"];
        let replayed: Value = serde_json::from_str(&past.must(&replay).await).unwrap();
        states.push(replayed["state"].clone());
    }
    assert!(!states.is_empty());
    states
}
