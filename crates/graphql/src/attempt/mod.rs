//! Attempts at launching.

mod buckets;
mod feed;
mod figures;
mod object;
mod odds;
mod query;
mod statistics;

pub(crate) use buckets::{AttemptBucket, Bars, Shape, bar_cost};
pub(crate) use feed::AttemptSubscription;
pub(crate) use object::{Attempt, AttemptConnection, AttemptOutcome, OutcomeCount, ProviderError, address};
pub(crate) use odds::{GrabOdds, odds, odds_cost, record};
pub(crate) use query::AttemptQuery;
