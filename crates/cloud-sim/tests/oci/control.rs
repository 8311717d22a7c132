use std::os::unix::fs::PermissionsExt as _;

use berth_cloud_sim::{Options, StartError, start};
use serde_json::json;

use crate::client::{Client, PROVISION};

#[tokio::test]
async fn the_state_shows_what_exists_and_every_request() {
    let client = Client::playing("").await;
    let made = client.launch(&client.order("one"), Some("token")).await;
    let state = client.control("GET", "/_sim/state", "").await.json();
    let instance = &state["instances"][0];
    assert_eq!(instance["id"], made.field("id"));
    assert_eq!(
        (&instance["retryToken"], &instance["freeformTags"]),
        (&json!("token"), &json!({ "berth-task": "one" }))
    );
    let launch = state["requests"].as_array().and_then(|requests| requests.last()).expect("the launch");
    assert_eq!((&launch["operation"], &launch["status"]), (&json!("LaunchInstance"), &json!(200)));
    assert_eq!(launch["launch"]["availabilityDomain"], client.domains[0]);
    assert_eq!(launch["launch"]["bodyHash"].as_str().map(str::len), Some(64));
    assert_eq!(launch["fingerprint"], client.profile.fingerprint);
    assert_eq!(state["counts"]["launchRequests"], 1);
    let brief = client.control("GET", "/_sim/state?requests=0", "").await.json();
    assert!(brief["requests"].is_null() && brief["counts"] == state["counts"]);
}

#[tokio::test]
async fn the_script_the_clock_and_instances_can_be_changed_from_outside() {
    let client = Client::playing("").await;
    let made = client.launch(&client.order("one"), None).await;
    client.control("POST", "/_sim/clock", &json!({ "advance_ms": PROVISION.as_millis() }).to_string()).await;
    assert_eq!(client.instance_state(&made.field("id")).await, "RUNNING");
    let gone = client.control("POST", &format!("/_sim/terminate/{}", made.field("id")), "").await;
    assert_eq!(
        (gone.status, client.instance_state(&made.field("id")).await),
        (200, "TERMINATING".to_owned())
    );
    client.control("POST", "/_sim/script", r#"rule = [{ steps = ["quota"] }]"#).await;
    assert_eq!(client.launch(&client.order("two"), None).await.field("code"), "QuotaExceeded");
    let wrong = client.control("POST", "/_sim/script", r#"rule = [{ steps = ["capasity"] }]"#).await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.field("error").contains("`capasity` is not an answer"), "{}", wrong.text);
    assert_eq!(
        client.launch(&client.order("two"), None).await.field("code"),
        "QuotaExceeded",
        "the old one stays"
    );
}

#[tokio::test]
async fn a_restart_on_the_same_directory_knows_the_same_callers() {
    let dir = tempfile::tempdir().expect("a directory");
    let options = || Options { dir: Some(dir.path().to_owned()), tenants: 2, ..Options::default() };
    let first = start(options()).await.expect("it starts");
    let config =
        std::fs::read_to_string(first.config_file.as_ref().expect("a file")).expect("it can be read");
    assert!(config.contains("[DEFAULT]") && config.contains("[tenant2]"));
    let mode = std::fs::metadata(dir.path().join("key.pem")).expect("a key").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let callers: Vec<_> = first.profiles.iter().map(berth_cloud_sim::Profile::key_id).collect();
    first.stop().await;
    let second = start(options()).await.expect("it starts again");
    assert_eq!(callers, second.profiles.iter().map(berth_cloud_sim::Profile::key_id).collect::<Vec<_>>());
    assert_eq!(config, std::fs::read_to_string(dir.path().join("config")).expect("it can be read"));
}

#[tokio::test]
async fn a_key_file_that_is_no_key_is_told() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("key.pem"), "not a key").expect("it can be written");
    let options = Options { dir: Some(dir.path().to_owned()), ..Options::default() };
    assert!(matches!(start(options).await, Err(StartError::Key { .. })));
}
