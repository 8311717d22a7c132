use berth_cloud_sim::{Options, start};
use serde_json::json;

use crate::client::{Client, NOON_MS, TOKEN};

#[tokio::test]
async fn the_journal_is_read_from_outside_and_can_be_narrowed() {
    let client = Client::new().await;
    client.post("webhook/a", &json!({ "title": "one" })).await;
    client.advance(60_000);
    client.telegram("sendMessage", &json!({ "chat_id": 42, "text": "two" })).await;
    client.telegram("sendMessage", &json!({ "chat_id": 42, "text": "three" })).await;
    let all = client.get("_control/deliveries").await.json();
    assert_eq!(all["deliveries"].as_array().map(Vec::len), Some(3));
    let one = &all["deliveries"][0];
    assert_eq!(
        (&one["kind"], &one["to"], &one["title"], &one["at_ms"], &one["answer"]),
        (&json!("webhook"), &json!("a"), &json!("one"), &json!(NOON_MS), &json!(200))
    );
    let taken = client.get("_control/deliveries?kind=telegram&to=42&accepted=true").await.json();
    assert_eq!(taken["deliveries"][0]["text"], "two");
    assert_eq!(taken["deliveries"].as_array().map(Vec::len), Some(1));
    let rest = client.get("_control/deliveries?after=2").await.json();
    assert_eq!(rest["deliveries"][0]["error"], "a ceiling was passed");
    let minutes = client.get("_control/minutes").await.json();
    let minute = NOON_MS / 60_000 * 60_000 + 60_000;
    assert_eq!(
        minutes[1],
        json!({ "minute_ms": minute, "kind": "telegram", "to": "42", "arrived": 2, "accepted": 1 })
    );
    assert_eq!(client.get("_control/busiest?kind=telegram&to=42").await.json(), json!({ "most": 2 }));
    assert_eq!(client.get("_control/deliveries?kind=pigeon").await.status, 400);
}

#[tokio::test]
async fn scripts_sinks_ceilings_and_updates_are_put_in_from_outside() {
    let client = Client::new().await;
    let script =
        client.http.post(client.url("_control/script")).body("[[channels.rule]]\nsteps = [\"fault\"]");
    assert_eq!(script.send().await.expect("it answers").status().as_u16(), 200);
    assert_eq!(client.post("webhook/a", &json!({})).await.status, 500);
    let wrong = client.http.post(client.url("_control/script")).body("[[channels.rule]]\nsteps = [\"falt\"]");
    assert_eq!(wrong.send().await.expect("it answers").status().as_u16(), 400);
    assert_eq!(client.post("webhook/a", &json!({})).await.status, 500, "the old one stays");
    client.http.post(client.url("_control/script")).body("channels = {}").send().await.expect("it answers");
    let sink = json!({ "kind": "webhook", "to": "a", "state": "gone" });
    assert_eq!(client.post("_control/sink", &sink).await.status, 200);
    assert_eq!(client.post("webhook/a", &json!({})).await.status, 410);
    client.post("_control/ceilings", &json!({ "ceilings": "off" })).await;
    for _ in 0..3 {
        assert_eq!(client.telegram("sendMessage", &json!({ "chat_id": 1, "text": "x" })).await.status, 200);
    }
    let written = json!({ "token": TOKEN, "chat": 1, "text": "/status" });
    let id = client.post("_control/telegram/update", &written).await.json()["update_id"].clone();
    let pressed = json!({ "token": TOKEN, "chat": 1, "data": "stop", "message_id": 1 });
    client.post("_control/telegram/update", &pressed).await;
    let updates = client.telegram("getUpdates", &json!({})).await.json();
    assert_eq!(
        (&updates["result"][0]["update_id"], &updates["result"][1]["callback_query"]["data"]),
        (&id, &json!("stop"))
    );
}

#[tokio::test]
async fn the_cloud_has_the_channels_on_its_own_port_and_moves_their_clock() {
    let running = start(Options::default()).await.expect("it starts");
    let http = reqwest::Client::builder().no_proxy().build().expect("a client can be made");
    let url = format!("{}/channels/telegram/bot{TOKEN}/sendMessage?chat_id=1&text=x", running.base_url);
    let send = async || http.get(&url).send().await.expect("it answers").status().as_u16();
    assert_eq!((send().await, send().await), (200, 429));
    running.simulation().advance(std::time::Duration::from_hours(1));
    assert_eq!(send().await, 200);
    assert_eq!(running.channels().deliveries().len(), 3);
    running.stop().await;
}
