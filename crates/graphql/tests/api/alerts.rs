use berth_domain::{
    alert::{Event, Raised, RuleName},
    event::Event as _,
    notice::Severity,
};
use berth_store::{Append, CommandId, Log, Meta, NewEvent, StreamId, Version};
use futures::StreamExt;
use serde_json::{Value, json};

use crate::{
    feeds::feed,
    stage::{Stage, play, refusals},
};

const FIELDS: &str =
    "id rule title state severity value threshold unit summary labels { name } raisedAt resolvedAt
    resolvedBy times history { value resolvedBy } version position";

/// The CPU's alert, as the watching would raise it.
async fn raise(stage: &Stage) -> Value {
    let (rule, severity) = (RuleName::Cpu, Severity::Warning);
    let at = berth_domain::Timestamp::from_millis(1_800_000_000_000);
    let raised = Event::from(Raised { rule, severity, value: 92.5, threshold: 80.0, at });
    let event = NewEvent { name: raised.name().into(), schema: raised.schema(), data: raised.encode() };
    let append = Append::new(CommandId::fresh(), [0; 32], Meta::default());
    let append = append.write(StreamId::new("alert", rule), Version::default(), vec![event]);
    stage.log.append(append).await.unwrap();
    json!(stage.head().await.to_string())
}

async fn alerts(stage: &Stage, wanted: Value, at: &Value) -> Vec<Value> {
    let document = format!(
        "query($state: AlertState, $at: EventPosition) {{
            alerts(state: $state, minPosition: $at) {{ totalCount nodes {{ {FIELDS} }} }} }}"
    );
    let page = stage.ask(&document, json!({ "state": wanted, "at": at })).await["alerts"].clone();
    let nodes = page["nodes"].as_array().unwrap().clone();
    assert_eq!(page["totalCount"], nodes.len());
    nodes
}

async fn resolve(stage: &Stage, input: Value) -> Value {
    let document = format!(
        "mutation($input: AlertResolveInput!) {{ alertResolve(input: $input) {{
            alert {{ {FIELDS} }} position userErrors {{ code message field }} }} }}"
    );
    stage.ask(&document, json!({ "input": input })).await["alertResolve"].clone()
}

async fn adjust(stage: &Stage, input: Value) -> Value {
    let document = "mutation($input: AlertRuleAdjustInput!) { alertRuleAdjust(input: $input) {
        rule { name threshold usualThreshold lasts enabled version } position userErrors { code message field } } }";
    stage.ask(document, json!({ "input": input })).await["alertRuleAdjust"].clone()
}

#[test]
fn an_alert_is_seen_resolved_by_hand_and_remembered() {
    play(async |stage| {
        let at = raise(stage).await;
        let raised = alerts(stage, json!("RAISED"), &at).await;
        let one = &raised[0];
        assert_eq!(
            (&one["id"], &one["rule"], &one["title"]),
            (&json!("alert_cpu"), &json!("CPU"), &json!("CPU usage"))
        );
        assert_eq!(
            (&one["value"], &one["unit"], &one["state"]),
            (&json!(92.5), &json!("PERCENT"), &json!("RAISED"))
        );
        let done = resolve(stage, json!({ "id": "alert_cpu", "commandId": "once" })).await;
        assert_eq!((&done["userErrors"], &done["alert"]["state"]), (&json!([]), &json!("RESOLVED")));
        let again = resolve(stage, json!({ "id": "alert_cpu", "commandId": "once" })).await;
        assert_eq!(again["position"], done["position"], "done once");
        assert_eq!(alerts(stage, json!("RAISED"), &done["position"]).await, [] as [Value; 0]);
        let over = alerts(stage, json!("RESOLVED"), &done["position"]).await;
        assert_eq!(over[0]["history"], json!([{ "value": 92.5, "resolvedBy": "HAND" }]));
        assert_eq!(over[0], done["alert"], "the answer says what the lists say");
    });
}

#[test]
fn what_is_no_alert_cannot_be_resolved() {
    play(async |stage| {
        for unknown in ["alert_disk", "alert_ext-0123456789abcdef0123456789abcdef", "cpu", "grab_1", ""] {
            let refused = resolve(stage, json!({ "id": unknown })).await;
            assert_eq!(refusals(&refused), [("NOT_FOUND".to_owned(), json!(["id"]))], "{unknown}");
        }
        let found = stage.ask("{ alert(id: \"alert_disk\") { id } }", json!({})).await;
        assert_eq!(found["alert"], Value::Null);
    });
}

#[test]
fn a_rule_is_adjusted_once_and_every_rule_is_listed() {
    play(async |stage| {
        let done = adjust(stage, json!({ "rule": "CPU", "threshold": 70.5, "commandId": "lower" })).await;
        let rule = json!({ "name": "CPU", "threshold": 70.5, "usualThreshold": 80.0, "lasts": 300, "enabled": true, "version": 1 });
        assert_eq!((&done["rule"], &done["userErrors"]), (&rule, &json!([])));
        let again = adjust(stage, json!({ "rule": "CPU", "threshold": 70.5, "commandId": "lower" })).await;
        assert_eq!(again["position"], done["position"]);
        let wrong = adjust(stage, json!({ "rule": "DISK", "threshold": 101, "lasts": 86_401 })).await;
        let fields = [("INVALID".to_owned(), json!(["threshold"])), ("INVALID".to_owned(), json!(["lasts"]))];
        assert_eq!(refusals(&wrong), fields);
        let late = adjust(stage, json!({ "rule": "CPU", "enabled": false, "expectedVersion": 0 })).await;
        assert_eq!(refusals(&late)[0].0, "VERSION_CONFLICT");
        let document =
            "query($at: EventPosition) { alertRules(minPosition: $at) { name title threshold enabled } }";
        let rules =
            stage.ask_in_chinese(document, json!({ "at": done["position"] })).await["alertRules"].clone();
        assert_eq!(rules.as_array().unwrap().len(), RuleName::ALL.len());
        assert_eq!(
            rules[2],
            json!({ "name": "CPU", "title": "CPU 使用率", "threshold": 70.5, "enabled": true })
        );
        let off: Vec<_> = rules.as_array().unwrap().iter().filter(|rule| rule["enabled"] == false).collect();
        assert_eq!(off.len(), 1, "that of production: {off:?}");
    });
}

#[test]
fn the_feed_tells_what_was_raised_since_a_position() {
    play(async |stage| {
        raise(stage).await;
        let document =
            "subscription { alertRaised(after: \"0\") { alerts { id title state } position caughtUp } }";
        let mut batches = feed(stage, document, json!({}));
        let alerts = loop {
            let batch = batches.next().await.unwrap()["alertRaised"].clone();
            if batch["alerts"] != json!([]) {
                break batch["alerts"].clone();
            }
        };
        assert_eq!(alerts, json!([{ "id": "alert_cpu", "title": "CPU 使用率", "state": "RAISED" }]));
    });
}
