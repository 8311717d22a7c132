use std::fs;

use serde_json::{Value, json};

use crate::{
    berth,
    stub::{Reply, Stub},
};

const ID: &str = "tenant_01JD0000000000000000000000";

fn tenant(name: &str, status: &str) -> Value {
    json!({
        "id": ID, "name": name, "provider": "OCI", "status": status, "lastCheckedAt": "2026-11-21T11:57:00Z",
        "tenancyOcid": "ocid1.tenancy.a", "userOcid": "ocid1.user.a", "fingerprint": "aa:bb",
        "homeRegion": { "code": "ap-tokyo-1", "name": "日本东部(东京)" }, "regions": [{ "code": "ap-tokyo-1" }],
        "throttledUntil": null, "proxyMasked": null, "createdAt": "2026-11-01T00:00:00Z", "version": 1, "position": "7",
    })
}

fn page(nodes: impl Into<Value>) -> Reply {
    let nodes: Value = nodes.into();
    Reply::Data(json!({ "nodes": nodes, "pageInfo": { "hasNextPage": false, "endCursor": null } }))
}

fn imported(name: &str) -> Reply {
    let results = json!([{ "profile": "DEFAULT", "tenant": tenant(name, "UNTESTED"), "userErrors": [] }]);
    Reply::Data(json!({ "results": results, "userErrors": [] }))
}

#[tokio::test]
async fn a_table_lines_up_under_chinese_names() {
    let nodes = json!([tenant("东京", "ACTIVE"), tenant("osaka", "AUTH_FAILED")]);
    let stub = Stub::start([("Tenants", page(nodes))]).await;
    let outcome = berth(&stub.url, &["tenant", "list"]).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let expected = format!(
        "NAME   STATUS       REGION      CHECKED    ID\n东京   active       ap-tokyo-1  3 min ago  {ID}\nosaka  key refused  ap-tokyo-1  3 min ago  {ID}\n"
    );
    assert_eq!(outcome.out, expected);
}

#[tokio::test]
async fn in_chinese_headers_and_states_are_chinese_and_json_is_not() {
    let nodes = || page(json!([tenant("东京", "ACTIVE")]));
    let stub = Stub::start([("Tenants", nodes()), ("Tenants", nodes())]).await;
    let text = berth(&stub.url, &["tenant", "list", "--lang", "zh-CN"]).await.out;
    assert!(
        text.starts_with("名称  状态  区域") && text.contains("正常") && text.contains("3 分前"),
        "{text}"
    );
    let json = berth(&stub.url, &["tenant", "list", "--lang", "zh-CN", "--json"]).await.out;
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), json!([tenant("东京", "ACTIVE")]));
}

#[tokio::test]
async fn an_import_sends_the_file_and_the_keys_it_names() {
    let directory = tempfile::tempdir().unwrap();
    let key = directory.path().join("key.pem").display().to_string();
    fs::write(&key, "-----BEGIN PRIVATE KEY-----\n").unwrap();
    let config = directory.path().join("config");
    fs::write(&config, format!("[DEFAULT]\nuser=u\nkey_file={key}\n[other]\nkey_file=/nowhere\n")).unwrap();
    let stub = Stub::start([("TenantImport", imported("东京"))]).await;
    let line = ["tenant", "import", config.to_str().unwrap(), "--profile", "DEFAULT", "--dry-run"];
    let outcome = berth(&stub.url, &line).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    assert!(outcome.out.contains("would be imported"), "{}", outcome.out);
    let input = &stub.asked()[0].variables["input"];
    assert_eq!(input["config"], format!("[DEFAULT]\nuser=u\nkey_file={key}\n"));
    assert_eq!(input["keys"], json!([{ "name": key, "text": "-----BEGIN PRIVATE KEY-----\n" }]));
    assert_eq!(input["dryRun"], true);
}

#[tokio::test]
async fn a_key_file_that_cannot_be_read_is_named_and_nothing_is_sent() {
    let directory = tempfile::tempdir().unwrap();
    let config = directory.path().join("config");
    fs::write(&config, "[DEFAULT]\nkey_file=/nowhere/key.pem\n").unwrap();
    let stub = Stub::start([]).await;
    let outcome = berth(&stub.url, &["tenant", "import", config.to_str().unwrap()]).await;
    assert_eq!(outcome.exit, 1);
    assert!(outcome.err.contains("/nowhere/key.pem") && outcome.err.contains("[DEFAULT]"), "{}", outcome.err);
    assert!(stub.asked().is_empty());
}

#[tokio::test]
async fn an_encrypted_key_wants_a_passphrase_and_takes_it_from_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).display().to_string();
    fs::write(path("key.pem"), "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n").unwrap();
    fs::write(path("config"), format!("[DEFAULT]\nkey_file={}\n", path("key.pem"))).unwrap();
    fs::write(path("passphrase"), "open sesame\n").unwrap();
    let stub = Stub::start([("TenantImport", imported("a"))]).await;
    let refused = berth(&stub.url, &["tenant", "import", &path("config")]).await;
    assert_eq!(refused.exit, 2);
    assert!(refused.err.contains("hint: give --passphrase-file"), "{}", refused.err);
    let line = ["tenant", "import", &path("config"), "--passphrase-file", &path("passphrase"), "-v"];
    let outcome = berth(&stub.url, &line).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let config = stub.asked()[0].variables["input"]["config"].as_str().unwrap().to_owned();
    assert!(config.ends_with("pass_phrase=open sesame\n"), "{config}");
    assert!(!outcome.err.contains("sesame") && !outcome.out.contains("sesame"));
}

