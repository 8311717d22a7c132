//! What happened, in words.

mod feed;
mod object;
mod query;

pub(crate) use feed::LogSubscription;
pub(crate) use query::LogQuery;
