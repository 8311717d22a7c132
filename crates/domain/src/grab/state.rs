//! What the rules remember of a grab, and nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    event::{GaveUp, Holder, Review, Target},
    outcome::{Outcome, Reason},
    spec::{Schedule, Spec},
};
use crate::{TenantId, Timestamp};

/// A grab as its events make it. `order` is absent until it is created.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Grab {
    pub order: Option<Box<Order>>,
    pub wish: Wish,
    pub have: Have,
    pub tally: Tally,
    pub last: Option<LastAttempt>,
    /// How often in a row the last outcome came; reset by a start.
    pub streak: Option<(Outcome, u32)>,
    /// No attempt before this moment.
    pub not_before: Option<Timestamp>,
    /// The cloud asked to slow down, and no attempt was made since.
    pub cooling: bool,
    /// Availability domains without the shape, and when each was last seen so. Asked again after a day.
    pub dropped: BTreeMap<String, Timestamp>,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
}

/// What was ordered. Never changes once made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub tenant: TenantId,
    pub name: String,
    pub spec: Spec,
    pub schedule: Schedule,
    pub created_at: Timestamp,
}

/// What is wanted. May change while the cloud has not answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Made, never started.
    #[default]
    Unspoken,
    Standing,
    Paused(Holder),
    CalledOff,
    GivenUp(GaveUp),
}

/// What is had.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Have {
    #[default]
    Nothing,
    /// An attempt is out, or was when we last knew.
    Asked(Box<Asked>),
    /// The cloud took it; it does not run yet.
    Accepted(Box<Accepted>),
    Held(Box<Held>),
    /// Unknown, and only a person can tell.
    Unclear(Review),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub number: u32,
    pub token: String,
    pub target: Target,
    pub body_hash: String,
    pub at: Timestamp,
    /// When the request last went out.
    pub sent_at: Timestamp,
    pub resends: u8,
    /// Why there is doubt, once the call came back without a clear answer.
    pub doubt: Option<Reason>,
    pub first_absent_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accepted {
    pub number: u32,
    pub availability_domain: String,
    pub instance: String,
    pub work_request: Option<String>,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    pub number: u32,
    pub availability_domain: String,
    pub instance: String,
    pub public_ip: Option<String>,
    pub private_ip: Option<String>,
    pub at: Timestamp,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    pub attempts: u32,
    /// Attempts before the last start: a limit of attempts counts from there.
    pub before_start: u32,
    pub faults: u32,
    pub by_outcome: BTreeMap<Outcome, u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastAttempt {
    pub number: u32,
    pub availability_domain: String,
    pub at: Timestamp,
    pub outcome: Option<Outcome>,
    pub reason: Option<Reason>,
}

/// Where a grab is in its life: a reading of wish and have, stored nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    Pending,
    Running,
    CoolingDown,
    Paused,
    Succeeded,
    Failed,
    Stopped,
    NeedsReview,
}

/// What a person may do to it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    Start,
    Pause,
    Resume,
    Stop,
}

impl State {
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Running,
        Self::CoolingDown,
        Self::Paused,
        Self::Succeeded,
        Self::Failed,
        Self::Stopped,
        Self::NeedsReview,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::CoolingDown => "COOLING_DOWN",
            Self::Paused => "PAUSED",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Stopped => "STOPPED",
            Self::NeedsReview => "NEEDS_REVIEW",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Takes one of the places that the configuration gives to running tasks.
    pub fn runs(self) -> bool {
        matches!(self, Self::Running | Self::CoolingDown)
    }

    /// What may be done, as a table. The API and the screens have no rule of their own.
    pub fn allowed_actions(self) -> &'static [Action] {
        match self {
            Self::Pending | Self::Failed | Self::Stopped => &[Action::Start],
            Self::Running | Self::CoolingDown => &[Action::Pause, Action::Stop],
            Self::Paused => &[Action::Resume, Action::Stop],
            Self::NeedsReview => &[Action::Start, Action::Stop],
            Self::Succeeded => &[],
        }
    }
}

impl Grab {
    pub fn state(&self) -> State {
        match (&self.have, self.wish) {
            (Have::Held(_), _) => State::Succeeded,
            (Have::Unclear(_), _) => State::NeedsReview,
            (_, Wish::CalledOff) => State::Stopped,
            (_, Wish::Unspoken) => State::Pending,
            (_, Wish::GivenUp(_)) => State::Failed,
            (_, Wish::Paused(_)) => State::Paused,
            (_, Wish::Standing) if self.cooling => State::CoolingDown,
            (_, Wish::Standing) => State::Running,
        }
    }

    /// The number that the next attempt bears.
    pub fn next_number(&self) -> u32 {
        self.tally.attempts.saturating_add(1)
    }
}
