//! Attempts at launching.

mod buckets;
mod object;
mod odds;
mod query;
mod statistics;

pub(crate) use buckets::{AttemptBucket, bar_cost, buckets};
pub(crate) use object::{Attempt, AttemptConnection, AttemptOutcome, OutcomeCount, ProviderError, address};
pub(crate) use odds::{GrabOdds, odds, odds_cost, record};
pub(crate) use query::AttemptQuery;
