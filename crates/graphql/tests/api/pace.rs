//! What a tenant may call, launch and have for nothing.

use berth_cloud::{Limit, fake::Answer};
use serde_json::{Value, json};

use crate::stage::{Stage, TASK_CREATE, play, play_with, task_input};

const PACE: &str = "query($id: ID!) { tenant(id: $id) { pace {
    tenancy { region rate ceiling frozenUntil reason }
    regions { region rate ceiling frozenUntil reason providerError { status message } } } } }";
const OPTIONS: &str =
    "query($id: ID!, $refresh: Boolean!) { launchOptions(tenantId: $id, refresh: $refresh) {
    region availabilityDomains fetchedAt shapes { name arch alwaysFree maxOcpus } images { shapes }
    quota { limits { name used } } } }";
const FREE: &str = "query($id: ID!) { tenant(id: $id) { quota { limits { total } } alwaysFree { resource unit allowance used left } } }";

/// A tenant that the lists hold already.
async fn listed(stage: &Stage) -> String {
    let tenant = stage.tenant("tokyo").await;
    let query = "query($id: ID!, $at: EventPosition) { tenant(id: $id, minPosition: $at) { id } }";
    let at = stage.head().await.to_string();
    assert_eq!(stage.ask(query, json!({ "id": tenant, "at": at })).await["tenant"]["id"], tenant);
    tenant
}

fn used(ocpus: f64) -> Limit {
    Limit { name: "standard-a1-core-count".into(), availability_domain: None, total: 4.0, used: ocpus }
}

#[test]
fn the_pace_says_how_fast_and_after_a_throttle_why_not_faster() {
    play_with(vec![Answer::THROTTLE; 100], async |stage| {
        let tenant = listed(stage).await;
        let quiet = stage.ask(PACE, json!({ "id": tenant })).await["tenant"]["pace"]["tenancy"].clone();
        let expected =
            json!({ "region": null, "rate": 10.0, "ceiling": 10.0, "frozenUntil": null, "reason": null });
        assert_eq!(quiet, expected);

        let test = "mutation($input: TenantTestInput!) { tenantTest(input: $input) { durationMs } }";
        stage.ask(test, json!({ "input": { "tenantId": tenant } })).await;
        let mut input = task_input(std::slice::from_ref(&tenant));
        input["schedule"] = json!({ "interval": 2 });
        let made = stage.ask(TASK_CREATE, json!({ "input": input })).await;
        assert_eq!(made["grabTaskCreate"]["userErrors"], json!([]));
        let mut slowed = json!(null);
        while slowed["providerError"].is_null() {
            let pace = stage.ask_in_chinese(PACE, json!({ "id": tenant })).await["tenant"]["pace"].clone();
            slowed = pace["regions"][0].clone();
        }
        assert_eq!(
            (&slowed["region"], &slowed["reason"]),
            (&json!("ap-tokyo-1"), &json!("该用户请求过于频繁"))
        );
        assert_eq!(
            slowed["providerError"],
            json!({ "status": 429, "message": "Too many requests for the user" })
        );
        assert!(slowed["rate"].as_f64() < slowed["ceiling"].as_f64(), "{slowed}");
    });
}

