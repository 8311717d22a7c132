use std::time::Duration;

use berth_cloud_sim::channels::{Answer, Kind, Signature, Sink};

use crate::client::{Client, hmac, reply};

const BODY: &str = r#"{"title":"抢到了","text":"a"}"#;

async fn post(client: &Client, key: &str, signature: Option<String>) -> u16 {
    let mut request = client
        .http
        .post(client.url("webhook/mine"))
        .header("Idempotency-Key", key)
        .header("X-Berth-Timestamp", "1700000000")
        .body(BODY);
    if let Some(signature) = signature {
        request = request.header("X-Berth-Signature", signature);
    }
    reply(request.send().await.expect("it answers")).await.status
}

fn signature(key: &str) -> String {
    format!("sha256={}", hex::encode(hmac("secret", &format!("{key}.1700000000.{BODY}"))))
}

#[tokio::test]
async fn a_signature_is_for_one_key_one_time_and_one_body() {
    let client = Client::new().await;
    client.channels().set_sink(Kind::Webhook, "mine", Sink::signed("secret"));
    assert_eq!(post(&client, "k1", Some(signature("k1"))).await, 200);
    assert_eq!(post(&client, "k2", Some(signature("k1"))).await, 401);
    assert_eq!(post(&client, "k2", None).await, 401);
    let seen: Vec<_> = client
        .channels()
        .deliveries()
        .into_iter()
        .map(|one| (one.signature, one.accepted, one.answer))
        .collect();
    let wanted = [
        (Some(Signature::Good), true, Answer::Status(200)),
        (Some(Signature::Bad), false, Answer::Status(401)),
        (Some(Signature::Missing), false, Answer::Status(401)),
    ];
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn body_headers_and_key_are_kept_and_repeats_are_counted() {
    let client = Client::new().await;
    assert_eq!((post(&client, "k1", None).await, post(&client, "k1", None).await), (200, 200));
    assert_eq!(post(&client, "k2", None).await, 200);
    let channels = client.channels();
    let seen = channels.accepted(Kind::Webhook);
    assert_eq!(
        (seen[0].key.as_deref(), seen[0].title.as_deref(), seen[0].raw.as_str()),
        (Some("k1"), Some("抢到了"), BODY)
    );
    assert!(seen[0].headers.contains(&("x-berth-timestamp".to_owned(), "1700000000".to_owned())));
    assert_eq!(seen.iter().map(|one| one.duplicate).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(
        (channels.duplicates(), channels.busiest(Kind::Webhook, "mine", Duration::from_mins(1))),
        (1, 3)
    );
}
