//! `/channels/bark/push`: the server of Bark, which pushes to iPhones.
//!
//! JSON or a form with `device_key`, as in <https://github.com/Finb/Bark/blob/master/docs/tutorial.md>; answers and complaints are those
//! of `route_push.go` in <https://github.com/Finb/bark-server>. The older paths with the key in them are absent.

use serde_json::json;

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

struct Phone;

pub(super) fn answer(state: &mut State, arrival: &Arrival) -> Reply {
    match (arrival.method.as_str(), arrival.path.as_str()) {
        ("GET", "ping") => said(200, "pong", state.now()),
        ("POST", "push") => {
            let reading = read(state, arrival);
            state.receive(&Phone, reading, &arrival.origin)
        }
        _ => said(404, "Cannot find it", state.now()),
    }
}

impl Vendor for Phone {
    fn kind(&self) -> Kind {
        Kind::Bark
    }

    fn trouble(&self, trouble: &Trouble) -> Reply {
        let (status, usual) = match trouble.kind {
            TroubleKind::Fault => (500, "push failed: service unavailable"),
            TroubleKind::Throttle => (429, "push failed: TooManyRequests"),
            TroubleKind::Refuse => (400, "device token is invalid"),
            TroubleKind::Gone => (400, "failed to get device token: key not found"),
        };
        let status = trouble.status.unwrap_or(status);
        let reply = said(status, &trouble.words(usual), 0);
        if trouble.retry_after.is_none() {
            return reply;
        }
        reply.header("retry-after", trouble.seconds().to_string())
    }

    fn take(&self, _: &mut State, delivery: &mut Delivery) -> Reply {
        said(200, "success", delivery.at_ms)
    }
}

fn said(code: u16, message: &str, at_ms: i64) -> Reply {
    Reply::json(code, json!({ "code": code, "message": message, "timestamp": at_ms / 1_000 }))
}

fn read(state: &State, arrival: &Arrival) -> Reading {
    let parameters = arrival.parameters();
    let field = |name: &str| {
        let value = parameters.as_ref()?.get(name)?;
        value.as_str().map(str::to_owned).filter(|text| !text.is_empty())
    };
    let key = field("device_key").unwrap_or_default();
    let text = field("markdown").map(|text| markdown::plain(&text)).or_else(|| field("body"));
    let refuse = |words: String| Some(Refusal { reply: said(400, &words, state.now()), why: words });
    let refusal = match state.sinks.at(Kind::Bark, &key).standing {
        _ if parameters.is_none() => refuse("request bind failed: invalid character".to_owned()),
        _ if key.is_empty() => refuse("device key is empty".to_owned()),
        Standing::Open => None,
        Standing::Blocked | Standing::Gone => {
            refuse(format!("failed to get device token: failed to get [{key}] device token from database"))
        }
    };
    let draft = Draft {
        to: key,
        method: "send".to_owned(),
        title: field("title"),
        text: text.unwrap_or_default(),
        raw: arrival.text().into_owned(),
        headers: arrival.headers.clone(),
        ..Draft::default()
    };
    Reading { draft, refusal }
}
