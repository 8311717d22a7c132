//! Notification channels.

mod config;
mod config_input;
mod input;
mod mutation;
mod object;
mod query;
mod rules;

pub(crate) use config::NotificationTopic;
pub(crate) use mutation::NotificationChannelMutation;
pub(crate) use object::NotificationChannel;
pub(crate) use query::{NotificationChannelQuery, by_ids};
