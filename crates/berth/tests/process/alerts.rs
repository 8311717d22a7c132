//! Alerts of the real server: raised by what its own machine shows, handed in by an Alertmanager, told by the feed.

use serde_json::{Value, json};

use crate::harness::{Server, Settings, Socket, run};

const RAISED: &str =
    "subscription { alertRaised(after: \"0\") { alerts { id title state value } position } }";
const ADJUST: &str =
    "mutation($input: AlertRuleAdjustInput!) { alertRuleAdjust(input: $input) { userErrors { message } } }";
const RESOLVE: &str =
    "mutation($input: AlertResolveInput!) { alertResolve(input: $input) { userErrors { message } } }";

#[tokio::test]
async fn an_alert_is_raised_by_what_the_machine_shows_and_resolved_by_hand() {
    let server = Server::start(Settings::default()).await;
    let client = server.client();
    let mut socket = Socket::subscribe(&client, RAISED, json!({})).await;
    // Some memory is always used.
    client.ask(ADJUST, json!({ "input": { "rule": "MEMORY", "threshold": 0.0, "lasts": 0 } })).await;
    let raised = until_it_is(&mut socket, "memory usage", "RAISED").await;
    assert!(raised["value"].as_f64().unwrap() > 0.0, "{raised}");
    client.ask(RESOLVE, json!({ "input": { "id": raised["id"] } })).await;
    until_it_is(&mut socket, "memory usage", "RESOLVED").await;
    let events = "{ events(first: 10, filter: { type: [\"alert.*\"] }) { nodes { type streamId } } }";
    let events = client.ask(events, json!({})).await["events"]["nodes"].take();
    let types: Vec<_> = events.as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(types, ["alert.adjusted", "alert.raised", "alert.resolved"]);
    server.assert_log_is_clean().await;
}

#[tokio::test]
async fn what_an_alertmanager_hands_in_is_told_and_shown() {
    let server = Server::start(Settings::default()).await;
    let client = server.client();
    let mut socket = Socket::subscribe(&client, RAISED, json!({})).await;
    hand_in(&server, "firing").await;
    until_it_is(&mut socket, "InstanceDown", "RAISED").await;
    let (url, token) = (server.url(), server.token());
    let list = ["alert", "list", "--state", "raised", "--server", &url, "--token", &token];
    let listed = run(&list, server.home()).await;
    assert!(
        listed.stdout.contains("critical") && listed.stdout.contains("10.0.0.5 is gone"),
        "{}",
        listed.stdout
    );
    hand_in(&server, "firing").await;
    hand_in(&server, "resolved").await;
    until_it_is(&mut socket, "InstanceDown", "RESOLVED").await;
    let found = client.ask("{ alerts { nodes { times resolvedBy } } }", json!({})).await;
    assert_eq!(found["alerts"]["nodes"], json!([{ "times": 1, "resolvedBy": "RECOVERY" }]));
}

/// As Alertmanager does.
async fn hand_in(server: &Server, status: &str) {
    let sent = json!({
        "version": "4", "status": status, "receiver": "berth",
        "alerts": [{
            "status": status, "fingerprint": "4a7b", "startsAt": "2026-11-21T03:39:12.417Z",
            "labels": { "alertname": "InstanceDown", "severity": "page" },
            "annotations": { "summary": "10.0.0.5 is gone" },
        }],
    });
    let post = reqwest::Client::new().post(format!("{}/hooks/alertmanager", server.url()));
    let post = post.bearer_auth(server.token()).header("content-type", "application/json");
    assert_eq!(post.body(sent.to_string()).send().await.unwrap().status(), 200);
}

async fn until_it_is(socket: &mut Socket, title: &str, state: &str) -> Value {
    loop {
        let batch = socket.next().await.expect("the connection stands")["alertRaised"].take();
        let alerts = batch["alerts"].as_array().unwrap();
        if let Some(alert) = alerts.iter().find(|alert| alert["title"] == title && alert["state"] == state) {
            return alert.clone();
        }
    }
}
