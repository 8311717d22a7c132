//! What the machine does, and what this process uses and carries.

mod feed;
mod object;
mod query;

pub(crate) use feed::SystemMetricsSubscription;
pub(crate) use query::SystemMetricsQuery;
