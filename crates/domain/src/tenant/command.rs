//! What may be asked of a tenant.

use super::event::{Failure, Limit, Proxy, Region, Scope, SuspensionReason};
use crate::{ProviderError, SecretRef, TenantId, Timestamp, access::Act};

#[derive(Clone, Debug)]
pub enum Command {
    Register(Box<Register>),
    /// What is absent stays.
    Edit {
        name: Option<String>,
        proxy: Option<Option<Proxy>>,
    },
    /// Takes effect on the next call.
    RotateCredential {
        fingerprint: String,
        user: String,
        credential: SecretRef,
    },
    /// Writes down what a connection test found, and draws the consequence.
    RecordTest {
        outcome: TestOutcome,
        duration_ms: u32,
        at: Timestamp,
    },
    ObserveRegions {
        regions: Vec<Region>,
    },
    ObserveLimits {
        region: String,
        limits: Vec<Limit>,
        at: Timestamp,
    },
    Throttle {
        scope: Scope,
        region: String,
        until: Timestamp,
        provider_error: ProviderError,
        at: Timestamp,
    },
    /// For what was seen at a moment that may lie some time back.
    Suspend {
        reason: SuspensionReason,
        note: String,
        seen_at: Timestamp,
        at: Timestamp,
    },
    Reinstate,
    Disable,
    Enable,
    /// `running_tasks` is counted by the caller: a tenant does not know its tasks.
    Remove {
        force: bool,
        running_tasks: u32,
    },
}

#[derive(Clone, Debug)]
pub struct Register {
    pub id: TenantId,
    pub name: String,
    pub tenancy: String,
    pub user: String,
    pub fingerprint: String,
    pub home_region: String,
    pub credential: SecretRef,
    pub proxy: Option<Proxy>,
    pub at: Timestamp,
}

/// What a connection test found.
#[derive(Clone, Debug, PartialEq)]
pub enum TestOutcome {
    Works,
    /// The cloud refused the key, or the clocks differ.
    Rejected(Failure),
    /// The same, where nobody had asked and no call needed the key. It is believed when it is said twice in a row.
    Doubtful(Failure),
    /// The cloud seems to have closed the account.
    Suspended(Failure),
    /// No clear answer: the network or the cloud failed. Says nothing about the key.
    Unclear(Failure),
}

impl TestOutcome {
    /// A refusal as one that says nothing: a later test than this one was answered before.
    pub(super) fn unclear(self) -> Self {
        match self {
            Self::Works => Self::Works,
            Self::Rejected(failure)
            | Self::Doubtful(failure)
            | Self::Suspended(failure)
            | Self::Unclear(failure) => Self::Unclear(failure),
        }
    }
}

impl Command {
    /// What the table of rights calls it.
    pub fn act(&self) -> Act {
        match self {
            Self::Register(_)
            | Self::Edit { .. }
            | Self::RotateCredential { .. }
            | Self::Reinstate
            | Self::Disable
            | Self::Enable
            | Self::Remove { .. } => Act::KeepTenants,
            // What a test finds out, whoever asked for it.
            Self::RecordTest { .. } => Act::TestTenant,
            Self::ObserveRegions { .. }
            | Self::ObserveLimits { .. }
            | Self::Throttle { .. }
            | Self::Suspend { .. } => Act::Inside,
        }
    }
}
