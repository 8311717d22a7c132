//! A robot of a DingTalk (钉钉) group: Markdown, signed in the address.
//! <https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages>

use serde::Deserialize;
use serde_json::json;

use crate::{
    Kind, Letter,
    request::{Reply, Request, Unlawful, Verdict, address},
    sign,
    text::{cut_characters, markdown},
};

/// In characters; a request may have 20,000 bytes.
const BODY: usize = 3000;
const TITLE: usize = 100;

/// Nobody is called by `@`: that takes the `at` of the request, whatever stands in the text.
pub(crate) fn request(
    webhook: &str,
    secret: Option<&str>,
    letter: &Letter,
    now_ms: i64,
) -> Result<Request, Unlawful> {
    let mut url = address(webhook)?;
    if let Some(secret) = secret {
        url.query_pairs_mut()
            .append_pair("timestamp", &now_ms.to_string())
            .append_pair("sign", &sign::ding_talk(secret, now_ms));
    }
    let title = cut_characters(&letter.heading(), TITLE);
    let body = json!({
        "msgtype": "markdown",
        "markdown": { "title": title, "text": text(&title, letter) },
        "at": { "isAtAll": false, "atMobiles": [], "atUserIds": [] },
    });
    Ok(Request::json(url, &body))
}

fn text(title: &str, letter: &Letter) -> String {
    let body = markdown(&cut_characters(&letter.body(), BODY));
    let body = if body.is_empty() { body } else { body + "\n\n" };
    format!("#### {}\n\n{body}{}", markdown(title), markdown(&letter.shown_id()))
}

#[derive(Deserialize)]
struct Answer {
    errcode: i64,
    #[serde(default)]
    errmsg: String,
}

/// The status is 200 whatever happened; the code tells.
/// <https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages#error-codes>
pub(crate) fn verdict(reply: &Reply) -> Verdict {
    let Some(answer) = reply.json::<Answer>() else { return reply.by_status_alone() };
    let words = format!("{} {}", answer.errcode, answer.errmsg);
    match answer.errcode {
        0 => Ok(answer.errmsg),
        // Busy; more than twenty a minute; too fast.
        -1 | 130_101 | 410_100 => Err((Kind::Passing { retry_after_ms: reply.retry_after_ms }, words)),
        // No such token; the group was dissolved; no such token, stopped, no such robot.
        300_001 | 300_005 | 400_013 | 400_101 | 400_102 | 400_106 => Err((Kind::Gone, words)),
        // Among them 310000: keyword, signature or address.
        _ => Err((Kind::Refused, words)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{request, verdict};
    use crate::{
        Kind,
        request::reply,
        samples::{hostile, letter},
    };

    const WEBHOOK: &str = "https://oapi.dingtalk.com/robot/send?access_token=abc";

    #[test]
    fn the_signature_stands_in_the_address() {
        let request = request(WEBHOOK, Some("SECtest0123456789"), &letter(), 1_700_000_000_000).unwrap();
        assert_eq!(
            request.url.as_str(),
            format!(
                "{WEBHOOK}&timestamp=1700000000000&sign=yBKp5IlG6qCzcQWmgyRK%2FziJBdVNJmHfFE2ST%2FCzT%2Fg%3D"
            )
        );
    }

    #[test]
    fn a_letter_is_markdown() {
        let request = request(WEBHOOK, None, &letter(), 0).unwrap();
        assert_eq!(request.url.as_str(), WEBHOOK);
        let body: Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!(
            body,
            json!({
                "msgtype": "markdown",
                "markdown": {
                    "title": "Got it: web-1",
                    "text": "#### Got it: web-1\n\nAddress: 203.0.113.7  \n任务：web\n\n\\#B3C4D5",
                },
                "at": { "isAtAll": false, "atMobiles": [], "atUserIds": [] },
            })
        );
    }

    #[test]
    fn nothing_in_a_letter_is_markup_and_nobody_is_called() {
        let request = request(WEBHOOK, None, &hostile(), 0).unwrap();
        let body: Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!(body["at"]["isAtAll"], false);
        let first = "\\_\\*\\[\\]()\\~\\`>#+-=|{}.!&lt;>&amp;\"'\\\\ / a";
        let last = "c 👍 @all &lt;/b> 中文";
        let title = format!("{first} b {last}");
        assert_eq!(
            body["markdown"]["text"],
            format!("#### {title}\n\n{title}：{first}  \nb  \n{last}  \n{first}  \nb  \n{last}\n\n\\#B3C4D5")
        );
    }

    #[test]
    fn the_code_tells_what_the_status_does_not() {
        for (code, expected) in [
            (0, Ok(())),
            (-1, Err(Kind::PASSING)),
            (130_101, Err(Kind::PASSING)),
            (410_100, Err(Kind::PASSING)),
            (310_000, Err(Kind::Refused)),
            (40_035, Err(Kind::Refused)),
            (300_001, Err(Kind::Gone)),
            (400_013, Err(Kind::Gone)),
            (400_102, Err(Kind::Gone)),
        ] {
            let body = format!(r#"{{"errcode":{code},"errmsg":"x"}}"#);
            assert_eq!(verdict(&reply(200, &body)).map(|_| ()).map_err(|(kind, _)| kind), expected, "{code}");
        }
        assert_eq!(verdict(&reply(200, "<html>")).unwrap_err().0, Kind::PASSING);
        assert_eq!(verdict(&reply(302, "")).unwrap_err().0, Kind::Refused);
    }
}
