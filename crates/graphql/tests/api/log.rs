use berth_domain::Language;
use futures::{StreamExt, poll};
use serde_json::json;

use crate::{
    feeds::feed,
    stage::{TASK_CREATE, caller, code, data, play, play_with, request, task_input},
    tasks::held,
};

const VERIFICATION: &str =
    "subscription { eventLogVerification { position head eventsPerSecond findings clean done checksum } }";

#[test]
fn the_log_says_how_much_of_it_there_is() {
    play(async |stage| {
        stage.tenant("tokyo").await;
        let document = "{ eventLog { head count sizeBytes firstEventAt closedThrough } events(first: 1) { nodes { time } } }";
        let answer = stage.ask(document, json!({})).await;
        let log = &answer["eventLog"];
        assert_eq!(log["head"].as_str().unwrap(), log["count"].to_string());
        assert!(log["sizeBytes"].as_f64().unwrap() > 1000.0, "{log}");
        assert_eq!(log["firstEventAt"], answer["events"]["nodes"][0]["time"]);
        assert_eq!(log["closedThrough"], "0");
    });
}

#[test]
fn a_verification_runs_alone_and_says_what_it_came_to() {
    play(async |stage| {
        stage.tenant("tokyo").await;
        let again =
            || stage.schema.execute_stream(request(VERIFICATION, json!({})).data(caller(Language::English)));
        let mut first = again();
        assert!(poll!(first.next()).is_pending());
        assert_eq!(code(&again().next().await.unwrap()), "BAD_INPUT", "one at a time");
        let mut last = json!(null);
        while let Some(told) = first.next().await {
            last = data(told)["eventLogVerification"].clone();
        }
        assert_eq!(
            (&last["done"], &last["clean"], &last["findings"]),
            (&json!(true), &json!(true), &json!([]))
        );
        assert_eq!(last["position"], last["head"]);
        assert_eq!(last["checksum"].as_str().unwrap().len(), 64);
        let mut second = feed(stage, VERIFICATION, json!({}));
        assert_eq!(second.next().await.unwrap()["eventLogVerification"]["clean"], true, "its turn has come");
    });
}

#[test]
fn whoever_leaves_a_verification_ends_it() {
    play(async |stage| {
        let again =
            || stage.schema.execute_stream(request(VERIFICATION, json!({})).data(caller(Language::English)));
        let mut first = again();
        assert!(poll!(first.next()).is_pending());
        drop(first);
        assert!(data(again().next().await.unwrap())["eventLogVerification"]["head"].is_string());
    });
}

#[test]
fn attempts_are_counted_by_the_hour_and_in_all() {
    play_with(Vec::new(), async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let made =
            stage.ask(TASK_CREATE, json!({ "input": task_input(std::slice::from_ref(&tenant)) })).await;
        let id = made["grabTaskCreate"]["grabTasks"][0]["id"].clone();
        held(stage, &id).await;
        let document = "query($tenant: ID, $task: ID, $range: DateTimeRange, $at: EventPosition) {
            attemptStatistics(tenantId: $tenant, taskId: $task, range: $range, minPosition: $at) {
                attempts faults accepted outcomes { outcome count } hours { attempts outcomes { outcome count } } } }";
        let head = json!(stage.head().await.to_string());
        let one = json!([{ "outcome": "ACCEPTED", "count": 1 }]);
        let expected = json!({ "attempts": 1, "faults": 0, "accepted": 1, "outcomes": one, "hours": [{ "attempts": 1, "outcomes": one }] });
        for scope in [json!({}), json!({ "tenant": tenant }), json!({ "task": id })] {
            let mut variables = scope.clone();
            variables["at"] = head.clone();
            assert_eq!(stage.ask(document, variables).await["attemptStatistics"], expected, "{scope}");
        }
        let other = json!({ "task": "grab_01ARZ3NDEKTSV4RRFFQ69G5FAV" });
        assert_eq!(stage.ask(document, other).await["attemptStatistics"]["attempts"], 0);
        let long = json!({ "range": { "from": "2026-01-01T00:00:00Z", "to": "2026-03-01T00:00:00Z" } });
        assert_eq!(stage.code(document, long).await, "BAD_QUERY");
        assert_eq!(stage.code(document, json!({ "tenant": tenant, "task": id })).await, "BAD_QUERY");
    });
}
