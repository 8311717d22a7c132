use berth_cloud_sim::channels::{Kind, Sink, Standing};
use serde_json::{Value, json};

use crate::client::{Client, NOON_MS, base64_hmac};

fn gone() -> Sink {
    Sink { standing: Standing::Gone, ..Sink::default() }
}

#[tokio::test]
async fn feishu_wants_its_odd_signature_within_the_hour() {
    let client = Client::new().await;
    client.channels().set_sink(Kind::Feishu, "h", Sink::signed("secret"));
    let path = "feishu/open-apis/bot/v2/hook/h";
    let at = |seconds: i64, key: &str| {
        let sign = base64_hmac(&format!("{seconds}\n{key}"), "");
        json!({ "timestamp": seconds.to_string(), "sign": sign, "msg_type": "text", "content": { "text": "抢到了" } })
    };
    let now = NOON_MS / 1_000;
    assert_eq!(client.post(path, &at(now, "secret")).await.json()["code"], 0);
    for body in [
        at(now, "other"),
        at(now - 3_601, "secret"),
        json!({ "msg_type": "text", "content": { "text": "x" } }),
    ] {
        let answer = client.post(path, &body).await;
        assert_eq!((answer.status, &answer.json()["code"]), (200, &json!(19_021)), "{body}");
    }
    assert_eq!(client.channels().accepted(Kind::Feishu)[0].text, "抢到了");
}

#[tokio::test]
async fn feishu_shows_posts_and_cards_and_refuses_the_rest() {
    let client = Client::playing("channels = { ceilings = \"off\" }").await;
    client.channels().set_sink(Kind::Feishu, "gone", gone());
    let post = json!({ "msg_type": "post", "content": { "post": { "zh_cn": { "title": "题",
        "content": [[{ "tag": "text", "text": "a*b " }, { "tag": "a", "text": "go", "href": "https://x.example" }], [{ "tag": "text", "text": "c" }]] } } } });
    let card = json!({ "msg_type": "interactive", "card": { "header": { "title": { "tag": "plain_text", "content": "题" } },
        "elements": [{ "tag": "div", "text": { "tag": "lark_md", "content": "**名**: x" } }, { "tag": "div", "text": { "tag": "plain_text", "content": "a*b" } }] } });
    for body in [post, card] {
        assert_eq!(client.post("feishu/open-apis/bot/v2/hook/h", &body).await.json()["code"], 0);
    }
    let seen: Vec<_> =
        client.channels().accepted(Kind::Feishu).into_iter().map(|one| (one.title, one.text)).collect();
    assert_eq!(seen, [(Some("题".into()), "a*b go\nc".into()), (Some("题".into()), "名: x\na*b".to_owned())]);
    let text = json!({ "msg_type": "text", "content": { "text": "x" } });
    assert_eq!(client.post("feishu/open-apis/bot/v2/hook/gone", &text).await.json()["code"], 19_001);
    assert_eq!(
        client.post("feishu/open-apis/bot/v2/hook/h", &json!({ "msg_type": "text" })).await.json()["code"],
        9_499
    );
    assert_eq!(client.post("feishu/elsewhere", &text).await.status, 404);
}

#[tokio::test]
async fn slack_says_ok_or_what_was_wrong() {
    let client = Client::playing("channels = { ceilings = \"off\" }").await;
    client.channels().set_sink(Kind::Slack, "T/B/gone", gone());
    let path = "slack/services/T/B/x";
    let ok = client.post(path, &json!({ "text": "*名*: a&lt;b&gt; &amp; <https://x.example|go>" })).await;
    assert_eq!((ok.status, ok.text.as_str()), (200, "ok"));
    let blocks = json!({ "text": "short", "blocks": [
        { "type": "header", "text": { "type": "plain_text", "text": "题" } },
        { "type": "section", "text": { "type": "mrkdwn", "text": "_one_" } },
        { "type": "section", "fields": [{ "type": "plain_text", "text": "a*b*c" }] },
    ] });
    client.post(path, &blocks).await;
    let seen: Vec<_> =
        client.channels().accepted(Kind::Slack).into_iter().map(|one| (one.title, one.text)).collect();
    assert_eq!(seen, [(None, "名: a<b> & go".into()), (Some("题".into()), "one\na*b*c".to_owned())]);
    let refusals = [
        ("slack/services/T/B/gone", json!({ "text": "x" }), 404, "no_service"),
        (path, json!({}), 400, "no_text"),
        (path, json!([]), 400, "invalid_payload"),
    ];
    for (path, body, status, words) in refusals {
        let answer = client.post(path, &body).await;
        assert_eq!((answer.status, answer.text.as_str()), (status, words));
    }
}

#[tokio::test]
async fn bark_pushes_to_keys_that_it_knows() {
    let client = Client::new().await;
    client.channels().set_sink(Kind::Bark, "gone", gone());
    let push = |key: &str| json!({ "device_key": key, "title": "题", "body": "a<b>", "group": "berth" });
    let answer = client.post("bark/push", &push("k")).await;
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({ "code": 200, "message": "success", "timestamp": NOON_MS / 1_000 }))
    );
    let seen = client.channels().accepted(Kind::Bark).remove(0);
    assert_eq!((seen.to.as_str(), seen.title.as_deref(), seen.text.as_str()), ("k", Some("题"), "a<b>"));
    assert_eq!(client.post("bark/push", &push("")).await.json()["message"], "device key is empty");
    let gone = client.post("bark/push", &push("gone")).await;
    assert_eq!(gone.status, 400);
    assert!(gone.text.contains("failed to get device token"), "{}", gone.text);
}

#[tokio::test]
async fn serverchan_takes_a_title_and_markdown_and_says_no_with_a_code() {
    let client = Client::new().await;
    client.channels().set_sink(Kind::ServerChan, "SCTgone", gone());
    let body = json!({ "title": "题", "desp": "**a** \\*b\\*" });
    let answer: Value = client.post("serverchan/SCT1.send", &body).await.json();
    assert_eq!((&answer["code"], &answer["data"]["error"]), (&json!(0), &json!("SUCCESS")));
    assert_eq!(client.channels().accepted(Kind::ServerChan)[0].text, "a *b*");
    let refusals = [
        ("SCTgone", body, 40_001),
        ("SCT1", json!({ "desp": "x" }), 20_001),
        ("SCT1", json!({ "title": "题".repeat(33) }), 20_001),
    ];
    for (key, body, code) in refusals {
        let answer = client.post(&format!("serverchan/{key}.send"), &body).await;
        assert_eq!((answer.status, &answer.json()["code"]), (400, &json!(code)));
    }
}
