//! One example of every event, all fields filled, in the order of its noun's table.

use super::{ProviderError, Seconds, SecretRef, TenantId, Timestamp};

mod audit;
mod books;
mod channel;
mod grab;
mod profile;
mod projection;
mod tenant;
mod user;

pub(super) use self::{
    audit::audit_examples,
    books::books_examples,
    channel::{channel_examples, other_configs},
    grab::grab_examples,
    profile::profile_examples,
    projection::projection_examples,
    tenant::tenant_examples,
    user::user_examples,
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_232_352_417 + seconds * 1000)
}
