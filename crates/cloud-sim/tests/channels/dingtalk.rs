use berth_cloud_sim::channels::{Kind, Signature, Sink, Standing};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::client::{Client, NOON_MS, base64_hmac};

const SECRET: &str = "SECtest0123456789";

fn message() -> Value {
    json!({ "msgtype": "markdown", "markdown": { "title": "抢到了", "text": "### 抢到了\n- **名**: a\\*b" } })
}

fn signed(timestamp: i64, secret: &str) -> String {
    let sign = base64_hmac(secret, &format!("{timestamp}\n{secret}"));
    let sign = utf8_percent_encode(&sign, NON_ALPHANUMERIC);
    format!("dingtalk/robot/send?access_token=t&timestamp={timestamp}&sign={sign}")
}

async fn code(client: &Client, path: &str, body: &Value) -> (u16, i64, String) {
    let answer = client.post(path, body).await;
    let said = answer.json();
    (
        answer.status,
        said["errcode"].as_i64().unwrap_or_default(),
        said["errmsg"].as_str().unwrap_or_default().to_owned(),
    )
}

#[tokio::test]
async fn the_published_signature_opens_the_robot() {
    let client = Client::new().await;
    client.channels().set_sink(Kind::DingTalk, "t", Sink::signed(SECRET));
    let path = "dingtalk/robot/send?access_token=t&timestamp=1700000000000&sign=\
                yBKp5IlG6qCzcQWmgyRK%2FziJBdVNJmHfFE2ST%2FCzT%2Fg%3D";
    assert_eq!(code(&client, path, &message()).await, (200, 0, "ok".into()));
    let seen = client.channels().accepted(Kind::DingTalk).remove(0);
    assert_eq!((seen.title.as_deref(), seen.text.as_str()), (Some("抢到了"), "抢到了\n名: a*b"));
    assert_eq!(seen.signature, Some(Signature::Good));
}

#[tokio::test]
async fn a_wrong_a_missing_and_an_old_signature_are_refused() {
    let client = Client::new().await;
    client.channels().set_sink(Kind::DingTalk, "t", Sink::signed(SECRET));
    let plain = "dingtalk/robot/send?access_token=t";
    for path in
        [plain.to_owned(), signed(NOON_MS, "SECother"), signed(NOON_MS, SECRET).replace("sign=", "sign=A")]
    {
        let (status, code, words) = code(&client, &path, &message()).await;
        assert_eq!((status, code), (200, 310_000), "{path}");
        assert!(words.starts_with("sign not match"), "{words}");
    }
    for off in [3_600_001, -3_600_001] {
        let (_, code, words) = code(&client, &signed(NOON_MS + off, SECRET), &message()).await;
        assert!(code == 310_000 && words.starts_with("invalid timestamp"), "{words}");
    }
    assert_eq!(code(&client, &signed(NOON_MS - 3_600_000, SECRET), &message()).await.1, 0);
    assert_eq!(client.channels().accepted(Kind::DingTalk).len(), 1);
}

#[tokio::test]
async fn whatever_is_wrong_the_status_is_200_and_the_code_says_it() {
    let client = Client::new().await;
    client.channels().set_sink(Kind::DingTalk, "gone", Sink { standing: Standing::Gone, ..Sink::default() });
    client.channels().set_sink(
        Kind::DingTalk,
        "off",
        Sink { standing: Standing::Blocked, ..Sink::default() },
    );
    let long = json!({ "msgtype": "text", "text": { "content": "抢".repeat(7_000) } });
    let cases = [
        ("access_token=gone", message(), 300_005),
        ("access_token=off", message(), 400_102),
        ("", message(), 40_035),
        ("access_token=t", json!({ "msgtype": "markdown", "markdown": { "title": "x" } }), 40_035),
        ("access_token=t", json!({ "msgtype": "voice", "voice": {} }), 400_105),
        ("access_token=t", long, 460_101),
    ];
    for (query, body, wanted) in cases {
        let (status, code, words) = code(&client, &format!("dingtalk/robot/send?{query}"), &body).await;
        assert_eq!((status, code), (200, wanted), "{words}");
    }
    assert_eq!(client.get("dingtalk/robot/send?access_token=t").await.json()["errcode"], 43_002);
}

#[tokio::test]
async fn the_twenty_first_in_a_minute_begins_ten_minutes_of_silence() {
    let client = Client::new().await;
    let path = "dingtalk/robot/send?access_token=t";
    for _ in 0..20 {
        assert_eq!(code(&client, path, &message()).await.1, 0);
    }
    assert_eq!(
        code(&client, path, &message()).await,
        (200, 130_101, "send too fast, exceed 20 times per minute".into())
    );
    client.advance(120_000);
    assert_eq!(code(&client, path, &message()).await.1, 130_101);
    client.advance(480_000);
    assert_eq!(code(&client, path, &message()).await.1, 0);
}
