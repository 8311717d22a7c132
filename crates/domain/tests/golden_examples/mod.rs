//! One example of every event, all fields filled, in the order of its noun's table.

use super::{ProviderError, Seconds, SecretRef, TenantId, Timestamp};

mod grab;
mod tenant;

pub(super) use self::{grab::grab_examples, tenant::tenant_examples};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_232_352_417 + seconds * 1000)
}
