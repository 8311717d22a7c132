use berth_domain::Language;
use futures::StreamExt;
use serde_json::{Value, json};

use crate::{
    feeds::feed,
    stage::{Stage, caller, code, play, request},
};

const HISTORY: &str =
    "query($range: DateTimeRange, $points: Int) { systemMetrics(range: $range, points: $points) {
    time cpuPercent memoryUsedBytes diskReadBytesPerSecond networkRxBytesPerSecond load1
    process { residentBytes uptime actors subscriptions projectionLag } } }";

const WATCHED: &str = "subscription($interval: Seconds!) { systemMetrics(interval: $interval) {
    time cpuPercent memoryUsedBytes memoryTotalBytes diskUsedBytes diskTotalBytes
    diskReadBytesPerSecond diskWriteBytesPerSecond networkRxBytesPerSecond networkTxBytesPerSecond load1
    process { cpuPercent residentBytes diskReadBytesPerSecond diskWriteBytesPerSecond uptime actors subscriptions
        eventsPerSecond projectionLag } } }";

async fn history(stage: &Stage, variables: Value) -> Vec<Value> {
    stage.ask(HISTORY, variables).await["systemMetrics"].as_array().unwrap().clone()
}

#[test]
fn who_watches_is_told_what_the_machine_does() {
    play(async |stage| {
        let mut samples = feed(stage, WATCHED, json!({ "interval": 1 }));
        let first = samples.next().await.unwrap()["systemMetrics"].take();
        for (name, value) in [
            ("cpuPercent", json!(12.5)),
            ("memoryUsedBytes", json!(12_884_901_888.0)),
            ("diskTotalBytes", json!(4_398_046_511_104.0)),
            ("diskReadBytesPerSecond", Value::Null),
            ("load1", json!(0.75)),
        ] {
            assert_eq!(first[name], value, "{name} in {first}");
        }
        let process = &first["process"];
        assert_eq!(
            (&process["actors"], &process["subscriptions"], &process["projectionLag"]),
            (&json!(3), &json!(2), &json!(7))
        );
        assert_eq!(process["eventsPerSecond"], json!(0.0));
        let speed = |name: &str| first[name].as_f64().unwrap();
        assert!(speed("networkRxBytesPerSecond") > 0.0, "{first}");
        let twice = speed("networkTxBytesPerSecond") / speed("networkRxBytesPerSecond");
        assert!((twice - 2.0).abs() < 1e-6, "{first}");
        let second = samples.next().await.unwrap()["systemMetrics"].take();
        assert!(second["time"].as_str() > first["time"].as_str(), "{first} {second}");
    });
}

#[test]
fn what_was_told_is_in_the_history_and_what_was_not_measured_is_not() {
    play(async |stage| {
        assert_eq!(history(stage, json!({})).await, Vec::<Value>::new());
        let first = feed(stage, WATCHED, json!({ "interval": 1 })).next().await.unwrap();
        let hour = history(stage, json!({})).await;
        assert_eq!(hour.len(), 1, "an hour of which seconds were measured: {hour:?}");
        assert_eq!(hour[0]["process"]["residentBytes"], json!(20_000_000.0));
        assert!(hour[0]["time"].as_str() <= first["systemMetrics"]["time"].as_str());
        let whole = json!({ "range": {}, "points": 1 });
        assert_eq!(history(stage, whole).await.len(), 1, "all that is kept, as one mean");
        let past = json!({ "range": { "to": "2020-01-01T00:00:00Z" } });
        assert_eq!(history(stage, past).await, Vec::<Value>::new());
    });
}

#[test]
fn numbers_out_of_bounds_are_refused() {
    play(async |stage| {
        for points in [0, -1, 2_001] {
            assert_eq!(stage.code(HISTORY, json!({ "points": points })).await, "BAD_INPUT", "{points}");
        }
        for points in [1, 2_000] {
            history(stage, json!({ "points": points })).await;
        }
        for interval in [0, 3_601] {
            let asked = request(WATCHED, json!({ "interval": interval })).data(caller(Language::English));
            let answer = stage.schema.execute_stream(asked).next().await.unwrap();
            assert_eq!(code(&answer), "BAD_INPUT", "{interval}");
        }
    });
}
