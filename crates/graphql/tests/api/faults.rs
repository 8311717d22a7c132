use serde_json::json;

use crate::stage::{TENANT_CREATE, play, tenant_input};

#[test]
fn a_full_storage_is_said_in_words_and_reading_goes_on() {
    play(async |stage| {
        stage.tenant("tokyo").await;
        stage.log.limit_pages(1).await.unwrap();
        let mut number = 0;
        let error = loop {
            number += 1;
            let input = tenant_input(&format!("tenant {number}"));
            let response =
                stage.asked(TENANT_CREATE, json!({ "input": input }), berth_domain::Language::English).await;
            if let Some(error) = response.errors.into_iter().next() {
                break error;
            }
            assert!(number < 1000, "the storage never fills");
        };
        let extensions = serde_json::to_value(error.extensions).unwrap();
        assert_eq!(extensions, json!({ "code": "UNAVAILABLE", "reason": "STORAGE_FULL" }));
        assert!(error.message.contains("full"));
        assert_eq!(
            stage.ask("{ server { version } tenants { nodes { name } } }", json!({})).await["server"]["version"],
            "0.1.0"
        );
    });
}

#[test]
fn no_secret_ever_comes_out() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        stage.tasks(&[tenant]).await;
        let position = json!(stage.head().await.to_string());
        let everything = "query($at: EventPosition) {
            logs(minPosition: $at) { nodes { message fields } }
            events(first: 500) { nodes { data summary } }
            tenants { nodes { name fingerprint proxyMasked statusReason } }
            grabTasks { nodes { name stateReason spec { image hasRootPassword } } } }";
        let answer = stage.ask(everything, json!({ "at": position })).await.to_string();
        assert!(answer.contains("tenant.registered") || answer.contains("ap-tokyo-1"));
        assert!(!answer.contains("CANARY") && !answer.contains("secret_"), "{answer}");
    });
}

#[test]
fn a_secret_of_the_wrong_type_is_not_repeated_in_the_error() {
    play(async |stage| {
        let mut input = tenant_input("tokyo");
        input["privateKey"] = json!(["CANARY"]);
        let response =
            stage.asked(TENANT_CREATE, json!({ "input": input }), berth_domain::Language::English).await;
        assert!(
            !response.errors.is_empty() && !format!("{:?}", response.errors).contains("CANARY"),
            "{:?}",
            response.errors
        );
    });
}
