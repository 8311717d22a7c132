//! What can have happened to an alert. Names and shapes are for ever.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{rule_name::RuleName, upcast::UPCASTERS};
use crate::{Timestamp, event::events, notice::Severity};

events! {
    /// What can have happened to an alert.
    UPCASTERS;
    Raised = "alert.raised" v 1,
    Received = "alert.received" v 1,
    Resolved = "alert.resolved" v 1,
    Cleared = "alert.cleared" v 1,
    Adjusted = "alert.adjusted" v 1,
}

/// What a rule watches has been past its threshold for as long as the rule says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Raised {
    pub rule: RuleName,
    pub severity: Severity,
    pub value: f64,
    /// That held when it was raised.
    pub threshold: f64,
    pub at: Timestamp,
}

/// Somebody else's alert fires.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Received {
    pub name: String,
    pub severity: Severity,
    /// In the sender's words.
    pub summary: String,
    pub labels: BTreeMap<String, String>,
    /// As the sender says. The same moment again is the same cause, and so is any other while it stands.
    pub starts_at: Timestamp,
    pub at: Timestamp,
}

/// It is over, or somebody has seen to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resolved {
    /// The rule's name, or what its sender called it.
    pub name: String,
    /// With which it was raised.
    pub severity: Severity,
    pub by: By,
    /// Absent where nobody measured: by hand, of a rule that is not watched any more, and of an alert from outside.
    pub value: Option<f64>,
    /// Absent for an alert from outside.
    pub threshold: Option<f64>,
    /// In the sender's words; absent for a rule of ours.
    pub summary: Option<String>,
    pub at: Timestamp,
}

/// What an alert was resolved by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Recovery,
    Hand,
}

/// After it was resolved by hand its cause has gone, too: from now on it may be raised anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cleared {
    pub at: Timestamp,
}

/// The rule as it holds from now on, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adjusted {
    pub threshold: f64,
    pub for_seconds: u32,
    pub enabled: bool,
    pub at: Timestamp,
}
