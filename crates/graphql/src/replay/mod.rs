//! What something was at any moment of its history, and what made it so.

mod object;
mod point;
mod query;
mod read;

pub(crate) use query::ReplayQuery;
