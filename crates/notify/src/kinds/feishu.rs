//! A custom bot of a Feishu (飞书, Lark) group: a `post`, whose texts are literal, where a `text` would read `<at …>` in them.
//! <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Kind, Letter,
    request::{Reply, Request, Unlawful, Verdict, address},
    sign,
    text::cut_characters,
};

/// In characters; a request may have 20 KiB.
const BODY: usize = 3000;
const TITLE: usize = 200;

pub(crate) fn request(
    webhook: &str,
    secret: Option<&str>,
    letter: &Letter,
    now_ms: i64,
) -> Result<Request, Unlawful> {
    let text = format!("{}\n{}", cut_characters(&letter.body(), BODY), letter.shown_id());
    let content: Vec<Value> = text
        .trim_start()
        .split('\n')
        .map(|line| json!([{ "tag": "text", "text": line, "un_escape": false }]))
        .collect();
    let title = cut_characters(&letter.heading(), TITLE);
    let mut body = json!({
        "msg_type": "post",
        "content": { "post": { "zh_cn": { "title": title, "content": content } } },
    });
    if let Some(secret) = secret {
        let seconds = now_ms.div_euclid(1000);
        body["timestamp"] = json!(seconds.to_string());
        body["sign"] = json!(sign::feishu(secret, seconds));
    }
    Ok(Request::json(address(webhook)?, &body))
}

#[derive(Deserialize)]
struct Answer {
    #[serde(alias = "StatusCode")]
    code: i64,
    #[serde(default, alias = "StatusMessage")]
    msg: String,
}

/// Some answers have `code` and `StatusCode`, others only the one or the other.
fn answer(reply: &Reply) -> Option<Answer> {
    let mut value: Value = reply.json()?;
    let fields = value.as_object_mut()?;
    if fields.contains_key("code") {
        fields.remove("StatusCode");
    }
    if fields.contains_key("msg") {
        fields.remove("StatusMessage");
    }
    serde_json::from_value(value).ok()
}

pub(crate) fn verdict(reply: &Reply) -> Verdict {
    let Some(answer) = answer(reply) else { return reply.by_status_alone() };
    let words = format!("{} {}", answer.code, answer.msg);
    match answer.code {
        0 => Ok(answer.msg),
        // The same code says that there were too many and that the body was bad; only the words tell.
        9499 if answer.msg.eq_ignore_ascii_case("bad request") => Err((Kind::Refused, words)),
        // More than a hundred a minute or five a second; what the gateway says of that; a fault of theirs.
        9499 | 11_232 | 11_247 | 99_991_400 | 2_200 => {
            Err((Kind::Passing { retry_after_ms: reply.retry_after_ms }, words))
        }
        // The token of the address is not valid; the robot is switched off.
        19_001 | 19_007 => Err((Kind::Gone, words)),
        _ if reply.status >= 500 => Err((reply.kind_by_status(), words)),
        // Among them 19021 (signature or time), 19022 (address), 19024 (keyword).
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
        samples::{HOSTILE, hostile, letter},
        text::one_line,
    };

    const WEBHOOK: &str = "https://open.feishu.cn/open-apis/bot/v2/hook/abc";

    fn body(letter: &crate::Letter, secret: Option<&str>) -> Value {
        let request = request(WEBHOOK, secret, letter, 1_599_360_473_999).unwrap();
        assert_eq!(request.url.as_str(), WEBHOOK);
        serde_json::from_str(&request.body).unwrap()
    }

    #[test]
    fn a_letter_is_a_post_of_literal_lines() {
        let line = |text: &str| json!([{ "tag": "text", "text": text, "un_escape": false }]);
        assert_eq!(
            body(&letter(), Some("demo")),
            json!({
                "msg_type": "post",
                "content": { "post": { "zh_cn": {
                    "title": "Got it: web-1",
                    "content": [line("Address: 203.0.113.7"), line("任务：web"), line("#B3C4D5")],
                } } },
                "timestamp": "1599360473",
                "sign": "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=",
            })
        );
    }

    #[test]
    fn hostile_texts_stay_texts() {
        let body = body(&hostile(), None);
        let post = &body["content"]["post"]["zh_cn"];
        assert_eq!(post["title"], one_line(HOSTILE));
        let tags = post["content"].as_array().unwrap().iter().map(|line| line[0]["tag"].as_str());
        assert!(tags.clone().count() == 7 && tags.flatten().all(|tag| tag == "text"));
        assert!(body.get("sign").is_none());
    }

    #[test]
    fn the_code_tells_what_the_status_does_not() {
        for (body, expected) in [
            (r#"{"code":0,"msg":"success","data":{}}"#, Ok(())),
            (r#"{"StatusCode":0,"StatusMessage":"success","code":0,"msg":"success"}"#, Ok(())),
            (r#"{"StatusCode":0,"StatusMessage":"success"}"#, Ok(())),
            (r#"{"code":9499,"msg":"too many request"}"#, Err(Kind::PASSING)),
            (r#"{"code":9499,"msg":"Bad Request"}"#, Err(Kind::Refused)),
            (r#"{"code":11232,"msg":"frequency limited psm"}"#, Err(Kind::PASSING)),
            (
                r#"{"code":19001,"msg":"param invalid: incoming webhook access token invalid"}"#,
                Err(Kind::Gone),
            ),
            (r#"{"code":19021,"msg":"sign match fail"}"#, Err(Kind::Refused)),
            (r#"{"code":19024,"msg":"Key Words Not Found"}"#, Err(Kind::Refused)),
            ("<html>", Err(Kind::PASSING)),
        ] {
            assert_eq!(verdict(&reply(200, body)).map(|_| ()).map_err(|(kind, _)| kind), expected, "{body}");
        }
    }
}
