//! What every grab of a tenant does about what happened to the tenant. A policy lives with the noun that acts.

use super::{
    command::Command,
    event::{GaveUp, Holder},
};
use crate::{Timestamp, tenant};

/// The command that each unfinished task of the tenant is given.
pub fn react(event: &tenant::Event, at: Timestamp) -> Option<Command> {
    match event {
        tenant::Event::Suspended(_) | tenant::Event::Disabled(_) => {
            Some(Command::Pause { by: Holder::Tenant, at })
        }
        tenant::Event::Reinstated(_) => Some(Command::Resume { by: Holder::Tenant, at }),
        tenant::Event::ConnectionTested(tested) if tested.failure.is_none() => {
            Some(Command::Resume { by: Holder::Tenant, at })
        }
        tenant::Event::Removed(_) => Some(Command::GiveUp { why: GaveUp::TenantRemoved, at }),
        tenant::Event::Registered(_)
        | tenant::Event::Edited(_)
        | tenant::Event::CredentialRotated(_)
        | tenant::Event::ConnectionTested(_)
        | tenant::Event::RegionsObserved(_)
        | tenant::Event::LimitsObserved(_)
        | tenant::Event::Throttled(_)
        | tenant::Event::Enabled(_) => None,
    }
}
