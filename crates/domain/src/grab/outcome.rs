//! How an attempt can end, sorted by what we do next, not by what the cloud called it.

use serde::{Deserialize, Serialize};

/// Ten ways. Misses are the normal course; faults are counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// The usual answer: no room. Try again at the interval.
    Capacity,
    /// Slow down; everybody of that user in that region does, or of the tenancy.
    Throttled,
    /// A limit or quota was named.
    Limit,
    /// The key, the clock or a policy.
    Auth,
    /// The request itself was refused.
    Invalid,
    /// This availability domain has no such shape.
    ShapeUnavailable,
    /// The cloud failed, and did not launch.
    ServerFault,
    /// The cloud was not reached, or never saw the request.
    Network,
    /// It may have launched: find out before anything else.
    InDoubt,
    /// The cloud took it. Not yet success: that is the instance seen running with its address.
    Accepted,
}

impl Outcome {
    pub const ALL: [Self; 10] = [
        Self::Capacity,
        Self::Throttled,
        Self::Limit,
        Self::Auth,
        Self::Invalid,
        Self::ShapeUnavailable,
        Self::ServerFault,
        Self::Network,
        Self::InDoubt,
        Self::Accepted,
    ];

    /// Faults have a counter of their own, so that they do not hide among misses.
    pub fn is_fault(self) -> bool {
        !matches!(self, Self::Capacity | Self::Throttled | Self::Accepted)
    }

    /// The word in events, answers and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Capacity => "CAPACITY",
            Self::Throttled => "THROTTLED",
            Self::Limit => "LIMIT",
            Self::Auth => "AUTH",
            Self::Invalid => "INVALID",
            Self::ShapeUnavailable => "SHAPE_UNAVAILABLE",
            Self::ServerFault => "SERVER_FAULT",
            Self::Network => "NETWORK",
            Self::InDoubt => "IN_DOUBT",
            Self::Accepted => "ACCEPTED",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }
}

/// What exactly it was, finer than the outcome: each has its sentence in both languages (`words.rs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Launched,
    OutOfHostCapacity,
    ThrottledUser,
    ThrottledTenancy,
    ServiceLimit,
    Quota,
    KeyRejected,
    ClockSkew,
    NotPermitted,
    HomeRegionOnly,
    NotAuthorizedOrNotFound,
    SignUpRequired,
    BadRequest,
    MissingResource,
    Conflict,
    TokenConsumed,
    TokenCollision,
    DomainLacksShape,
    CloudBusy,
    CloudFault,
    NotReached,
    AnswerLost,
    /// The instance was accepted and then ended by the cloud.
    Terminated,
    /// The instance was accepted, never found a place, and was released by us.
    NeverPlaced,
}

impl Reason {
    /// The key is good and the clock is right: what is asked for is not allowed to it, there or at all.
    pub fn lacks_rights(self) -> bool {
        matches!(self, Self::NotPermitted | Self::HomeRegionOnly | Self::SignUpRequired)
    }
}

/// What the classifier makes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub outcome: Outcome,
    pub reason: Reason,
}
