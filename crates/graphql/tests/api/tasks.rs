use berth_domain::Language;
use futures::StreamExt;
use serde_json::{Value, json};

use crate::stage::{Stage, TASK_CREATE, caller, data, play, play_with, refusals, request, task_input};

#[test]
fn the_example_of_a_task_keeps_its_values_and_starts() {
    play(async |stage| {
        let tenant = stage.tenant("my-oci-tenant").await;
        let input = task_input(std::slice::from_ref(&tenant));
        let made = stage.ask(TASK_CREATE, json!({ "input": input })).await["grabTaskCreate"].clone();
        assert_eq!(made["userErrors"], json!([]));
        let task = &made["grabTasks"][0];
        assert_eq!(task["name"], "抢ARM机器");
        let actions = json!(["PAUSE", "STOP", "UPDATE", "ATTEMPT_NOW"]);
        assert_eq!((&task["state"], &task["allowedActions"]), (&json!("RUNNING"), &actions));
        assert_eq!(task["tenant"], json!({ "id": tenant, "name": "my-oci-tenant" }));
        assert_eq!(
            task["spec"],
            json!({
                "shape": "VM.Standard.A1.Flex", "ocpus": 4.0, "memoryGb": 24.0, "bootVolumeGb": 50, "image": "Ubuntu 22.04",
                "region": "ap-tokyo-1", "availabilityDomains": [], "count": 1, "hasRootPassword": true, "sshKeys": [],
            })
        );
        assert_eq!(
            task["schedule"],
            json!({ "interval": 5, "jitterPercent": 20, "maxAttempts": null, "deadline": null })
        );
        assert!(!task["nextAttemptAt"].is_null());
        assert_eq!(task["position"], made["position"]);
    });
}

#[test]
fn everything_wrong_with_a_task_is_said_at_once_with_its_field() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let mut input = task_input(&[tenant.clone(), tenant]);
        input["name"] = json!("");
        (input["spec"]["ocpus"], input["spec"]["bootVolumeGb"]) = (json!(0), json!(-1));
        (input["schedule"]["interval"], input["schedule"]["jitterPercent"]) = (json!(1), json!(1000));
        let paths =
            |refused: &Value| refusals(refused).into_iter().map(|(_, field)| field).collect::<Vec<_>>();
        let domain = [
            json!(["name"]),
            json!(["spec", "bootVolumeGb"]),
            json!(["spec", "ocpus"]),
            json!(["schedule", "interval"]),
            json!(["schedule", "jitterPercent"]),
        ];
        let refused = stage.ask(TASK_CREATE, json!({ "input": input })).await["grabTaskCreate"].clone();
        assert_eq!(paths(&refused), domain, "once, though there are two tenants");
        assert_eq!(refused["userErrors"][3]["message"], "must be at least 2 s");

        input["spec"]["count"] = json!(17);
        let refused =
            stage.ask_in_chinese(TASK_CREATE, json!({ "input": input })).await["grabTaskCreate"].clone();
        assert_eq!(paths(&refused)[2], json!(["spec", "count"]));
        assert_eq!(refused["userErrors"][2]["message"], "必须在 1 到 16 之间");
        assert_eq!(refused["userErrors"][4]["message"], "至少为 2 s");

        (input["regions"], input["spec"]["count"]) = (json!(["ap-osaka-1"]), json!(1));
        let refused = stage.ask(TASK_CREATE, json!({ "input": input })).await["grabTaskCreate"].clone();
        assert_eq!(paths(&refused)[0], json!(["regions"]), "what the domain does not know of comes first");
        assert_eq!(paths(&refused)[1..], domain);
    });
}

#[test]
fn an_absent_region_is_the_tenants_own_and_an_absent_name_is_made() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let mut input = task_input(&[tenant]);
        input["spec"].as_object_mut().unwrap().remove("region");
        (input["name"], input["start"]) = (json!(null), json!(false));
        let made = stage.ask(TASK_CREATE, json!({ "input": input })).await["grabTaskCreate"].clone();
        assert_eq!(made["grabTasks"][0]["name"], "ap-tokyo-1 VM.Standard.A1.Flex");
        assert_eq!(made["grabTasks"][0]["state"], "PENDING");
    });
}

