use serde_json::{Value, json};

use crate::{
    berth, berth_until,
    stub::{Reply, Stub},
};

fn event(position: u64) -> Value {
    json!({
        "id": format!("event_{position}"), "position": position.to_string(), "streamId": "grab/grab_1", "version": 1,
        "type": "grab.attempt_settled", "schemaVersion": 1, "time": "2026-11-21T11:59:00.417Z", "actor": "system",
        "summary": "容量不足", "data": {}, "correlationId": "c", "causationId": null,
    })
}

fn events(positions: &[u64], position: u64) -> Value {
    let events: Vec<Value> = positions.iter().map(|position| event(*position)).collect();
    json!({ "events": events, "position": position.to_string(), "caughtUp": true })
}

fn entry(position: u64, level: &str, message: &str) -> Value {
    json!({
        "position": position.to_string(), "index": 0, "time": "2026-11-21T11:59:00Z", "level": level, "category": "GRAB",
        "key": "k", "message": message, "fields": {}, "repeatCount": 3, "firstTime": "2026-11-21T11:58:00Z",
        "actor": "system", "task": null,
    })
}

fn page(entries: &[Value], more: bool) -> Reply {
    let info = json!({ "hasNextPage": more, "endCursor": "c" });
    Reply::Data(json!({ "nodes": entries, "pageInfo": info, "position": "40" }))
}

#[tokio::test]
async fn after_a_break_the_tail_goes_on_from_the_last_position() {
    let stub = Stub::start([
        ("EventAppended", Reply::BatchesThenCut(vec![events(&[6, 7], 7), events(&[], 9)])),
        ("EventAppended", Reply::BatchesThenCut(vec![])),
        ("EventAppended", Reply::BatchesThenSilence(vec![events(&[11], 12)])),
    ])
    .await;
    let watched = stub.clone();
    let line = ["events", "tail", "--after", "5", "--type", "grab.*", "-o", "jsonl"];
    let outcome = berth_until(&stub.url, &line, async move { watched.all_given().await }).await;
    assert_eq!(outcome.exit, 130, "{outcome:?}");
    let after: Vec<Value> = stub.asked().iter().map(|asked| asked.variables["after"].clone()).collect();
    assert_eq!(after, ["5", "9", "9"], "an empty batch moves the position, an empty connection does not");
    assert_eq!(stub.asked()[2].variables["filter"], json!({ "type": ["grab.*"] }));
    let printed: Vec<Value> = outcome.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(printed[..2], [event(6), event(7)], "nothing missed and nothing twice");
    assert!(
        outcome.err.contains("go on with: berth events tail --type 'grab.*' --after "),
        "{}",
        outcome.err
    );
}

#[tokio::test]
async fn a_server_that_was_asked_too_much_is_asked_again_and_one_that_refuses_is_not() {
    for (status, batches, exit) in [(429, 2, 130), (400, 1, 1)] {
        let stub = Stub::start([
            ("EventAppended", Reply::BatchesThenCut(vec![events(&[7], 7)])),
            ("EventAppended", Reply::NoSocket(status)),
            ("EventAppended", Reply::BatchesThenSilence(vec![events(&[11], 12)])),
        ])
        .await;
        let watched = stub.clone();
        let line = ["events", "tail", "--after", "5", "-o", "jsonl"];
        let outcome = berth_until(&stub.url, &line, async move { watched.all_given().await }).await;
        assert_eq!((outcome.exit, outcome.out.lines().count()), (exit, batches), "{outcome:?}");
    }
}

#[tokio::test]
async fn without_a_position_the_tail_begins_at_the_head() {
    let stub = Stub::start([("EventAppended", Reply::BatchesThenSilence(vec![]))]).await;
    let watched = stub.clone();
    berth_until(&stub.url, &["events", "tail"], async move { watched.all_given().await }).await;
    assert_eq!(stub.asked()[0].variables["after"], Value::Null);
}

#[tokio::test]
async fn a_page_of_logs_is_printed_oldest_first() {
    let stub =
        Stub::start([("Logs", page(&[entry(9, "ERROR", "new"), entry(8, "INFO", "容量不足")], false))]).await;
    let outcome =
        berth(&stub.url, &["logs", "--level", "warn", "--since", "10m", "-n", "50", "--time", "iso"]).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let time = "2026-11-21T11:59:00.000Z";
    assert_eq!(outcome.out, format!("{time} INFO  容量不足 ×3\n{time} ERROR new ×3\n"));
    let asked = &stub.asked()[0].variables;
    assert_eq!(asked["first"], 50);
    assert_eq!(
        asked["filter"],
        json!({ "minLevel": "WARN", "time": { "from": "2026-11-21T11:50:00.000Z" } })
    );
}

#[tokio::test]
async fn a_pattern_is_searched_for_page_by_page() {
    let first = page(&[entry(9, "INFO", "Attempt 12"), entry(8, "INFO", "other")], true);
    let second = page(&[entry(7, "INFO", "attempt 7"), entry(6, "INFO", "attempt 6")], true);
    let stub = Stub::start([("Logs", first), ("Logs", second)]).await;
    let outcome = berth(&stub.url, &["logs", "--grep", r"attempt \d+", "-n", "2", "-o", "id"]).await;
    assert_eq!(outcome.out, "7\n9\n", "{}", outcome.err);
    assert_eq!(stub.asked()[1].variables["after"], "c");
}

#[tokio::test]
async fn following_logs_subscribes_after_the_page() {
    let batch = |position: u64| json!({ "entries": [entry(position, "WARN", "(x")], "skipped": 0, "position": position.to_string(), "caughtUp": true });
    let stub = Stub::start([
        ("Logs", page(&[], false)),
        ("LogAppended", Reply::BatchesThenCut(vec![batch(41)])),
        ("LogAppended", Reply::BatchesThenSilence(vec![])),
    ])
    .await;
    let watched = stub.clone();
    let line = ["logs", "-f", "--grep", "(x", "-o", "json"];
    let outcome = berth_until(&stub.url, &line, async move { watched.all_given().await }).await;
    assert_eq!((outcome.exit, outcome.out.lines().count()), (130, 1), "{outcome:?}");
    let asked = stub.asked();
    assert_eq!((&asked[1].variables["after"], &asked[2].variables["after"]), (&json!("40"), &json!("41")));
    assert_eq!(asked[1].operation, "LogAppended");
}
