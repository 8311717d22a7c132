//! What Telegram's answers mean. <https://core.telegram.org/bots/api#making-requests>

use serde::Deserialize;
use serde_json::Value;

use crate::{
    Kind,
    request::{Reply, Verdict},
};

#[derive(Deserialize)]
struct Answer {
    ok: bool,
    #[serde(default)]
    error_code: Option<u16>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    parameters: Parameters,
    #[serde(default)]
    result: Value,
}

#[derive(Default, Deserialize)]
struct Parameters {
    #[serde(default)]
    retry_after: Option<u64>,
    #[serde(default)]
    migrate_to_chat_id: Option<i64>,
}

/// Refusals as 400 after which the chat will never be written to again under this name.
const NOBODY: &[&str] = &["chat not found", "upgraded to a supergroup", "peer_id_invalid", "user not found"];

pub(crate) fn verdict(reply: &Reply) -> Verdict {
    result(reply).map(|result| match result["message_id"].as_i64() {
        Some(id) => format!("message {id}"),
        None => "ok".to_owned(),
    })
}

/// What was asked for, or what the refusal means.
pub(crate) fn result(reply: &Reply) -> Result<Value, (Kind, String)> {
    let Some(answer) = reply.json::<Answer>() else {
        return reply.by_status_alone().map(Value::String);
    };
    if answer.ok {
        return Ok(answer.result);
    }
    let kind = kind(&answer, reply);
    let mut words = answer.description;
    if let Some(chat) = answer.parameters.migrate_to_chat_id {
        words = format!("{words} (now {chat})");
    }
    Err((kind, words))
}

fn kind(answer: &Answer, reply: &Reply) -> Kind {
    let said = answer.description.to_lowercase();
    let asked = answer.parameters.retry_after.map(|seconds| seconds.saturating_mul(1000));
    match answer.error_code.unwrap_or(reply.status) {
        429 => Kind::Passing { retry_after_ms: asked.or(reply.retry_after_ms) },
        // The token was revoked; the bot was blocked or removed.
        401 | 403 => Kind::Gone,
        400 if NOBODY.iter().any(|nobody| said.contains(nobody)) => Kind::Gone,
        // Somebody else asks for the same bot's updates.
        409 | 408 => Kind::PASSING,
        500.. => Kind::Passing { retry_after_ms: asked.or(reply.retry_after_ms) },
        _ => Kind::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::verdict;
    use crate::{Kind, request::reply};

    fn kind(status: u16, body: &str) -> Result<String, Kind> {
        verdict(&reply(status, body)).map_err(|(kind, _)| kind)
    }

    #[test]
    fn answers_mean_what_is_to_be_done() {
        let refused = |code: u16, description: &str| {
            let body = format!(r#"{{"ok":false,"error_code":{code},"description":"{description}"}}"#);
            kind(code, &body).unwrap_err()
        };
        for (code, description, expected) in [
            (400, "Bad Request: chat not found", Kind::Gone),
            (400, "Bad Request: group chat was upgraded to a supergroup chat", Kind::Gone),
            (400, "Bad Request: can't parse entities", Kind::Refused),
            (400, "Bad Request: not enough rights to send text messages to the chat", Kind::Refused),
            (401, "Unauthorized", Kind::Gone),
            (403, "Forbidden: bot was kicked from the supergroup chat", Kind::Gone),
            (403, "Forbidden: bot was blocked by the user", Kind::Gone),
            (404, "Not Found", Kind::Refused),
            (409, "Conflict: terminated by other getUpdates request", Kind::PASSING),
            (502, "Bad Gateway", Kind::PASSING),
        ] {
            assert_eq!(refused(code, description), expected, "{description}");
        }
    }

    #[test]
    fn it_is_not_asked_again_before_the_moment_that_telegram_names() {
        let body = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 35","parameters":{"retry_after":35}}"#;
        assert_eq!(kind(429, body), Err(Kind::Passing { retry_after_ms: Some(35_000) }));
    }

    #[test]
    fn what_is_taken_is_named_by_its_number() {
        assert_eq!(kind(200, r#"{"ok":true,"result":{"message_id":7}}"#), Ok("message 7".to_owned()));
        assert_eq!(kind(200, "<html>sign in to the hotel's network"), Err(Kind::PASSING));
        assert_eq!(kind(502, "<html>"), Err(Kind::PASSING));
    }

    #[test]
    fn where_a_group_went_is_told() {
        let body = r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-100123}}"#;
        let (_, words) = verdict(&reply(400, body)).unwrap_err();
        assert!(words.ends_with("(now -100123)"), "{words}");
    }
}
