//! The raw log of events: read, followed, and travelled in.

mod diff;
mod export;
mod list;
mod point;
mod replay;
mod show;
mod step;
mod tail;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

pub use self::{
    diff::Diff,
    export::{Wanted, export},
    list::List,
    replay::Replay,
    show::Show,
    tail::Tail,
};
pub(crate) use self::{
    diff::run as diff, list::run as list, replay::run as replay, show::run as show, tail::run as tail,
};
use crate::{client::Position, failure::Failure};

/// An event, as far as it is shown to people.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    position: Position,
    stream_id: String,
    version: u64,
    #[serde(rename = "type")]
    kind: String,
    time: DateTime<Utc>,
    summary: String,
}

impl Event {
    fn read(value: &Value) -> Result<Self, Failure> {
        Self::deserialize(value).map_err(Failure::strange)
    }
}

/// What something was at a point of its history.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Snapshot {
    stream_id: String,
    version: u64,
    position: Position,
    time: Option<DateTime<Utc>>,
    state: Value,
    event: Option<Event>,
    previous_version: Option<u64>,
    next_version: Option<u64>,
}
