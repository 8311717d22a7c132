//! One thing that happened: as it is written, and as it is read back.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{CommandId, Position, StreamId, Version};

/// What surrounds an event: the same for all events of one append. Never holds a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// The writer's clock, in milliseconds since 1970. Never used for order.
    pub time_ms: i64,
    /// Who wanted it.
    pub actor: String,
    /// Joins everything that followed from one request.
    pub correlation: String,
    /// What this followed from directly: an event's position or a command id, as text.
    pub causation: Option<String>,
}

/// An event to be appended. Its name and shape are for ever.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Spelled out and independent of Rust names: `grab.attempt_settled`.
    pub name: Cow<'static, str>,
    /// The version of the shape of `data`.
    pub schema: u16,
    /// Kept byte for byte.
    pub data: Box<RawValue>,
}

impl NewEvent {
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        schema: u16,
        data: &impl Serialize,
    ) -> Result<Self, serde_json::Error> {
        Ok(Self { name: name.into(), schema, data: serde_json::value::to_raw_value(data)? })
    }
}

/// An event as the log holds it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Recorded {
    pub position: Position,
    pub stream: StreamId,
    pub version: Version,
    pub name: String,
    pub schema: u16,
    pub meta: Meta,
    pub command: CommandId,
    pub data: Box<RawValue>,
}
