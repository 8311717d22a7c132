use serde_json::{Value, json};

use crate::{
    berth, berth_until,
    stub::{Reply, Stub},
};

const CHANNEL: &str = "channel_01JD0000000000000000000000";
const TASK: &str = "grab_01JD0000000000000000000000";

fn delivery(number: u32, state: &str, more: &[(&str, Value)]) -> Value {
    let mut delivery = json!({
        "id": format!("delivery_{number}"), "channel": { "id": CHANNEL, "name": "值班\u{1b}[31m" },
        "topic": "TASK_SUCCEEDED", "severity": "INFO", "state": state, "failure": null, "failureReason": null,
        "failureHint": null, "title": "Got it: *ARM* <b>", "task": null, "tenant": null, "tries": 1,
        "time": "2026-11-21T11:57:00Z", "queuedAt": "2026-11-21T11:57:00Z",
        "lastTriedAt": "2026-11-21T11:58:00Z", "nextTryAt": null, "response": null, "httpStatus": null,
        "durationMs": 80, "version": 3, "position": number.to_string(),
    });
    for (field, value) in more {
        delivery[field] = value.clone();
    }
    delivery
}

fn all() -> Vec<Value> {
    vec![
        delivery(
            5,
            "FAILED",
            &[
                ("failure", json!("GONE")),
                ("failureReason", json!("there is nobody at the other side any more")),
                ("httpStatus", json!(403)),
                ("response", json!("Forbidden: bot was kicked\u{1b}[2J")),
            ],
        ),
        delivery(4, "DELIVERED", &[("httpStatus", json!(200))]),
        delivery(
            3,
            "RETRYING",
            &[("nextTryAt", json!("2026-11-21T12:03:00Z")), ("response", json!("timed out"))],
        ),
        delivery(2, "PENDING", &[("nextTryAt", json!("2026-11-21T11:57:00Z")), ("lastTriedAt", Value::Null)]),
    ]
}

fn page() -> (&'static str, Reply) {
    let info = json!({ "hasNextPage": false, "endCursor": null });
    ("NotificationDeliveries", Reply::Data(json!({ "nodes": all(), "pageInfo": info })))
}

#[tokio::test]
async fn deliveries_are_listed_with_what_became_of_them() {
    let stub = Stub::start([page(), page(), page()]).await;
    let outcome = berth(&stub.url, &["channel", "deliveries"]).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let lines: Vec<_> = outcome.out.lines().collect();
    assert!(lines[0].starts_with("QUEUED"), "{}", lines[0]);
    for (line, parts) in lines[1..].iter().zip([
        &["given up", "Got it: *ARM* <b>", "any more: 403 Forbidden: bot was kicked"][..],
        &["delivered", "值班", "200", "delivery_4"],
        &["to be tried again", "in 3 min", "timed out"],
        &["waiting", "delivery_2"],
    ]) {
        assert!(parts.iter().all(|part| line.contains(part)), "{parts:?} in {line}");
    }
    assert!(!outcome.out.contains('\u{1b}'), "others' words steer no terminal");
    assert_eq!(stub.asked()[0].variables["filter"], json!({}));
    let chinese = berth(&stub.url, &["channel", "deliveries", "--lang", "zh-CN"]).await;
    assert!(
        ["已放弃", "已送达", "等待重试", "等待发送", "对方应答"]
            .iter()
            .all(|word| chinese.out.contains(word)),
        "{chinese:?}"
    );
    let raw = berth(&stub.url, &["channel", "deliveries", "-o", "id"]).await;
    assert_eq!(raw.out, "delivery_5\ndelivery_4\ndelivery_3\ndelivery_2\n");
}

#[tokio::test]
async fn deliveries_are_asked_for_by_channel_task_and_state() {
    let channels = json!([{ "id": CHANNEL, "name": "Ops" }]);
    let stub = Stub::start([("NotificationChannels", Reply::Data(channels)), page()]).await;
    let line = [
        "channel",
        "deliveries",
        "--channel",
        "ops",
        "--task",
        TASK,
        "--state",
        "failed",
        "--state",
        "retrying",
    ];
    let outcome = berth(&stub.url, &line).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let filter = json!({ "channelId": [CHANNEL], "taskId": [TASK], "state": ["FAILED", "RETRYING"] });
    assert_eq!(stub.asked()[1].variables["filter"], filter);
}

#[tokio::test]
async fn deliveries_are_watched_and_gone_on_with_after_a_break() {
    let batch = |deliveries: Vec<Value>, position: u32| json!({ "deliveries": deliveries, "position": position.to_string(), "caughtUp": true });
    let [failed, delivered, ..] = &all()[..] else { panic!("there are some") };
    let stub = Stub::start([
        ("DeliveryFeed", Reply::BatchesThenCut(vec![batch(vec![delivered.clone()], 7)])),
        ("DeliveryFeed", Reply::BatchesThenSilence(vec![batch(vec![failed.clone()], 9)])),
    ])
    .await;
    let watched = stub.clone();
    let line = ["channel", "watch", "--channel", CHANNEL, "--after", "5", "--time", "iso"];
    let outcome = berth_until(&stub.url, &line, async move { watched.all_given().await }).await;
    assert_eq!(outcome.exit, 130, "{outcome:?}");
    let after: Vec<Value> = stub.asked().iter().map(|asked| asked.variables["after"].clone()).collect();
    assert_eq!(after, ["5", "7"]);
    assert_eq!(stub.asked()[1].variables["filter"], json!({ "channelId": [CHANNEL] }));
    let said = "2026-11-21T11:58:00.000Z delivered 值班 [31m · Got it: *ARM* <b> · 200\n";
    assert!(outcome.out.starts_with(said), "{}", outcome.out);
    assert!(
        outcome.err.contains(&format!("berth channel watch --channel '{CHANNEL}' --after ")),
        "{}",
        outcome.err
    );
}
