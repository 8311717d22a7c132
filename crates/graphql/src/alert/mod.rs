//! Alerts and their rules, as clients see them.

mod feed;
mod input;
mod mutation;
mod object;
mod query;
mod rule;
mod words;

pub(crate) use feed::AlertSubscription;
pub(crate) use mutation::{AlertMutation, AlertRuleMutation};
pub(crate) use query::AlertQuery;
