use serde_json::{Value, json};

use crate::{
    berth, berth_until,
    stub::{Reply, Stub},
};

fn projection(status: &str, rebuilt: impl Into<Value>, target: impl Into<Value>) -> Value {
    let (rebuilt, target): (Value, Value) = (rebuilt.into(), target.into());
    let done = if target.is_null() { Value::Null } else { json!("61") };
    json!({
        "name": "grab", "version": 1, "status": status, "position": "12340", "lag": 0, "eventsPerSecond": 8_900,
        "rebuildTarget": target, "rebuildPosition": done, "fault": null, "passedOver": 0, "rebuiltAt": rebuilt,
    })
}

fn stopped() -> Value {
    let mut projection = projection("FAULTED", Value::Null, Value::Null);
    projection["fault"] =
        json!({ "position": "7", "message": "it has no name", "event": { "id": "event_7" } });
    projection
}

fn payload(projection: &Value, errors: impl Into<Value>) -> Reply {
    let errors: Value = errors.into();
    Reply::Data(json!({ "projection": projection, "position": "9", "userErrors": errors }))
}

const BEFORE: &str = "2026-11-20T12:00:00Z";
const AFTER: &str = "2026-11-21T11:57:00Z";

#[tokio::test]
async fn read_models_are_listed_and_what_stopped_one_is_said() {
    let all = json!([projection("REBUILDING", AFTER, json!("100")), stopped()]);
    let stub = Stub::start([("Projections", Reply::Data(all))]).await;
    let outcome = berth(&stub.url, &["projections", "list"]).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let expected = "NAME  STATUS          POSITION  LAG  RATE     REBUILT
grab  rebuilding 61%  12,340    0    8,900/s  3 min ago
grab  stopped         12,340    0    8,900/s  –
";
    assert_eq!(outcome.out, expected);
    assert!(outcome.err.starts_with("grab stopped at event 7: it has no name\n"), "{}", outcome.err);
    assert!(outcome.err.contains("berth projections skip grab 7 --reason"), "{}", outcome.err);
}

#[tokio::test]
async fn a_rebuild_is_waited_for_until_the_new_one_is_in_its_place() {
    let news = vec![
        projection("LIVE", BEFORE, Value::Null),
        projection("REBUILDING", BEFORE, json!("100")),
        projection("CATCHING_UP", AFTER, Value::Null),
        projection("LIVE", AFTER, Value::Null),
    ];
    let stub = Stub::start([
        ("Projection", Reply::Data(projection("LIVE", BEFORE, Value::Null))),
        ("ProjectionRebuild", payload(&projection("REBUILDING", BEFORE, json!("100")), json!([]))),
        ("ProjectionChanged", Reply::BatchesThenSilence(news)),
    ])
    .await;
    let outcome = berth(&stub.url, &["projections", "rebuild", "grab", "--json"]).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let told: Value = serde_json::from_str(&outcome.out).unwrap();
    assert_eq!((&told["status"], &told["rebuiltAt"]), (&json!("LIVE"), &json!(AFTER)));
    assert!(stub.asked()[1].variables["input"]["commandId"].is_string());
}

#[tokio::test]
async fn a_rebuild_that_stops_exits_1_and_one_that_is_refused_3() {
    let refusal = json!([{ "code": "STATE_CONFLICT", "message": "it is being rebuilt already", "field": ["name"], "hint": null }]);
    let before = || ("Projection", Reply::Data(projection("LIVE", BEFORE, Value::Null)));
    let stub = Stub::start([
        before(),
        ("ProjectionRebuild", payload(&projection("REBUILDING", BEFORE, json!("100")), json!([]))),
        ("ProjectionChanged", Reply::BatchesThenSilence(vec![stopped()])),
        before(),
        ("ProjectionRebuild", payload(&Value::Null, refusal)),
        ("Projection", Reply::Data(Value::Null)),
    ])
    .await;
    let outcome = berth(&stub.url, &["projections", "rebuild", "grab"]).await;
    assert_eq!(outcome.exit, 1, "{outcome:?}");
    assert!(outcome.err.contains("stopped at event 7"), "{}", outcome.err);
    let outcome = berth(&stub.url, &["projections", "rebuild", "grab"]).await;
    assert_eq!((outcome.exit, outcome.err.as_str()), (3, "error: name: it is being rebuilt already\n"));
    assert_eq!(berth(&stub.url, &["projections", "rebuild", "nobody"]).await.exit, 5);
}

