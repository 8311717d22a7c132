//! What Alertmanager hands in: who may, what is read, and what it is told when nothing can be taken.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use berth_app::{Denied, Fault};
use berth_domain::access::Principal;
use serde_json::{Value, json};

use super::{ALICE, READER, TOKEN, World, answered, code};
use crate::http::{Intake, Notification, RequestLimits};

/// Takes what comes, unless it is told to fail.
#[derive(Default)]
struct Taken {
    notices: Mutex<Vec<(Notification, String)>>,
    fails: bool,
}

#[async_trait]
impl Intake for Taken {
    async fn take(&self, notice: Notification, from: Principal) -> Result<(), Denied> {
        if self.fails {
            return Err(Fault::SecretMissing("canary".into()).into());
        }
        self.notices.lock().unwrap().push((notice, from.name));
        Ok(())
    }
}

fn alert(status: &str, fingerprint: &str) -> Value {
    json!({
        "status": status,
        "labels": { "alertname": "InstanceDown", "severity": "critical", "instance": "10.0.0.5:9100" },
        "annotations": { "summary": "10.0.0.5 is gone" },
        "startsAt": "2026-11-21T03:39:12.417583Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph?g0.expr=up",
        "fingerprint": fingerprint,
    })
}

/// As Alertmanager 0.27 sends it.
fn notification(alerts: &[Value]) -> Value {
    json!({
        "receiver": "berth", "status": "firing", "alerts": alerts, "groupLabels": {}, "commonLabels": {},
        "commonAnnotations": {}, "externalURL": "http://alertmanager.example", "version": "4",
        "groupKey": "{}:{}", "truncatedAlerts": 0,
    })
}

fn world(fails: bool) -> (World, Arc<Taken>) {
    let taken = Arc::new(Taken { fails, ..Taken::default() });
    (World::built(|server| server.intake(taken.clone())), taken)
}

fn post(world: &World, token: &str, body: &Value) -> reqwest::RequestBuilder {
    let post = world.client.post(world.url("/hooks/alertmanager")).bearer_auth(token);
    post.header("content-type", "application/json").body(body.to_string())
}

#[tokio::test]
async fn each_alert_of_a_notification_is_taken_once() {
    let (world, taken) = world(false);
    let sent = notification(&[alert("firing", "aa"), alert("resolved", "bb"), alert("firing", "aa")]);
    let (status, answer) = answered(post(&world, ALICE, &sent)).await;
    assert_eq!((status, &answer), (200, &json!({ "received": 2 })));
    let mut notices = taken.notices.lock().unwrap().clone();
    notices.sort_by(|(one, _), (other, _)| one.fingerprint.cmp(&other.fingerprint));
    let told: Vec<_> = notices
        .iter()
        .map(|(notice, from)| (notice.fingerprint.as_str(), notice.resolved, from.as_str()))
        .collect();
    assert_eq!(told, [("aa", false, "alice"), ("bb", true, "alice")]);
    assert_eq!(notices[0].0.starts_at.to_string(), "2026-11-21T03:39:12.417Z");
}

#[tokio::test]
async fn an_alert_ended_when_its_sender_says_so_and_at_no_time_before_it_began() {
    let (world, taken) = world(false);
    let ended = |fingerprint: &str, at: Value| {
        let mut alert = alert("resolved", fingerprint);
        alert["endsAt"] = at;
        alert
    };
    let sent = notification(&[
        ended("a", json!("2026-11-21T03:44:12.417583Z")),
        ended("b", json!("0001-01-01T00:00:00Z")),
        ended("c", Value::Null),
        ended("d", json!("soon")),
    ]);
    assert_eq!(answered(post(&world, ALICE, &sent)).await.0, 200);
    let mut ends: Vec<_> = taken.notices.lock().unwrap().iter().filter_map(|(one, _)| one.ends_at).collect();
    let ended = ends.pop().map(|ended| ended.to_string());
    assert_eq!((ended.as_deref(), ends.len()), (Some("2026-11-21T03:44:12.417Z"), 0));
}

#[tokio::test]
async fn an_alert_without_a_fingerprint_is_known_by_its_labels() {
    let (world, taken) = world(false);
    let sent = notification(&[alert("firing", ""), alert("resolved", "")]);
    assert_eq!(answered(post(&world, TOKEN, &sent)).await.1, json!({ "received": 1 }));
    assert!(taken.notices.lock().unwrap()[0].0.fingerprint.contains("InstanceDown"));
}

#[tokio::test]
async fn only_who_may_operate_hands_in() {
    let (world, taken) = world(false);
    let sent = notification(&[alert("firing", "aa")]);
    let (status, answer) = answered(post(&world, "berth_wrong", &sent)).await;
    assert_eq!((status, code(&answer)), (401, "UNAUTHENTICATED"));
    let nobody =
        world.client.post(world.url("/hooks/alertmanager")).header("content-type", "application/json");
    assert_eq!(answered(nobody.body(sent.to_string())).await.0, 401);
    let (status, answer) = answered(post(&world, READER, &sent)).await;
    assert_eq!((status, code(&answer)), (403, "FORBIDDEN"));
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("OPERATE"), "{answer}");
    let foreign = post(&world, TOKEN, &sent).header("origin", "http://evil.example");
    assert_eq!(answered(foreign).await.0, 403);
    assert!(taken.notices.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_is_no_notification_is_refused_and_takes_nothing() {
    let (world, taken) = world(false);
    let mut older = notification(&[]);
    older["version"] = json!("3");
    let mut timeless = notification(&[alert("firing", "aa"), alert("firing", "bb")]);
    timeless["alerts"][1]["startsAt"] = json!("yesterday");
    let mut odd = notification(&[alert("firing", "aa")]);
    odd["alerts"][0]["labels"] = json!({ "alertname": 7 });
    for wrong in [json!([]), json!({}), json!("x"), older, timeless, odd] {
        let (status, answer) = answered(post(&world, TOKEN, &wrong)).await;
        assert_eq!((status, code(&answer)), (400, "BAD_QUERY"), "{wrong}");
    }
    let url = world.url("/hooks/alertmanager");
    let plain = world.client.post(&url).bearer_auth(TOKEN).header("content-type", "text/plain").body("{}");
    assert_eq!(answered(plain).await.0, 415);
    assert_eq!(answered(world.client.get(&url).bearer_auth(TOKEN)).await.0, 405);
    let long = notification(&vec![alert("firing", "aa"); 2_000]);
    assert_eq!(answered(post(&world, TOKEN, &long)).await.0, 413);
    assert!(taken.notices.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_could_not_be_written_down_is_to_be_handed_in_again() {
    let (world, _) = world(true);
    let (status, answer) = answered(post(&world, TOKEN, &notification(&[alert("firing", "aa")]))).await;
    assert_eq!((status, code(&answer)), (503, "UNAVAILABLE"));
    assert!(!answer.to_string().contains("canary"), "{answer}");
}

#[tokio::test]
async fn a_user_hands_in_no_faster_than_they_may_ask() {
    let limits = RequestLimits { of_address: None, of_user: std::num::NonZeroU32::new(1) };
    let world = World::limited(limits);
    let sent = notification(&[]);
    assert_eq!(answered(post(&world, ALICE, &sent)).await.0, 200);
    let (status, answer) = answered(post(&world, ALICE, &sent)).await;
    assert_eq!((status, code(&answer)), (429, "RATE_LIMITED"));
}
