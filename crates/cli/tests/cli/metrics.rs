use serde_json::{Value, json};

use crate::{
    berth, berth_until,
    stub::{Reply, Stub},
};

fn sample(second: u8) -> Value {
    json!({
        "time": format!("2026-11-21T11:59:0{second}Z"), "cpuPercent": 12.5, "load1": 0.75,
        "memoryUsedBytes": 3_221_225_472.0, "memoryTotalBytes": 17_179_869_184.0,
        "diskUsedBytes": 5e10, "diskTotalBytes": 2e11,
        "diskReadBytesPerSecond": null, "diskWriteBytesPerSecond": null,
        "networkRxBytesPerSecond": 2048.0, "networkTxBytesPerSecond": 100.0,
        "process": {
            "cpuPercent": 0.25, "residentBytes": 20_000_000.0, "diskReadBytesPerSecond": 0.0,
            "diskWriteBytesPerSecond": 5000.0, "uptime": 7_260, "actors": 3, "subscriptions": 1,
            "eventsPerSecond": 1.5, "projectionLag": 0,
        },
    })
}

const SHOWN: &str = "CPU            12.5%  load 0.75
MEMORY         3.0 GiB / 16.0 GiB (19%)
DISK           46.6 GiB / 186 GiB (25%)
DISK I/O       –
NETWORK        ↓ 2.0 KiB/s ↑ 100 B/s
BERTH CPU      0.2%
BERTH MEMORY   19.1 MiB
BERTH I/O      read 0 B/s, written 4.9 KiB/s
UPTIME         2 h 1 min
ACTORS         3
SUBSCRIPTIONS  1
EVENTS         1.5/s
LAG            0
";

#[tokio::test]
async fn the_machine_is_shown_as_it_is_now() {
    let reply = || Reply::BatchesThenSilence(vec![sample(1)]);
    let stub = Stub::start([("SystemMetrics", reply()), ("SystemMetrics", reply())]).await;
    let outcome = berth(&stub.url, &["metrics"]).await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, SHOWN), "{outcome:?}");
    assert_eq!(stub.asked()[0].variables, json!({ "interval": 2 }));
    let outcome = berth(&stub.url, &["metrics", "-o", "json"]).await;
    assert_eq!(serde_json::from_str::<Value>(&outcome.out).unwrap(), sample(1));
}

#[tokio::test]
async fn watching_goes_on_after_a_break_until_somebody_wants_to_stop() {
    let stub = Stub::start([
        ("SystemMetrics", Reply::BatchesThenCut(vec![sample(1), sample(2)])),
        ("SystemMetrics", Reply::BatchesThenSilence(vec![sample(3)])),
    ])
    .await;
    let watched = stub.clone();
    let line = ["metrics", "--watch", "--interval", "1", "-o", "jsonl"];
    let outcome = berth_until(&stub.url, &line, async move { watched.all_given().await }).await;
    assert_eq!(outcome.exit, 130, "{outcome:?}");
    let printed: Vec<Value> = outcome.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(printed[..2], [sample(1), sample(2)]);
    assert!(outcome.err.contains("connection lost"), "{}", outcome.err);
    assert!(stub.asked().iter().all(|asked| asked.variables == json!({ "interval": 1 })));
}
