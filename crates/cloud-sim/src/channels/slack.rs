//! `/channels/slack/services/T…/B…/…`: Slack's incoming webhooks.
//!
//! Words and statuses of refusals are those of
//! <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors>; the ceiling of one a second,
//! with short bursts, is that of <https://docs.slack.dev/apis/web-api/rate-limits>.

use serde_json::{Map, Value};

use super::{
    arrival::Arrival,
    ceiling::Ceiling,
    delivery::{Delivery, Draft},
    kind::Kind,
    reply::Reply,
    sink::Standing,
    state::{Reading, Refusal, State, Vendor},
    step::{Trouble, TroubleKind},
};

struct Hook {
    path: String,
}

pub(super) fn answer(state: &mut State, arrival: &Arrival) -> Reply {
    let path = arrival.path.strip_prefix("services/").unwrap_or_default();
    if path.split('/').filter(|part| !part.is_empty()).count() != 3 {
        return Reply::text(404, "no_service");
    }
    if arrival.method != "POST" {
        return Reply::text(405, "method_not_allowed");
    }
    let hook = Hook { path: path.to_owned() };
    let reading = read(state, arrival, path);
    state.receive(&hook, reading, &arrival.origin)
}

impl Vendor for Hook {
    fn kind(&self) -> Kind {
        Kind::Slack
    }

    fn ceilings(&self) -> Vec<Ceiling> {
        vec![Ceiling::new(format!("slack {}", self.path), 1, 900)]
    }

    fn trouble(&self, trouble: &Trouble) -> Reply {
        let (status, usual) = match trouble.kind {
            TroubleKind::Fault => (500, "rollup_error"),
            TroubleKind::Throttle => (429, "rate_limited"),
            TroubleKind::Refuse => (400, "invalid_payload"),
            TroubleKind::Gone => (404, "no_service"),
        };
        let reply = Reply::text(trouble.status.unwrap_or(status), trouble.words(usual));
        if trouble.kind != TroubleKind::Throttle {
            return reply;
        }
        reply.header("retry-after", trouble.seconds().to_string())
    }

    fn take(&self, _: &mut State, _: &mut Delivery) -> Reply {
        Reply::text(200, "ok")
    }
}

fn read(state: &State, arrival: &Arrival, path: &str) -> Reading {
    let mut draft = Draft {
        to: path.to_owned(),
        method: "send".to_owned(),
        raw: arrival.text().into_owned(),
        headers: arrival.headers.clone(),
        ..Draft::default()
    };
    let understood = match state.sinks.at(Kind::Slack, path).standing {
        Standing::Gone => Err((404, "no_service")),
        Standing::Blocked => Err((410, "channel_is_archived")),
        Standing::Open => message(arrival),
    };
    let refusal = match understood {
        Ok((title, text)) => {
            (draft.title, draft.text) = (title, text);
            None
        }
        Err((status, words)) => Some(Refusal { reply: Reply::text(status, words), why: words.to_owned() }),
    };
    Reading { draft, refusal }
}

/// Title and plain text. The payload is JSON, or JSON in the field `payload` of a form.
fn message(arrival: &Arrival) -> Result<(Option<String>, String), (u16, &'static str)> {
    let unreadable = (400, "invalid_payload");
    let payload = if arrival.says_json() {
        arrival.json()
    } else {
        let form = arrival.parameters().unwrap_or_default();
        form.get("payload").and_then(Value::as_str).and_then(|text| serde_json::from_str(text).ok())
    };
    let payload: Map<String, Value> = payload.ok_or(unreadable)?;
    let blocks = payload.get("blocks").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let heads = |block: &&Value| block["type"] == "header";
    let title = blocks.iter().find(heads).and_then(|block| said_by(&block["text"]));
    let lines: Vec<_> = blocks.iter().filter(|block| !heads(block)).flat_map(block).collect();
    let text = payload.get("text").and_then(Value::as_str).filter(|text| !text.is_empty());
    match (lines.is_empty(), text) {
        (false, _) => Ok((title, lines.join("\n"))),
        (true, Some(text)) => Ok((title, mrkdwn(text))),
        (true, None) => Err((400, "no_text")),
    }
}

fn block(block: &Value) -> Vec<String> {
    let many = |name: &str| block[name].as_array().cloned().unwrap_or_default();
    let texts = [block["text"].clone()].into_iter().chain(many("fields")).chain(many("elements"));
    texts.filter_map(|text| said_by(&text)).collect()
}

fn said_by(text: &Value) -> Option<String> {
    let content = text["text"].as_str()?;
    Some(if text["type"] == "mrkdwn" { mrkdwn(content) } else { entities(content) })
}

/// What is shown of Slack's own markup: angles are links, mentions and dates, emphasis goes, three entities are resolved.
fn mrkdwn(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(begin) = rest.find('<') {
        let Some(length) = rest[begin..].find('>') else { break };
        shown.push_str(&unmarked(&rest[..begin]));
        shown.push_str(&angled(&rest[begin + 1..begin + length]));
        rest = &rest[begin + length + 1..];
    }
    shown.push_str(&unmarked(rest));
    entities(&shown)
}

fn angled(inner: &str) -> String {
    let (target, label) = inner.split_once('|').unwrap_or((inner, ""));
    match (label, target.strip_prefix('!')) {
        ("", Some(name)) => format!("@{name}"),
        ("", None) => target.to_owned(),
        (label, _) => label.to_owned(),
    }
}

/// Without the marks of emphasis, which stand in pairs around words.
fn unmarked(text: &str) -> String {
    let mut signs: Vec<char> = text.chars().collect();
    for mark in ['*', '_', '~', '`'] {
        while let Some((begin, end)) = pair(&signs, mark) {
            signs.remove(end);
            signs.remove(begin);
        }
    }
    signs.into_iter().collect()
}

fn pair(signs: &[char], mark: char) -> Option<(usize, usize)> {
    let word = |at: Option<usize>| at.and_then(|at| signs.get(at)).is_some_and(|sign| sign.is_alphanumeric());
    let blank = |at: usize| signs.get(at).is_none_or(|sign| sign.is_whitespace() || *sign == mark);
    let opens = |at: usize| signs[at] == mark && !word(at.checked_sub(1)) && !blank(at + 1);
    let begin = (0..signs.len()).find(|at| opens(*at))?;
    let line =
        signs[begin..].iter().position(|sign| *sign == '\n').map_or(signs.len(), |length| begin + length);
    let closes = |at: &usize| signs[*at] == mark && !blank(at - 1) && !word(Some(at + 1));
    (begin + 2..line).find(closes).map(|end| (begin, end))
}

fn entities(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::mrkdwn;

    #[test]
    fn what_was_escaped_arrives_and_what_was_not_works() {
        assert_eq!(mrkdwn("*Name* a&lt;!channel&gt; &amp;amp; b_c_d"), "Name a<!channel> &amp; b_c_d");
        assert_eq!(
            mrkdwn("<!channel> <https://x.example|x> <https://y.example>"),
            "@channel x https://y.example"
        );
        assert_eq!(mrkdwn("2 * 3 * 4 and *open"), "2 * 3 * 4 and *open");
    }
}
