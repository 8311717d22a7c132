use berth_cloud_sim::channels::{Kind, Press, Sink, Standing};
use serde_json::{Value, json};

use crate::client::{Client, TOKEN};

fn hello(chat: i64) -> Value {
    json!({ "chat_id": chat, "text": "<b>&lt;抢到了&gt;</b> &amp; \u{1F600}", "parse_mode": "HTML" })
}

#[tokio::test]
async fn a_message_arrives_as_a_person_would_read_it() {
    let client = Client::new().await;
    let answer = client.telegram("sendMessage", &hello(-100_200)).await;
    let result = &answer.json()["result"];
    assert_eq!((answer.status, &result["message_id"]), (200, &json!(1)));
    assert_eq!(result["entities"], json!([{ "type": "bold", "offset": 0, "length": 5 }]));
    let deliveries = client.channels().accepted(Kind::Telegram);
    assert_eq!((deliveries[0].to.as_str(), deliveries[0].text.as_str()), ("-100200", "<抢到了> & \u{1F600}"));
    assert_eq!(deliveries[0].message_id, Some(1));
}

#[tokio::test]
async fn a_form_and_a_query_do_as_well_as_json() {
    let client = Client::new().await;
    let keyboard = r#"{"inline_keyboard":[[{"text":"停止","callback_data":"stop:1"}]]}"#;
    let url = client.url(&format!("telegram/bot{TOKEN}/sendMessage?chat_id=42"));
    let form = "text=a+%2B+%E4%B8%AD&reply_markup=".to_owned()
        + &percent_encoding::utf8_percent_encode(keyboard, percent_encoding::NON_ALPHANUMERIC).to_string();
    let request =
        client.http.post(url).header("content-type", "application/x-www-form-urlencoded").body(form);
    assert_eq!(request.send().await.expect("it answers").status().as_u16(), 200);
    let seen = client.channels().accepted(Kind::Telegram).remove(0);
    assert_eq!((seen.to.as_str(), seen.text.as_str()), ("42", "a + 中"));
    assert_eq!((seen.buttons[0].text.as_str(), seen.buttons[0].data.as_str()), ("停止", "stop:1"));
}

#[tokio::test]
async fn what_the_service_would_not_take_is_refused_in_its_words() {
    let client = Client::playing("channels = { ceilings = \"off\" }").await;
    client.channels().set_sink(Kind::Telegram, "-7", Sink { standing: Standing::Blocked, ..Sink::default() });
    client.channels().set_sink(Kind::Telegram, "8", Sink { standing: Standing::Gone, ..Sink::default() });
    let button = json!({ "inline_keyboard": [[{ "text": "x", "callback_data": "x".repeat(65) }]] });
    let cases = [
        (
            json!({ "chat_id": 1, "text": "<b>x", "parse_mode": "HTML" }),
            400,
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            json!({ "chat_id": 1, "text": "<br>", "parse_mode": "HTML" }),
            400,
            "Bad Request: can't parse entities: Unsupported start tag \"br\" at byte offset 0",
        ),
        (
            json!({ "chat_id": 1, "text": " <b> </b>\n", "parse_mode": "HTML" }),
            400,
            "Bad Request: message text is empty",
        ),
        (json!({ "chat_id": 1, "text": "\u{1F600}".repeat(2_049) }), 400, "Bad Request: message is too long"),
        (json!({ "chat_id": 8, "text": "x" }), 400, "Bad Request: chat not found"),
        (json!({ "chat_id": "somebody", "text": "x" }), 400, "Bad Request: chat not found"),
        (json!({ "text": "x" }), 400, "Bad Request: chat_id is empty"),
        (json!({ "chat_id": -7, "text": "x" }), 403, "Forbidden: bot was kicked from the group chat"),
        (
            json!({ "chat_id": 1, "text": "x", "reply_markup": button }),
            400,
            "Bad Request: BUTTON_DATA_INVALID",
        ),
    ];
    for (body, status, description) in cases {
        let answer = client.telegram("sendMessage", &body).await;
        assert_eq!(answer.status, status, "{body}");
        assert_eq!(answer.json(), json!({ "ok": false, "error_code": status, "description": description }));
    }
    let longest = json!({ "chat_id": 1, "text": "\u{1F600}".repeat(2_048) });
    assert_eq!(client.telegram("sendMessage", &longest).await.status, 200);
    assert_eq!(client.channels().accepted(Kind::Telegram).len(), 1);
}

#[tokio::test]
async fn tokens_are_looked_at_once_a_bot_was_named() {
    let client = Client::new().await;
    assert_eq!(client.get("telegram/bot1:abc/getMe").await.json()["result"]["id"], 1);
    client.channels().set_sink(Kind::Telegram, "bot2:abc", Sink::default());
    assert_eq!(client.get("telegram/bot1:abc/getMe").await.status, 401);
    assert_eq!(client.get("telegram/bot2:abc/getMe").await.status, 200);
    assert_eq!(client.get("telegram/botabc/getMe").await.status, 404);
    assert_eq!(client.get("telegram/bot2:abc/getWorse").await.status, 404);
}

