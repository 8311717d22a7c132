//! Bark, which pushes to iPhones. <https://github.com/Finb/bark-server/blob/master/docs/API_V2.md>

use berth_domain::notice::Severity;
use serde::Deserialize;
use serde_json::json;

use crate::{
    Kind, Letter,
    request::{Reply, Request, Unlawful, Verdict, under},
    text::cut,
};

/// In bytes: Apple takes 4 KiB in all, and refuses the whole of what is longer.
const BODY: usize = 2400;
const TITLE: usize = 240;
const GROUP: &str = "Berth";

pub(crate) fn request(server: &str, device_key: &str, letter: &Letter) -> Result<Request, Unlawful> {
    let body = json!({
        "device_key": device_key,
        "title": cut(&letter.heading(), TITLE, char::len_utf8),
        "body": body(letter),
        "level": level(letter.severity),
        "group": GROUP,
    });
    Ok(Request::json(under(server, &["push"])?, &body))
}

fn body(letter: &Letter) -> String {
    let id = letter.shown_id();
    match cut(&letter.body(), BODY, char::len_utf8) {
        body if body.is_empty() => id,
        body => format!("{body}\n{id}"),
    }
}

/// `critical` would sound in the night though the phone is muted; who wants that has quiet hours to say so. So it is not used.
const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "active",
        Severity::Warning | Severity::Critical => "timeSensitive",
    }
}

#[derive(Deserialize)]
struct Answer {
    code: u16,
    #[serde(default)]
    message: String,
}

/// How the server says that it knows no such device, or Apple that the app is no longer there.
const NOBODY: &[&str] =
    &["failed to get device token", "baddevicetoken", "unregistered", "devicetokennotfortopic"];

pub(crate) fn verdict(reply: &Reply) -> Verdict {
    let Some(answer) = reply.json::<Answer>() else { return reply.by_status_alone() };
    let said = answer.message.to_lowercase();
    match answer.code {
        200 => Ok(answer.message),
        _ if NOBODY.iter().any(|nobody| said.contains(nobody)) => Err((Kind::Gone, answer.message)),
        code => {
            let by_code = Reply { status: code, ..reply.clone() };
            Err((by_code.kind_by_status(), answer.message))
        }
    }
}

#[cfg(test)]
mod tests {
    use berth_domain::notice::Severity;
    use serde_json::{Value, json};

    use super::{request, verdict};
    use crate::{
        Kind, Letter,
        request::reply,
        samples::{HOSTILE, hostile, letter},
        text::{clean, one_line},
    };

    fn body(letter: &Letter) -> Value {
        let request = request("https://api.day.app", "key", letter).unwrap();
        assert_eq!(request.url.as_str(), "https://api.day.app/push");
        serde_json::from_str(&request.body).unwrap()
    }

    #[test]
    fn a_letter_is_a_push() {
        assert_eq!(
            body(&letter()),
            json!({
                "device_key": "key",
                "title": "Got it: web-1",
                "body": "Address: 203.0.113.7\n任务：web\n#B3C4D5",
                "level": "timeSensitive",
                "group": "Berth",
            })
        );
        assert_eq!(body(&Letter { severity: Severity::Info, ..letter() })["level"], "active");
    }

    #[test]
    fn texts_are_literal_and_short_enough_for_apple() {
        let (title, text) = (one_line(HOSTILE), clean(HOSTILE));
        assert_eq!(body(&hostile())["body"], format!("{title}：{text}\n{text}\n#B3C4D5"));
        let mut long = letter();
        long.lines[0].text = "中".repeat(5000);
        long.title = "中".repeat(5000);
        assert!(body(&long).to_string().len() < 3000);
    }

    #[test]
    fn answers_mean_what_is_to_be_done() {
        for (status, body, expected) in [
            (200, r#"{"code":200,"message":"success","timestamp":1}"#, Ok(())),
            (
                400,
                r#"{"code":400,"message":"failed to get device token: failed to get [x] device token from database"}"#,
                Err(Kind::Gone),
            ),
            (
                500,
                r#"{"code":500,"message":"push failed: APNS push failed: BadDeviceToken"}"#,
                Err(Kind::Gone),
            ),
            (500, r#"{"code":500,"message":"push failed: timeout"}"#, Err(Kind::PASSING)),
            (400, r#"{"code":400,"message":"device key is empty"}"#, Err(Kind::Refused)),
            (200, r#"{"code":400,"message":"request bind failed"}"#, Err(Kind::Refused)),
            (404, "Not Found", Err(Kind::Refused)),
        ] {
            assert_eq!(
                verdict(&reply(status, body)).map(|_| ()).map_err(|(kind, _)| kind),
                expected,
                "{body}"
            );
        }
    }
}
