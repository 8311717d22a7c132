//! Deliveries: what was told to whom, and whether it arrived.

mod about;
mod feed;
mod object;
mod query;

pub(crate) use about::{ByChannel, ByTask};
pub(crate) use feed::NotificationDeliverySubscription;
pub(crate) use object::NotificationDelivery;
pub(crate) use query::{NotificationDeliveryQuery, by_ids};