#[tokio::test]
async fn a_chat_takes_one_message_a_second_and_a_group_twenty_a_minute() {
    let client = Client::new().await;
    assert_eq!(client.telegram("sendMessage", &hello(-5)).await.status, 200);
    let answer = client.telegram("sendMessage", &hello(-5)).await;
    assert_eq!((answer.status, answer.retry_after.as_deref()), (429, Some("1")));
    assert_eq!(answer.json()["parameters"], json!({ "retry_after": 1 }));
    assert_eq!(client.telegram("sendMessage", &hello(-6)).await.status, 200, "another chat is not held up");
    for _ in 0..19 {
        client.advance(1_000);
        assert_eq!(client.telegram("sendMessage", &hello(-5)).await.status, 200);
    }
    client.advance(1_000);
    let answer = client.telegram("sendMessage", &hello(-5)).await;
    assert_eq!(answer.json()["description"], "Too Many Requests: retry after 40");
    client.advance(40_000);
    assert_eq!(client.telegram("sendMessage", &hello(-5)).await.status, 200);
}

#[tokio::test]
async fn updates_come_until_they_are_confirmed() {
    let client = Client::new().await;
    let channels = client.channels();
    let first = channels.telegram_write(TOKEN, 42, 42, "/list all");
    let second = channels.telegram_write(TOKEN, 42, 42, "你好");
    let all = client.telegram("getUpdates", &json!({})).await.json();
    let message = &all["result"][0]["message"];
    assert_eq!((&message["text"], &message["chat"]["id"]), (&json!("/list all"), &json!(42)));
    assert_eq!(message["entities"], json!([{ "type": "bot_command", "offset": 0, "length": 5 }]));
    let again = client.telegram("getUpdates", &json!({ "limit": 1 })).await.json();
    assert_eq!(again["result"].as_array().map(Vec::len), Some(1));
    let rest = client.telegram("getUpdates", &json!({ "offset": first + 1 })).await.json();
    assert_eq!(rest["result"][0]["update_id"], second);
    let none = client.telegram("getUpdates", &json!({ "offset": second + 1, "timeout": 0 })).await.json();
    assert_eq!(none, json!({ "ok": true, "result": [] }));
}

#[tokio::test]
async fn a_poll_waits_for_what_is_written_and_gives_way_to_a_newer_one() {
    let client = Client::new().await;
    let long = json!({ "timeout": 50 });
    let (older, newer) = tokio::join!(client.telegram("getUpdates", &long), async {
        // Two polls at once can arrive in either order; one of them is sent away, and the other hears the message.
        let newer = client.telegram("getUpdates", &long);
        let written = async {
            tokio::task::yield_now().await;
            client.channels().telegram_write(TOKEN, 1, 1, "hello")
        };
        tokio::join!(newer, written).0
    });
    let mut statuses = [older.status, newer.status];
    statuses.sort_unstable();
    assert!(statuses == [200, 409] || statuses == [200, 200], "{statuses:?}");
    let heard = [older, newer].iter().any(|reply| reply.json()["result"][0]["message"]["text"] == "hello");
    assert!(heard);
}

#[tokio::test]
async fn a_press_is_heard_answered_once_and_the_message_changed() {
    let client = Client::playing("channels = { ceilings = \"off\" }").await;
    let channels = client.channels();
    let keyboard = json!({ "inline_keyboard": [[{ "text": "停止", "callback_data": "stop" }]] });
    let sent = json!({ "chat_id": 42, "text": "running", "reply_markup": keyboard });
    client.telegram("sendMessage", &sent).await;
    let press = Press { chat: 42, from: 42, message_id: 1, data: "stop".into() };
    let id = channels.telegram_press(TOKEN, &press);
    let update = client.telegram("getUpdates", &json!({})).await.json()["result"][0].clone();
    let query = &update["callback_query"];
    assert_eq!((&query["id"], &query["data"]), (&json!(id), &json!("stop")));
    assert_eq!(query["message"]["text"], "running");
    let reply = json!({ "callback_query_id": id, "text": "好的" });
    assert_eq!(client.telegram("answerCallbackQuery", &reply).await.status, 200);
    assert_eq!(client.telegram("answerCallbackQuery", &reply).await.status, 400, "it was answered");
    let edit = json!({ "chat_id": 42, "message_id": 1, "text": "stopped" });
    assert_eq!(client.telegram("editMessageText", &edit).await.status, 200);
    let same = client.telegram("editMessageText", &edit).await.json();
    assert!(same["description"].as_str().is_some_and(|words| words.contains("message is not modified")));
    let other = json!({ "chat_id": 42, "message_id": 9, "text": "stopped" });
    assert_eq!(
        client.telegram("editMessageText", &other).await.json()["description"],
        "Bad Request: message to edit not found"
    );
    assert_eq!(channels.duplicates(), 0);
}
