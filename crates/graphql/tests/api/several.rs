//! Several instances by one task, as clients see them.

use serde_json::{Value, json};

use crate::{
    stage::{Stage, TASK_CREATE, play, play_with, refusals, task_input},
    tasks::held,
};

const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";

const UPDATE: &str = "mutation($input: GrabTaskUpdateInput!) { grabTaskUpdate(input: $input) {
    grabTasks { state stateReason spec { count } instances { id } } userErrors { code message field } } }";

async fn task_for(stage: &Stage, count: u32) -> Value {
    let tenant = stage.tenant("tokyo").await;
    let mut input = task_input(&[tenant]);
    (input["spec"]["count"], input["schedule"]["interval"]) = (json!(count), json!(2));
    let made = stage.ask(TASK_CREATE, json!({ "input": input })).await["grabTaskCreate"].clone();
    assert_eq!(made["userErrors"], json!([]));
    made["grabTasks"][0].clone()
}

#[test]
fn a_task_shows_each_of_its_instances_under_an_id_of_its_own() {
    play_with(Vec::new(), async |stage| {
        let task = task_for(stage, 2).await;
        assert_eq!((&task["spec"]["count"], &task["instances"]), (&json!(2), &json!([])));
        let there = held(stage, &task["id"]).await;
        let first = task["id"].as_str().unwrap().replacen("grab_", "instance_", 1);
        let ids: Vec<_> =
            there["instances"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
        assert_eq!(ids, [json!(first), json!(format!("{first}_2"))]);

        let asked = [first.clone(), format!("{first}_2"), format!("{first}_3"), format!("{first}_1")];
        let nodes = stage.ask(NODES, json!({ "ids": asked })).await["nodes"].clone();
        assert_eq!(nodes[1], json!({ "__typename": "CloudInstance", "id": asked[1] }));
        assert_eq!((&nodes[0]["id"], &nodes[2], &nodes[3]), (&json!(first), &json!(null), &json!(null)));
    });
}

#[test]
fn how_many_are_wanted_can_be_changed() {
    play(async |stage| {
        let task = task_for(stage, 2).await;
        let spec = |count: u32| {
            let mut spec = task_input(&[])["spec"].clone();
            spec["count"] = json!(count);
            spec
        };
        let update = async |count| {
            let input = json!({ "taskId": task["id"], "spec": spec(count) });
            stage.ask(UPDATE, json!({ "input": input })).await["grabTaskUpdate"].clone()
        };
        assert_eq!(update(3).await["grabTasks"][0]["spec"]["count"], 3);
        assert_eq!(refusals(&update(0).await), [("INVALID".into(), json!(["spec", "count"]))]);
    });
}