#[test]
fn of_several_tenants_the_ones_that_do_not_exist_are_named_by_their_index() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let unknown = "tenant_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned();
        let input = task_input(&[tenant, unknown, "nonsense".into()]);
        let made = stage.ask(TASK_CREATE, json!({ "input": input })).await["grabTaskCreate"].clone();
        assert_eq!(made["grabTasks"].as_array().unwrap().len(), 1);
        let missing = |index: &str| ("NOT_FOUND".to_owned(), json!(["tenantIds", index]));
        assert_eq!(refusals(&made), [missing("1"), missing("2")]);
    });
}

#[test]
fn a_task_without_a_free_place_is_made_and_waits_for_one() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let input = task_input(&vec![tenant; 4]);
        let made = stage.ask(TASK_CREATE, json!({ "input": input })).await["grabTaskCreate"].clone();
        let states: Vec<_> =
            made["grabTasks"].as_array().unwrap().iter().map(|task| &task["state"]).collect();
        assert_eq!(states, ["RUNNING", "RUNNING", "RUNNING", "PENDING"]);
        assert_eq!(refusals(&made), []);
        let waits: Vec<_> =
            made["grabTasks"].as_array().unwrap().iter().map(|task| !task["queuedAt"].is_null()).collect();
        assert_eq!(waits, [false, false, false, true]);
    });
}

#[test]
fn an_attempt_is_seen_in_the_lists_with_its_task() {
    play_with(Vec::new(), async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let mut input = task_input(&[tenant]);
        input["schedule"]["interval"] = json!(2);
        let made = stage.ask(TASK_CREATE, json!({ "input": input })).await["grabTaskCreate"].clone();
        let id = made["grabTasks"][0]["id"].clone();
        let task = held(stage, &id).await;
        assert_eq!((&task["attemptCount"], &task["faultCount"]), (&json!(1), &json!(0)));
        assert_eq!(task["lastAttempt"]["outcome"], "ACCEPTED");
        assert_eq!(task["lastAttempt"]["task"]["id"], id);
        assert_eq!(task["attempts"]["nodes"], json!([{ "id": task["lastAttempt"]["id"], "number": 1 }]));
        assert_eq!(task["outcomeCounts"], json!([{ "outcome": "ACCEPTED", "count": 1 }]));
        assert_eq!(task["instances"][0]["publicIps"], json!(["192.0.2.7"]));
        let counted: i64 = task["attemptBuckets"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|slice| slice["outcomes"][0]["count"].as_i64())
            .sum();
        assert_eq!((task["attemptBuckets"].as_array().unwrap().len(), counted), (60, 1));

        let ids = json!([task["lastAttempt"]["id"], task["instances"][0]["id"], "event_1", "event_01", id]);
        let nodes = stage
            .ask("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", json!({ "ids": ids }))
            .await;
        let kinds: Vec<_> =
            nodes["nodes"].as_array().unwrap().iter().map(|node| &node["__typename"]).collect();
        assert_eq!(
            kinds,
            [&json!("Attempt"), &json!("CloudInstance"), &json!("Event"), &json!(null), &json!("GrabTask")]
        );
    });
}

/// Waits, by the feed, until the task has its instance.
pub(crate) async fn held(stage: &Stage, id: &Value) -> Value {
    let document = "subscription($ids: [ID!]) { taskStateChanged(taskIds: $ids, after: \"0\") { tasks {
        state attemptCount faultCount outcomeCounts { outcome count } instances { id publicIps }
        lastAttempt { id outcome task { id } } attempts { nodes { id number } } attemptBuckets { outcomes { count } } } } }";
    let request = request(document, json!({ "ids": [id] }));
    let mut batches = stage.schema.execute_stream(request.data(caller(Language::English)));
    while let Some(batch) = batches.next().await {
        let task = data(batch)["taskStateChanged"]["tasks"][0].clone();
        if task["state"] == "SUCCEEDED" {
            return task;
        }
    }
    panic!("the feed ended");
}
