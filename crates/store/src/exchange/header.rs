//! The first line: what the rest is.

use serde::{Deserialize, Serialize};

use crate::Position;

/// The format that is written, and the only one that is read.
pub const FORMAT: &str = "berth-events/1";

/// Says nothing that could differ between two exports of the same events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) format: String,
    /// The first position of the stretch, whether or not an event is there.
    pub(super) from: Position,
    pub(super) to: Position,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) redacted: bool,
}

/// Read first, so that a file of another format is called that and not malformed.
#[derive(Deserialize)]
pub(super) struct Format {
    pub(super) format: String,
}
