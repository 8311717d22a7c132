//! Grab tasks.

mod command;
mod create;
mod feed;
mod input;
mod mutation;
mod object;
mod query;
mod schedule;
mod spec;
mod start;
mod update;

pub(crate) use feed::GrabTaskSubscription;
pub(crate) use mutation::GrabTaskMutation;
pub(crate) use object::{GrabTask, GrabTaskConnection, GrabTaskState};
pub(crate) use query::{GrabTaskFilter, GrabTaskQuery, by_ids, ids};
pub(crate) use spec::{InstanceSize, InstanceSpec, InstanceSpecInput, changed, usual};
pub(crate) use update::said_here;
