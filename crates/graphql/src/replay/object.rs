//! States and differences as clients see them.

use async_graphql::SimpleObject;
use berth_domain::{Timestamp, replay::Change};

use super::read::{Place, Replay};
use crate::{
    event::{Event, masked},
    shared::scalars::{DateTime, EventPosition, Json, int},
};
use berth_store::Position;

/// What one thing was at one point of its history, folded from its events. Names of secrets are shown as `"••••"`.
#[derive(SimpleObject)]
pub(crate) struct StreamSnapshot {
    /// What it is, `grab/grab_…`.
    stream_id: String,
    /// How many events it had then; 0 before the first.
    version: i32,
    /// The position of the last of them; `"0"` before the first.
    position: EventPosition,
    /// When that one happened. Null before the first.
    time: Option<DateTime>,
    /// What it was.
    state: Json,
    /// The last event that is in it. Null before the first.
    event: Option<Event>,
    /// The version before this one that is still known. Null before the first event. Versions in between were released when the
    /// books were closed.
    previous_version: Option<i32>,
    /// The version behind this one that is still known. Null at the end.
    next_version: Option<i32>,
}

/// One difference between two points of a history.
#[derive(SimpleObject)]
pub(crate) struct StateChange {
    /// Where in the state, as a JSON Pointer (RFC 6901): `/wish/shape`.
    path: String,
    /// What was there. Null when nothing was.
    before: Option<Json>,
    /// What is there. Null when nothing is.
    after: Option<Json>,
    /// The event that made it so: the last one that changed it.
    caused_by: Event,
    /// How many events changed it on the way.
    changes: i32,
}

impl StreamSnapshot {
    pub(super) fn of(stream_id: String, replay: &Replay, place: &Place) -> Self {
        let events = place.before.map_or(0, |index| index + 1);
        let replayed = replay.history.after(events);
        let last = replay.event(place.before);
        let earlier =
            place.before.map(|index| index.checked_sub(1).map_or(0, |index| version(replay, index)));
        Self {
            stream_id,
            version: int(replayed.version),
            position: EventPosition(Position::new(replayed.position)),
            time: last.map(|event| DateTime(Timestamp::from_millis(event.meta.time_ms))),
            state: Json(masked(replayed.state)),
            event: last.cloned().map(Event::of),
            previous_version: earlier,
            next_version: replay.events.get(events).map(|_| version(replay, events)),
        }
    }
}

fn version(replay: &Replay, index: usize) -> i32 {
    int(replay.events[index].version.get())
}

impl StateChange {
    pub(super) fn of(replay: &Replay, change: Change) -> Self {
        Self {
            path: change.path,
            before: change.before.map(masked).map(Json),
            after: change.after.map(masked).map(Json),
            caused_by: Event::of(replay.events[change.caused_by].clone()),
            changes: int(change.times),
        }
    }
}
