//! `/channels/webhook/{name}`: somebody's own server, which takes what is posted.
//!
//! Where a secret is set for the name, it holds the sender to
//! `X-Berth-Signature: sha256=hex(HMAC-SHA256(secret, "{Idempotency-Key}.{X-Berth-Timestamp}.{body}"))`.
//! How old the timestamp is it leaves to whoever reads the journal.

use serde_json::Value;

use super::{
    arrival::Arrival,
    delivery::{Delivery, Draft, Signature},
    kind::Kind,
    reply::Reply,
    seal,
    sink::Standing,
    state::{Reading, Refusal, State, Vendor},
    step::{Trouble, TroubleKind},
};

struct Webhook;

pub(super) fn answer(state: &mut State, arrival: &Arrival) -> Reply {
    let reading = read(state, arrival);
    state.receive(&Webhook, reading, &arrival.origin)
}

impl Vendor for Webhook {
    fn kind(&self) -> Kind {
        Kind::Webhook
    }

    fn trouble(&self, trouble: &Trouble) -> Reply {
        let (status, usual) = match trouble.kind {
            TroubleKind::Fault => (500, "internal error"),
            TroubleKind::Throttle => (429, "too many requests"),
            TroubleKind::Refuse => (400, "bad request"),
            TroubleKind::Gone => (410, "gone"),
        };
        let reply = Reply::text(trouble.status.unwrap_or(status), trouble.words(usual));
        if trouble.retry_after.is_none() {
            return reply;
        }
        reply.header("retry-after", trouble.seconds().to_string())
    }

    fn take(&self, _: &mut State, _: &mut Delivery) -> Reply {
        Reply::text(200, "ok")
    }
}

fn read(state: &State, arrival: &Arrival) -> Reading {
    let sink = state.sinks.at(Kind::Webhook, &arrival.path);
    let signature = sink.secret.as_ref().map(|secret| check(secret, arrival));
    let (key, raw) = (arrival.header("idempotency-key").map(str::to_owned), arrival.text().into_owned());
    let title = arrival.json().and_then(|body| body.get("title").and_then(Value::as_str).map(str::to_owned));
    let draft = Draft {
        to: arrival.path.clone(),
        method: "send".to_owned(),
        key,
        title,
        text: raw.clone(),
        raw,
        headers: arrival.headers.clone(),
        signature,
        ..Draft::default()
    };
    let refuse = |status, why: &str| Some(Refusal { why: why.to_owned(), reply: Reply::text(status, why) });
    let refusal = match (arrival.method.as_str(), sink.standing, signature) {
        (_, Standing::Gone, _) => refuse(410, "gone"),
        (_, Standing::Blocked, _) => refuse(403, "forbidden"),
        ("POST" | "PUT", _, None | Some(Signature::Good)) => None,
        ("POST" | "PUT", ..) => refuse(401, "the signature is not right"),
        _ => refuse(405, "method not allowed"),
    };
    Reading { draft, refusal }
}

fn check(secret: &str, arrival: &Arrival) -> Signature {
    let Some(given) = arrival.header("x-berth-signature") else { return Signature::Missing };
    let (key, time) = (arrival.header("idempotency-key"), arrival.header("x-berth-timestamp"));
    let mut signed = format!("{}.{}.", key.unwrap_or_default(), time.unwrap_or_default()).into_bytes();
    signed.extend_from_slice(&arrival.body);
    let wanted = format!("sha256={}", hex::encode(seal::hmac(secret, &signed)));
    if given == wanted { Signature::Good } else { Signature::Bad }
}
