use std::time::Duration;

use berth_cloud_sim::channels::{Answer, Kind};
use serde_json::json;

use crate::client::{Client, TOKEN};

fn webhook_plays(steps: &str) -> String {
    format!("channels = {{ rule = [{{ kind = \"webhook\", steps = [{steps}] }}] }}")
}

#[tokio::test]
async fn a_webhook_answers_what_the_script_says_and_then_takes_it() {
    let client = Client::playing(&webhook_plays(
        r#""fault 503 x 2", "throttle retry-after 1500ms", "refuse \"no\"", "gone", "ok""#,
    ))
    .await;
    let mut seen = Vec::new();
    for _ in 0..7 {
        let answer = client.post("webhook/a", &json!({})).await;
        seen.push((answer.status, answer.retry_after));
    }
    let wanted = [
        (503, None),
        (503, None),
        (429, Some("2".to_owned())),
        (400, None),
        (410, None),
        (200, None),
        (200, None),
    ];
    assert_eq!(seen, wanted);
    assert_eq!(client.channels().accepted(Kind::Webhook).len(), 2);
}

#[tokio::test]
async fn a_cut_line_loses_the_answer_and_a_dropped_one_the_message() {
    let client = Client::playing(&webhook_plays(r#""cut", "drop", "ok""#)).await;
    assert!(client.try_post("webhook/a", &json!({ "n": 1 })).await.is_err());
    assert!(client.try_post("webhook/a", &json!({ "n": 2 })).await.is_err());
    assert_eq!(client.post("webhook/a", &json!({ "n": 1 })).await.status, 200);
    let seen: Vec<_> =
        client.channels().deliveries().iter().map(|one| (one.accepted, one.duplicate, one.answer)).collect();
    let wanted =
        [(true, false, Answer::Closed), (false, false, Answer::Closed), (true, true, Answer::Status(200))];
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn who_hangs_holds_up_nobody_else_and_is_let_go_at_the_end() {
    let client =
        Client::playing("channels = { rule = [{ kind = \"webhook\", to = \"hang\", steps = [\"hang\"] }] }")
            .await;
    let hanging = client.http.post(client.url("webhook/hang")).body("x").send();
    let hanging = tokio::spawn(hanging);
    let arrived = async {
        while client.channels().deliveries().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), arrived).await.expect("it arrives");
    assert_eq!(client.post("webhook/other", &json!({})).await.status, 200);
    assert!(!hanging.is_finished());
    client.running.stop().await;
    assert!(hanging.await.expect("it ends").is_err(), "it never got an answer");
}

#[tokio::test]
async fn garbage_floods_and_redirects_come_as_asked() {
    let client = Client::playing(&webhook_plays(
        r#""garbage", "huge", "redirect", "redirect https://elsewhere.example/""#,
    ))
    .await;
    assert!(client.post("webhook/a", &json!({})).await.json().is_null());
    assert_eq!(client.post("webhook/a", &json!({ "n": 2 })).await.text.len(), 64 << 20);
    for wanted in [client.url("webhook/redirected"), "https://elsewhere.example/".to_owned()] {
        let answer = client.http.post(client.url("webhook/a")).body("x").send().await.expect("it answers");
        let to = answer.headers()["location"].to_str().expect("it is text").to_owned();
        assert_eq!((answer.status().as_u16(), to), (302, wanted));
    }
    assert_eq!(client.channels().accepted(Kind::Webhook).len(), 2, "what is redirected is not taken");
}

#[tokio::test]
async fn each_channel_words_a_throttle_in_its_own_way() {
    let client = Client::playing("channels = { rule = [{ steps = [\"throttle retry-after 3s\"] }] }").await;
    let telegram = client.telegram("sendMessage", &json!({ "chat_id": 1, "text": "x" })).await;
    assert_eq!(telegram.json()["parameters"]["retry_after"], 3);
    let message = json!({ "msgtype": "text", "text": { "content": "x" } });
    let dingtalk = client.post("dingtalk/robot/send?access_token=t", &message).await;
    assert_eq!((dingtalk.status, &dingtalk.json()["errcode"]), (200, &json!(130_101)));
}

#[tokio::test]
async fn long_polling_is_spoilt_only_where_the_script_names_it() {
    let client =
        Client::playing("channels = { rule = [{ method = \"getUpdates\", steps = [\"fault\", \"ok\"] }] }")
            .await;
    client.channels().telegram_write(TOKEN, 1, 1, "hello");
    assert_eq!(client.telegram("sendMessage", &json!({ "chat_id": 1, "text": "x" })).await.status, 200);
    assert_eq!(client.telegram("getUpdates", &json!({})).await.status, 500);
    assert_eq!(
        client.telegram("getUpdates", &json!({})).await.json()["result"][0]["message"]["text"],
        "hello"
    );
}