#[test]
fn options_come_from_the_tenant_itself_and_say_what_is_free_and_used() {
    play(async |stage| {
        let tenant = listed(stage).await;
        let test = "mutation($input: TenantTestInput!) { tenantTest(input: $input) { durationMs } }";
        stage.ask(test, json!({ "input": { "tenantId": tenant } })).await;
        let before = stage.ask(FREE, json!({ "id": tenant })).await["tenant"].clone();
        assert_eq!(before["quota"], json!(null), "nothing was read yet");
        let arm = |used: serde_json::Value, left: serde_json::Value| json!({ "resource": "ARM_OCPUS", "unit": "OCPU", "allowance": 2.0, "used": used, "left": left });
        assert_eq!(before["alwaysFree"][0], arm(json!(null), json!(null)));

        stage.cloud.set_limits([used(1.5)]);
        let ask = async |refresh: bool| {
            stage.ask(OPTIONS, json!({ "id": tenant, "refresh": refresh })).await["launchOptions"].clone()
        };
        let options = ask(false).await;
        assert_eq!(options["region"], "ap-tokyo-1");
        assert_eq!(options["availabilityDomains"], json!(["fake:AD-1", "fake:AD-2", "fake:AD-3"]));
        let shape =
            json!({ "name": "VM.Standard.A1.Flex", "arch": "arm64", "alwaysFree": true, "maxOcpus": 80.0 });
        assert_eq!(options["shapes"], json!([shape]));
        assert_eq!(options["quota"]["limits"], json!([{ "name": "standard-a1-core-count", "used": 1.5 }]));
        let after = stage.ask(FREE, json!({ "id": tenant })).await["tenant"].clone();
        assert_eq!(after["alwaysFree"][0], arm(json!(1.5), json!(0.5)));

        stage.cloud.set_limits([used(2.0)]);
        assert_eq!(ask(false).await, options, "kept for some minutes, with its age told");
        assert_eq!(ask(true).await["quota"]["limits"][0]["used"], 2.0);
    });
}

#[test]
fn options_of_nobody_are_null_and_of_an_unknown_region_refused() {
    play(async |stage| {
        let query =
            "query($id: ID!, $region: String) { launchOptions(tenantId: $id, region: $region) { region } }";
        let nobody = json!({ "id": "tenant_01JD0000000000000000000000" });
        assert_eq!(stage.ask(query, nobody).await["launchOptions"], json!(null));
        let tenant = listed(stage).await;
        let code = stage.code(query, json!({ "id": tenant, "region": "nowhere" })).await;
        assert_eq!(code, "BAD_INPUT");
    });
}

#[test]
fn a_wish_beyond_the_allowance_is_warned_of_and_granted() {
    play(async |stage| {
        let tenant = listed(stage).await;
        let create = "mutation($input: GrabTaskCreateInput!) { grabTaskCreate(input: $input) {
            grabTasks { id } warnings userErrors { code } } }";
        let mut input = task_input(&[tenant]);
        input["start"] = json!(false);
        let made = stage.ask(create, json!({ "input": input })).await["grabTaskCreate"].clone();
        assert_eq!(made["grabTasks"].as_array().map(Vec::len), Some(1), "{made}");
        let warning = made["warnings"][0].as_str().unwrap_or_default();
        assert!(warning.contains("beyond the Always Free allowance: 4 wanted, 2 free"), "{made}");
    });
}

#[test]
fn a_wish_that_is_changed_is_warned_of_as_a_new_one_is() {
    play(async |stage| {
        let (ids, _) = stage.tasks(&[listed(stage).await]).await;
        let update = "mutation($input: GrabTaskUpdateInput!) { grabTaskUpdate(input: $input) {
            grabTasks { id } position warnings userErrors { code } } }";
        let changed = async |change: Value| {
            let mut input = json!({ "taskId": ids[0] });
            input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            stage.ask(update, json!({ "input": input })).await["grabTaskUpdate"].clone()
        };
        let spec = |ocpus: u8| {
            json!({ "shape": "VM.Standard.A1.Flex", "image": "Ubuntu", "region": "ap-tokyo-1",
            "ocpus": ocpus, "memoryGb": 6 })
        };
        let bigger = changed(json!({ "spec": spec(3) })).await;
        let warning = bigger["warnings"][0].as_str().unwrap_or_default();
        assert!(warning.contains("beyond the Always Free allowance: 3 wanted, 2 free"), "{bigger}");
        for (change, why) in [
            (json!({ "name": "neu" }), "what is wanted is the same"),
            (json!({ "spec": spec(2) }), "it is within the allowance"),
            (json!({ "spec": { "shape": "x" } }), "it is refused"),
        ] {
            assert_eq!(changed(change).await["warnings"], json!([]), "{why}");
        }
    });
}
