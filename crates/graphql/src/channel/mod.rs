//! Notification channels.

mod config;
mod input;
mod mutation;
mod object;
mod query;

pub(crate) use mutation::NotificationChannelMutation;
pub(crate) use object::NotificationChannel;
pub(crate) use query::{NotificationChannelQuery, by_ids};
