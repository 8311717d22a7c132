use serde_json::{Value, json};

use crate::{
    berth,
    stub::{Reply, Stub},
    tasks::task,
};

const ID: &str = "profile_01JD0000000000000000000000";
const TENANT: &str = "tenant_01JD0000000000000000000000";

fn profile() -> Value {
    let mut spec = task("PENDING", 1)["spec"].clone();
    (spec["region"], spec["regions"]) = (json!(""), json!([]));
    json!({ "id": ID, "name": "免费 ARM", "spec": spec, "createdAt": "2026-11-21T11:00:00Z",
        "updatedAt": "2026-11-21T11:57:00Z", "version": 3, "position": "7" })
}

fn payload(errors: impl Into<Value>) -> Reply {
    let errors: Value = errors.into();
    Reply::Data(json!({ "launchProfile": profile(), "position": "9", "userErrors": errors }))
}

fn page(nodes: impl Into<Value>) -> Reply {
    let nodes: Value = nodes.into();
    Reply::Data(json!({ "nodes": nodes, "pageInfo": { "hasNextPage": false, "endCursor": null } }))
}

#[tokio::test]
async fn profiles_are_listed_with_what_they_wish_for() {
    let stub = Stub::start([("LaunchProfiles", page(json!([profile()])))]).await;
    let outcome = berth(&stub.url, &["profile", "list", "--search", "arm"]).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let wish = "VM.Standard.A1.Flex · 4 OCPU · 24 GB / 2 OCPU · 12 GB · 50 GB · Canonical Ubuntu 24.04";
    for part in ["免费 ARM", wish, "the tenant's home", "3 min ago", ID] {
        assert!(outcome.out.contains(part), "{part} in {}", outcome.out);
    }
    assert_eq!(stub.asked()[0].variables["filter"], json!({ "search": "arm" }));
}

#[tokio::test]
async fn a_profile_is_saved_with_what_was_given_and_no_more() {
    let stub = Stub::start([("LaunchProfileCreate", payload(json!([])))]).await;
    let line = [
        "profile",
        "create",
        "免费 ARM",
        "--shape",
        "VM.Standard.A1.Flex",
        "--os",
        "Ubuntu",
        "--size",
        "4/24",
    ];
    let outcome = berth(&stub.url, &line).await;
    assert_eq!((outcome.exit, outcome.out), (0, format!("created 免费 ARM ({ID})\n")));
    let spec = json!({ "shape": "VM.Standard.A1.Flex", "image": "Ubuntu", "sizes": [{ "ocpus": 4.0, "memoryGb": 24.0 }] });
    assert_eq!(stub.sent(0), json!({ "name": "免费 ARM", "spec": spec }));
}

#[tokio::test]
async fn a_change_sends_the_whole_spec_for_the_version_that_was_read() {
    let replies = [("LaunchProfile", Reply::Data(profile())), ("LaunchProfileUpdate", payload(json!([])))];
    let stub = Stub::start(replies).await;
    let outcome = berth(&stub.url, &["profile", "update", ID, "--disk", "100", "--no-root-password"]).await;
    assert_eq!((outcome.exit, outcome.out), (0, "免费 ARM is changed\n".to_owned()), "{}", outcome.err);
    let input = stub.sent(1);
    assert_eq!((&input["profileId"], &input["expectedVersion"]), (&json!(ID), &json!(3)));
    assert_eq!((&input["spec"]["bootVolumeGb"], &input["spec"]["regions"]), (&json!(100), &json!([])));
    assert_eq!(
        (&input["spec"]["shape"], &input["spec"]["rootPassword"]),
        (&json!("VM.Standard.A1.Flex"), &json!(""))
    );
}

#[tokio::test]
async fn a_task_is_made_from_a_profile_by_name_and_needs_neither_shape_nor_image() {
    let made = json!({ "grabTasks": [task("RUNNING", 9)], "position": "9", "userErrors": [] });
    let stub = Stub::start([
        ("ProfilesByName", page(json!([{ "id": ID, "name": "免费 ARM" }]))),
        ("GrabTaskCreate", Reply::Data(made)),
    ])
    .await;
    let outcome = berth(&stub.url, &["task", "create", "--tenant", TENANT, "--profile", "免费 ARM"]).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let expected =
        json!({ "tenantIds": [TENANT], "profileId": ID, "spec": {}, "schedule": {}, "start": true });
    assert_eq!(stub.sent(1), expected);
}

#[tokio::test]
async fn a_profile_is_deleted_by_name_and_a_stranger_is_not_found() {
    let gone = json!({ "deletedId": ID, "position": "9", "userErrors": [] });
    let stub = Stub::start([
        ("ProfilesByName", page(json!([{ "id": ID, "name": "arm" }]))),
        ("ProfilesByName", page(json!([{ "id": ID, "name": "arm" }]))),
        ("LaunchProfileDelete", Reply::Data(gone)),
        ("ProfilesByName", page(json!([]))),
    ])
    .await;
    assert_eq!(berth(&stub.url, &["profile", "delete", "arm"]).await.exit, 2, "nobody is there to be asked");
    let outcome = berth(&stub.url, &["profile", "delete", "arm", "--yes"]).await;
    assert_eq!((outcome.exit, outcome.out), (0, "arm is deleted\n".to_owned()));
    assert_eq!(stub.sent(2), json!({ "profileId": ID }));
    let outcome = berth(&stub.url, &["profile", "show", "nobody"]).await;
    assert_eq!(outcome.err, "error: there is no launch profile \"nobody\"\n");
}
