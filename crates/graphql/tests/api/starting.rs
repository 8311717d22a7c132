//! A task that starts an instance which exists, as clients see it.

use serde_json::{Value, json};

use crate::stage::{Stage, play, refusals, task_input};

const CREATE: &str = "mutation($input: GrabTaskCreateInput!) { grabTaskCreate(input: $input) {
    grabTasks { id name state spec { shape } startsInstance { instance region } instances { providerId } }
    position userErrors { code message field } } }";

const UPDATE: &str = "mutation($input: GrabTaskUpdateInput!) { grabTaskUpdate(input: $input) {
    grabTasks { name } userErrors { code message field } } }";

async fn create(stage: &Stage, input: &Value) -> Value {
    stage.ask(CREATE, json!({ "input": input })).await["grabTaskCreate"].clone()
}

fn start_input(tenants: &[String]) -> Value {
    json!({
        "tenantIds": tenants,
        "startInstance": { "instance": "ocid1.instance.oc1.ap-tokyo-1.asleep" },
        "schedule": { "interval": 5 },
    })
}

#[test]
fn an_instance_to_start_is_named_in_place_of_a_spec() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let made = create(stage, &start_input(std::slice::from_ref(&tenant))).await;
        assert_eq!(made["userErrors"], json!([]));
        let task = &made["grabTasks"][0];
        assert_eq!((&task["spec"], &task["state"]), (&json!(null), &json!("RUNNING")));
        let instance = json!({ "instance": "ocid1.instance.oc1.ap-tokyo-1.asleep", "region": "ap-tokyo-1" });
        assert_eq!(task["startsInstance"], instance, "in the tenant's home region");
        assert_eq!(task["name"], "ap-tokyo-1 …1.asleep");

        let lists = "query($at: EventPosition) { grabTasks(minPosition: $at) { nodes { id startsInstance { region } } } }";
        let listed = stage.ask(lists, json!({ "at": made["position"] })).await;
        assert_eq!(listed["grabTasks"]["nodes"][0]["startsInstance"]["region"], "ap-tokyo-1");
        let spec = task_input(&[])["spec"].clone();
        let refused = stage.ask(UPDATE, json!({ "input": { "taskId": task["id"], "spec": spec } })).await;
        assert_eq!(refusals(&refused["grabTaskUpdate"]), [("INVALID".into(), json!(["spec"]))]);
        let renamed = stage.ask(UPDATE, json!({ "input": { "taskId": task["id"], "name": "wake" } })).await;
        assert_eq!(renamed["grabTaskUpdate"]["grabTasks"][0]["name"], "wake");
    });
}

#[test]
fn both_or_neither_are_refused_with_everything_else_that_is_wrong() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let fields = |made: &Value| refusals(made).into_iter().map(|(_, field)| field).collect::<Vec<_>>();
        let mut both = task_input(std::slice::from_ref(&tenant));
        both["startInstance"] = json!({ "instance": "two words", "region": "ap-tokyo-1" });
        both["spec"]["bootVolumeGb"] = json!(1);
        both["schedule"]["interval"] = json!(1);
        let expected = [
            json!(["startInstance"]),
            json!(["spec", "bootVolumeGb"]),
            json!(["schedule", "interval"]),
            json!(["startInstance", "instance"]),
        ];
        assert_eq!(fields(&create(stage, &both).await), expected);

        let mut neither = start_input(std::slice::from_ref(&tenant));
        neither.as_object_mut().unwrap().remove("startInstance");
        assert_eq!(fields(&create(stage, &neither).await), [json!(["spec"])]);

        let mut several = start_input(&[tenant.clone(), tenant]);
        several["regions"] = json!(["ap-osaka-1"]);
        assert_eq!(fields(&create(stage, &several).await), [json!(["tenantIds"]), json!(["regions"])]);
        several["regions"] = json!([]);
        several["tenantIds"] = json!([several["tenantIds"][0]]);
        several["startInstance"]["region"] = json!("nowhere-1");
        assert_eq!(fields(&create(stage, &several).await), [json!(["startInstance", "region"])]);
    });
}
