use serde_json::json;

use crate::client::{A1, Client, PROVISION, Reply};

async fn report(client: &Client, domain: &str, shapes: &[&str]) -> Reply {
    let asked: Vec<_> = shapes.iter().map(|shape| json!({ "instanceShape": shape })).collect();
    let body =
        json!({ "compartmentId": client.root(), "availabilityDomain": domain, "shapeAvailabilities": asked });
    client.post("/20160918/computeCapacityReports", &body).await
}

fn words(reply: &Reply) -> Vec<String> {
    let found = reply.json()["shapeAvailabilities"].as_array().cloned().unwrap_or_default();
    found.iter().map(|one| one["availabilityStatus"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn the_report_says_what_the_script_makes_it_say_whatever_launches_are_answered() {
    let script = r#"
        report = [{ ad = "AD-2", shape = "*A1*", room = "full" }, { ad = "AD-3", room = "unsupported" }]
        rule = [{ ad = "AD-1", steps = ["capacity"] }]
    "#;
    let client = Client::playing(script).await;
    let shapes = [A1, "VM.Standard.E2.1.Micro", "VM.Nonsense"];
    let expected = [
        ["AVAILABLE", "AVAILABLE", "HARDWARE_NOT_SUPPORTED"],
        ["OUT_OF_HOST_CAPACITY", "AVAILABLE", "HARDWARE_NOT_SUPPORTED"],
        ["HARDWARE_NOT_SUPPORTED"; 3],
    ];
    for (domain, expected) in client.domains.iter().zip(expected) {
        assert_eq!(words(&report(&client, domain, &shapes).await), expected, "{domain}");
    }
    assert_eq!(client.launch(&client.order("one"), None).await.status, 500, "the report is no promise");
}

#[tokio::test]
async fn a_report_is_refused_outside_of_the_root_and_for_more_than_ten_shapes() {
    let client = Client::playing(
        r#"fault = [{ operation = "CreateComputeCapacityReport", steps = ["ok x 2", "not-found"] }]"#,
    )
    .await;
    assert_eq!(report(&client, &client.domains[0], &[A1; 11]).await.status, 400);
    assert_eq!(report(&client, "another domain", &[A1]).await.status, 404);
    let refused = report(&client, &client.domains[0], &[A1]).await;
    assert_eq!(refused.verdict(), (404, "NotAuthorizedOrNotFound".to_owned()), "as to who has no policy");
}

async fn attachments(client: &Client, instance: &str) -> Vec<String> {
    let target = format!(
        "/20160918/bootVolumeAttachments?compartmentId={}&availabilityDomain={}&instanceId={instance}",
        client.root(),
        client.domains[0].replace(':', "%3A"),
    );
    let found = client.get(&target).await.json().as_array().cloned().unwrap_or_default();
    found.iter().map(|one| one["lifecycleState"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn an_instance_that_is_stuck_gets_no_boot_volume_and_any_other_gets_it_before_it_runs() {
    let client = Client::playing(r#"rule = [{ steps = ["stuck", "grant"] }]"#).await;
    let stuck = client.launch(&client.order("one"), None).await.field("id");
    let slow = client.launch(&client.order("two"), None).await.field("id");
    assert_eq!(attachments(&client, &stuck).await, Vec::<String>::new());
    assert_eq!(attachments(&client, &slow).await, ["ATTACHED"]);
    client.advance(PROVISION * 10);
    assert_eq!(attachments(&client, &stuck).await, Vec::<String>::new());
    assert_eq!(attachments(&client, &slow).await, ["ATTACHED"]);
}

#[tokio::test]
async fn a_boot_volume_that_lags_is_attaching_until_the_instance_runs() {
    let client = Client::playing(r#"rule = [{ steps = ["attaching", "stuck attaching"] }]"#).await;
    let lagging = client.launch(&client.order("one"), None).await.field("id");
    let stuck = client.launch(&client.order("two"), None).await.field("id");
    assert_eq!(attachments(&client, &lagging).await, ["ATTACHING"]);
    client.advance(PROVISION * 10);
    assert_eq!(attachments(&client, &lagging).await, ["ATTACHED"]);
    assert_eq!(attachments(&client, &stuck).await, ["ATTACHING"]);
}

#[tokio::test]
async fn a_start_is_done_once_for_each_token() {
    let client =
        Client::playing(r#"fault = [{ operation = "InstanceAction", steps = ["ok", "capacity", "ok"] }]"#)
            .await;
    let id = client.launch(&client.order("one"), None).await.field("id");
    client.advance(PROVISION);
    let act = async |action: &str, token: &str| {
        let target = format!("/20160918/instances/{id}?action={action}");
        let mut request = client.signed("POST", &target, String::new());
        request.headers.push(("opc-retry-token", token.to_owned()));
        client.send(request).await.expect("an answer")
    };
    assert_eq!(act("STOP", "stop").await.status, 200);
    client.advance(PROVISION);
    assert_eq!(act("START", "start").await.field("message"), "Out of host capacity.");
    assert_eq!(act("START", "start").await.field("lifecycleState"), "STARTING");
    assert_eq!(act("START", "start").await.status, 200, "the same wish again");
    assert_eq!(act("START", "another").await.verdict(), (409, "IncorrectState".to_owned()));
    assert_eq!(
        act("STOP", "start").await.field("code"),
        "InvalidParameter",
        "another wish with the same token"
    );
}
