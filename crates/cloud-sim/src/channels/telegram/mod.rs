//! `/channels/telegram/bot{token}/{method}`: the Bot API, as <https://core.telegram.org/bots/api> describes it.
//!
//! Methods: `sendMessage`, `editMessageText`, `answerCallbackQuery`, `getMe`, `getUpdates`; some that only set something
//! up answer `true`. Parameters come by query, form or JSON, by GET or POST. HTML is really parsed; other parse modes
//! and multipart bodies are refused. A chat has a number (below 0 it is a group) or `@name`, and exists unless it was
//! said to be gone. Once a bot was named as a sink (`bot{token}`), tokens that were not are refused with 401.
//!
//! Ceilings are those of <https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this>: one message a
//! second to a chat (tested as 900 ms, because clocks and lines are not exact), 20 a minute to a group, 30 a second in all.

mod html;
mod message;
mod updates;

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

pub use updates::Press;

use super::{
    Channels,
    arrival::Arrival,
    kind::Kind,
    plot::Call,
    reply::Reply,
    sink::Standing,
    state::State,
    step::{Trouble, TroubleKind},
};

/// All bots that were ever spoken to.
#[derive(Debug, Default)]
pub(super) struct Bots {
    bots: HashMap<String, Bot>,
}

impl Bots {
    fn get(&mut self, token: &str) -> &mut Bot {
        self.bots.entry(token.to_owned()).or_default()
    }
}

#[derive(Debug, Default)]
struct Bot {
    inbox: updates::Inbox,
    messages: BTreeMap<(String, i64), message::Kept>,
}

impl Bot {
    fn next_message_id(&self, chat: &str) -> i64 {
        let theirs = (chat.to_owned(), i64::MIN)..=(chat.to_owned(), i64::MAX);
        self.messages.range(theirs).next_back().map_or(1, |((_, id), _)| id + 1)
    }
}

/// Parameters of a call, by name.
struct Parameters(Map<String, Value>);

impl Parameters {
    /// A string, or a number as one.
    fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.trim().parse().ok()
    }

    /// An object or a list; in forms it is JSON in a string.
    fn structure(&self, name: &str) -> Option<Value> {
        match self.0.get(name)? {
            Value::String(text) => serde_json::from_str(text).ok(),
            Value::Null => None,
            value => Some(value.clone()),
        }
    }
}

pub(super) async fn answer(channels: &Channels, arrival: &Arrival) -> Reply {
    let Some((token, method)) = address(&arrival.path) else { return refused(404, "Not Found") };
    if !matches!(arrival.method.as_str(), "GET" | "POST") {
        return refused(405, "Method Not Allowed");
    }
    if unknown(&channels.state(), token) {
        return refused(401, "Unauthorized");
    }
    let Some(parameters) = arrival.parameters().map(Parameters) else {
        return refused(400, "Bad Request: can't parse parameters");
    };
    // Methods' names are not case-sensitive there.
    match method.to_ascii_lowercase().as_str() {
        "getupdates" => updates::get(channels, token, &parameters, arrival).await,
        "sendmessage" => message::send(&mut channels.state(), token, &parameters, arrival),
        "editmessagetext" => message::edit(&mut channels.state(), token, &parameters, arrival),
        "answercallbackquery" => updates::answer(&mut channels.state(), token, &parameters, arrival),
        "getme" => plain(&mut channels.state(), token, "getMe", arrival, &me(token)),
        "deletewebhook" | "setmycommands" | "sendchataction" | "setmydescription" => {
            plain(&mut channels.state(), token, method, arrival, &json!(true))
        }
        _ => refused(404, "Not Found"),
    }
}

/// Token and method, from `bot123:abc/getMe`.
fn address(path: &str) -> Option<(&str, &str)> {
    let (token, method) = path.strip_prefix("bot")?.split_once('/')?;
    let (number, secret) = token.split_once(':')?;
    let sound = !number.is_empty()
        && number.bytes().all(|digit| digit.is_ascii_digit())
        && !secret.is_empty()
        && secret.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'_' || sign == b'-');
    sound.then_some((token, method))
}

fn unknown(state: &State, token: &str) -> bool {
    let name = format!("bot{token}");
    let named = state.sinks.any(Kind::Telegram, "bot");
    let known = state.sinks.knows(Kind::Telegram, &name);
    (named && !known) || (known && state.sinks.at(Kind::Telegram, &name).standing != Standing::Open)
}

/// A method that delivers nothing and whose result is known: only the script can spoil it.
fn plain(state: &mut State, token: &str, method: &str, arrival: &Arrival, result: &Value) -> Reply {
    let call = Call { kind: Kind::Telegram, to: token, method, delivers: false };
    let mut turn = state.turn(call, &trouble, &arrival.origin);
    let reply = turn.refused.take();
    turn.spoil(reply.unwrap_or_else(|| done(result)))
}

fn me(token: &str) -> Value {
    json!({
        "id": number(token), "is_bot": true, "first_name": "Berth", "username": "berth_sim_bot",
        "can_join_groups": true, "can_read_all_group_messages": false, "supports_inline_queries": false,
    })
}

/// The bot's own number, which is the token's first part.
fn number(token: &str) -> i64 {
    token.split(':').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn done(result: &Value) -> Reply {
    Reply::json(200, json!({ "ok": true, "result": result }))
}

fn refused(code: u16, description: &str) -> Reply {
    Reply::json(code, json!({ "ok": false, "error_code": code, "description": description }))
}

/// A script's trouble in Telegram's words.
fn trouble(trouble: &Trouble) -> Reply {
    let seconds = trouble.seconds();
    let (code, usual) = match trouble.kind {
        TroubleKind::Fault => (500, "Internal Server Error".to_owned()),
        TroubleKind::Throttle => (429, format!("Too Many Requests: retry after {seconds}")),
        TroubleKind::Refuse => (400, "Bad Request: chat not found".to_owned()),
        TroubleKind::Gone => (403, "Forbidden: bot was kicked from the group chat".to_owned()),
    };
    let code = trouble.status.unwrap_or(code);
    let mut body = json!({ "ok": false, "error_code": code, "description": trouble.words(&usual) });
    if trouble.kind != TroubleKind::Throttle {
        return Reply::json(code, body);
    }
    body["parameters"] = json!({ "retry_after": seconds });
    Reply::json(code, body).header("retry-after", seconds.to_string())
}

/// A chat as messages carry it.
fn chat(id: &str) -> Value {
    let kind = match id {
        _ if id.starts_with("-100") || id.starts_with('@') => "supergroup",
        _ if id.starts_with('-') => "group",
        _ => "private",
    };
    let number: i64 = id.parse().unwrap_or(-1_001_000_000_000);
    if kind == "private" {
        json!({ "id": number, "type": kind, "first_name": "Owner" })
    } else {
        json!({ "id": number, "type": kind, "title": "Berth" })
    }
}
