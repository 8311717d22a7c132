//! What may be asked of a grab.

use super::{
    event::{GaveUp, Holder, Review, Target},
    goal::Dormant,
    outcome::{Reason, Verdict},
    schedule::Schedule,
    spec::Spec,
    state::Action,
};
use crate::{ProviderError, Seconds, TenantId, Timestamp, access::Act, tenant::Limit};

#[derive(Clone, Debug)]
pub enum Command {
    Create(Box<Create>),
    /// Make a task that starts an instance which exists.
    OrderStart(Box<OrderStart>),
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
    /// Start it when one of the places for running tasks is free.
    Queue {
        at: Timestamp,
    },
    /// Its tenant lets it go on, and no place is free: it goes on when one is.
    QueueAgain {
        at: Timestamp,
    },
    /// A person starts or resumes it while its tenant may not act: it goes on by itself once that may.
    Await {
        action: Action,
        at: Timestamp,
    },
    /// Wish for something else, from the next attempt on.
    Edit(Box<Edit>),
    /// Try at once, out of turn.
    Hurry {
        /// The shortest interval that the configuration allows.
        min_interval: Seconds,
        at: Timestamp,
    },
    /// Take it off the lists.
    Delete {
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
    /// About to ask the cloud to end the accepted instance, which was seen without a place.
    AskRelease {
        instance: String,
        at: Timestamp,
    },
    /// What is really used of the limits that the wish needs, and a living instance of this task, if one was found.
    SeeLimits {
        limits: Vec<Limit>,
        found: Option<String>,
        at: Timestamp,
    },
    /// Whether calls are answered that need no rights of their own.
    SeeAccess {
        identity: bool,
        shapes: bool,
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
pub struct OrderStart {
    pub tenant: TenantId,
    pub name: String,
    pub start: Dormant,
    pub schedule: Schedule,
    /// The shortest interval that the configuration allows.
    pub min_interval: Seconds,
    pub at: Timestamp,
}

/// What is to be different. What is absent stays.
#[derive(Clone, Debug)]
pub struct Edit {
    pub name: Option<String>,
    /// Whole, and only of an order to launch. Its secrets are new ones: nobody can read the old ones to give them again.
    pub spec: Option<Spec>,
    /// Whether the order's own password goes with the new spec, where that has none.
    pub keep_root_password: bool,
    pub keep_user_data: bool,
    pub schedule: Option<Schedule>,
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

impl Command {
    /// What the table of rights calls it.
    pub fn act(&self) -> Act {
        match self {
            Self::Create(_)
            | Self::OrderStart(_)
            | Self::Start { .. }
            | Self::Pause { .. }
            | Self::Resume { .. }
            | Self::Stop { .. }
            | Self::Queue { .. }
            | Self::QueueAgain { .. }
            | Self::Await { .. }
            | Self::Edit(_)
            | Self::Hurry { .. }
            | Self::Delete { .. } => Act::Grab,
            Self::FailPreparation { .. }
            | Self::Attempt(_)
            | Self::Resend { .. }
            | Self::Absent { .. }
            | Self::Settle(_)
            | Self::SeeRunning { .. }
            | Self::AskRelease { .. }
            | Self::SeeLimits { .. }
            | Self::SeeAccess { .. }
            | Self::SeeEnded { .. }
            | Self::SeeSurplus { .. }
            | Self::GiveUp { .. }
            | Self::AskReview { .. } => Act::Inside,
        }
    }
}
