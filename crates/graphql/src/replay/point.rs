//! Moments of a history, as a client names them.

use async_graphql::{Context, InputObject, Result};
use berth_domain::{Text, replay::Point};
use berth_store::Recorded;

use crate::shared::{
    caller::language,
    fault,
    scalars::{DateTime, EventPosition},
};

/// A moment in the history of one thing: after the last of its events that is not beyond it. Name exactly one.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct PointInHistory {
    /// By place in the log.
    position: Option<EventPosition>,
    /// By time.
    at: Option<DateTime>,
    /// By its own count of events: `0` is before the first.
    version: Option<i32>,
}

impl PointInHistory {
    pub(super) fn read(self, ctx: &Context<'_>) -> Result<Point> {
        let version = self.version.map(|version| version.try_into().unwrap_or(u32::MAX));
        match (self.position, self.at, version) {
            (Some(EventPosition(position)), None, None) => Ok(Point::Position(position.get())),
            (None, Some(DateTime(moment)), None) => Ok(Point::At(moment)),
            // No version is negative.
            (None, None, Some(version)) if version <= i32::MAX.unsigned_abs() => Ok(Point::Version(version)),
            _ => {
                let text = Text::new(
                    "name a point by exactly one of position, at and version",
                    "时间点须且只能用 position、at、version 之一指定",
                );
                Err(fault::bad_input(language(ctx), &text))
            }
        }
    }
}

/// Whether an event, and all that follow it in its stream, are beyond a point. Clocks are set back at times, so of time one only
/// knows at the end.
pub(super) fn is_beyond(point: Point, event: &Recorded) -> bool {
    match point {
        Point::Head | Point::At(_) => false,
        Point::Version(version) => event.version.get() > version,
        Point::Position(position) => event.position.get() > position,
    }
}
