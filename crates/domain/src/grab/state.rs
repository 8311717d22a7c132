//! What the rules remember of a grab, and nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    event::{GaveUp, Holder, Review, Target},
    goal::Goal,
    outcome::{Outcome, Reason},
    schedule::Schedule,
    spec::{Size, Spec},
    suspicion::Suspicion,
};
use crate::{SecretRef, TenantId, Timestamp};

/// A grab as its events make it. `order` is absent until it is created.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Grab {
    pub order: Option<Box<Order>>,
    pub wish: Wish,
    pub have: Have,
    /// What it has got, in the order in which it was seen running.
    pub held: Vec<Held>,
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
    /// What must be looked into before the next attempt.
    pub suspicion: Option<Suspicion>,
    /// How many attempts and preparations in a row ended in faults, of whatever kind.
    pub faults_in_a_row: u32,
    /// How often since the start a limit was named that was not used up.
    pub false_limits: u32,
    /// What exactly made it give up.
    pub detail: Option<String>,
    /// When a person last asked for an attempt at once.
    pub hurried_at: Option<Timestamp>,
    /// Absent as well while a start waits for a place, or is held before it got one.
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    /// Off the lists since.
    pub deleted_at: Option<Timestamp>,
}

/// What was ordered, as it was last changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub tenant: TenantId,
    pub name: String,
    pub goal: Goal,
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
    /// Started when no place was free, at this moment.
    Queued(Timestamp),
    Standing,
    Paused(Holder),
    CalledOff,
    GivenUp(GaveUp),
}

/// What is under way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Have {
    #[default]
    Nothing,
    /// An attempt is out, or was when we last knew.
    Asked(Box<Asked>),
    /// The cloud took it; it does not run yet.
    Accepted(Box<Accepted>),
    /// Unknown, and only a person can tell.
    Unclear(Review),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub number: u32,
    pub token: String,
    pub target: Target,
    /// What it was composed of, where the order was changed since: a repeat sends the same bytes.
    pub composed_of: Option<Box<Spec>>,
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
    pub region: String,
    pub availability_domain: String,
    pub size: Option<Size>,
    pub instance: String,
    pub work_request: Option<String>,
    pub at: Timestamp,
    /// When the cloud was last asked to end it, for want of a place.
    pub release_asked_at: Option<Timestamp>,
}

/// An instance that was seen running. It stays ours whatever becomes of the task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    pub number: u32,
    pub region: String,
    pub availability_domain: String,
    pub size: Option<Size>,
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
    /// Empty in summaries of before an order could name several: then it is the order's only one.
    pub region: String,
    pub availability_domain: String,
    pub size: Option<Size>,
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
    Update,
    AttemptNow,
    Delete,
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
    fn allowed_actions(self) -> &'static [Action] {
        use Action::{AttemptNow, Delete, Pause, Resume, Start, Stop, Update};
        match self {
            Self::Pending | Self::Failed | Self::Stopped => &[Start, Update, Delete],
            Self::Running | Self::CoolingDown => &[Pause, Stop, Update, AttemptNow],
            Self::Paused => &[Resume, Stop, Update],
            Self::NeedsReview => &[Start, Stop, Update],
            Self::Succeeded => &[Delete],
        }
    }
}

impl Grab {
    pub fn state(&self) -> State {
        match (&self.have, self.wish) {
            (_, _) if self.has_all() => State::Succeeded,
            (Have::Unclear(_), _) => State::NeedsReview,
            (_, Wish::CalledOff) => State::Stopped,
            (_, Wish::Unspoken | Wish::Queued(_)) => State::Pending,
            (_, Wish::GivenUp(_)) => State::Failed,
            (_, Wish::Paused(_)) => State::Paused,
            (_, Wish::Standing) if self.cooling => State::CoolingDown,
            (_, Wish::Standing) => State::Running,
        }
    }

    /// What a person may do to it now.
    pub fn allowed_actions(&self) -> Vec<Action> {
        match (self.state(), self.wish, &self.have) {
            _ if self.deleted_at.is_some() => vec![],
            (State::Pending, Wish::Queued(_), _) => vec![Action::Pause, Action::Stop, Action::Update],
            (state, _, Have::Asked(_) | Have::Accepted(_)) => {
                let waits = [Action::AttemptNow, Action::Delete];
                state.allowed_actions().iter().copied().filter(|action| !waits.contains(action)).collect()
            }
            (state, _, _) => state.allowed_actions().to_vec(),
        }
    }

    /// When it was started without a free place; absent unless it still waits for one.
    pub fn queued_at(&self) -> Option<Timestamp> {
        match self.wish {
            Wish::Queued(at) if self.state() == State::Pending => Some(at),
            _ => None,
        }
    }

    /// Every secret that is still needed, and the names of no others.
    pub fn secrets(&self) -> Vec<&SecretRef> {
        let out = match &self.have {
            Have::Asked(asked) => asked.composed_of.as_deref(),
            Have::Nothing | Have::Accepted(_) | Have::Unclear(_) => None,
        };
        // Instances that run have what they need, and whoever deletes a task starts it no more.
        let over = self.has_all() || self.deleted_at.is_some();
        let ordered = self.order.as_ref().map(|order| &order.goal).filter(|_| !over);
        let ordered = ordered.into_iter().flat_map(Goal::secrets);
        out.into_iter().flat_map(Spec::secrets).chain(ordered).collect()
    }

    /// How many instances are wanted in all.
    pub fn wanted(&self) -> usize {
        self.order.as_ref().map_or(0, |order| usize::try_from(order.goal.count()).unwrap_or(usize::MAX))
    }

    /// Whether as many instances were seen running as are wanted.
    pub fn has_all(&self) -> bool {
        self.order.is_some() && self.held.len() >= self.wanted()
    }

    /// Whether it starts an instance that exists, and makes none.
    pub fn starts(&self) -> bool {
        self.order.as_ref().is_some_and(|order| order.goal.start().is_some())
    }

    /// Whether this instance is one of those that it has got.
    pub fn holds(&self, instance: &str) -> bool {
        self.held.iter().any(|held| held.instance == instance)
    }

    /// Nothing is under way, and something is to be.
    pub(super) fn is_free_to_try(&self) -> bool {
        self.have == Have::Nothing && self.wish == Wish::Standing && !self.has_all()
    }

    /// The number that the next attempt bears.
    pub fn next_number(&self) -> u32 {
        self.tally.attempts.saturating_add(1)
    }
}
