//! Who wrote to a bot or pressed a button, how the bot hears of it by long polling, and what it answers to a press.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use super::{Parameters, chat, done, refused, trouble};
use crate::channels::{
    Channels,
    arrival::Arrival,
    delivery::{Delivery, Draft},
    kind::Kind,
    plot::Call,
    reply::Reply,
    state::{Reading, Refusal, State, Vendor},
    step::Trouble,
};

/// The longest that one poll waits, whatever is asked.
const LONGEST_WAIT: i64 = 50;
const MOST_UPDATES: i64 = 100;

/// What was not fetched yet, and by whom it is being waited for.
#[derive(Debug)]
pub(super) struct Inbox {
    updates: VecDeque<(i64, Value)>,
    next_id: i64,
    /// Kinds of updates that the bot last asked for; none is all.
    wanted: Vec<String>,
    /// Which poll is the newest: an older one is sent away.
    poll: u64,
    /// Presses, and whether they were answered.
    presses: HashMap<String, bool>,
}

impl Default for Inbox {
    fn default() -> Self {
        Self {
            updates: VecDeque::new(),
            next_id: 700_000_001,
            wanted: Vec::new(),
            poll: 0,
            presses: HashMap::new(),
        }
    }
}

impl Inbox {
    fn push(&mut self, kind: &str, content: Value) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        if self.wanted.is_empty() || self.wanted.iter().any(|wanted| wanted == kind) {
            let mut update = json!({ "update_id": id });
            update[kind] = content;
            self.updates.push_back((id, update));
        }
        id
    }

    /// Everything before the offset is done with; a negative one counts from the end.
    fn confirm(&mut self, offset: i64) {
        if offset < 0 {
            let kept = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            while self.updates.len() > kept {
                self.updates.pop_front();
            }
        } else {
            self.updates.retain(|(id, _)| *id >= offset);
        }
    }
}

/// A button that somebody presses below a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    pub chat: i64,
    pub from: i64,
    pub message_id: i64,
    pub data: String,
}

impl Channels {
    /// Lets somebody write to the bot; answers the update's number.
    pub fn telegram_write(&self, token: &str, chat: i64, from: i64, text: &str) -> i64 {
        let id = self.state().write(token, (chat, from), text);
        self.shared.news.notify_waiters();
        id
    }

    /// Lets somebody press a button; answers the identifier of the callback query.
    pub fn telegram_press(&self, token: &str, press: &Press) -> String {
        let id = self.state().press(token, press);
        self.shared.news.notify_waiters();
        id
    }

    /// Puts any update in, as the Bot API shapes it but for `update_id`; answers its number.
    pub fn telegram_update(&self, token: &str, kind: &str, content: Value) -> i64 {
        let id = self.state().bots.get(token).inbox.push(kind, content);
        self.shared.news.notify_waiters();
        id
    }
}

fn person(id: i64) -> Value {
    json!({ "id": id, "is_bot": false, "first_name": "Somebody", "language_code": "zh-hans" })
}

impl State {
    fn write(&mut self, token: &str, (to, from): (i64, i64), text: &str) -> i64 {
        let date = self.wall() / 1_000;
        let bot = self.bots.get(token);
        let name = to.to_string();
        let id = bot.next_message_id(&name);
        let kept = super::message::Kept { text: text.to_owned(), entities: Vec::new(), markup: None };
        bot.messages.insert((name.clone(), id), kept);
        let mut message = json!({
            "message_id": id, "from": person(from), "chat": chat(&name), "date": date, "text": text,
        });
        if text.starts_with('/') {
            let length = text.find(char::is_whitespace).unwrap_or(text.len());
            message["entities"] = json!([{ "type": "bot_command", "offset": 0, "length": length }]);
        }
        bot.inbox.push("message", message)
    }

    fn press(&mut self, token: &str, press: &Press) -> String {
        let at_ms = self.now();
        let bot = self.bots.get(token);
        let name = press.chat.to_string();
        let below = bot.messages.get(&(name.clone(), press.message_id));
        let message = below.map(|kept| kept.shown(token, &name, press.message_id, at_ms));
        let id = format!("{}", 4_000_000_000_000_000_000_i64 + bot.inbox.next_id);
        bot.inbox.presses.insert(id.clone(), false);
        let mut query = json!({
            "id": id, "from": person(press.from), "chat_instance": "1", "data": press.data,
        });
        if let Some(message) = message {
            query["message"] = message;
        }
        bot.inbox.push("callback_query", query);
        id
    }
}

