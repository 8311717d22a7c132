//! Launch profiles: saved, listed, changed, deleted, and what tasks take from them.

use serde_json::{Value, json};

use crate::stage::{Stage, TASK_CREATE, play, refusals};

const FIELDS: &str = "{ launchProfile { id name version position createdAt updatedAt spec { shape sizes { ocpus memoryGb } bootVolumeGb
    vpusPerGb image region regions availabilityDomains subnet publicIpv4 ipv6 tags { name value } count hasRootPassword hasUserData sshKeys } }
    position userErrors { code message field hint } }";

const LISTS: &str = "query($id: ID!, $at: EventPosition, $filter: LaunchProfileFilter) {
    launchProfile(id: $id, minPosition: $at) { id name version }
    launchProfiles(minPosition: $at, filter: $filter) { totalCount nodes { name } } }";

const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id } }";

/// What a mutation of one launch profile came to.
async fn tell(stage: &Stage, verb: &str, input: &Value) -> Value {
    let name = format!("launchProfile{verb}");
    let fields = if verb == "Delete" { "{ deletedId position userErrors { code field } }" } else { FIELDS };
    let document =
        format!("mutation($input: LaunchProfile{verb}Input!) {{ {name}(input: $input) {fields} }}");
    stage.ask(&document, json!({ "input": input })).await[name.as_str()].clone()
}

fn whole() -> Value {
    json!({ "name": "免费 ARM", "spec": {
        "shape": "VM.Standard.A1.Flex", "image": "Ubuntu 24.04", "vpusPerGb": 20, "publicIpv4": false, "bootVolumeGb": 100,
        "sizes": [{ "ocpus": 4, "memoryGb": 24 }, { "ocpus": 2, "memoryGb": 12 }], "count": 2,
        "tags": [{ "name": "team", "value": "blue" }], "sshKeys": ["ssh-ed25519 AAAA me"], "rootPassword": "CANARY-PROFILE",
    } })
}

async fn saved(stage: &Stage) -> Value {
    let made = tell(stage, "Create", &whole()).await;
    assert_eq!(made["userErrors"], json!([]));
    made["launchProfile"].clone()
}

/// Tasks that are not started.
async fn create(stage: &Stage, input: Value) -> Value {
    let mut input = input;
    input["start"] = json!(false);
    stage.ask(TASK_CREATE, json!({ "input": input })).await["grabTaskCreate"].clone()
}

const SPEC: &str = "query($id: ID!, $at: EventPosition) { grabTask(id: $id, minPosition: $at) { spec { shape sizes { ocpus memoryGb }
    bootVolumeGb vpusPerGb image regions subnet publicIpv4 tags { name } count hasRootPassword sshKeys } } }";

async fn spec_of(stage: &Stage, made: &Value) -> Value {
    assert_eq!(made["userErrors"], json!([]));
    let variables = json!({ "id": made["grabTasks"][0]["id"], "at": made["position"] });
    stage.ask(SPEC, variables).await["grabTask"]["spec"].clone()
}

#[test]
fn a_profile_is_saved_found_changed_and_deleted() {
    play(async |stage| {
        let made = saved(stage).await;
        assert_eq!((&made["name"], &made["version"]), (&json!("免费 ARM"), &json!(1)));
        let spec = &made["spec"];
        assert_eq!(
            (&spec["region"], &spec["regions"]),
            (&json!(""), &json!([])),
            "it is for a tenant's home"
        );
        assert_eq!((&spec["hasRootPassword"], &spec["hasUserData"]), (&json!(true), &json!(false)));
        let seen = stage.ask(LISTS, json!({ "id": made["id"], "at": made["position"] })).await;
        assert_eq!(seen["launchProfile"]["version"], 1);
        let node = stage.ask(NODE, json!({ "id": made["id"] })).await["node"].clone();
        assert_eq!(node, json!({ "__typename": "LaunchProfile", "id": made["id"] }));
        assert_eq!(seen["launchProfiles"], json!({ "totalCount": 1, "nodes": [{ "name": "免费 ARM" }] }));

        let spec = json!({ "shape": "VM.Standard.E2.1.Micro", "image": "Ubuntu", "region": "ap-tokyo-1" });
        let change = json!({ "profileId": made["id"], "expectedVersion": 1, "name": "micro", "spec": spec });
        let changed = tell(stage, "Update", &change).await["launchProfile"].clone();
        let spec = &changed["spec"];
        assert_eq!((&changed["version"], &spec["region"]), (&json!(2), &json!("ap-tokyo-1")));
        assert_eq!((&spec["bootVolumeGb"], &spec["sizes"]), (&json!(50), &json!([])), "the spec is whole");
        assert_eq!(spec["hasRootPassword"], true, "nobody can read and repeat it");
        let stale = tell(stage, "Update", &change).await;
        assert_eq!(refusals(&stale), [("VERSION_CONFLICT".into(), json!(["expectedVersion"]))]);

        let gone = tell(stage, "Delete", &json!({ "profileId": made["id"] })).await;
        assert_eq!(gone["deletedId"], made["id"]);
        let seen = stage.ask(LISTS, json!({ "id": made["id"], "at": gone["position"] })).await;
        assert_eq!(seen["launchProfile"], Value::Null);
        assert_eq!(stage.ask(NODE, json!({ "id": made["id"] })).await["node"], Value::Null);
        assert_eq!(seen["launchProfiles"]["totalCount"], 0);
    });
}

