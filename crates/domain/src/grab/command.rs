//! What may be asked of a grab.

use super::{
    event::{GaveUp, Holder, Review, Target},
    outcome::{Reason, Verdict},
    spec::{Schedule, Spec},
};
use crate::{ProviderError, Seconds, TenantId, Timestamp};

#[derive(Clone, Debug)]
pub enum Command {
    Create(Box<Create>),
    Start {
        at: Timestamp,
    },
    Pause {
        by: Holder,
        at: Timestamp,
    },
    Resume {
        by: Holder,
        at: Timestamp,
    },
    Stop {
        at: Timestamp,
    },

    // From here on only the hunter speaks.
    /// What an attempt needs could not be had.
    FailPreparation {
        verdict: Verdict,
        provider_error: ProviderError,
        at: Timestamp,
    },
    /// About to call the cloud.
    Attempt(Box<Attempt>),
    /// About to call again with the same token.
    Resend {
        number: u32,
        at: Timestamp,
    },
    /// A full listing did not show it.
    Absent {
        number: u32,
        at: Timestamp,
    },
    Settle(Box<Settle>),
    /// Seen running, with its addresses.
    SeeRunning {
        instance: String,
        public_ip: Option<String>,
        private_ip: Option<String>,
        at: Timestamp,
    },
    /// Seen ended before it ran.
    SeeEnded {
        instance: String,
        verdict: Verdict,
        provider_error: Option<ProviderError>,
        at: Timestamp,
    },
    /// More instances with our tag than asked for.
    SeeSurplus {
        instances: Vec<String>,
        at: Timestamp,
    },
    GiveUp {
        why: GaveUp,
        at: Timestamp,
    },
    AskReview {
        why: Review,
        at: Timestamp,
    },
}

#[derive(Clone, Debug)]
pub struct Create {
    pub tenant: TenantId,
    pub name: String,
    pub spec: Spec,
    pub schedule: Schedule,
    /// The shortest interval that the configuration allows.
    pub min_interval: Seconds,
    pub at: Timestamp,
}

#[derive(Clone, Debug)]
pub struct Attempt {
    pub number: u32,
    pub token: String,
    pub target: Target,
    pub body_hash: String,
    pub at: Timestamp,
}

/// How the call ended.
#[derive(Clone, Debug)]
pub struct Settle {
    pub number: u32,
    pub ended: Ended,
    pub request_id: Option<String>,
    pub duration_ms: u32,
    pub at: Timestamp,
}

#[derive(Clone, Debug)]
pub enum Ended {
    Accepted {
        instance: String,
        work_request: Option<String>,
    },
    /// `not_before`: until when the tenant's budget is frozen, when the cloud throttled.
    Not {
        verdict: Verdict,
        provider_error: ProviderError,
        not_before: Option<Timestamp>,
    },
}

impl Ended {
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Accepted { .. } => Verdict { outcome: super::Outcome::Accepted, reason: Reason::Launched },
            Self::Not { verdict, .. } => *verdict,
        }
    }
}
