use std::collections::BTreeSet;

use berth_cloud_sim::Options;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::client::{Client, Reply};

fn names(reply: &Reply) -> Vec<String> {
    let name = |item: &Value| item["displayName"].as_str().unwrap_or_default().to_owned();
    reply.json().as_array().map(|items| items.iter().map(name).collect()).unwrap_or_default()
}

#[tokio::test]
async fn pages_hold_everything_once_even_while_the_list_grows() {
    let client = Client::playing("").await;
    let expected: BTreeSet<_> = (0..5).map(|number| format!("instance {number}")).collect();
    for name in &expected {
        client.launch(&client.order(name), None).await;
    }
    let list = format!("/20160918/instances?compartmentId={}&limit=2", client.root());
    let (mut seen, mut page) = (Vec::new(), client.get(&list).await);
    client.launch(&client.order("late comer"), None).await;
    loop {
        seen.extend(names(&page));
        let Some(token) = page.header("opc-next-page") else { break };
        assert!(token.contains('+') && token.contains('/'), "the token must be encoded: {token}");
        page = client.get(&format!("{list}&page={}", utf8_percent_encode(&token, NON_ALPHANUMERIC))).await;
    }
    assert_eq!((seen.len(), seen.into_iter().collect()), (5, expected));
    let wrong = client.get(&format!("{list}&page=nonsense")).await;
    assert_eq!(wrong.verdict(), (400, "InvalidParameter".to_owned()));
    assert_eq!(client.get(&format!("{list}&limit=0")).await.status, 200, "the first limit counts");
}

#[tokio::test]
async fn lists_are_filtered_and_sorted_as_asked() {
    let client = Client::playing("").await;
    for name in ["b", "c 网络", "a"] {
        client.launch(&client.order(name), None).await;
    }
    let list = format!("/20160918/instances?compartmentId={}", client.root());
    assert_eq!(
        names(&client.get(&format!("{list}&sortBy=DISPLAYNAME&sortOrder=ASC")).await),
        ["a", "b", "c 网络"]
    );
    assert_eq!(
        names(&client.get(&format!("{list}&sortBy=TIMECREATED&sortOrder=ASC")).await),
        ["b", "c 网络", "a"]
    );
    assert_eq!(names(&client.get(&format!("{list}&displayName=c+%E7%BD%91%E7%BB%9C")).await), ["c 网络"]);
    assert!(names(&client.get(&format!("{list}&lifecycleState=RUNNING")).await).is_empty());
    assert_eq!(client.get("/20160918/instances").await.verdict(), (400, "MissingParameter".to_owned()));
}

#[tokio::test]
async fn one_tenant_sees_nothing_of_another() {
    let client = Client::with(Options { tenants: 2, ..Options::default() }).await;
    let made = client.launch(&client.order("one"), None).await;
    let second = client.running.profiles[1].clone();
    let other = client.in_the_name_of(second);
    let missing = (404, "NotAuthorizedOrNotFound".to_owned());
    let target = format!("/20160918/instances/{}", made.field("id"));
    assert_eq!(other.get(&target).await.verdict(), missing);
    assert_eq!(other.delete(&target).await.verdict(), missing);
    assert!(other.instances().await.is_empty());
    let theirs = format!("/20160918/instances?compartmentId={}", other.running.profiles[0].tenancy);
    assert_eq!(other.get(&theirs).await.verdict(), missing);
    let domains =
        other.get(&format!("/20160918/availabilityDomains?compartmentId={}", other.root())).await.json();
    assert_ne!(
        domains[0]["name"],
        Value::from(other.domains[0].clone()),
        "the prefix differs from tenancy to tenancy"
    );
}

#[tokio::test]
async fn what_does_not_exist_is_told_apart_from_what_may_not_be_done() {
    let client = Client::playing("").await;
    assert_eq!(client.get("/20160918/noSuchThings").await.verdict(), (404, "NotFound".to_owned()));
    assert_eq!(client.delete("/20160918/shapes").await.verdict(), (405, "MethodNotAllowed".to_owned()));
    let missing = client.get("/20160918/instances/ocid1.instance.oc1.x").await;
    assert_eq!(missing.verdict(), (404, "NotAuthorizedOrNotFound".to_owned()));
    let request = client.signed("POST", "/20160918/instances", "{".to_owned());
    let reply = client.send(request).await.expect("answered");
    assert_eq!(reply.verdict(), (400, "CannotParseRequest".to_owned()));
}
