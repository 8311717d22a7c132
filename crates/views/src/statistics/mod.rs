//! How many attempts ended how, hour by hour and place by place, and what was got: small enough to be kept for ever.
//!
//! Counted are attempts whose end is known, by the hour in which they ended. A stand-in counts as what it stands for, so closing the
//! books changes no number. Preparations that failed are no attempts, and are counted beside them. Hours are those of UTC: whoever
//! shows them shifts them.

mod count;
mod daily;
mod fold;
mod grant;
mod hunt;
mod moment;
mod odds;

pub use count::{Count, Totals};
pub use grant::{TIMES, Times};
pub use moment::{By, Filter, Group, Moment, Scope};
pub use odds::{Odds, Record, Window};

use crate::{
    fold::Kind,
    model::{Model, Table},
};

/// Its model's name.
pub const NAME: &str = MODEL.name;

const HOUR_MS: i64 = 3_600_000;

pub(crate) const MODEL: Model = Model {
    name: "statistics",
    version: 2,
    schema: include_str!("../../../../migrations/views/statistics.sql"),
    tables: &[
        Table { name: "attempt_hour", key: 6 },
        Table { name: "place_hour", key: 6 },
        Table { name: "granted", key: 2 },
        Table { name: "hunt", key: 1 },
    ],
    follows: &[Kind::Grab],
    fold: |generation| Box::new(fold::Fold::new(generation)),
};
