//! Grab tasks.

mod command;
mod create;
mod feed;
mod input;
mod mutation;
mod object;
mod query;
mod spec;

pub(crate) use feed::GrabTaskSubscription;
pub(crate) use mutation::GrabTaskMutation;
pub(crate) use object::{GrabTask, GrabTaskConnection};
pub(crate) use query::{GrabTaskFilter, GrabTaskQuery, by_ids, ids};
