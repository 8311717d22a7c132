//! What can have happened to a delivery. Names and shapes are for ever.

use serde::{Deserialize, Serialize};

use super::upcast::UPCASTERS;
use crate::{ChannelId, DeliveryId, Timestamp, event::events, notice::Notice};

events! {
    /// What can have happened to a delivery.
    UPCASTERS;
    Queued = "delivery.queued" v 1,
    Begun = "delivery.begun" v 1,
    Failed = "delivery.failed" v 1,
    Sent = "delivery.sent" v 1,
    GivenUp = "delivery.given_up" v 1,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Queued {
    pub channel: ChannelId,
    /// The position of the event that is told.
    pub cause: u64,
    pub notice: Box<Notice>,
    /// When it happened that is told.
    pub happened_at: Timestamp,
    /// The end of the quiet hours that it fell into.
    pub not_before: Option<Timestamp>,
    pub at: Timestamp,
}

/// Committed **before** the call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Begun {
    pub attempt: u32,
    /// Told in one message together with others, of which this is the first.
    pub digest: Option<DeliveryId>,
    pub at: Timestamp,
}

/// It did not work, and is tried again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failed {
    pub attempt: u32,
    /// Absent when there was no answer.
    pub status: Option<u16>,
    /// The other side's own, or those of what kept us from reaching it.
    pub words: String,
    pub duration_ms: u32,
    pub retry_at: Timestamp,
    pub at: Timestamp,
}

/// The other side took it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    pub attempt: u32,
    pub status: Option<u16>,
    pub words: String,
    pub duration_ms: u32,
    pub at: Timestamp,
}

/// Nothing more is tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GivenUp {
    pub why: Why,
    pub attempt: u32,
    pub status: Option<u16>,
    pub words: String,
    pub duration_ms: u32,
    pub at: Timestamp,
}

/// Why nothing more is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The other side does not take it like this.
    Refused,
    /// There is nobody at the other side any more.
    Gone,
    /// The server may not call that address.
    Blocked,
    /// It was tried for a whole day.
    TooLong,
    /// The channel was deleted or disabled while it waited.
    ChannelClosed,
}

impl Why {
    pub const ALL: [Self; 5] = [Self::Refused, Self::Gone, Self::Blocked, Self::TooLong, Self::ChannelClosed];
}