/// The one in use stopped; the new one may well come through, and has failed only when it stands still.
#[tokio::test]
async fn a_rebuild_beside_one_that_stopped_is_waited_for_as_long_as_it_moves() {
    let beside = |position: &str| {
        let mut projection = stopped();
        (projection["rebuildTarget"], projection["rebuildPosition"]) = (json!("100"), json!(position));
        projection
    };
    let through = vec![beside("3"), beside("6"), beside("50"), projection("LIVE", AFTER, Value::Null)];
    let still = vec![beside("3"), beside("6"), beside("6")];
    let begun =
        || [("Projection", Reply::Data(stopped())), ("ProjectionRebuild", payload(&beside("0"), json!([])))];
    let [one, two] = begun();
    let [three, four] = begun();
    let stub = Stub::start([
        one,
        two,
        ("ProjectionChanged", Reply::BatchesThenSilence(through)),
        three,
        four,
        ("ProjectionChanged", Reply::BatchesThenSilence(still)),
    ])
    .await;
    assert_eq!(berth(&stub.url, &["projections", "rebuild", "grab"]).await.exit, 0);
    assert_eq!(berth(&stub.url, &["projections", "rebuild", "grab"]).await.exit, 1);
}

#[tokio::test]
async fn whoever_stops_waiting_is_told_that_the_rebuild_goes_on() {
    let stub = Stub::start([
        ("Projection", Reply::Data(projection("LIVE", BEFORE, Value::Null))),
        ("ProjectionRebuild", payload(&projection("REBUILDING", BEFORE, json!("100")), json!([]))),
        ("ProjectionChanged", Reply::BatchesThenSilence(vec![])),
    ])
    .await;
    let watched = stub.clone();
    let outcome =
        berth_until(&stub.url, &["projections", "rebuild", "grab"], async move { watched.all_given().await })
            .await;
    assert_eq!(outcome.exit, 130);
    assert!(outcome.err.contains("goes on without you"), "{}", outcome.err);
}

#[tokio::test]
async fn all_are_rebuilt_one_after_another_and_not_waiting_only_orders() {
    let one = || {
        [
            ("Projection", Reply::Data(projection("LIVE", BEFORE, Value::Null))),
            ("ProjectionRebuild", payload(&projection("LIVE", AFTER, Value::Null), json!([]))),
        ]
    };
    let feed = ("ProjectionChanged", Reply::BatchesThenSilence(vec![projection("LIVE", AFTER, Value::Null)]));
    let ([a, b], [c, d]) = (one(), one());
    let all = ("Projections", Reply::Data(json!([projection("LIVE", BEFORE, Value::Null)])));
    let stub = Stub::start([all, a, b, feed, c, d]).await;
    assert_eq!(berth(&stub.url, &["projections", "rebuild", "--all", "-o", "id"]).await.out, "grab\n");
    let ordered = berth(&stub.url, &["projections", "rebuild", "grab", "--no-wait"]).await;
    assert_eq!(ordered.out, "grab is being rebuilt; the one in use still answers\n");
}

#[tokio::test]
async fn an_event_is_tried_again_or_skipped_with_a_reason() {
    let stub = Stub::start([
        ("ProjectionRetry", payload(&stopped(), json!([]))),
        ("ProjectionSkip", payload(&projection("CATCHING_UP", Value::Null, Value::Null), json!([]))),
    ])
    .await;
    let retried = berth(&stub.url, &["projections", "retry", "grab"]).await;
    assert_eq!((retried.exit, retried.out.as_str()), (1, "grab is stopped\n"), "it stopped again");
    let skipped =
        berth(&stub.url, &["projections", "skip", "grab", "7", "--reason", "broken", "--lang", "zh-CN"])
            .await;
    assert_eq!((skipped.exit, skipped.out.as_str()), (0, "grab：追赶中\n"));
    let input = &stub.asked()[1].variables["input"];
    assert_eq!((&input["position"], &input["reason"]), (&json!("7"), &json!("broken")));
}

#[tokio::test]
async fn a_dry_run_shows_what_would_change() {
    let sample = json!({ "row": "grab_1", "before": { "count": 1 }, "after": { "count": 2 } });
    let run = json!({
        "name": "grab", "position": "100", "eventsApplied": 99, "added": 0, "removed": 0, "changed": 1, "samples": [sample],
    });
    let stub = Stub::start([("ProjectionDryRun", Reply::Data(run))]).await;
    let outcome = berth(&stub.url, &["projections", "dry-run", "grab", "-q"]).await;
    let expected = "grab: 0 rows added, 0 removed, 1 changed\n grab_1\n - {\"count\":1}\n + {\"count\":2}\n";
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, expected), "{}", outcome.err);
}
