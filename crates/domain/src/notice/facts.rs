//! The facts of everything that is told. They stand in events, so words and shapes are for ever.

use serde::{Deserialize, Serialize};

use super::Severity;
use crate::{
    GrabId, Language, TenantId, Text,
    channel::Topic,
    grab::{GaveUp, Outcome, Reason, Review},
    report::Made,
    tenant::SuspensionReason,
};

/// One thing that people are told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// All that a task wanted is there.
    TaskSucceeded(Grant),
    /// One of several instances is there.
    InstanceObtained(Grant),
    TaskFailed(Lapse),
    /// Only a person can tell whether there is an instance: there may be a bill.
    TaskNeedsReview(Lapse),
    /// Attempts fail one after another, and not for want of capacity.
    TaskFaults(Faults),
    /// A tenant's key is refused, its account closed, or this machine's clock wrong: nothing is tried for it any more.
    TenantSuspended(Account),
    TenantReinstated(Account),
    /// A channel said that it will never take anything again.
    ChannelDisabled(Muted),
    AlertRaised(Alert),
    AlertResolved(Alert),
    DailyReport(Box<Daily>),
}

/// A task, as it was called when it happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    pub id: GrabId,
    pub name: String,
    pub tenant: TenantId,
    pub tenant_name: String,
}

/// An instance that was obtained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    pub task: Task,
    pub what: What,
    pub region: String,
    pub availability_domain: String,
    pub instance: String,
    pub public_ip: Option<String>,
    pub private_ip: Option<String>,
    /// How many are there now, and how many are wanted.
    pub held: u32,
    pub wanted: u32,
    pub attempts: u32,
    /// From the start of the task to now.
    pub waited_ms: i64,
}

/// What a task is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A new instance.
    Launch { shape: String, ocpus: Option<f64>, memory_gb: Option<f64> },
    /// The start of one that exists.
    Start,
}

/// A task that goes on no more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lapse {
    pub task: Task,
    pub why: Why,
    pub detail: Option<String>,
    pub attempts: u32,
    pub held: u32,
    pub wanted: u32,
}

/// Why a task goes on no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    GaveUp(GaveUp),
    Review(Review),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Faults {
    pub task: Task,
    /// So many in a row.
    pub faults: u32,
    pub outcome: Outcome,
    pub reason: Reason,
    /// The cloud's own words.
    pub said: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    pub tenant: TenantId,
    pub name: String,
    /// Absent when it may act again.
    pub reason: Option<SuspensionReason>,
    /// The cloud's words, or a person's.
    pub note: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Muted {
    pub channel_name: String,
    pub said: String,
}

/// Something of Berth itself, or of the machine, that is out of bounds or back within them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    pub name: Bilingual,
    /// What there is to say of it.
    pub said: Bilingual,
    pub severity: Severity,
}

/// A sentence that was made when something happened, in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bilingual {
    pub english: String,
    pub chinese: String,
}

impl From<Text> for Bilingual {
    fn from(text: Text) -> Self {
        Self { english: text.english, chinese: text.chinese }
    }
}

impl Bilingual {
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }
}

/// A day in figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Daily {
    /// `2026-11-21`.
    pub day: String,
    pub attempts: u64,
    pub faults: u64,
    pub running: u64,
    pub succeeded: u64,
    pub failed: u64,
    pub needs_review: u64,
    /// Instances obtained in the day.
    pub obtained: u64,
    /// Those who may not act.
    pub suspended: u64,
    /// The busiest first, at most as many as one reads.
    pub tenants: Vec<DailyTenant>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DailyTenant {
    pub name: String,
    pub attempts: u64,
    pub faults: u64,
    pub obtained: u64,
}

impl Notice {
    pub fn topic(&self) -> Topic {
        match self {
            Self::TaskSucceeded(_) | Self::InstanceObtained(_) => Topic::TaskSucceeded,
            Self::TaskFailed(_) | Self::TaskNeedsReview(_) | Self::TaskFaults(_) => Topic::TaskFailed,
            Self::TenantSuspended(_) | Self::TenantReinstated(_) => Topic::AccountAuthFailed,
            Self::ChannelDisabled(_) | Self::AlertRaised(_) | Self::AlertResolved(_) => Topic::SystemAlert,
            Self::DailyReport(_) => Topic::DailyDigest,
        }
    }

    pub fn severity(&self) -> Severity {
        match self {
            Self::TaskSucceeded(_)
            | Self::InstanceObtained(_)
            | Self::TenantReinstated(_)
            | Self::DailyReport(_) => Severity::Info,
            Self::TaskFailed(_) | Self::TaskFaults(_) | Self::ChannelDisabled(_) => Severity::Warning,
            Self::TaskNeedsReview(_) | Self::TenantSuspended(_) => Severity::Critical,
            // Who was woken by it wants to know that it is over.
            Self::AlertRaised(alert) | Self::AlertResolved(alert) => alert.severity,
        }
    }

    /// The task that it is about, if it is about one.
    pub fn task(&self) -> Option<&Task> {
        match self {
            Self::TaskSucceeded(grant) | Self::InstanceObtained(grant) => Some(&grant.task),
            Self::TaskFailed(lapse) | Self::TaskNeedsReview(lapse) => Some(&lapse.task),
            Self::TaskFaults(faults) => Some(&faults.task),
            Self::TenantSuspended(_)
            | Self::TenantReinstated(_)
            | Self::ChannelDisabled(_)
            | Self::AlertRaised(_)
            | Self::AlertResolved(_)
            | Self::DailyReport(_) => None,
        }
    }

    /// Whose matter it is. Absent for what concerns everybody.
    pub fn tenant(&self) -> Option<TenantId> {
        match self {
            Self::TenantSuspended(account) | Self::TenantReinstated(account) => Some(account.tenant),
            other => other.task().map(|task| task.tenant),
        }
    }
}

/// So many tenants are named in a message.
const TENANTS: usize = 10;

impl From<Made> for Daily {
    fn from(Made { day, figures, .. }: Made) -> Self {
        let tenants = figures.tenants.into_iter().take(TENANTS).map(|tenant| DailyTenant {
            name: tenant.name,
            attempts: tenant.sums.attempts,
            faults: tenant.sums.faults,
            obtained: tenant.sums.obtained,
        });
        Self {
            day: day.to_string(),
            attempts: figures.all.attempts,
            faults: figures.all.faults,
            running: figures.all.tasks.running,
            succeeded: figures.all.tasks.succeeded,
            failed: figures.all.tasks.failed,
            needs_review: figures.all.tasks.needs_review,
            obtained: figures.all.obtained,
            suspended: figures.suspended_in_all,
            tenants: tenants.collect(),
        }
    }
}
