//! What one can wish for beyond the example, change later, and take off the lists.

use berth_domain::Language;
use futures::StreamExt;
use serde_json::{Value, json};

use crate::stage::{Stage, TASK_CREATE, caller, data, play, refusals, request, task_input};

const UPDATE: &str = "mutation($input: GrabTaskUpdateInput!) { grabTaskUpdate(input: $input) {
    grabTasks { id name version spec { sizes { ocpus memoryGb } regions vpusPerGb subnet publicIpv4 ipv6
            tags { name value } hasRootPassword hasUserData }
        schedule { interval startAt windows { days fromMinute toMinute } cronWindows { cron minutes } utcOffsetMinutes } }
    position userErrors { code message field hint } } }";

const DELETE: &str = "mutation($input: GrabTaskCommandInput!) { grabTaskDelete(input: $input) {
    grabTasks { id state allowedActions } position userErrors { code message field hint } } }";

const HURRY: &str = "mutation($input: GrabTaskCommandInput!) { grabTaskAttemptNow(input: $input) {
    grabTasks { id } position userErrors { code message field hint } } }";

async fn create(stage: &Stage, input: &Value) -> Value {
    stage.ask(TASK_CREATE, json!({ "input": input })).await["grabTaskCreate"].clone()
}

/// A task that was not started.
async fn idle_task(stage: &Stage) -> Value {
    let tenant = stage.tenant("tokyo").await;
    let mut input = task_input(&[tenant]);
    input["start"] = json!(false);
    create(stage, &input).await["grabTasks"][0].clone()
}

async fn update(stage: &Stage, input: Value) -> Value {
    stage.ask(UPDATE, json!({ "input": input })).await["grabTaskUpdate"].clone()
}

#[test]
fn a_task_is_changed_and_what_is_absent_stays() {
    play(async |stage| {
        let task = idle_task(stage).await;
        let spec = json!({
            "shape": "VM.Standard.A1.Flex", "image": "Ubuntu 24.04", "regions": ["ap-tokyo-1", "ap-osaka-1"],
            "sizes": [{ "ocpus": 4, "memoryGb": 24 }, { "ocpus": 2, "memoryGb": 12 }], "vpusPerGb": 20,
            "publicIpv4": false, "ipv6": true, "tags": [{ "name": "team", "value": "blue" }],
            "userData": "#!/bin/sh",
        });
        let changed =
            update(stage, json!({ "taskId": task["id"], "expectedVersion": 1, "spec": spec })).await;
        assert_eq!(changed["userErrors"], json!([]));
        let now = &changed["grabTasks"][0];
        assert_eq!((&now["name"], &now["version"]), (&task["name"], &json!(2)));
        let expected = json!({
            "sizes": [{ "ocpus": 4.0, "memoryGb": 24.0 }, { "ocpus": 2.0, "memoryGb": 12.0 }],
            "regions": ["ap-tokyo-1", "ap-osaka-1"], "vpusPerGb": 20, "subnet": null, "publicIpv4": false, "ipv6": true,
            "tags": [{ "name": "team", "value": "blue" }], "hasRootPassword": true, "hasUserData": true,
        });
        assert_eq!(now["spec"], expected, "the password stays: nobody can read and repeat it");
        assert_eq!(now["schedule"]["interval"], 5);

        let window = json!({ "days": ["MONDAY"], "fromMinute": 180, "toMinute": 300 });
        let schedule = json!({
            "interval": 30, "startAt": "2026-12-01T00:00:00.000Z", "windows": [window],
            "cronWindows": [{ "cron": "0 3 * * MON-FRI", "minutes": 90 }], "utcOffsetMinutes": 480,
        });
        let bare = json!({ "shape": "VM.Standard.E2.1.Micro", "image": "Ubuntu", "region": "ap-tokyo-1", "rootPassword": "" });
        let input = json!({ "taskId": task["id"], "name": "neu", "schedule": schedule, "spec": bare });
        let changed = update(stage, input).await;
        let now = &changed["grabTasks"][0];
        assert_eq!((&now["name"], &now["schedule"]), (&json!("neu"), &schedule));
        assert_eq!(now["spec"]["hasRootPassword"], false, "an empty text takes it away");
        assert_eq!(now["spec"]["hasUserData"], true);
    });
}

