//! `sendMessage` and `editMessageText`.

use serde_json::{Value, json};

use super::{Parameters, chat, done, html, me, refused, trouble};
use crate::channels::{
    arrival::Arrival,
    ceiling::Ceiling,
    delivery::{Button, Delivery, Draft},
    kind::Kind,
    reply::Reply,
    sink::Standing,
    state::{Reading, Refusal, State, Vendor},
    step::Trouble,
};

/// In UTF-16 units, once entities are resolved.
const LONGEST: usize = 4_096;
/// In bytes.
const LONGEST_DATA: usize = 64;

/// A message as the bot left it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kept {
    pub(super) text: String,
    pub(super) entities: Vec<Value>,
    pub(super) markup: Option<Value>,
}

impl Kept {
    /// The `Message` of it.
    pub(super) fn shown(&self, token: &str, chat_id: &str, id: i64, at_ms: i64) -> Value {
        let mut message = json!({
            "message_id": id, "from": me(token), "chat": chat(chat_id), "date": at_ms / 1_000, "text": self.text,
        });
        if !self.entities.is_empty() {
            message["entities"] = json!(self.entities);
        }
        if let Some(markup) = &self.markup {
            message["reply_markup"] = markup.clone();
        }
        message
    }
}

/// A message on its way into a chat.
struct Sending<'a> {
    token: &'a str,
    chat: String,
    /// Which message is to be changed; without it there will be a new one.
    edits: Option<i64>,
    kept: Kept,
}

impl Vendor for Sending<'_> {
    fn kind(&self) -> Kind {
        Kind::Telegram
    }

    fn delivers(&self) -> bool {
        self.edits.is_none()
    }

    fn ceilings(&self) -> Vec<Ceiling> {
        let place = format!("telegram {} {}", self.token, self.chat);
        let mut ceilings = vec![
            Ceiling::new(place.clone(), 1, 900),
            Ceiling::new(format!("telegram {}", self.token), 30, 1_000),
        ];
        if self.chat.starts_with(['-', '@']) {
            ceilings.push(Ceiling::new(format!("{place} minute"), 20, 60_000));
        }
        ceilings
    }

    fn trouble(&self, found: &Trouble) -> Reply {
        trouble(found)
    }

    fn take(&self, state: &mut State, delivery: &mut Delivery) -> Reply {
        let bot = state.bots.get(self.token);
        let id = self.edits.unwrap_or_else(|| bot.next_message_id(&self.chat));
        bot.messages.insert((self.chat.clone(), id), self.kept.clone());
        delivery.message_id = Some(id);
        done(&self.kept.shown(self.token, &self.chat, id, delivery.at_ms))
    }
}

pub(super) fn send(state: &mut State, token: &str, parameters: &Parameters, arrival: &Arrival) -> Reply {
    bring(state, token, parameters, arrival, "sendMessage")
}

pub(super) fn edit(state: &mut State, token: &str, parameters: &Parameters, arrival: &Arrival) -> Reply {
    bring(state, token, parameters, arrival, "editMessageText")
}

fn bring(state: &mut State, token: &str, parameters: &Parameters, arrival: &Arrival, method: &str) -> Reply {
    let chat = parameters.text("chat_id").unwrap_or_default();
    let edits = (method == "editMessageText").then(|| parameters.number("message_id").unwrap_or_default());
    let mut draft = Draft {
        to: chat.clone(),
        method: method.to_owned(),
        text: parameters.text("text").unwrap_or_default(),
        raw: arrival.text().into_owned(),
        headers: arrival.headers.clone(),
        ..Draft::default()
    };
    let kept = reachable(state, &chat).and_then(|()| compose(parameters));
    let (kept, refusal) = match kept.and_then(|kept| changes(state, token, (&chat, edits), kept)) {
        Ok(kept) => (kept, None),
        Err((code, words)) => (
            Kept { text: draft.text.clone(), entities: Vec::new(), markup: None },
            Some(Refusal { reply: refused(code, &words), why: words }),
        ),
    };
    draft.text.clone_from(&kept.text);
    draft.buttons = kept.markup.as_ref().map(buttons).unwrap_or_default();
    state.receive(&Sending { token, chat, edits, kept }, Reading { draft, refusal }, &arrival.origin)
}

type Complaint = (u16, String);