#[test]
fn profiles_are_searched_by_name_shape_and_operating_system() {
    play(async |stage| {
        let made = saved(stage).await;
        for (text, count) in [("免费", 1), ("a1.FLEX", 1), ("24.04", 1), ("22.04", 0)] {
            let filter = json!({ "search": text });
            let variables = json!({ "id": made["id"], "at": made["position"], "filter": filter });
            assert_eq!(stage.ask(LISTS, variables).await["launchProfiles"]["totalCount"], count, "{text}");
        }
    });
}

#[test]
fn everything_wrong_with_a_profile_is_said_at_once_of_the_field_that_was_filled_in() {
    play(async |stage| {
        let sizes = json!([{ "ocpus": 1, "memoryGb": 6 }]);
        let bad = json!({ "name": " ", "spec": { "shape": "VM.Standard.A1.Flex", "ocpus": 0, "memoryGb": 6, "sizes": sizes,
            "region": "no where", "bootVolumeGb": 1 } });
        let fields =
            |payload: &Value| refusals(payload).into_iter().map(|(_, field)| field).collect::<Vec<_>>();
        let refused = tell(stage, "Create", &bad).await;
        let expected = [
            json!(["spec", "sizes"]),
            json!(["name"]),
            json!(["spec", "image"]),
            json!(["spec", "region"]),
            json!(["spec", "bootVolumeGb"]),
        ];
        assert_eq!(fields(&refused), expected);
        assert_eq!(refused["launchProfile"], Value::Null);
        let bare = tell(stage, "Create", &json!({ "name": "bare", "spec": {} })).await;
        assert_eq!(fields(&bare), [json!(["spec", "shape"]), json!(["spec", "image"])]);
        saved(stage).await;
        let twin = tell(stage, "Create", &whole()).await;
        assert_eq!(refusals(&twin), [("TAKEN".into(), json!(["name"]))]);
        for id in ["profile_01ARZ3NDEKTSV4RRFFQ69G5FAV", "rubbish"] {
            let none = tell(stage, "Delete", &json!({ "profileId": id })).await;
            assert_eq!(refusals(&none), [("NOT_FOUND".into(), json!(["profileId"]))]);
        }
    });
}

