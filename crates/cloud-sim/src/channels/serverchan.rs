//! `/channels/serverchan/{sendkey}.send`: Server酱, as <https://sct.ftqq.com/sendkey> describes it.
//!
//! `title` and `desp` (Markdown) by query, form or JSON. Refusals come with HTTP 400 and a `code` in the body; those two
//! were seen from the real service, the words for too many a day too.

use serde_json::{Value, json};

use super::{
    arrival::Arrival,
    delivery::{Delivery, Draft},
    kind::Kind,
    markdown,
    reply::Reply,
    sink::Standing,
    state::{Reading, Refusal, State, Vendor},
    step::{Trouble, TroubleKind},
};

/// In characters and in bytes.
const LONGEST_TITLE: usize = 32;
const MOST_BYTES: usize = 32 << 10;

struct Account;

pub(super) fn answer(state: &mut State, arrival: &Arrival) -> Reply {
    let Some(key) = arrival.path.strip_suffix(".send") else { return Reply::text(404, "404 Not Found") };
    let reading = read(state, arrival, key);
    state.receive(&Account, reading, &arrival.origin)
}

impl Vendor for Account {
    fn kind(&self) -> Kind {
        Kind::ServerChan
    }

    fn trouble(&self, trouble: &Trouble) -> Reply {
        let (status, code, usual) = match trouble.kind {
            TroubleKind::Fault => (500, 50_000, "[SYSTEM]系统错误"),
            TroubleKind::Throttle => (400, 40_001, "[AUTH]超过当天的发送次数限制[5]，请稍后再试"),
            TroubleKind::Refuse => (400, 20_001, "[INPUT]title 不能为空"),
            TroubleKind::Gone => (400, 40_001, "[AUTH]错误的Key"),
        };
        said(trouble.status.unwrap_or(status), code, &trouble.words(usual))
    }

    fn take(&self, _: &mut State, delivery: &mut Delivery) -> Reply {
        let data = json!({
            "pushid": delivery.at_ms.to_string(), "readkey": "SCTsim", "error": "SUCCESS", "errno": 0,
        });
        Reply::json(200, json!({ "code": 0, "message": "", "data": data }))
    }
}

fn said(status: u16, code: i64, message: &str) -> Reply {
    let body = json!({ "message": message, "code": code, "info": message, "args": [null], "scode": 461 });
    Reply::json(status, body)
}

fn read(state: &State, arrival: &Arrival, key: &str) -> Reading {
    let parameters = arrival.parameters().unwrap_or_default();
    let field = |name: &str| parameters.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (title, body) = (field("title"), field("desp"));
    let complaint = match state.sinks.at(Kind::ServerChan, key).standing {
        Standing::Gone | Standing::Blocked => Some((40_001, "[AUTH]错误的Key")),
        Standing::Open if title.trim().is_empty() => Some((20_001, "[INPUT]title 不能为空")),
        Standing::Open if title.chars().count() > LONGEST_TITLE => Some((20_001, "[INPUT]title 过长")),
        Standing::Open if body.len() > MOST_BYTES => Some((20_001, "[INPUT]desp 过长")),
        Standing::Open => None,
    };
    let refuse =
        |(code, words): (i64, &str)| Refusal { reply: said(400, code, words), why: words.to_owned() };
    let draft = Draft {
        to: key.to_owned(),
        method: "send".to_owned(),
        title: Some(title),
        text: markdown::plain(&body),
        raw: arrival.text().into_owned(),
        headers: arrival.headers.clone(),
        ..Draft::default()
    };
    Reading { draft, refusal: complaint.map(refuse) }
}
