use serde_json::{Value, json};

use crate::{
    Outcome, berth, berth_until,
    stub::{Reply, Stub},
};

fn alert(state: &str) -> Value {
    let resolved = (state == "RESOLVED").then_some("2026-11-21T11:58:00Z");
    json!({
        "id": "alert_cpu", "rule": "CPU", "title": "CPU usage", "state": state, "severity": "WARNING",
        "value": 92.456, "threshold": 80.0, "unit": "PERCENT", "summary": null, "labels": [],
        "raisedAt": "2026-11-21T11:57:00Z", "resolvedAt": resolved, "resolvedBy": resolved.map(|_| "HAND"),
        "times": 3, "version": 5, "position": "12",
    })
}

fn from_outside() -> Value {
    let mut alert = alert("RAISED");
    for (field, value) in [
        ("id", json!("alert_ext-0f")),
        ("title", json!("InstanceDown\u{1b}[31m")),
        ("severity", json!("CRITICAL")),
        ("summary", json!("gone for 5 minutes")),
    ] {
        alert[field] = value;
    }
    for field in ["rule", "value", "threshold", "unit"] {
        alert[field] = Value::Null;
    }
    alert
}

fn rule(threshold: f64, enabled: bool) -> Value {
    json!({
        "name": "CPU", "title": "CPU usage", "alertId": "alert_cpu", "source": "MACHINE", "severity": "WARNING",
        "unit": "PERCENT", "side": "ABOVE", "threshold": threshold, "lasts": 300, "enabled": enabled,
        "usualThreshold": 80.0, "usualLasts": 300, "usualEnabled": true, "raised": false, "version": 1,
        "position": "7",
    })
}

#[tokio::test]
async fn alerts_are_listed_with_their_figures_or_in_their_senders_words() {
    let page = json!({ "nodes": [from_outside(), alert("RESOLVED")], "pageInfo": { "hasNextPage": false, "endCursor": null } });
    let stub = Stub::start([("Alerts", Reply::Data(page.clone())), ("Alerts", Reply::Data(page))]).await;
    let outcome = berth(&stub.url, &["alert", "list", "--state", "raised"]).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let lines: Vec<_> = outcome.out.lines().collect();
    assert!(lines[0].starts_with("STATE     SEVERITY  ALERT"), "{}", lines[0]);
    assert!(
        lines[1].starts_with("raised    critical  InstanceDown") && lines[1].contains("gone for 5 minutes")
    );
    assert!(!outcome.out.contains('\u{1b}'), "a sender's words steer no terminal");
    assert!(lines[2].starts_with("resolved  warning   CPU usage") && lines[2].contains("92.46 % (80 %)"));
    assert_eq!(stub.asked()[0].variables["state"], "RAISED");
    let outcome = berth(&stub.url, &["alert", "list", "--lang", "zh-CN"]).await;
    assert!(outcome.out.contains("已解决") && outcome.out.contains("严重"), "{}", outcome.out);
}

#[tokio::test]
async fn rules_are_listed_with_what_they_are_usually() {
    let rules = json!([rule(80.0, true), rule(70.5, true), rule(80.0, false)]);
    let stub = Stub::start([("AlertRules", Reply::Data(rules))]).await;
    let outcome = berth(&stub.url, &["alert", "rules"]).await;
    let expected = "RULE  STATE    SEVERITY  THRESHOLD           USUALLY           WHAT
cpu   watched  warning   > 80 % for 5 min    –                 CPU usage
cpu   watched  warning   > 70.5 % for 5 min  > 80 % for 5 min  CPU usage
cpu   off      warning   > 80 % for 5 min    > 80 % for 5 min  CPU usage
";
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, expected));
}

#[tokio::test]
async fn a_rule_is_adjusted_in_what_is_said_and_in_nothing_else() {
    let payload = |rule: Value, errors: Value| {
        Reply::Data(json!({ "rule": rule, "position": "9", "userErrors": errors }))
    };
    let refusal = json!([{ "code": "INVALID", "message": "must be from 0 to 100", "field": ["threshold"], "hint": null }]);
    let stub = Stub::start([
        ("AlertRuleAdjust", payload(rule(70.5, true), json!([]))),
        ("AlertRuleAdjust", payload(rule(80.0, false), json!([]))),
        ("AlertRuleAdjust", payload(Value::Null, refusal)),
    ])
    .await;
    let outcome = berth(&stub.url, &["alert", "adjust", "cpu", "--threshold", "70.5", "--for", "5m"]).await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, "CPU usage: an alert from > 70.5 % for 5 min\n"));
    let outcome = berth(&stub.url, &["alert", "adjust", "error-rate", "--off", "--lang", "zh-CN"]).await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, "CPU usage：不再监测\n"));
    let outcome = berth(&stub.url, &["alert", "adjust", "cpu", "--threshold", "101"]).await;
    assert_eq!((outcome.exit, outcome.err.as_str()), (3, "error: --threshold: must be from 0 to 100\n"));
    let inputs: Vec<_> = stub.asked().iter().map(|asked| asked.variables["input"].clone()).collect();
    assert_eq!((&inputs[0]["threshold"], &inputs[0]["lasts"]), (&json!(70.5), &json!(300)));
    assert!(inputs[0].get("enabled").is_none() && inputs[0]["commandId"].is_string());
    assert_eq!((&inputs[1]["rule"], &inputs[1]["enabled"]), (&json!("ERROR_RATE"), &json!(false)));
    assert!(inputs[1].get("threshold").is_none());
}

