//! What people get wrong: each mistake is told in a clear sentence, and changes nothing.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Client, Server, Settings, Simulator, run, until, wish};

const ENCRYPTED: &str = include_str!("keys/test_key_pkcs8_enc.pem");
const PUBLIC: &str = include_str!("keys/test_key_public.pem");

/// The mutation, what is changed in a good input, the field that is named, and words of the sentence.
type Mistake = (&'static str, Value, &'static [&'static str], &'static str);

fn mistakes() -> Vec<Mistake> {
    let long = "名".repeat(70_000);
    vec![
        (
            "tenantCreate",
            json!({ "privateKey": ENCRYPTED, "passphrase": "no" }),
            &["passphrase"],
            "passphrase",
        ),
        ("tenantCreate", json!({ "privateKey": ENCRYPTED }), &["passphrase"], "needs its passphrase"),
        ("tenantCreate", json!({ "privateKey": PUBLIC }), &["privateKey"], "public key"),
        ("tenantCreate", json!({ "region": "ap-tokio-1" }), &["region"], "region"),
        ("tenantCreate", json!({ "name": long }), &["name"], "long"),
        ("tenantCreate", json!({ "name": " " }), &["name"], "name"),
        (
            "grabTaskCreate",
            json!({ "schedule": { "interval": 0 } }),
            &["schedule", "interval"],
            "at least 1 s",
        ),
        ("grabTaskCreate", json!({ "spec": { "ocpus": null } }), &["spec", "ocpus"], "OCPU"),
        ("grabTaskCreate", json!({ "spec": { "region": "mars-north-1" } }), &["spec", "region"], "region"),
        ("grabTaskCreate", json!({ "name": long }), &["name"], "long"),
        (
            "grabTaskCreate",
            json!({ "tenantIds": ["tenant_01JD0000000000000000000000"] }),
            &["tenantIds", "0"],
            "tenant",
        ),
    ]
}

#[tokio::test]
async fn every_mistake_is_told_and_changes_nothing() {
    let simulator = Simulator::start("").await;
    let server = Server::start(Settings::on(&simulator)).await;
    let client = server.client();
    let tenant = settled_tenant(&client, &simulator).await;
    let before = client.head().await;
    for (mutation, change, field, words) in mistakes() {
        let good =
            if mutation == "tenantCreate" { simulator.account("other") } else { wish(&tenant, "mistaken") };
        let payload = client.mutate(mutation, &changed(good, change)).await.unwrap();
        let error = payload["userErrors"]
            .get(0)
            .unwrap_or_else(|| panic!("{mutation} {field:?} was accepted: {payload}"));
        assert_eq!(error["field"], json!(field), "{error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.to_lowercase().contains(&words.to_lowercase()), "{field:?} {words:?}: {message}");
        assert!(message.len() < 300, "a mistake is not repeated at length: {message}");
        assert!(payload["position"].is_null());
    }
    nothing_but_records(&client, before).await;
    assert_eq!(simulator.launches().await.len(), 0);
}

#[tokio::test]
async fn a_request_with_a_name_of_a_megabyte_is_refused_as_a_whole() {
    let server = Server::start(Settings::default()).await;
    let client = server.client();
    let before = client.head().await;
    let refused = client.mutate("grabTaskCreate", &wish("tenant_1", &"x".repeat(1 << 20))).await;
    let fault = refused.expect_err("it is too big");
    assert_eq!(fault.code(), "BAD_QUERY", "{fault:?}");
    nothing_but_records(&client, before).await;
}

#[tokio::test]
async fn a_configuration_with_a_missing_field_is_told_and_one_with_crlf_is_fine() {
    let simulator = Simulator::start("").await;
    let server = Server::start(Settings::on(&simulator)).await;
    let (client, before) = (server.client(), server.client().head().await);
    let (whole, home) = (simulator.config(), simulator.directory.path());
    let lines: Vec<_> = whole.lines().filter(|line| !line.starts_with("fingerprint")).collect();
    let lacking = lines.join("\r\n");
    fs::write(home.join("lacking"), lacking).unwrap();
    let (url, token) = (server.url(), server.token());
    let lacking = home.join("lacking");
    let import =
        |file: &str| ["tenant", "import", file, "--server", &url, "--token", &token].map(str::to_owned);
    let ended = run(&import(lacking.to_str().unwrap()), home).await;
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stderr.contains("fingerprint") && ended.stderr.contains("DEFAULT"), "{ended:?}");
    nothing_but_records(&client, before).await;
    fs::write(home.join("crlf"), whole.replace('\n', "\r\n")).unwrap();
    let ended = run(&import(home.join("crlf").to_str().unwrap()), home).await;
    assert_eq!(ended.code, 0, "{ended:?}");
    let tested = run(&["tenant", "test", "DEFAULT", "--server", &url, "--token", &token], home).await;
    assert_eq!(tested.code, 0, "{tested:?}");
}

#[tokio::test]
async fn chinese_names_are_kept_through_a_restart() {
    let simulator = Simulator::start(r#"rule = [{ steps = ["capacity"] }]"#).await;
    let mut server = Server::start(Settings::on(&simulator)).await;
    let client = server.client();
    let tenant =
        client.tell("tenantCreate", simulator.account("东京·甲骨文 😀")).await["tenant"]["id"].take();
    let task = client.task(wish(tenant.as_str().unwrap(), "抢ARM机器")).await;
    server.kill_and_restart().await;
    let query = "query($id: ID!) { grabTask(id: $id) { name tenant { name } } }";
    let found = client.ask(query, json!({ "id": task })).await;
    assert_eq!(found["grabTask"], json!({ "name": "抢ARM机器", "tenant": { "name": "东京·甲骨文 😀" } }));
}

/// A tenant about which nothing more will be written by itself.
async fn settled_tenant(client: &Client, simulator: &Simulator) -> String {
    let tenant = client.tenant(simulator).await;
    until("its regions were read", async || {
        let read = !client.events(0, Some("tenant.regions_observed")).await.is_empty();
        read.then_some(())
    })
    .await;
    tenant
}

/// The input with some fields changed; fields of fields are changed one by one.
fn changed(mut input: Value, change: Value) -> Value {
    let Value::Object(change) = change else { return change };
    for (name, value) in change {
        let old = input[&name].take();
        input[&name] = if old.is_object() && value.is_object() { changed(old, value) } else { value };
    }
    input
}

/// That it was asked for is on record, and that is all.
async fn nothing_but_records(client: &Client, before: u64) {
    let written = client.events(before, None).await;
    assert!(written.iter().all(|event| event.kind == "audit.recorded"), "more was written");
}
