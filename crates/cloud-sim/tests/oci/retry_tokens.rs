use std::time::Duration;

use crate::client::Client;

#[tokio::test]
async fn the_same_token_with_the_same_request_gives_the_same_instance() {
    let client = Client::playing("").await;
    let first = client.launch(&client.order("one"), Some("token")).await;
    let again = client.launch(&client.order("one"), Some("token")).await;
    assert_eq!((first.status, first.field("id")), (200, again.field("id")));
    assert_eq!(first.header("opc-work-request-id"), again.header("opc-work-request-id"));
    assert_eq!(client.instances().await.len(), 1);
    let other = client.launch(&client.order("one"), Some("another")).await;
    assert_ne!(first.field("id"), other.field("id"));
    assert_eq!(client.instances().await.len(), 2);
}

#[tokio::test]
async fn the_same_token_with_another_request_is_a_collision() {
    let client = Client::playing("").await;
    client.launch(&client.order("one"), Some("token")).await;
    let reply = client.launch(&client.order("two"), Some("token")).await;
    assert_eq!(reply.verdict(), (400, "InvalidParameter".to_owned()));
    assert!(reply.field("message").starts_with("Retry token collision"));
    assert_eq!(client.instances().await.len(), 1);
}

#[tokio::test]
async fn the_token_of_a_terminated_instance_is_invalidated() {
    let client = Client::playing("").await;
    let made = client.launch(&client.order("one"), Some("token")).await;
    assert_eq!(client.delete(&format!("/20160918/instances/{}", made.field("id"))).await.status, 204);
    let reply = client.launch(&client.order("one"), Some("token")).await;
    assert_eq!(reply.verdict(), (409, "InvalidatedRetryToken".to_owned()));
}

#[tokio::test]
async fn a_refused_launch_does_not_bind_its_token() {
    let client = Client::playing(r#"rule = [{ steps = ["capacity", "grant"] }]"#).await;
    assert_eq!(client.launch(&client.order("one"), Some("token")).await.status, 500);
    assert_eq!(client.launch(&client.order("two"), Some("token")).await.status, 200);
}

#[tokio::test]
async fn a_token_is_forgotten_after_a_day_but_not_before() {
    let client = Client::playing("").await;
    let first = client.launch(&client.order("one"), Some("token")).await;
    client.advance(Duration::from_hours(23));
    assert_eq!(client.launch(&client.order("one"), Some("token")).await.field("id"), first.field("id"));
    client.advance(Duration::from_hours(1));
    assert_ne!(client.launch(&client.order("one"), Some("token")).await.field("id"), first.field("id"));
}
