//! One example of every event, all fields filled, in the order of its noun's table.

use super::{ProviderError, Seconds, SecretRef, TenantId, Timestamp};

mod alert;
mod audit;
mod books;
mod channel;
mod delivery;
mod grab;
pub(super) mod notice;
mod profile;
mod projection;
mod report;
mod tenant;
mod user;

pub(super) use self::{
    alert::alert_examples,
    audit::audit_examples,
    books::books_examples,
    channel::{channel_examples, other_configs},
    delivery::delivery_examples,
    grab::grab_examples,
    profile::profile_examples,
    projection::projection_examples,
    report::report_examples,
    tenant::tenant_examples,
    user::user_examples,
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_232_352_417 + seconds * 1000)
}
