//! Events: what the log really holds.

mod feed;
mod filter;
mod log;
mod object;
mod query;
mod scan;
mod stream;
mod verification;

pub(crate) use feed::EventSubscription;
pub(crate) use log::EventLogQuery;
pub(crate) use object::{Event, masked, position_of};
pub(crate) use query::{EventQuery, at};
pub(crate) use verification::EventLogSubscription;
