//! What the rules remember of a tenant, and nothing else.

use serde::{Deserialize, Serialize};

use super::event::{Proxy, Region, SuspensionReason};
use crate::{SecretRef, Timestamp};

/// A tenant as its events make it. `profile` is absent until it is registered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tenant {
    pub profile: Option<Profile>,
    pub status: Status,
    pub regions: Vec<Region>,
    pub throttled_until: Option<Timestamp>,
    pub last_checked_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub name: String,
    pub tenancy: String,
    pub user: String,
    pub fingerprint: String,
    pub home_region: String,
    pub credential: SecretRef,
    pub proxy: Option<Proxy>,
    pub created_at: Timestamp,
}

/// Whether the tenant may act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Its key was never tried.
    #[default]
    Untested,
    Active,
    Suspended(SuspensionReason),
    /// Switched off by a person.
    Disabled,
    Removed,
}

impl Tenant {
    /// Only an active tenant may act; one whose key was never tried is tried first.
    pub fn may_act(&self) -> bool {
        self.status == Status::Active
    }

    pub fn exists(&self) -> bool {
        self.profile.is_some() && self.status != Status::Removed
    }
}
