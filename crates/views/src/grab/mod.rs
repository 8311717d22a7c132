//! Grab tasks as they are now.

mod fold;
mod paging;
mod query;

use berth_domain::{
    Aggregate, GrabId, Timestamp,
    grab::{Event, Grab, Have, State},
};
use berth_store::{Position, Recorded, Version};
use sqlx::{Row, sqlite::SqliteRow};

pub(crate) use paging::Question;
pub use paging::{Tasks, page, page_with_tenants};
pub use query::{
    Filter, Order, OrderBy, Wanting, by_id, by_ids, changed_since, count, held_count, in_doubt_count, newest,
    of_tenant, oldest_doubt, running_count, stalled_count, wanting_attention, wanting_count,
};

use crate::{
    ViewError,
    fold::Kind,
    model::{Model, Table},
    sql,
};

/// What this read model is called.
pub const NAME: &str = "grab";

pub(crate) const MODEL: Model = Model {
    name: NAME,
    version: 5,
    schema: include_str!("../../../../migrations/views/grab.sql"),
    tables: &[Table { name: "grab", key: 1 }],
    follows: &[Kind::Grab],
    fold: |generation| Box::new(fold::Fold::new(generation)),
};

/// A task as the events up to `position` made it.
#[derive(Clone, Debug, PartialEq)]
pub struct GrabRow {
    pub id: GrabId,
    pub version: Version,
    /// Of the last event about it.
    pub position: Position,
    /// When the last event about it was written.
    pub changed_at: Timestamp,
    /// Of the last event that changed its place in life. An attempt does not, nor does cooling down, so that lists keep still.
    pub activity: Position,
    pub grab: Grab,
}

impl GrabRow {
    /// When the next attempt is due; absent unless it runs and no attempt is out.
    pub fn next_attempt_at(&self) -> Option<Timestamp> {
        self.grab.next_attempt_at(self.id, Timestamp::from_millis(0))
    }

    /// An attempt is out, or an instance was accepted and does not run yet: somebody must see it through, whatever is wished.
    pub fn is_busy(&self) -> bool {
        matches!(self.grab.have, Have::Asked(_) | Have::Accepted(_))
    }

    fn unborn(id: GrabId) -> Self {
        Self {
            id,
            version: Version::NONE,
            position: Position::START,
            changed_at: Timestamp::default(),
            activity: Position::START,
            grab: Grab::default(),
        }
    }

    fn evolve(&mut self, recorded: &Recorded, event: &Event) {
        let before = (self.version, place_in_life(&self.grab));
        self.grab.evolve(event);
        self.version = recorded.version;
        self.position = recorded.position;
        self.changed_at = Timestamp::from_millis(recorded.meta.time_ms);
        if before.0 == Version::NONE || before.1 != place_in_life(&self.grab) {
            self.activity = recorded.position;
        }
    }
}

fn place_in_life(grab: &Grab) -> State {
    match grab.state() {
        State::CoolingDown => State::Running,
        other => other,
    }
}

fn row_of(row: &SqliteRow) -> Result<GrabRow, ViewError> {
    Ok(GrabRow {
        id: sql::parsed(row, "id")?,
        version: Version::new(row.try_get("version")?),
        position: sql::position(row, "position")?,
        changed_at: Timestamp::from_millis(row.try_get("changed_ms")?),
        activity: sql::position(row, "activity")?,
        grab: sql::from_json(row, "grab")?,
    })
}