#[tokio::test]
async fn a_key_the_cloud_refuses_exits_3_with_the_clouds_words() {
    let error = json!({ "status": 401, "code": "NotAuthenticated", "message": "no", "requestId": "r1" });
    let payload = json!({ "tenant": tenant("东京", "AUTH_FAILED"), "durationMs": 120, "providerError": error, "userErrors": [] });
    let stub = Stub::start([("TenantTest", Reply::Data(payload))]).await;
    let outcome = berth(&stub.url, &["tenant", "test", ID]).await;
    assert_eq!(outcome.exit, 3);
    let expected =
        "error: tenant \"东京\": the cloud refused the key: 401 NotAuthenticated: no (opc-request-id r1)\n";
    assert_eq!(outcome.err, expected);
}

#[tokio::test]
async fn without_a_terminal_nothing_is_removed_unless_yes_is_said() {
    let payload = json!({ "deletedId": ID, "position": "9", "userErrors": [] });
    let stub = Stub::start([("TenantDelete", Reply::Data(payload))]).await;
    assert_eq!(berth(&stub.url, &["tenant", "remove", ID]).await.exit, 2);
    let outcome = berth(&stub.url, &["tenant", "remove", ID, "--yes", "--force", "-o", "id"]).await;
    assert_eq!((outcome.exit, outcome.out), (0, format!("{ID}\n")));
    assert_eq!(stub.asked()[0].variables["input"]["force"], true);
}

#[tokio::test]
async fn a_name_stands_for_an_id_if_only_one_has_it() {
    let candidates = json!([{ "id": ID, "name": "东京" }, { "id": "tenant_other", "name": "东京 2" }]);
    let stub =
        Stub::start([("TenantsByName", page(candidates)), ("Tenant", Reply::Data(tenant("东京", "ACTIVE")))])
            .await;
    let outcome = berth(&stub.url, &["tenant", "show", "东京", "-o", "id"]).await;
    assert_eq!((outcome.exit, outcome.out), (0, format!("{ID}\n")));
    assert_eq!(stub.asked()[1].variables["id"], ID);
}

#[tokio::test]
async fn what_can_be_launched_is_shown_in_tables_and_whole_to_programs() {
    let options = json!({
        "region": "ap-osaka-1", "availabilityDomains": ["Uocm:AP-OSAKA-1-AD-1"], "fetchedAt": "2026-11-21T11:57:00Z",
        "shapes": [
            { "name": "VM.Standard.A1.Flex", "arch": "arm64", "alwaysFree": true, "maxOcpus": 80.0, "maxMemoryGb": 512.0 },
            { "name": "VM.Standard2.1", "arch": "x86_64", "alwaysFree": false, "maxOcpus": null, "maxMemoryGb": null },
        ],
        "images": [{ "name": "Canonical Ubuntu 24.04", "shapes": ["VM.Standard.A1.Flex"] }],
        "quota": { "limits": [
            { "name": "standard-a1-core-count", "availabilityDomain": null, "total": 4.0, "used": 1.5 },
        ] },
    });
    let answer = || ("LaunchOptions", Reply::Data(options.clone()));
    let stub = Stub::start([answer(), answer(), ("LaunchOptions", Reply::Data(Value::Null))]).await;
    let line = ["tenant", "options", ID, "--region", "ap-osaka-1", "--refresh"];
    let outcome = berth(&stub.url, &line).await;
    let expected = "REGION  ap-osaka-1
READ    3 min ago

SHAPE                ARCH    FREE  MOST OCPUS  MOST GB
VM.Standard.A1.Flex  arm64   ✓     80          512
VM.Standard2.1       x86_64        –           –

IMAGE                   FREE SHAPES
Canonical Ubuntu 24.04  VM.Standard.A1.Flex

DOMAIN
Uocm:AP-OSAKA-1-AD-1

LIMIT                   DOMAIN  USED  TOTAL
standard-a1-core-count  –       1.5   4
";
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, expected), "{}", outcome.err);
    assert_eq!(stub.asked()[0].variables, json!({ "id": ID, "region": "ap-osaka-1", "refresh": true }));
    let json = berth(&stub.url, &["tenant", "options", ID, "-o", "json"]).await.out;
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), options);
    assert_eq!(stub.asked()[1].variables, json!({ "id": ID, "region": null, "refresh": false }));
    assert_eq!(berth(&stub.url, &["tenant", "options", ID]).await.exit, 5);
}