#[tokio::test]
async fn an_alert_is_resolved_by_its_id_or_its_rules_name() {
    let payload = || Reply::Data(json!({ "alert": alert("RESOLVED"), "position": "9", "userErrors": [] }));
    let stub = Stub::start([("AlertResolve", payload()), ("AlertResolve", payload())]).await;
    let outcome = berth(&stub.url, &["alert", "resolve", "error-rate"]).await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, "CPU usage is resolved\n"));
    berth(&stub.url, &["alert", "resolve", "alert_ext-0f"]).await;
    let ids: Vec<_> = stub.asked().iter().map(|asked| asked.variables["input"]["id"].clone()).collect();
    assert_eq!(ids, ["alert_error_rate", "alert_ext-0f"]);
}

#[tokio::test]
async fn alerts_are_watched_line_by_line_and_who_stops_is_told_where() {
    let mut adjusted = alert("RESOLVED");
    adjusted["raisedAt"] = Value::Null;
    let batch =
        json!({ "alerts": [alert("RAISED"), adjusted, from_outside()], "position": "12", "caughtUp": true });
    let stub = Stub::start([known(&[]), ("AlertRaised", Reply::BatchesThenSilence(vec![batch]))]).await;
    let outcome = watched(&stub, &["alert", "watch"]).await;
    assert_eq!(outcome.exit, 130, "{outcome:?}");
    let lines: Vec<_> = outcome.out.lines().collect();
    assert_eq!(lines.len(), 2, "a rule that was only adjusted is no alert: {lines:?}");
    assert!(lines[0].ends_with("raised warning CPU usage 92.46 % (80 %)"), "{lines:?}");
    assert!(outcome.err.contains("berth alert watch --after 12"), "{}", outcome.err);
}

#[tokio::test]
async fn what_an_alert_was_already_is_no_news_when_its_rule_is_adjusted() {
    let batch =
        |alert: Value, position: &str| json!({ "alerts": [alert], "position": position, "caughtUp": true });
    let mut again = alert("RAISED");
    again["raisedAt"] = json!("2026-11-21T11:59:00Z");
    let first = vec![batch(alert("RESOLVED"), "13"), batch(again.clone(), "14"), batch(again.clone(), "15")];
    // After a break too it is remembered.
    let second = vec![batch(again, "16")];
    let stub = Stub::start([
        known(&[alert("RESOLVED")]),
        ("AlertRaised", Reply::BatchesThenCut(first)),
        ("AlertRaised", Reply::BatchesThenSilence(second)),
    ])
    .await;
    let outcome = watched(&stub, &["alert", "watch"]).await;
    let lines: Vec<_> = outcome.out.lines().collect();
    assert!(lines.len() == 1 && lines[0].contains("raised"), "{lines:?}");
    assert_eq!(stub.asked()[1].variables["after"], "11", "nothing is missed between the list and the feed");
}

#[tokio::test]
async fn after_a_position_the_first_that_is_heard_of_an_alert_is_told() {
    let batch = json!({ "alerts": [alert("RESOLVED")], "position": "12", "caughtUp": true });
    let stub = Stub::start([("AlertRaised", Reply::BatchesThenSilence(vec![batch]))]).await;
    let outcome = watched(&stub, &["alert", "watch", "--after", "3"]).await;
    assert_eq!(outcome.out.lines().count(), 1, "{}", outcome.out);
    assert_eq!(stub.asked()[0].variables["after"], "3");
}

/// What there is when watching begins.
fn known(alerts: &[Value]) -> (&'static str, Reply) {
    let page = json!({ "hasNextPage": false, "endCursor": null });
    ("Alerts", Reply::Data(json!({ "nodes": alerts, "pageInfo": page, "position": "11" })))
}

async fn watched(stub: &Stub, line: &[&str]) -> Outcome {
    let watched = stub.clone();
    berth_until(&stub.url, line, async move { watched.all_given().await }).await
}
