//! Events: what the log really holds.

mod feed;
mod filter;
mod object;
mod query;
mod scan;

pub(crate) use feed::EventSubscription;
pub(crate) use object::{Event, position_of};
pub(crate) use query::{EventQuery, at};
