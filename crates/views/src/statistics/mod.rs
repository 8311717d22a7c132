//! How many attempts ended how, hour by hour: small enough to be kept for ever.
//!
//! Counted are attempts whose end is known, by the hour in which they ended. A stand-in counts as what it stands for, so closing the
//! books changes no number. Preparations that failed are no attempts.

mod fold;
mod query;

pub use query::{Count, HourTotals, Scope, Totals, busiest, series, totals};

use crate::{
    fold::Kind,
    model::{Model, Table},
};

pub(crate) const MODEL: Model = Model {
    name: "statistics",
    version: 1,
    schema: include_str!("../../../../migrations/views/statistics.sql"),
    tables: &[Table { name: "attempt_hour", key: 3 }, Table { name: "attempt_hour_owner", key: 1 }],
    follows: &[Kind::Grab],
    fold: |generation| Box::new(fold::Fold::new(generation)),
};
