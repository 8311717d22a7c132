//! `/channels/dingtalk/robot/send?access_token=…[&timestamp=…&sign=…]`: DingTalk's robots of a group.
//!
//! Every answer is 200 with an `errcode`. `40035`, `43002` and `300005` were seen from `oapi.dingtalk.com`; `310000` (for a
//! signature, or a timestamp over an hour off), `130101` and "not more than 20 in a minute, else ten minutes of
//! silence" stand in <https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages>; `400102`, `400105` and
//! `460101` in its table of error codes. Keywords and address lists of a robot are absent.

use serde_json::{Map, Value, json};

use super::{
    arrival::Arrival,
    ceiling::Ceiling,
    delivery::{Delivery, Draft, Signature},
    kind::Kind,
    markdown,
    reply::Reply,
    seal,
    sink::{Sink, Standing},
    state::{Reading, Refusal, State, Vendor},
    step::{Trouble, TroubleKind},
};

const HOUR_MS: i64 = 3_600_000;
const MOST_BYTES: usize = 20_000;
const MORE: &str = "more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]";

/// Code and words of a refusal.
type Complaint = (i64, String);

struct Robot {
    token: String,
}

pub(super) fn answer(state: &mut State, arrival: &Arrival) -> Reply {
    if arrival.path != "robot/send" {
        return Reply::text(404, "Not Found");
    }
    let token = arrival.parameter("access_token").unwrap_or_default().to_owned();
    let reading = read(state, arrival, &token);
    state.receive(&Robot { token }, reading, &arrival.origin)
}

impl Vendor for Robot {
    fn kind(&self) -> Kind {
        Kind::DingTalk
    }

    fn ceilings(&self) -> Vec<Ceiling> {
        let robot = format!("dingtalk {}", self.token);
        vec![Ceiling { muted_ms: 600_000, ..Ceiling::new(robot, 20, 60_000) }]
    }

    fn trouble(&self, trouble: &Trouble) -> Reply {
        if let Some(status) = trouble.status {
            return Reply::text(status, trouble.words("Bad Gateway"));
        }
        let (code, usual) = match trouble.kind {
            TroubleKind::Fault => (-1, "系统繁忙"),
            TroubleKind::Throttle => (130_101, "send too fast, exceed 20 times per minute"),
            TroubleKind::Refuse => (310_000, "keywords not in content"),
            TroubleKind::Gone => (300_005, "token is not exist"),
        };
        said(code, &trouble.words(usual))
    }

    fn take(&self, _: &mut State, _: &mut Delivery) -> Reply {
        said(0, "ok")
    }
}

fn said(code: i64, message: &str) -> Reply {
    Reply::json(200, json!({ "errcode": code, "errmsg": message }))
}

fn read(state: &State, arrival: &Arrival, token: &str) -> Reading {
    let sink = state.sinks.at(Kind::DingTalk, token);
    let signature = sink.secret.as_ref().map(|secret| check(secret, arrival));
    let mut draft = Draft {
        to: token.to_owned(),
        method: "send".to_owned(),
        raw: arrival.text().into_owned(),
        headers: arrival.headers.clone(),
        signature,
        ..Draft::default()
    };
    let understood = admit(arrival, token, &sink)
        .and_then(|()| signed(signature, arrival, state.wall()))
        .and_then(|()| message(arrival));
    let refusal = match understood {
        Ok((title, text)) => {
            (draft.title, draft.text) = (title, text);
            None
        }
        Err((code, words)) => Some(Refusal { reply: said(code, &words), why: format!("{code} {words}") }),
    };
    Reading { draft, refusal }
}

fn admit(arrival: &Arrival, token: &str, sink: &Sink) -> Result<(), Complaint> {
    match () {
        () if arrival.method != "POST" => Err((43_002, "需要POST请求".to_owned())),
        () if token.is_empty() => Err((40_035, "缺少参数 access_token".to_owned())),
        () if sink.standing == Standing::Gone => Err((300_005, "token is not exist".to_owned())),
        () if sink.standing == Standing::Blocked => Err((400_102, "机器人已停用".to_owned())),
        () if !arrival.says_json() => Err((43_004, "无效的HTTP HEADER Content-Type".to_owned())),
        () if arrival.body.len() > MOST_BYTES => {
            Err((460_101, "message too long, exceed 20000 bytes".to_owned()))
        }
        () => Ok(()),
    }
}

fn signed(signature: Option<Signature>, arrival: &Arrival, wall: i64) -> Result<(), Complaint> {
    let age =
        arrival.parameter("timestamp").and_then(|time| time.parse::<i64>().ok()).map(|time| wall - time);
    match signature {
        None => Ok(()),
        Some(Signature::Good) if age.is_some_and(|age| age.abs() <= HOUR_MS) => Ok(()),
        Some(Signature::Good) => Err((310_000, format!("invalid timestamp, {MORE}"))),
        Some(Signature::Bad | Signature::Missing) => Err((310_000, format!("sign not match, {MORE}"))),
    }
}

/// `sign` is read as a parameter of the query: one that was not percent-encoded lost its plus signs.
fn check(secret: &str, arrival: &Arrival) -> Signature {
    let (Some(time), Some(given)) = (arrival.parameter("timestamp"), arrival.parameter("sign")) else {
        return Signature::Missing;
    };
    let wanted = seal::base64_hmac(secret, format!("{time}\n{secret}").as_bytes());
    if given == wanted { Signature::Good } else { Signature::Bad }
}

/// Title and plain text of the message.
fn message(arrival: &Arrival) -> Result<(Option<String>, String), Complaint> {
    let missing = |name: &str| (40_035, format!("缺少参数 {name}"));
    let body = arrival.json().ok_or_else(|| missing("json"))?;
    let kind = body.get("msgtype").and_then(Value::as_str).ok_or_else(|| missing("msgtype"))?;
    let part = body.get(kind).and_then(Value::as_object).ok_or_else(|| missing(kind))?;
    let field = |name: &str| filled(part, name).ok_or_else(|| missing(&format!("{kind}.{name}")));
    match kind {
        "text" => Ok((None, field("content")?)),
        "markdown" | "actionCard" => Ok((Some(field("title")?), markdown::plain(&field("text")?))),
        "link" => field("messageUrl").and_then(|_| Ok((Some(field("title")?), field("text")?))),
        _ => Err((400_105, "不支持的消息类型".to_owned())),
    }
}

fn filled(part: &Map<String, Value>, name: &str) -> Option<String> {
    part.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

    use super::*;

    #[test]
    fn the_signature_is_the_published_one() {
        let secret = "SECtest0123456789";
        let sign = seal::base64_hmac(secret, format!("1700000000000\n{secret}").as_bytes());
        let encoded = utf8_percent_encode(&sign, NON_ALPHANUMERIC).to_string();
        assert_eq!(encoded, "yBKp5IlG6qCzcQWmgyRK%2FziJBdVNJmHfFE2ST%2FCzT%2Fg%3D");
    }
}