#[tokio::test]
async fn a_tenant_is_shown_with_its_pace_and_why_it_is_slow() {
    let budget = |region: Value, rate: f64, reason: Value, error: Value| {
        json!({ "region": region, "rate": rate, "ceiling": 10.0, "waiting": 0, "frozenUntil": null,
            "reason": reason, "providerError": error })
    };
    let error =
        json!({ "status": 429, "code": "TooManyRequests", "message": "Slow down", "requestId": null });
    let mut shown = tenant("东京", "ACTIVE");
    shown["pace"] = json!({
        "tenancy": budget(json!(null), 10.0, json!(null), json!(null)),
        "regions": [budget(json!("ap-tokyo-1"), 0.25, json!("too many requests for this user"), error)],
    });
    let stub = Stub::start([("Tenant", Reply::Data(shown))]).await;
    let outcome = berth(&stub.url, &["tenant", "show", ID]).await;
    let line = "tenancy 10/s of 10 · ap-tokyo-1 0.250/s of 10 (too many requests for this user: 429 TooManyRequests: Slow down)";
    assert!(outcome.out.contains(line), "{outcome:?}");
}

#[tokio::test]
async fn a_tenant_is_switched_off_and_on_by_name() {
    let named = || ("TenantsByName", page(json!([{ "id": ID, "name": "seoul" }])));
    let payload = |status: &str| {
        Reply::Data(json!({ "tenant": tenant("seoul", status), "position": "9", "userErrors": [] }))
    };
    let stub = Stub::start([
        named(),
        ("TenantDisable", payload("DISABLED")),
        named(),
        ("TenantEnable", payload("UNTESTED")),
    ])
    .await;
    let outcome = berth(&stub.url, &["tenant", "disable", "seoul"]).await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, "seoul is disabled\n"), "{}", outcome.err);
    let outcome = berth(&stub.url, &["tenant", "enable", "seoul"]).await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, "seoul is untested\n"));
    assert_eq!(stub.asked()[3].variables["input"]["tenantId"], ID);
}

#[tokio::test]
async fn all_keys_are_tried_but_those_switched_off_and_one_that_is_refused_holds_up_no_other() {
    let nodes = json!([tenant("osaka", "ACTIVE"), tenant("old", "DISABLED"), tenant("seoul", "ACTIVE")]);
    let told = |name: &str, error: Value| {
        Reply::Data(
            json!({ "tenant": tenant(name, "ACTIVE"), "durationMs": 212, "providerError": error, "userErrors": [] }),
        )
    };
    let error = json!({ "status": 401, "code": "NotAuthenticated", "message": "no", "requestId": null });
    let stub = Stub::start([
        ("Tenants", page(nodes)),
        ("TenantTest", told("osaka", error)),
        ("TenantTest", told("seoul", Value::Null)),
    ])
    .await;
    let outcome = berth(&stub.url, &["tenant", "test", "--all"]).await;
    let expected = format!(
        "NAME   RESULT                    ID\nosaka  401 NotAuthenticated: no  {ID}\nseoul  the key works (212 ms)    {ID}\n"
    );
    assert_eq!((outcome.exit, outcome.out), (3, expected), "{}", outcome.err);
}

fn keys_of_three(third: Reply) -> [(&'static str, Reply); 4] {
    let nodes = json!([tenant("osaka", "ACTIVE"), tenant("tokyo", "ACTIVE"), tenant("seoul", "ACTIVE")]);
    let works = json!({ "tenant": tenant("osaka", "ACTIVE"), "durationMs": 212, "providerError": null,
        "userErrors": [] });
    [
        ("Tenants", page(nodes)),
        ("TenantTest", Reply::Data(works)),
        ("TenantTest", Reply::Error("INTERNAL")),
        ("TenantTest", third),
    ]
}

#[tokio::test]
async fn a_key_that_could_not_be_tried_has_its_line_and_holds_up_no_other() {
    let works = json!({ "tenant": tenant("seoul", "ACTIVE"), "durationMs": 7, "providerError": null,
        "userErrors": [] });
    let stub = Stub::start(keys_of_three(Reply::Data(works))).await;
    let outcome = berth(&stub.url, &["tenant", "test", "--all"]).await;
    assert_eq!((outcome.exit, outcome.out.lines().count()), (1, 4), "{outcome:?}");
    for part in
        ["the key works (212 ms)", "tokyo  the server failed: it did not work", "the key works (7 ms)"]
    {
        assert!(outcome.out.contains(part), "{part} in {}", outcome.out);
    }
}

#[tokio::test]
async fn where_no_key_may_be_tried_any_more_what_came_before_is_told_first() {
    for (reply, exit) in [(Reply::Error("FORBIDDEN"), 4), (Reply::Error("UNAVAILABLE"), 69)] {
        let stub = Stub::start(keys_of_three(reply)).await;
        let outcome = berth(&stub.url, &["tenant", "test", "--all", "-o", "jsonl"]).await;
        assert_eq!((outcome.exit, outcome.out.lines().count()), (exit, 2), "{outcome:?}");
        assert!(outcome.err.starts_with("error: "), "{}", outcome.err);
    }
}
