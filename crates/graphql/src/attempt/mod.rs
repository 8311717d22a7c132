//! Attempts at launching.

mod buckets;
mod object;

pub(crate) use buckets::{AttemptBucket, bar_cost, buckets};
pub(crate) use object::{Attempt, AttemptConnection, AttemptOutcome, OutcomeCount, ProviderError, address};