#[test]
fn a_task_takes_from_its_profile_what_its_input_does_not_say() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let profile = saved(stage).await;
        let made = create(stage, json!({ "tenantIds": [tenant], "profileId": profile["id"] })).await;
        assert_eq!(made["grabTasks"][0]["name"], "ap-tokyo-1 VM.Standard.A1.Flex");
        let all = spec_of(stage, &made).await;
        let mut expected = profile["spec"].clone();
        expected["regions"] = json!(["ap-tokyo-1"]);
        for field in [
            "shape",
            "sizes",
            "bootVolumeGb",
            "vpusPerGb",
            "image",
            "regions",
            "publicIpv4",
            "sshKeys",
            "count",
        ] {
            assert_eq!(all[field], expected[field], "{field}");
        }
        assert_eq!((&all["tags"], &all["hasRootPassword"]), (&json!([{ "name": "team" }]), &json!(true)));

        let spec = json!({ "ocpus": 1, "bootVolumeGb": 60, "publicIpv4": true, "region": "ap-osaka-1", "tags": [], "rootPassword": "" });
        let input = json!({ "tenantIds": [tenant], "profileId": profile["id"], "spec": spec });
        let own = spec_of(stage, &create(stage, input).await).await;
        assert_eq!(own["sizes"], json!([{ "ocpus": 1.0, "memoryGb": 24.0 }]), "field by field");
        assert_eq!((&own["bootVolumeGb"], &own["publicIpv4"]), (&json!(60), &json!(true)));
        assert_eq!((&own["regions"], &own["tags"]), (&json!(["ap-osaka-1"]), &json!([])));
        assert_eq!((&own["hasRootPassword"], &own["vpusPerGb"]), (&json!(false), &json!(20)));
        assert_eq!(own["image"], "Ubuntu 24.04");

        let spec = json!({ "shape": "VM.Standard.E2.1.Micro" });
        let input = json!({ "tenantIds": [tenant], "profileId": profile["id"], "spec": spec });
        let fixed = spec_of(stage, &create(stage, input).await).await;
        assert_eq!(fixed["sizes"], json!([]), "a shape of fixed size has no use for sizes");
    });
}

#[test]
fn a_task_keeps_its_copy_and_a_repeat_its_answer_whatever_becomes_of_the_profile() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let profile = saved(stage).await;
        let input = json!({ "tenantIds": [tenant], "profileId": profile["id"], "regions": ["ap-tokyo-1", "ap-osaka-1"],
            "commandId": "batch" });
        let made = create(stage, input.clone()).await;
        assert_eq!(made["grabTasks"].as_array().unwrap().len(), 2);
        let before = spec_of(stage, &made).await;
        let spec = json!({ "shape": "VM.Standard.E2.1.Micro", "image": "Ubuntu", "rootPassword": "" });
        tell(stage, "Update", &json!({ "profileId": profile["id"], "spec": spec })).await;
        assert_eq!(spec_of(stage, &made).await, before);
        tell(stage, "Delete", &json!({ "profileId": profile["id"] })).await;
        assert_eq!(spec_of(stage, &made).await, before);
        let again = create(stage, input.clone()).await;
        let ids = |made: &Value| {
            made["grabTasks"].as_array().unwrap().iter().map(|task| task["id"].clone()).collect::<Vec<_>>()
        };
        assert_eq!((ids(&again), &again["userErrors"]), (ids(&made), &json!([])));
        let mut late = input;
        late["commandId"] = json!("late");
        assert_eq!(refusals(&create(stage, late).await), [("NOT_FOUND".into(), json!(["profileId"]))]);
    });
}

#[test]
fn what_is_wrong_with_a_completed_wish_is_said_at_once() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let profile = saved(stage).await;
        let spec = json!({ "bootVolumeGb": 1, "vpusPerGb": 11, "region": "a", "regions": ["b"] });
        let mut input =
            json!({ "tenantIds": [tenant], "profileId": profile["id"], "spec": spec, "name": "" });
        let fields = async |input: &Value| {
            let refused = create(stage, input.clone()).await;
            refusals(&refused).into_iter().map(|(_, field)| field).collect::<Vec<_>>()
        };
        let expected = [
            json!(["spec", "regions"]),
            json!(["name"]),
            json!(["spec", "bootVolumeGb"]),
            json!(["spec", "vpusPerGb"]),
        ];
        assert_eq!(fields(&input).await, expected);
        input["profileId"] = json!("profile_01ARZ3NDEKTSV4RRFFQ69G5FAV");
        assert_eq!(fields(&input).await, [json!(["spec", "regions"]), json!(["profileId"])]);
        let nothing = json!({ "tenantIds": [tenant], "spec": {} });
        assert_eq!(fields(&nothing).await, [json!(["spec", "shape"]), json!(["spec", "image"])]);
        let start = json!({ "instance": "ocid1.instance.oc1..x" });
        let both = json!({ "tenantIds": [tenant], "profileId": profile["id"], "startInstance": start });
        assert_eq!(fields(&both).await, [json!(["profileId"])]);
    });
}