#[test]
fn what_is_wrong_with_a_change_is_said_of_the_field_that_was_filled_in() {
    play(async |stage| {
        let task = idle_task(stage).await;
        let fields = async |spec: Value| {
            let refused = update(stage, json!({ "taskId": task["id"], "spec": spec })).await;
            refusals(&refused).into_iter().map(|(_, field)| field).collect::<Vec<_>>()
        };
        let flexible = json!({ "shape": "VM.Standard.A1.Flex", "image": "Ubuntu", "region": "ap-tokyo-1" });
        let with = |field: &str, value: Value| {
            let mut spec = flexible.clone();
            spec[field] = value;
            spec
        };
        assert_eq!(fields(flexible.clone()).await, [json!(["spec", "ocpus"]), json!(["spec", "memoryGb"])]);
        assert_eq!(fields(with("region", json!(null))).await, [json!(["spec", "region"])]);
        let sizes = json!([{ "ocpus": 1, "memoryGb": 6 }, { "ocpus": 0, "memoryGb": 6 }]);
        assert_eq!(fields(with("sizes", sizes)).await, [json!(["spec", "sizes", "1", "ocpus"])]);
        let regions = fields(with("regions", json!(["ap-osaka-1"]))).await;
        assert_eq!(regions, [json!(["spec", "regions"])], "not both");
        let mut nowhere = with("sizes", json!([{ "ocpus": 1, "memoryGb": 6 }]));
        nowhere["region"] = json!("nowhere-1");
        assert_eq!(fields(nowhere.clone()).await, [json!(["spec", "region"])]);
        nowhere["region"] = json!("ap-tokyo-1");
        nowhere["userData"] = json!("x".repeat(16_001));
        assert_eq!(fields(nowhere).await, [json!(["spec", "userData"])]);
        let windows = json!([{ "cron": "0 3 * * *", "minutes": 5 }, { "cron": "0 0 30 2 *", "minutes": -1 }]);
        let never =
            update(stage, json!({ "taskId": task["id"], "schedule": { "cronWindows": windows } })).await;
        let about = |field: &str| ("INVALID".to_owned(), json!(["schedule", "cronWindows", "1", field]));
        assert_eq!(refusals(&never), [about("cron"), about("minutes")]);
        let unknown =
            update(stage, json!({ "taskId": "grab_01ARZ3NDEKTSV4RRFFQ69G5FAV", "name": "x" })).await;
        assert_eq!(refusals(&unknown), [("NOT_FOUND".into(), json!(["taskId"]))]);
        let stale = update(stage, json!({ "taskId": task["id"], "expectedVersion": 9, "name": "x" })).await;
        assert_eq!(refusals(&stale), [("VERSION_CONFLICT".into(), json!(["expectedVersion"]))]);
    });
}

#[test]
fn tenants_times_regions_is_a_task_each_and_one_that_is_bad_fails_alone() {
    play(async |stage| {
        let tenants = [stage.tenant("tokyo").await, "tenant_01ARZ3NDEKTSV4RRFFQ69G5FAV".into()];
        let mut input = task_input(&tenants);
        input["spec"].as_object_mut().unwrap().remove("region");
        (input["regions"], input["name"]) = (json!(["ap-tokyo-1", "nowhere-1", "ap-osaka-1"]), json!(null));
        input["commandId"] = json!("batch-1");
        let made = create(stage, &input).await;
        let names: Vec<_> = made["grabTasks"].as_array().unwrap().iter().map(|task| &task["name"]).collect();
        assert_eq!(names, ["ap-tokyo-1 VM.Standard.A1.Flex", "ap-osaka-1 VM.Standard.A1.Flex"]);
        let refused = [
            ("INVALID".into(), json!(["regions", "1"])),
            ("NOT_FOUND".to_owned(), json!(["tenantIds", "1"])),
        ];
        assert_eq!(refusals(&made), refused);
        let again = create(stage, &input).await;
        let ids = |made: &Value| {
            made["grabTasks"].as_array().unwrap().iter().map(|task| task["id"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&again), ids(&made), "the same command makes nothing anew");

        input["commandId"] = json!("batch-2");
        input["spec"]["region"] = json!("ap-tokyo-1");
        assert_eq!(refusals(&create(stage, &input).await), [("INVALID".into(), json!(["regions"]))]);
    });
}

#[test]
fn a_deleted_task_leaves_the_lists_and_its_history_stays() {
    play(async |stage| {
        let task = idle_task(stage).await;
        let before = stage.head().await;
        let gone = stage.ask(DELETE, json!({ "input": { "taskIds": [task["id"]] } })).await["grabTaskDelete"]
            .clone();
        assert_eq!(gone["userErrors"], json!([]));
        assert_eq!(gone["grabTasks"][0]["allowedActions"], json!([]));
        let lists = "query($id: ID!, $at: EventPosition) { grabTask(id: $id, minPosition: $at) { id }
            grabTasks(minPosition: $at) { totalCount nodes { id } } }";
        let variables = json!({ "id": task["id"], "at": gone["position"] });
        let seen = stage.ask(lists, variables).await;
        assert_eq!(seen["grabTask"], json!(null));
        assert_eq!(seen["grabTasks"], json!({ "totalCount": 0, "nodes": [] }));
        let feed = "subscription($after: EventPosition) { taskStateChanged(after: $after) { tasks { id } deletedIds } }";
        let request = request(feed, json!({ "after": before.to_string() }));
        let mut batches = stage.schema.execute_stream(request.data(caller(Language::English)));
        let batch = data(batches.next().await.unwrap())["taskStateChanged"].clone();
        assert_eq!(batch, json!({ "tasks": [], "deletedIds": [task["id"]] }));
        let again =
            stage.ask(HURRY, json!({ "input": { "taskIds": [task["id"]] } })).await["grabTaskAttemptNow"]
                .clone();
        assert_eq!(refusals(&again), [("NOT_FOUND".into(), json!(["taskIds", "0"]))]);
    });
}

#[test]
fn whoever_does_not_run_is_not_hurried_and_says_so() {
    play(async |stage| {
        let task = idle_task(stage).await;
        let refused =
            stage.ask(HURRY, json!({ "input": { "taskIds": [task["id"]] } })).await["grabTaskAttemptNow"]
                .clone();
        assert_eq!(refusals(&refused), [("STATE_CONFLICT".into(), json!(["taskIds", "0"]))]);
    });
}
