//! One example of every event, all fields filled, in the order of its noun's table.

use super::{ProviderError, Seconds, SecretRef, TenantId, Timestamp};

mod books;
mod grab;
mod profile;
mod projection;
mod tenant;

pub(super) use self::{
    books::books_examples, grab::grab_examples, profile::profile_examples, projection::projection_examples,
    tenant::tenant_examples,
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_232_352_417 + seconds * 1000)
}
