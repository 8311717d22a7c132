use serde_json::{Value, json};

use crate::stage::{Stage, TASK_CREATE, TENANT_CREATE, play, refusals, task_input, tenant_input};

async fn command(stage: &Stage, name: &str, input: Value) -> Value {
    let document = format!(
        "mutation($input: GrabTaskCommandInput!) {{ {name}(input: $input) {{
            grabTasks {{ id state stateReason version tenant {{ name }} }} position userErrors {{ code message field hint }} }} }}"
    );
    stage.ask(&document, json!({ "input": input })).await[name].clone()
}

#[test]
fn a_selection_is_started_held_let_go_and_called_off_in_one_request_each() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let (ids, _) = stage.tasks(&[tenant.clone(), tenant]).await;
        for (name, state) in [
            ("grabTaskStart", "RUNNING"),
            ("grabTaskPause", "PAUSED"),
            ("grabTaskResume", "RUNNING"),
            ("grabTaskStop", "STOPPED"),
        ] {
            let payload = command(stage, name, json!({ "taskIds": ids })).await;
            assert_eq!(payload["userErrors"], json!([]), "{name}");
            let tasks = payload["grabTasks"].as_array().unwrap();
            assert_eq!(
                tasks.iter().map(|task| &task["id"]).collect::<Vec<_>>(),
                ids.iter().collect::<Vec<_>>()
            );
            assert!(
                tasks.iter().all(|task| task["state"] == state && task["tenant"]["name"] == "tokyo"),
                "{name}"
            );
        }
    });
}

#[test]
fn whoever_refuses_is_named_by_index_and_shown_as_it_is() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let (ids, _) = stage.tasks(&[tenant.clone(), tenant]).await;
        command(stage, "grabTaskStart", json!({ "taskIds": [ids[1]] })).await;
        let payload =
            command(stage, "grabTaskPause", json!({ "taskIds": [ids[0], ids[1], "grab_nobody"] })).await;
        let conflict = ("STATE_CONFLICT".to_owned(), json!(["taskIds", "0"]));
        assert_eq!(refusals(&payload), [conflict, ("NOT_FOUND".into(), json!(["taskIds", "2"]))]);
        let states: Vec<_> =
            payload["grabTasks"].as_array().unwrap().iter().map(|task| &task["state"]).collect();
        assert_eq!(states, ["PENDING", "PAUSED"]);
    });
}

#[test]
fn a_command_given_again_is_answered_alike_and_done_once() {
    play(async |stage| {
        let mut tenant = tenant_input("tokyo");
        tenant["commandId"] = json!("11111111-1111-1111-1111-111111111111");
        let first = stage.ask(TENANT_CREATE, json!({ "input": tenant })).await["tenantCreate"].clone();
        let second = stage.ask(TENANT_CREATE, json!({ "input": tenant })).await["tenantCreate"].clone();
        assert_eq!(second["tenant"]["id"], first["tenant"]["id"]);
        assert_eq!((&second["position"], &second["userErrors"]), (&first["position"], &json!([])));

        let id = first["tenant"]["id"].as_str().unwrap().to_owned();
        let mut task = task_input(&[id.clone(), id]);
        task["commandId"] = json!("22222222-2222-2222-2222-222222222222");
        let first = stage.ask(TASK_CREATE, json!({ "input": task })).await["grabTaskCreate"].clone();
        let second = stage.ask(TASK_CREATE, json!({ "input": task })).await["grabTaskCreate"].clone();
        let ids = |payload: &Value| json!([payload["grabTasks"][0]["id"], payload["grabTasks"][1]["id"]]);
        assert_eq!(ids(&second), ids(&first));
        assert_ne!(first["grabTasks"][0]["id"], first["grabTasks"][1]["id"]);
        assert_eq!((&second["position"], &second["userErrors"]), (&first["position"], &json!([])));
    });
}

#[test]
fn a_command_id_with_another_input_is_refused() {
    play(async |stage| {
        let mut input = tenant_input("tokyo");
        input["commandId"] = json!("once");
        stage.ask(TENANT_CREATE, json!({ "input": input })).await;
        // A secret is part of the input like everything else.
        input["privateKey"] = json!("ANOTHER-KEY");
        let refused = stage.ask(TENANT_CREATE, json!({ "input": input })).await["tenantCreate"].clone();
        assert_eq!(refusals(&refused), [("COMMAND_ID_REUSED".into(), json!(["commandId"]))]);
    });
}

#[test]
fn mutations_that_share_a_shape_do_not_share_command_ids() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let (ids, _) = stage.tasks(&[tenant]).await;
        let input = json!({ "taskIds": ids, "commandId": "once" });
        command(stage, "grabTaskStart", input.clone()).await;
        let refused = command(stage, "grabTaskStop", input).await;
        assert_eq!(refusals(&refused), [("COMMAND_ID_REUSED".into(), json!(["commandId"]))]);
        assert_eq!(refused["grabTasks"][0]["state"], "RUNNING");
    });
}

#[test]
fn a_command_id_that_cannot_be_one_is_refused_with_all_the_rest() {
    play(async |stage| {
        let mut input = task_input(&[]);
        (input["commandId"], input["spec"]["shape"]) = (json!("two words"), json!(""));
        let refused = stage.ask(TASK_CREATE, json!({ "input": input })).await["grabTaskCreate"].clone();
        let fields: Vec<_> = refusals(&refused).into_iter().map(|(_, field)| field).collect();
        assert!(
            fields.contains(&json!(["commandId"])) && fields.contains(&json!(["spec", "shape"])),
            "{fields:?}"
        );
    });
}

#[test]
fn a_version_that_has_passed_changes_nothing() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let (ids, _) = stage.tasks(&[tenant.clone(), tenant]).await;
        let start = |ids: &[String], version: i32| json!({ "taskIds": ids, "expectedVersion": version });
        let refused = command(stage, "grabTaskStart", start(&ids[..1], 7)).await;
        assert_eq!(refusals(&refused), [("VERSION_CONFLICT".into(), json!(["expectedVersion"]))]);
        assert_eq!(refused["grabTasks"][0]["state"], "PENDING");
        let version = i32::try_from(refused["grabTasks"][0]["version"].as_i64().unwrap()).unwrap();
        let done = command(stage, "grabTaskStart", start(&ids[..1], version)).await;
        assert_eq!(done["grabTasks"][0]["state"], "RUNNING");
        let both = command(stage, "grabTaskStop", start(&ids, version)).await;
        assert_eq!(refusals(&both), [("INVALID".into(), json!(["expectedVersion"]))]);
    });
}
