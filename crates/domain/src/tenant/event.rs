//! What can have happened to a tenant. Names and shapes are for ever.

use serde::{Deserialize, Serialize};

use super::upcast::UPCASTERS;
use crate::{ProviderError, SecretRef, Timestamp, event::events};

events! {
    /// What can have happened to a tenant.
    UPCASTERS;
    Registered = "tenant.registered" v 1,
    Edited = "tenant.edited" v 1,
    CredentialRotated = "tenant.credential_rotated" v 1,
    ConnectionTested = "tenant.connection_tested" v 1,
    RegionsObserved = "tenant.regions_observed" v 1,
    LimitsObserved = "tenant.limits_observed" v 1,
    Throttled = "tenant.throttled" v 3,
    Suspended = "tenant.suspended" v 2,
    Reinstated = "tenant.reinstated" v 1,
    Disabled = "tenant.disabled" v 1,
    Enabled = "tenant.enabled" v 1,
    Removed = "tenant.removed" v 1,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Registered {
    pub name: String,
    pub tenancy: String,
    pub user: String,
    pub fingerprint: String,
    pub home_region: String,
    pub credential: SecretRef,
    pub proxy: Option<Proxy>,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edited {
    pub name: String,
    pub proxy: Option<Proxy>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CredentialRotated {
    pub fingerprint: String,
    pub user: String,
    pub credential: SecretRef,
}

/// `failure` is absent when the key works.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionTested {
    pub duration_ms: u32,
    pub failure: Option<Failure>,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegionsObserved {
    pub regions: Vec<Region>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LimitsObserved {
    pub region: String,
    pub limits: Vec<Limit>,
    pub at: Timestamp,
}

/// The cloud asked to slow down. The rate itself lives in memory: it is measured anew after a start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Throttled {
    pub scope: Scope,
    /// Where the call went that was throttled.
    pub region: String,
    pub until: Timestamp,
    /// The cloud's own words. Absent in what version 1 wrote.
    pub provider_error: Option<ProviderError>,
    /// When it asked. Absent in what versions before 3 wrote.
    pub at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suspended {
    pub reason: SuspensionReason,
    /// The cloud's words, or a person's.
    pub note: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reinstated {}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Disabled {}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Enabled {}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Removed {
    /// Its name is free again.
    pub name: String,
    /// Its secrets were forgotten with it.
    pub credential: SecretRef,
    pub forced: bool,
}

/// A proxy that the tenant's calls go through. The address may hold a password, so it lies in the vault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proxy {
    pub address: SecretRef,
    /// The address without its credentials, to be shown.
    pub masked: String,
}

/// What the cloud, or the network, said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// Our stable word for it, `clock_skew`.
    pub reason: String,
    pub status: Option<u16>,
    pub code: String,
    pub message: String,
    pub request_id: Option<String>,
}

/// A region that the tenancy subscribes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    pub name: String,
    pub home: bool,
}

/// One service limit as last seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    pub name: String,
    pub availability_domain: Option<String>,
    pub total: f64,
    pub used: f64,
}

/// Whom a throttle answer holds back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// One user's calls in one region.
    User,
    /// Every call of the tenancy.
    Tenancy,
}

/// Why a tenant may not act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspensionReason {
    /// The cloud refused the key again and again.
    KeyRejected,
    /// This machine's clock is too far off for the cloud to take any key.
    ClockSkew,
    /// The cloud seems to have closed the account.
    AccountSuspended,
}
