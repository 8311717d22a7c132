//! What is on record of a request that did not go as it should, and what is not.

use berth_domain::Language;
use serde_json::{Value, json};

use crate::{
    stage::{TENANT_CREATE, code, play, tenant_input},
    users::asked,
};

/// Newest first: the key, and which mutation.
fn told(lines: &[Value]) -> Vec<(&str, &str)> {
    lines
        .iter()
        .map(|line| (line["key"].as_str().unwrap(), line["fields"]["mutation"].as_str().unwrap()))
        .collect()
}

#[test]
fn a_mutation_that_panics_is_on_record_and_answered() {
    play(async |stage| {
        let import = "tenantImport(input: { config: \"PANIC\", keys: [] }) { position }";
        let answer = stage.asked(&format!("mutation {{ {import} }}"), json!({}), Language::English).await;
        assert_eq!(code(&answer), "INTERNAL");
        assert!(!format!("{answer:?}").contains("canary"), "{answer:?}");
        let lines = asked(stage).await;
        assert_eq!(told(&lines), [("request.failed", "tenantImport")]);
        assert!(lines[0].to_string().contains("INTERNAL"), "{lines:?}");

        let document = format!(
            "mutation($input: TenantCreateInput!) {{ tenantCreate(input: $input) {{ position }} again: {import} }}"
        );
        let answer =
            stage.asked(&document, json!({ "input": tenant_input("tokyo") }), Language::English).await;
        assert_eq!(code(&answer), "INTERNAL");
        let lines = asked(stage).await;
        let newest = told(&lines[..2]);
        assert_eq!(newest, [("request.failed", "tenantImport"), ("request.done", "tenantCreate")]);
        assert_eq!(lines.len(), 3);
    });
}

/// Nothing was reached that could have been carried out, or refused.
#[test]
fn what_does_not_fit_its_types_carries_nothing_out_and_is_not_on_record() {
    play(async |stage| {
        let before = stage.head().await;
        let wrong = async |document: &str, variables: Value| {
            let answer = stage.asked(document, variables, Language::English).await;
            assert!(!answer.errors.is_empty(), "{document}");
        };
        wrong("mutation { tenantLevitate }", json!({})).await;
        wrong("mutation { tenantDelete(input: { tenantId: [] }) { deletedId } }", json!({})).await;
        wrong(TENANT_CREATE, json!({})).await;
        wrong(TENANT_CREATE, json!({ "input": { "name": 7 } })).await;
        assert_eq!(stage.head().await, before, "something was written");

        // Of two the one that fits is carried out, and on record.
        let document = "mutation($input: TenantCreateInput!) { tenantCreate(input: $input) { position }
            projectionSkip(input: { name: \"x\", position: \"no position\", reason: \"x\" }) { position } }";
        wrong(document, json!({ "input": tenant_input("tokyo") })).await;
        assert_eq!(told(&asked(stage).await), [("request.done", "tenantCreate")]);
    });
}
