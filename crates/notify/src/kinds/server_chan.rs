//! Server酱, which pushes to 微信 (keys `SCT…`, <https://sct.ftqq.com>) or to an app of its own (keys `sctp…`,
//! <https://doc.sc3.ft07.com/serverchan3/server/api>).

use serde::Deserialize;
use serde_json::json;

use crate::{
    Kind, Letter,
    request::{Reply, Request, Unlawful, Verdict, under},
    text::{cut_characters, markdown},
};

const BASE: &str = "https://sctapi.ftqq.com";

/// In characters, both; what is longer in a title is refused.
const TITLE: usize = 32;
const BODY: usize = 8000;

/// `base` stands in the place of either service's, in tests.
pub(crate) fn request(base: Option<&str>, send_key: &str, letter: &Letter) -> Result<Request, Unlawful> {
    let body = markdown(&cut_characters(&letter.body(), BODY));
    let body = if body.is_empty() { body } else { body + "\n\n" };
    let body = json!({
        "title": cut_characters(&letter.heading(), TITLE),
        "desp": body + &markdown(&letter.shown_id()),
    });
    let file = format!("{send_key}.send");
    let url = match number(send_key) {
        Some(number) => {
            let own = format!("https://{number}.push.ft07.com");
            under(base.unwrap_or(&own), &["send", &file])?
        }
        None => under(base.unwrap_or(BASE), &[&file])?,
    };
    Ok(Request::json(url, &body))
}

/// The user's number in `sctp<number>t…`; keys of the older service have none.
fn number(send_key: &str) -> Option<&str> {
    let (number, _) = send_key.strip_prefix("sctp")?.split_once('t')?;
    (!number.is_empty() && number.bytes().all(|each| each.is_ascii_digit())).then_some(number)
}

#[derive(Deserialize)]
struct Answer {
    code: i64,
    #[serde(default)]
    message: String,
}

/// The same code is given for everything; the words tell. What is spent comes back the next day.
const NOBODY: &[&str] = &["[auth]", "bad pushtoken", "不存在", "错误的key"];
const SPENT: &[&str] = &["次数", "频率", "稍后", "too many", "limit"];
const AN_HOUR: u64 = 60 * 60 * 1000;

pub(crate) fn verdict(reply: &Reply) -> Verdict {
    let Some(answer) = reply.json::<Answer>() else { return reply.by_status_alone() };
    let said = answer.message.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let words = format!("{} {}", answer.code, answer.message);
    if answer.code == 0 {
        Ok(answer.message)
    } else if says(SPENT) {
        Err((Kind::Passing { retry_after_ms: reply.retry_after_ms.or(Some(AN_HOUR)) }, words))
    } else if says(NOBODY) {
        Err((Kind::Gone, words))
    } else if reply.is_good() {
        Err((Kind::Refused, words))
    } else {
        Err((reply.kind_by_status(), words))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{AN_HOUR, request, verdict};
    use crate::{
        Kind,
        request::reply,
        samples::{hostile, letter},
    };

    #[test]
    fn the_key_says_where_it_goes() {
        for (base, key, expected) in [
            (None, "SCT1abc", "https://sctapi.ftqq.com/SCT1abc.send"),
            (None, "sctp123tabc", "https://123.push.ft07.com/send/sctp123tabc.send"),
            (None, "sctp1.evil.example/tabc", "https://sctapi.ftqq.com/sctp1.evil.example%2Ftabc.send"),
            (Some("http://127.0.0.1:9/x"), "SCT1abc", "http://127.0.0.1:9/x/SCT1abc.send"),
            (Some("http://127.0.0.1:9"), "sctp123tabc", "http://127.0.0.1:9/send/sctp123tabc.send"),
        ] {
            assert_eq!(request(base, key, &letter()).unwrap().url.as_str(), expected);
        }
    }

    #[test]
    fn a_letter_is_a_short_title_and_markdown() {
        let body: Value = serde_json::from_str(&request(None, "SCT1", &letter()).unwrap().body).unwrap();
        let desp = "Address: 203.0.113.7  \n任务：web\n\n\\#B3C4D5";
        assert_eq!(body, json!({ "title": "Got it: web-1", "desp": desp }));
        let body: Value = serde_json::from_str(&request(None, "SCT1", &hostile()).unwrap().body).unwrap();
        assert_eq!(body["title"], "_*[]()~`>#+-=|{}.!<>&\"'\\ / a b …");
        assert!(!body["desp"].as_str().unwrap().contains(['<']));
    }

    #[test]
    fn answers_mean_what_is_to_be_done() {
        let spent = Kind::Passing { retry_after_ms: Some(AN_HOUR) };
        for (status, body, expected) in [
            (200, r#"{"code":0,"message":"","data":{"pushid":"1","error":"SUCCESS","errno":0}}"#, Ok(())),
            (400, r#"{"code":40001,"message":"[AUTH]用户不存在或者权限不足"}"#, Err(Kind::Gone)),
            (400, r#"{"code":40001,"message":"[INPUT]超过当天的发送次数限制[10]，请稍后再试"}"#, Err(spent)),
            (200, r#"{"code":20001,"message":"title is empty"}"#, Err(Kind::Refused)),
            (500, r#"{"code":50000,"message":"oops"}"#, Err(Kind::PASSING)),
            (502, "<html>", Err(Kind::PASSING)),
        ] {
            assert_eq!(
                verdict(&reply(status, body)).map(|_| ()).map_err(|(kind, _)| kind),
                expected,
                "{body}"
            );
        }
    }
}
