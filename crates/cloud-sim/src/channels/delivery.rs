//! The journal: every message that arrived, in the plain words that a person would have read.

use std::collections::HashSet;

use serde::Serialize;

use super::kind::Kind;

/// One message, or attempt at one, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// Counted from 1 in order of arrival, over all channels.
    pub number: usize,
    pub kind: Kind,
    /// Chat, access token, hook, device key, name of the webhook, or address.
    pub to: String,
    /// `sendMessage`, `editMessageText` …; `send` where a channel has one call only.
    pub method: String,
    /// The sender's own mark: `Idempotency-Key`, or `Message-ID` without its brackets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// As it is shown: entities resolved, markup gone.
    pub text: String,
    /// The body as it came.
    pub raw: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// What Telegram calls the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<i64>,
    /// `None` where nothing was signed and nothing had to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    pub at_ms: i64,
    /// The other side took it: it would be seen. The sender need not know, since answers get lost.
    pub accepted: bool,
    /// Accepted, and the same key (without one: the same words) to the same place was accepted before.
    pub duplicate: bool,
    pub answer: Answer,
    /// Why it was turned down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Which step of the script was played.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
}

/// What the sender got to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// The connection was closed instead.
    Closed,
    /// Nothing at all.
    Hung,
    /// An HTTP status, or the code of an SMTP reply.
    #[serde(untagged)]
    Status(u16),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Signature {
    Good,
    Bad,
    /// There should have been one.
    Missing,
}

/// A button below a Telegram message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Button {
    pub text: String,
    /// What comes back when it is pressed; empty for one that opens an address.
    pub data: String,
}

/// What a channel made of a request, before it is known what becomes of it.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) to: String,
    pub(super) method: String,
    pub(super) key: Option<String>,
    pub(super) title: Option<String>,
    pub(super) text: String,
    pub(super) raw: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) buttons: Vec<Button>,
    pub(super) signature: Option<Signature>,
}

impl Draft {
    pub(super) fn into_delivery(self, kind: Kind, at_ms: i64) -> Delivery {
        Delivery {
            number: 0,
            kind,
            to: self.to,
            method: self.method,
            key: self.key,
            title: self.title,
            text: self.text,
            raw: self.raw,
            headers: self.headers,
            buttons: self.buttons,
            message_id: None,
            signature: self.signature,
            at_ms,
            accepted: false,
            duplicate: false,
            answer: Answer::Hung,
            error: None,
            step: None,
        }
    }
}

/// All deliveries, and what was accepted before.
#[derive(Debug, Default)]
pub(super) struct Journal {
    pub(super) deliveries: Vec<Delivery>,
    seen: HashSet<(Kind, String, String, String)>,
}

impl Journal {
    pub(super) fn add(&mut self, mut delivery: Delivery) {
        delivery.number = self.deliveries.len() + 1;
        if delivery.accepted {
            delivery.duplicate = !self.seen.insert(mark(&delivery));
        }
        self.deliveries.push(delivery);
    }
}

/// What makes two deliveries the same. Editing a message twice alike is no duplicate of sending it.
fn mark(delivery: &Delivery) -> (Kind, String, String, String) {
    let words = || format!("{}\n{}", delivery.title.as_deref().unwrap_or_default(), delivery.text);
    let key = delivery.key.as_ref().map_or_else(words, |key| format!("key {key}"));
    (delivery.kind, delivery.to.clone(), delivery.method.clone(), key)
}
