//! Read models, and how they stand to the log they are kept from.

mod feed;
mod input;
mod mutation;
mod object;
mod query;

pub(crate) use feed::ProjectionSubscription;
pub(crate) use mutation::ProjectionMutation;
pub(crate) use query::ProjectionQuery;
