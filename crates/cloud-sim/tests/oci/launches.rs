//! Every word of the script that refuses a launch, and what a launch is refused for without a script.

use serde_json::{Value, json};

use crate::client::{A1, Client};

/// Step, status, code, and a part of the message.
const ROWS: &[(&str, u16, &str, &str)] = &[
    ("capacity", 500, "InternalError", "Out of host capacity."),
    ("throttle", 429, "TooManyRequests", "for the user"),
    ("throttle tenant", 429, "TooManyRequests", "for the tenant"),
    ("limit", 400, "LimitExceeded", "standard-a1-core-count"),
    ("quota", 400, "QuotaExceeded", "quota"),
    ("auth", 401, "NotAuthenticated", "authentication"),
    ("forbidden", 403, "NotAuthorized", ""),
    ("home-region", 403, "NotAllowed", "home region"),
    ("invalid", 400, "InvalidParameter", ""),
    ("unparsable", 400, "CannotParseRequest", ""),
    ("related-missing", 400, "RelatedResourceNotAuthorizedOrNotFound", ""),
    ("shape-missing", 404, "NotAuthorizedOrNotFound", "shape VM.Standard.A1.Flex not found"),
    ("not-found", 404, "NotAuthorizedOrNotFound", "Authorization failed"),
    ("busy", 409, "IncorrectState", ""),
    ("conflict", 409, "Conflict", ""),
    ("fault", 500, "InternalError", "An internal error occurred."),
    (r#"fault \"Out of capacity for shape\""#, 500, "InternalError", "Out of capacity for shape"),
    ("bad-gateway", 502, "BadGateway", ""),
    ("unavailable", 503, "ServiceUnavailable", ""),
    ("timeout", 504, "GatewayTimeout", ""),
];

#[tokio::test]
async fn each_word_of_refusal_is_answered_as_the_service_words_it() {
    let steps: Vec<_> = ROWS.iter().map(|(step, ..)| format!("\"{step}\"")).collect();
    let client = Client::playing(&format!("rule = [{{ steps = [{}, \"grant\"] }}]", steps.join(", "))).await;
    for (step, status, code, message) in ROWS {
        let reply = client.launch(&client.order("one"), Some("token")).await;
        assert_eq!(reply.verdict(), (*status, (*code).to_owned()), "{step}");
        assert!(reply.field("message").contains(message), "{step} said {}", reply.field("message"));
    }
    assert!(client.instances().await.is_empty(), "a refusal makes nothing");
    let granted = client.launch(&client.order("one"), Some("token")).await;
    assert_eq!((granted.status, granted.field("lifecycleState")), (200, "PROVISIONING".to_owned()));
}

#[tokio::test]
async fn a_throttle_may_say_how_long_to_wait_and_closes_the_connection() {
    let client = Client::playing(r#"rule = [{ steps = ["throttle retry-after 30s"] }]"#).await;
    let reply = client.launch(&client.order("one"), None).await;
    assert_eq!(reply.header("retry-after").as_deref(), Some("30"));
    assert_eq!(reply.header("connection").as_deref(), Some("close"));
}

#[tokio::test]
async fn a_suspended_account_finds_nothing_any_more() {
    let client = Client::playing(r#"rule = [{ steps = ["suspended"] }]"#).await;
    let tenancy = format!("/20160918/tenancies/{}", client.root());
    assert_eq!(client.get(&tenancy).await.status, 200);
    let missing = (404, "NotAuthorizedOrNotFound".to_owned());
    assert_eq!(client.launch(&client.order("one"), None).await.verdict(), missing);
    assert_eq!(client.get(&tenancy).await.verdict(), missing);
    client.control("POST", "/_sim/script", "").await;
    assert_eq!(client.get(&tenancy).await.status, 200);
}

#[tokio::test]
async fn tasks_count_for_themselves_when_the_script_says_so() {
    let client = Client::playing(r#"rule = [{ per = "task", steps = ["capacity", "grant"] }]"#).await;
    let mut statuses = Vec::new();
    for name in ["one", "two", "two", "one"] {
        statuses.push(client.launch(&client.order(name), None).await.status);
    }
    assert_eq!(statuses, [500, 500, 200, 200]);
}

#[tokio::test]
async fn a_launch_that_makes_no_sense_takes_no_step_of_the_script() {
    let client = Client::playing(r#"rule = [{ steps = ["capacity", "grant"] }]"#).await;
    let wrong: &[(&str, Value, u16, &str)] = &[
        ("/availabilityDomain", Value::Null, 400, "MissingParameter"),
        ("/availabilityDomain", json!("nowhere"), 404, "NotAuthorizedOrNotFound"),
        ("/compartmentId", json!("ocid1.compartment.oc1..x"), 404, "NotAuthorizedOrNotFound"),
        ("/shape", json!("VM.Standard.Z9"), 404, "NotAuthorizedOrNotFound"),
        ("/shape", json!("VM.Standard.E4.Flex"), 400, "InvalidParameter"),
        ("/shapeConfig/ocpus", json!(0.5), 400, "InvalidParameter"),
        ("/shapeConfig/ocpus", json!("two"), 400, "CannotParseRequest"),
        ("/shapeConfig", json!({ "ocpus": 1, "memoryInGbs": 6 }), 400, "CannotParseRequest"),
        ("/sourceDetails/imageId", json!("ocid1.image.oc1..x"), 404, "NotAuthorizedOrNotFound"),
        ("/createVnicDetails/subnetId", json!("ocid1.subnet.oc1..x"), 404, "NotAuthorizedOrNotFound"),
        ("/createVnicDetails/subnetId", Value::Null, 400, "MissingParameter"),
        ("/freeformTags/berth-task", json!(1), 400, "CannotParseRequest"),
    ];
    for (place, value, status, code) in wrong {
        let mut order = client.order("one");
        *order.pointer_mut(place).expect("the order has it") = value.clone();
        let reply = client.launch(&order, None).await;
        assert_eq!(reply.verdict(), (*status, (*code).to_owned()), "{place} = {value}: {}", reply.text);
    }
    assert_eq!(client.launch(&client.order("one"), None).await.status, 500, "the first step is still there");
}

#[tokio::test]
async fn limits_hold_when_they_are_enforced() {
    let client = Client::playing("limits = { cores = 2, memory = 24, enforce = true }").await;
    let mut order = client.order("one");
    order["shapeConfig"] = json!({ "ocpus": 2.0, "memoryInGBs": 12.0 });
    let made = client.launch(&order, None).await;
    assert_eq!(made.status, 200);
    let refused = client.launch(&order, None).await;
    assert_eq!(refused.verdict(), (400, "LimitExceeded".to_owned()));
    let available = format!(
        "/20190729/services/compute/limits/standard-a1-core-count/resourceAvailability?compartmentId={}&availabilityDomain={}",
        client.root(),
        client.domains[0]
    );
    assert_eq!(client.get(&available).await.json()["available"], 0);
    client.delete(&format!("/20160918/instances/{}", made.field("id"))).await;
    assert_eq!(client.get(&available).await.json()["available"], 2);
    assert_eq!(client.launch(&order, None).await.status, 200);
}

#[tokio::test]
async fn other_calls_can_fail_as_well() {
    let script = r#"fault = [
        { operation = "ListInstances", steps = ["fault x 2", "ok"] },
        { operation = "GetUser", steps = ["throttle"] },
    ]"#;
    let client = Client::playing(script).await;
    let list = format!("/20160918/instances?compartmentId={}", client.root());
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(client.get(&list).await.status);
    }
    assert_eq!(statuses, [500, 500, 200, 200]);
    assert_eq!(client.get(&format!("/20160918/users/{}", client.profile.user)).await.status, 429);
    assert_eq!(client.launch(&client.order("one"), None).await.status, 200);
}

#[tokio::test]
async fn all_reads_can_be_throttled_while_writes_go_through() {
    let client = Client::playing("").await;
    client
        .control("POST", "/_sim/script", r#"{"fault": [{"operation": "reads", "steps": ["throttle"]}]}"#)
        .await;
    assert_eq!(
        client.get(&format!("/20160918/shapes?compartmentId={}&shape={A1}", client.root())).await.status,
        429
    );
    assert_eq!(client.launch(&client.order("one"), None).await.status, 200);
}
