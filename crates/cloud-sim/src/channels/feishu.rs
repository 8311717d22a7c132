//! `/channels/feishu/open-apis/bot/v2/hook/{id}`: Feishu's (Lark's) robots of a group, as
//! <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot> has them.
//!
//! The sign is odd: the key is `"{timestamp}\n{secret}"` and what is signed is empty; the timestamp is in seconds. `19021` is
//! that page's code for it, `9499` its code for what cannot be read; `11232` is the one for its 5 a second and 100 a
//! minute; `19001` and `19007` are what senders report of hooks that are gone and robots that are switched off.

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

const HOUR_S: i64 = 3_600;
const MOST_BYTES: usize = 20 << 10;
const HOOKS: &str = "open-apis/bot/v2/hook/";

/// Code and words of a refusal.
type Complaint = (i64, &'static str);

struct Robot {
    hook: String,
}

pub(super) fn answer(state: &mut State, arrival: &Arrival) -> Reply {
    let Some(hook) = arrival.path.strip_prefix(HOOKS).filter(|_| arrival.method == "POST") else {
        return Reply::text(404, "404 page not found");
    };
    let robot = Robot { hook: hook.to_owned() };
    let reading = read(state, arrival, &robot.hook);
    state.receive(&robot, reading, &arrival.origin)
}

impl Vendor for Robot {
    fn kind(&self) -> Kind {
        Kind::Feishu
    }

    fn ceilings(&self) -> Vec<Ceiling> {
        let robot = format!("feishu {}", self.hook);
        vec![Ceiling::new(robot.clone(), 5, 1_000), Ceiling::new(format!("{robot} minute"), 100, 60_000)]
    }

    fn trouble(&self, trouble: &Trouble) -> Reply {
        if let Some(status) = trouble.status {
            return Reply::text(status, trouble.words("Bad Gateway"));
        }
        let (code, usual) = match trouble.kind {
            TroubleKind::Fault => (2_200, "internal error"),
            TroubleKind::Throttle => (11_232, "frequency limited psm[lark.oapi.app_platform_runtime]"),
            TroubleKind::Refuse => (19_024, "Key Words Not Found"),
            TroubleKind::Gone => GONE,
        };
        said(code, &trouble.words(usual))
    }

    fn take(&self, _: &mut State, _: &mut Delivery) -> Reply {
        let body =
            json!({ "StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success" });
        Reply::json(200, body)
    }
}

const GONE: Complaint = (19_001, "param invalid: incoming webhook access token invalid");
const UNREADABLE: Complaint = (9_499, "Bad Request");

fn said(code: i64, message: &str) -> Reply {
    Reply::json(200, json!({ "code": code, "data": {}, "msg": message }))
}

fn read(state: &State, arrival: &Arrival, hook: &str) -> Reading {
    let sink = state.sinks.at(Kind::Feishu, hook);
    let body = arrival.json();
    let signature = sink.secret.as_ref().map(|secret| check(secret, body.as_ref()));
    let mut draft = Draft {
        to: hook.to_owned(),
        method: "send".to_owned(),
        raw: arrival.text().into_owned(),
        headers: arrival.headers.clone(),
        signature,
        ..Draft::default()
    };
    let understood = admit(arrival, &sink)
        .and_then(|()| body.ok_or(UNREADABLE))
        .and_then(|body| signed(signature, &body, state.wall()).and_then(|()| message(&body)));
    let refusal = match understood {
        Ok((title, text)) => {
            (draft.title, draft.text) = (title, text);
            None
        }
        Err((code, words)) => Some(Refusal { reply: said(code, words), why: format!("{code} {words}") }),
    };
    Reading { draft, refusal }
}

fn admit(arrival: &Arrival, sink: &Sink) -> Result<(), Complaint> {
    match sink.standing {
        Standing::Gone => Err(GONE),
        Standing::Blocked => Err((19_007, "Bot Not Enabled")),
        Standing::Open if arrival.body.len() > MOST_BYTES || !arrival.says_json() => Err(UNREADABLE),
        Standing::Open => Ok(()),
    }
}

fn check(secret: &str, body: Option<&Map<String, Value>>) -> Signature {
    let field = |name| body.and_then(|body| body.get(name));
    let (Some(time), Some(given)) = (field("timestamp").map(written), field("sign").and_then(Value::as_str))
    else {
        return Signature::Missing;
    };
    let wanted = seal::base64_hmac(&format!("{time}\n{secret}"), b"");
    if given == wanted { Signature::Good } else { Signature::Bad }
}

/// A timestamp comes as a string, or as a number.
fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn signed(signature: Option<Signature>, body: &Map<String, Value>, wall_ms: i64) -> Result<(), Complaint> {
    let time = body.get("timestamp").and_then(|time| written(time).parse::<i64>().ok());
    let fresh = time.is_some_and(|time| (wall_ms / 1_000 - time).abs() <= HOUR_S);
    match signature {
        None => Ok(()),
        Some(Signature::Good) if fresh => Ok(()),
        Some(_) => Err((19_021, "sign match fail or timestamp is not within one hour from current time")),
    }
}

/// Title and plain text of the message.
fn message(body: &Map<String, Value>) -> Result<(Option<String>, String), Complaint> {
    let content = body.get("content").unwrap_or(&Value::Null);
    let (title, text) = match body.get("msg_type").and_then(Value::as_str).ok_or(UNREADABLE)? {
        "text" => (None, content["text"].as_str().ok_or(UNREADABLE)?.to_owned()),
        "post" => post(&content["post"]).ok_or(UNREADABLE)?,
        "interactive" => card(body.get("card").ok_or(UNREADABLE)?),
        _ => return Err((19_002, "params error, msg_type need")),
    };
    if text.trim().is_empty() { Err(UNREADABLE) } else { Ok((title, text)) }
}

/// Rich text: the first language there is, its paragraphs as lines.
fn post(post: &Value) -> Option<(Option<String>, String)> {
    let language = post.as_object()?.values().next()?;
    let piece = |node: &Value| match node["tag"].as_str() {
        Some("text" | "a") => node["text"].as_str().unwrap_or_default().to_owned(),
        Some("at") => format!("@{}", node["user_name"].as_str().unwrap_or_default()),
        _ => String::new(),
    };
    let paragraphs = language["content"].as_array()?.iter().filter_map(Value::as_array);
    let lines: Vec<String> = paragraphs.map(|nodes| nodes.iter().map(piece).collect()).collect();
    Some((language["title"].as_str().map(str::to_owned), lines.join("\n")))
}

/// A card of either schema: its header's title, and what its elements say.
fn card(card: &Value) -> (Option<String>, String) {
    let title = card["header"]["title"]["content"].as_str().map(str::to_owned);
    let elements = card["elements"].as_array().or_else(|| card["body"]["elements"].as_array());
    let lines: Vec<_> = elements.into_iter().flatten().flat_map(element).collect();
    (title, lines.join("\n"))
}

fn element(element: &Value) -> Vec<String> {
    let fields = element["fields"].as_array().into_iter().flatten().map(|field| &field["text"]);
    let notes = element["elements"].as_array().into_iter().flatten();
    let texts = [&element["text"], element].into_iter().chain(fields).chain(notes);
    texts.filter_map(said_by).collect()
}

fn said_by(text: &Value) -> Option<String> {
    let content = text["content"].as_str()?;
    let plain = text["tag"] == "plain_text";
    Some(if plain { content.to_owned() } else { markdown::plain(content) })
}