fn bad(words: &str) -> Complaint {
    (400, format!("Bad Request: {words}"))
}

/// Whether the bot can write there at all.
fn reachable(state: &State, chat: &str) -> Result<(), Complaint> {
    if chat.is_empty() {
        return Err(bad("chat_id is empty"));
    }
    let named = chat.strip_prefix('@').is_some_and(|name| name.len() >= 4);
    let numbered = chat.parse::<i64>().is_ok_and(|id| id != 0);
    match state.sinks.at(Kind::Telegram, chat).standing {
        Standing::Open if named || numbered => Ok(()),
        Standing::Open | Standing::Gone => Err(bad("chat not found")),
        Standing::Blocked => {
            let words = match chat {
                _ if chat.starts_with("-100") || named => "bot was kicked from the supergroup chat",
                _ if chat.starts_with('-') => "bot was kicked from the group chat",
                _ => "bot was blocked by the user",
            };
            Err((403, format!("Forbidden: {words}")))
        }
    }
}

/// The message that the parameters ask for.
fn compose(parameters: &Parameters) -> Result<Kept, Complaint> {
    let text = parameters.text("text").unwrap_or_default();
    let rendered = match parameters.text("parse_mode").unwrap_or_default().to_ascii_lowercase().as_str() {
        "" => html::Rendered { text, entities: Vec::new() },
        "html" => html::parse(&text).map_err(|why| bad(&format!("can't parse entities: {why}")))?,
        _ => return Err(bad("unsupported parse_mode")),
    };
    let rendered = trimmed(rendered);
    let units = rendered.text.encode_utf16().count();
    if units == 0 {
        return Err(bad("message text is empty"));
    }
    if units > LONGEST {
        return Err(bad("message is too long"));
    }
    let markup = parameters.structure("reply_markup");
    if let Some(markup) = &markup {
        check(markup)?;
    }
    Ok(Kept { text: rendered.text, entities: rendered.entities, markup })
}

/// White space around the text is not kept; entities move along.
fn trimmed(rendered: html::Rendered) -> html::Rendered {
    let text = rendered.text.trim_start();
    let cut = rendered.text.encode_utf16().count() - text.encode_utf16().count();
    let moved = |mut entity: Value| {
        let offset = entity["offset"].as_u64().unwrap_or_default();
        entity["offset"] = json!(offset.saturating_sub(cut as u64));
        entity
    };
    let entities = rendered.entities.into_iter().map(moved).collect();
    html::Rendered { text: text.trim_end().to_owned(), entities }
}

fn check(markup: &Value) -> Result<(), Complaint> {
    let Some(keyboard) = markup.get("inline_keyboard") else { return Ok(()) };
    let rows = keyboard.as_array().ok_or_else(|| bad("object expected as reply markup"))?;
    for button in rows.iter().filter_map(Value::as_array).flatten() {
        if button["text"].as_str().unwrap_or_default().is_empty() {
            return Err(bad("can't parse inline keyboard button: Field \"text\" must be of type String"));
        }
        let data = button["callback_data"].as_str();
        if data.is_none() && button["url"].as_str().is_none() {
            return Err(bad(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            ));
        }
        if data.is_some_and(|data| data.is_empty() || data.len() > LONGEST_DATA) {
            return Err(bad("BUTTON_DATA_INVALID"));
        }
    }
    Ok(())
}

fn buttons(markup: &Value) -> Vec<Button> {
    let text = |button: &Value, name: &str| button[name].as_str().unwrap_or_default().to_owned();
    let rows = markup["inline_keyboard"].as_array().cloned().unwrap_or_default();
    let all = rows.iter().filter_map(Value::as_array).flatten();
    all.map(|button| Button { text: text(button, "text"), data: text(button, "callback_data") }).collect()
}

/// Whether an edit changes something that is there.
fn changes(
    state: &mut State,
    token: &str,
    (chat, edits): (&str, Option<i64>),
    kept: Kept,
) -> Result<Kept, Complaint> {
    let Some(id) = edits else { return Ok(kept) };
    match state.bots.get(token).messages.get(&(chat.to_owned(), id)) {
        None => Err(bad("message to edit not found")),
        Some(before) if *before == kept => Err(bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a \
             current content and reply markup of the message",
        )),
        Some(_) => Ok(kept),
    }
}