pub(super) async fn get(
    channels: &Channels,
    token: &str,
    parameters: &Parameters,
    arrival: &Arrival,
) -> Reply {
    let call = Call { kind: Kind::Telegram, to: token, method: "getUpdates", delivers: false };
    let mut turn = channels.state().turn(call, &trouble, &arrival.origin);
    if let Some(reply) = turn.refused.take() {
        return turn.spoil(reply);
    }
    let reply = poll(channels, token, parameters).await;
    turn.spoil(reply)
}

/// Waits until there is something, the time is over, another one polls or the simulator stops.
async fn poll(channels: &Channels, token: &str, parameters: &Parameters) -> Reply {
    let seconds = parameters.number("timeout").unwrap_or_default().clamp(0, LONGEST_WAIT);
    let limit = parameters.number("limit").unwrap_or(MOST_UPDATES).clamp(1, MOST_UPDATES);
    let deadline = Instant::now() + Duration::from_secs(seconds.unsigned_abs());
    let mine = begin(channels, token, parameters);
    let closed = channels.closed();
    tokio::pin!(closed);
    loop {
        let news = channels.shared.news.notified();
        tokio::pin!(news);
        // From here on nothing is missed, although it is looked first and waited afterwards.
        news.as_mut().enable();
        if let Some(reply) = look(channels, token, mine, usize::try_from(limit).unwrap_or(1)) {
            return reply;
        }
        let woken = async {
            tokio::select! {
                () = news => true,
                () = &mut closed => false,
            }
        };
        if !timeout_at(deadline, woken).await.unwrap_or(false) {
            return done(&json!([]));
        }
    }
}

/// Confirms what was fetched before, and sends an older poll away.
fn begin(channels: &Channels, token: &str, parameters: &Parameters) -> u64 {
    let mut state = channels.state();
    let inbox = &mut state.bots.get(token).inbox;
    if let Some(wanted) =
        parameters.structure("allowed_updates").and_then(|wanted| wanted.as_array().cloned())
    {
        inbox.wanted = wanted.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
    inbox.confirm(parameters.number("offset").unwrap_or_default());
    inbox.poll += 1;
    let mine = inbox.poll;
    drop(state);
    channels.shared.news.notify_waiters();
    mine
}

/// What a poll is answered now; nothing while there is nothing.
fn look(channels: &Channels, token: &str, mine: u64, limit: usize) -> Option<Reply> {
    let mut state = channels.state();
    let inbox = &state.bots.get(token).inbox;
    if inbox.poll != mine {
        let words = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
        return Some(refused(409, words));
    }
    let updates: Vec<_> = inbox.updates.iter().take(limit).map(|(_, update)| update.clone()).collect();
    (!updates.is_empty()).then(|| done(&json!(updates)))
}

/// An answer to a press, which the journal keeps like a message.
struct Answering<'a> {
    token: &'a str,
    press: String,
}

impl Vendor for Answering<'_> {
    fn kind(&self) -> Kind {
        Kind::Telegram
    }

    fn delivers(&self) -> bool {
        false
    }

    fn trouble(&self, found: &Trouble) -> Reply {
        trouble(found)
    }

    fn take(&self, state: &mut State, _: &mut Delivery) -> Reply {
        state.bots.get(self.token).inbox.presses.insert(self.press.clone(), true);
        done(&json!(true))
    }
}

pub(super) fn answer(state: &mut State, token: &str, parameters: &Parameters, arrival: &Arrival) -> Reply {
    let press = parameters.text("callback_query_id").unwrap_or_default();
    let draft = Draft {
        to: press.clone(),
        method: "answerCallbackQuery".to_owned(),
        text: parameters.text("text").unwrap_or_default(),
        raw: arrival.text().into_owned(),
        headers: arrival.headers.clone(),
        ..Draft::default()
    };
    let open = state.bots.get(token).inbox.presses.get(&press) == Some(&false);
    let words = "Bad Request: query is too old and response timeout expired or query ID is invalid";
    let refusal = (!open).then(|| Refusal { why: words.to_owned(), reply: refused(400, words) });
    state.receive(&Answering { token, press }, Reading { draft, refusal }, &arrival.origin)
}
