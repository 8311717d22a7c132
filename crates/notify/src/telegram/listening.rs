//! What people write to a bot, by long polling. <https://core.telegram.org/bots/api#getupdates>

use berth_domain::Timestamp;
use serde_json::{Value, json};

use crate::{
    Content, Update,
    request::{Request, Unlawful, under},
    text::{clean, cut_characters},
};

/// Few at a time: an update may be some ten kilobytes, and what we read is bounded.
const AT_ONCE: u32 = 20;
/// In characters.
const ANSWER: usize = 200;

pub(crate) fn poll(api_base: &str, token: &str, offset: i64, timeout_s: u32) -> Result<Request, Unlawful> {
    let body = json!({
        "offset": offset,
        "timeout": timeout_s,
        "limit": AT_ONCE,
        "allowed_updates": ["message", "callback_query"],
    });
    Ok(Request::json(under(api_base, &[&format!("bot{token}"), "getUpdates"])?, &body))
}

pub(crate) fn acknowledge(
    api_base: &str,
    token: &str,
    callback_id: &str,
    text: &str,
) -> Result<Request, Unlawful> {
    let body = json!({ "callback_query_id": callback_id, "text": cut_characters(&clean(text), ANSWER) });
    Ok(Request::json(under(api_base, &[&format!("bot{token}"), "answerCallbackQuery"])?, &body))
}

/// Whatever has a number is an update, or its number would never be acknowledged. What has none is left out.
pub(crate) fn updates(result: &Value) -> Vec<Update> {
    result.as_array().into_iter().flatten().filter_map(update).collect()
}

fn update(raw: &Value) -> Option<Update> {
    let id = raw["update_id"].as_i64()?;
    let pressed = &raw["callback_query"];
    let (message, from) = if pressed.is_object() {
        (&pressed["message"], &pressed["from"])
    } else {
        (&raw["message"], &raw["message"]["from"])
    };
    Some(Update {
        id,
        chat: message["chat"]["id"].as_i64().map(|id| id.to_string()).unwrap_or_default(),
        chat_kind: message["chat"]["type"].as_str().unwrap_or_default().to_owned(),
        from_id: from["id"].as_i64(),
        message_id: message["message_id"].as_i64(),
        said_at: said_at(message).filter(|_| !pressed.is_object()),
        content: content(message, pressed),
    })
}

fn said_at(message: &Value) -> Option<Timestamp> {
    Some(Timestamp::from_millis(message["date"].as_i64()?.saturating_mul(1000)))
}

fn content(message: &Value, pressed: &Value) -> Content {
    if let (Some(callback_id), Some(data)) = (pressed["id"].as_str(), pressed["data"].as_str()) {
        return Content::Pressed { callback_id: callback_id.to_owned(), data: data.to_owned() };
    }
    match message["text"].as_str() {
        Some(text) if !pressed.is_object() => Content::Text(text.to_owned()),
        _ => Content::Other,
    }
}

#[cfg(test)]
mod tests {
    use berth_domain::Timestamp;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{acknowledge, poll, updates};
    use crate::{Content, Update};

    #[test]
    fn texts_and_presses_are_understood() {
        let heard = updates(&json!([
            { "update_id": 7, "message": { "message_id": 3, "from": { "id": 42, "is_bot": false }, "text": "/list <b>", "date": 1_700_000_000,
              "chat": { "id": -100_123, "type": "supergroup", "title": "ops" } } },
            { "update_id": 8, "callback_query": { "id": "4382", "from": { "id": 42 }, "data": "pause:1",
              "message": { "message_id": 4, "text": "ours", "date": 1_600_000_000, "chat": { "id": 42, "type": "private" } } } },
        ]));
        let update = |id, chat: &str, kind: &str, message_id, said_at, content| Update {
            id,
            chat: chat.to_owned(),
            chat_kind: kind.to_owned(),
            from_id: Some(42),
            message_id: Some(message_id),
            said_at,
            content,
        };
        let pressed = Content::Pressed { callback_id: "4382".to_owned(), data: "pause:1".to_owned() };
        let said_at = Some(Timestamp::from_millis(1_700_000_000_000));
        assert_eq!(
            heard,
            [
                update(7, "-100123", "supergroup", 3, said_at, Content::Text("/list <b>".to_owned())),
                update(8, "42", "private", 4, None, pressed),
            ]
        );
    }

    #[test]
    fn what_is_not_understood_can_still_be_acknowledged() {
        let heard = updates(&json!([
            { "update_id": 1 },
            { "update_id": 2, "message": "?" },
            { "update_id": 3, "message": { "photo": [] } },
            { "update_id": 4, "callback_query": { "id": 5 } },
            { "update_id": 5, "poll": { "id": "x" } },
            { "no": "number" },
            "nothing",
        ]));
        let ids: Vec<_> = heard.iter().map(|each| each.id).collect();
        assert_eq!(ids, [1, 2, 3, 4, 5]);
        assert!(heard.iter().all(|each| each.content == Content::Other));
    }

    #[test]
    fn only_messages_and_presses_are_asked_for() {
        let request = poll("https://api.telegram.org/", "1:A", 9, 50).unwrap();
        assert_eq!(request.url.as_str(), "https://api.telegram.org/bot1:A/getUpdates");
        let body: Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!(
            body,
            json!({ "offset": 9, "timeout": 50, "limit": 20, "allowed_updates": ["message", "callback_query"] })
        );
        let request = acknowledge("https://api.telegram.org", "1:A", "4382", &"x".repeat(300)).unwrap();
        let body: Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!(body["text"].as_str().unwrap().chars().count(), 200);
    }

    proptest! {
        #[test]
        fn no_answer_brings_us_down(text in any::<String>(), id in any::<i64>()) {
            let odd = json!([{ "update_id": id, "message": { "text": text, "date": id, "chat": text, "from": [id] } }, text]);
            prop_assert_eq!(updates(&odd).len(), 1);
        }
    }
}
