use std::time::{Duration, SystemTime};

use berth_cloud_sim::Options;

use crate::client::{Client, Reply, Request};

fn user(client: &Client) -> Request {
    client.signed("GET", &format!("/20160918/users/{}", client.profile.user), String::new())
}

async fn refused(client: &Client, request: Request, reason: &str) -> Reply {
    let reply = client.send(request).await.expect("the simulator answers");
    assert_eq!(reply.verdict(), (401, "NotAuthenticated".to_owned()), "{reason}");
    let state = client.running.simulation().state();
    let last = state["requests"].as_array().and_then(|requests| requests.last()).expect("it was seen");
    assert_eq!(last["unauthenticated"], reason);
    reply
}

#[tokio::test]
async fn a_right_signature_is_accepted_in_any_order_of_fields() {
    let client = Client::with(Options::default()).await;
    assert_eq!(client.send(user(&client)).await.expect("answered").status, 200);
    let mut request = user(&client);
    let (_, header) = request.headers.pop().expect("the authorization comes last");
    let mut fields: Vec<_> = header
        .trim_start_matches("Signature ")
        .split("\",")
        .map(|field| field.trim_end_matches('"'))
        .collect();
    fields.reverse();
    request.headers.push(("authorization", format!("Signature {}\"", fields.join("\", "))));
    assert_eq!(client.send(request).await.expect("answered").status, 200);
}

#[tokio::test]
async fn a_body_other_than_the_signed_one_is_refused() {
    let client = Client::with(Options::default()).await;
    let mut request = client.signed("POST", "/20160918/vcns", r#"{"compartmentId":"a"}"#.to_owned());
    request.body = r#"{"compartmentId":"b"}"#.to_owned();
    refused(&client, request, "the body does not have the digest that was signed").await;
}

#[tokio::test]
async fn a_target_other_than_the_signed_one_is_refused() {
    let client = Client::with(Options::default()).await;
    let mut request = user(&client);
    request.target.push_str("?compartmentId=x");
    refused(&client, request, "the signature does not match").await;
}

#[tokio::test]
async fn a_signature_of_another_key_is_refused() {
    let (ours, theirs) = (Client::with(Options::default()).await, Client::with(Options::default()).await);
    let mut request = user(&ours);
    let stranger = theirs.in_the_name_of(ours.profile.clone());
    stranger.sign(&mut request);
    refused(&ours, request, "the signature does not match").await;
}

#[tokio::test]
async fn an_unknown_fingerprint_is_refused() {
    let mut client = Client::with(Options::default()).await;
    client.profile.fingerprint = "00:".repeat(15) + "00";
    let request = user(&client);
    refused(&client, request, "no such key").await;
}

#[tokio::test]
async fn a_header_that_must_be_signed_cannot_be_left_out() {
    let client = Client::with(Options::default()).await;
    for missing in ["x-content-sha256", "content-type", "content-length", "host"] {
        let mut request = client.signed("POST", "/20160918/vcns", "{}".to_owned());
        request.headers.retain(|(name, _)| *name != missing);
        client.sign(&mut request);
        refused(&client, request, "a header that must be signed is not").await;
    }
    let mut request = user(&client);
    request.headers.retain(|(name, _)| *name != "authorization");
    refused(&client, request, "there is no Authorization header").await;
}

#[tokio::test]
async fn a_clock_six_minutes_off_is_refused_and_the_answer_tells_the_time() {
    let client = Client::with(Options::default()).await;
    for (minutes, status) in [(-6, 401), (6, 401), (-4, 200), (4, 200)] {
        client.running.simulation().set_skew(minutes * 60_000);
        let reply = client.send(user(&client)).await.expect("answered");
        assert_eq!(reply.status, status, "{minutes} minutes off");
        let date =
            reply.header("date").and_then(|text| httpdate::parse_http_date(&text).ok()).expect("a date");
        let off = Duration::from_mins(minutes.unsigned_abs());
        let expected = if minutes < 0 { SystemTime::now() - off } else { SystemTime::now() + off };
        let gap = expected.duration_since(date).unwrap_or_else(|earlier| earlier.duration());
        assert!(gap < Duration::from_mins(1), "the date is {gap:?} from the server's clock");
    }
}

#[tokio::test]
async fn a_signed_post_without_a_body_is_accepted() {
    let client = Client::with(Options::default()).await;
    let made = client.launch(&client.order("one"), None).await;
    let target = format!("/20160918/instances/{}?action=START", made.field("id"));
    let reply = client.send(client.signed("POST", &target, String::new())).await.expect("answered");
    assert_eq!(reply.verdict(), (409, "IncorrectState".to_owned()));
}

#[tokio::test]
async fn every_answer_carries_the_request_id_of_the_client() {
    let client = Client::with(Options::default()).await;
    let mut request = user(&client);
    request.headers.push(("opc-request-id", "ABCDEF".to_owned()));
    let reply = client.send(request).await.expect("answered");
    let id = reply.header("opc-request-id").expect("an id");
    let parts: Vec<_> = id.split('/').collect();
    assert_eq!((parts[0], parts[1].len(), parts[2].len()), ("ABCDEF", 32, 32));
}
