use serde_json::json;

use crate::stage::{TENANT_CREATE, play, refusals, tenant_input};

#[test]
fn a_tenant_is_made_found_tested_switched_off_and_removed() {
    play(async |stage| {
        let mut input = tenant_input("my-oci-tenant");
        input["proxy"] = json!("socks5://me:CANARY-PROXY@proxy:1080");
        let made = stage.ask(TENANT_CREATE, json!({ "input": input })).await["tenantCreate"].clone();
        assert_eq!(made["tenant"]["name"], "my-oci-tenant");
        assert_eq!(made["tenant"]["provider"], "OCI");
        assert_eq!(made["tenant"]["homeRegion"]["code"], "ap-tokyo-1");
        assert_eq!(made["tenant"]["status"], "UNTESTED");
        assert_eq!(made["tenant"]["version"], 1);
        assert_eq!(made["tenant"]["position"], made["position"]);
        let id = made["tenant"]["id"].clone();

        let query =
            "query($id: ID!, $at: EventPosition) { tenant(id: $id, minPosition: $at) { name proxyMasked } }";
        let found = stage.ask(query, json!({ "id": id, "at": made["position"] })).await;
        assert_eq!(found["tenant"], json!({ "name": "my-oci-tenant", "proxyMasked": "proxy" }));
        let node = "query($id: ID!) { node(id: $id) { __typename id } }";
        let found = stage.ask(node, json!({ "id": id })).await;
        assert_eq!(found["node"], json!({ "__typename": "Tenant", "id": id }));

        let test = "mutation($input: TenantTestInput!) { tenantTest(input: $input) {
            tenant { status statusReason } durationMs reason providerError { status code } userErrors { code } } }";
        let tested = stage.ask(test, json!({ "input": { "tenantId": id } })).await["tenantTest"].clone();
        assert_eq!((&tested["tenant"]["status"], &tested["providerError"]), (&json!("ACTIVE"), &json!(null)));
        stage.cloud.reject_key(true);
        let tested =
            stage.ask_in_chinese(test, json!({ "input": { "tenantId": id } })).await["tenantTest"].clone();
        assert_eq!(tested["tenant"]["status"], "AUTH_FAILED");
        assert_eq!(tested["reason"], "云端拒绝了密钥");
        assert_eq!(tested["providerError"], json!({ "status": 401, "code": "NotAuthenticated" }));
        assert!(tested["tenant"]["statusReason"].as_str().unwrap().contains("NotAuthenticated"));

        let disable = "mutation($input: TenantCommandInput!) { tenantDisable(input: $input) {
            tenant { status } userErrors { code field } } }";
        let off = stage.ask(disable, json!({ "input": { "tenantId": id } })).await;
        assert_eq!(off["tenantDisable"]["tenant"]["status"], "DISABLED");

        let delete = "mutation($input: TenantDeleteInput!) { tenantDelete(input: $input) { deletedId position userErrors { code field } } }";
        let gone = stage.ask(delete, json!({ "input": { "tenantId": id } })).await["tenantDelete"].clone();
        assert_eq!(gone["deletedId"], id);
        let found = stage.ask(query, json!({ "id": id, "at": gone["position"] })).await;
        assert_eq!(found["tenant"], json!(null));
        assert_eq!(stage.ask(node, json!({ "id": id })).await["node"], json!(null));
    });
}

#[test]
fn everything_wrong_with_a_tenant_is_said_at_once_in_the_callers_language() {
    play(async |stage| {
        let mut input = tenant_input(" ");
        (input["userOcid"], input["region"]) = (json!(""), json!(""));
        let refused =
            stage.ask_in_chinese(TENANT_CREATE, json!({ "input": input })).await["tenantCreate"].clone();
        let invalid = |field: &str| ("INVALID".to_owned(), json!([field]));
        assert_eq!(refusals(&refused), [invalid("name"), invalid("userOcid"), invalid("region")]);
        assert_eq!(refused["userErrors"][0]["message"], "名称为空");
        assert_eq!(refused["tenant"], json!(null));
    });
}

#[test]
fn a_name_is_given_once() {
    play(async |stage| {
        stage.tenant("Tokyo").await;
        let refused = stage.ask(TENANT_CREATE, json!({ "input": tenant_input("tokyo") })).await;
        assert_eq!(refusals(&refused["tenantCreate"]), [("TAKEN".into(), json!(["name"]))]);
    });
}

const IMPORT: &str = "mutation($input: TenantImportInput!) { tenantImport(input: $input) {
    results { profile tenant { id name } userErrors { code message field } } position userErrors { code field } } }";

#[test]
fn every_profile_of_a_file_becomes_a_tenant_and_finds_its_key() {
    play(async |stage| {
        let input = json!({
            "commandId": "import-1",
            "config": "tokyo ~/.oci/tokyo.pem\nseoul C:\\keys\\seoul.pem\nosaka /keys/other.pem\nlost /keys/lost.pem",
            "keys": [
                { "name": "~/.oci/tokyo.pem", "text": "KEY" },
                { "name": "/downloads/seoul.pem", "text": "KEY" },
                { "name": "osaka", "text": "KEY" },
            ],
        });
        let mut dry = input.clone();
        (dry["dryRun"], dry["commandId"]) = (json!(true), json!(null));
        let before = stage.head().await;
        let would = stage.ask(IMPORT, json!({ "input": dry })).await["tenantImport"].clone();
        assert!(would["results"].as_array().unwrap().iter().all(|result| result["tenant"].is_null()));
        assert_eq!(refusals(&would["results"][3]), [("INVALID".into(), json!(["keys"]))]);
        assert_eq!(
            stage.head().await.get(),
            before.get() + 1,
            "that it was asked for is on record, and nothing else"
        );

        let done = stage.ask(IMPORT, json!({ "input": input })).await["tenantImport"].clone();
        let names: Vec<_> =
            done["results"].as_array().unwrap().iter().map(|result| &result["tenant"]["name"]).collect();
        assert_eq!(names, [&json!("tokyo"), &json!("seoul"), &json!("osaka"), &json!(null)]);
        assert_eq!(done["results"][3]["userErrors"][0]["message"], "the key /keys/lost.pem was not given");
        let again = stage.ask(IMPORT, json!({ "input": input })).await["tenantImport"].clone();
        assert_eq!(again["results"], done["results"]);
        assert_eq!(again["position"], done["position"]);
    });
}

#[test]
fn a_file_that_cannot_be_read_is_refused_as_a_whole() {
    play(async |stage| {
        let refused = stage.ask(IMPORT, json!({ "input": { "config": "nonsense", "keys": [] } })).await;
        assert_eq!(refusals(&refused["tenantImport"]), [("INVALID".into(), json!(["config"]))]);
    });
}
