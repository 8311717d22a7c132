//! What rules are called. The words stand in events and in names of streams, so they are for ever.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One thing that is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleName {
    /// Of a hundred requests, how many ended in a fault of ours.
    ErrorRate,
    /// What 95 of a hundred requests took less than.
    ResponseTime,
    Cpu,
    Memory,
    /// Where the data lies.
    Disk,
    /// Of what is allowed: the database's connections, or places of sockets where there is no server for the database.
    Connections,
    /// Instances that tasks got. Only in production is there a least number of them.
    Instances,
    /// The slowest read model behind the log.
    ProjectionLag,
    /// The attempt that nobody has known the end of for the longest.
    AttemptsInDoubt,
    /// Of a hundred attempts, how many ended neither in a grant nor in a want of capacity.
    AttemptFaults,
    /// How far the wall clock moved apart from the clock that nobody can set.
    ClockSkew,
    /// Running tasks of which nothing was heard for several intervals.
    StalledTasks,
    /// For how long the log has not taken anything.
    Storage,
}

/// A text that no rule is called.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("there is no alert rule {0:?}")]
pub struct NotARule(pub String);

impl RuleName {
    pub const ALL: [Self; 13] = [
        Self::ErrorRate,
        Self::ResponseTime,
        Self::Cpu,
        Self::Memory,
        Self::Disk,
        Self::Connections,
        Self::Instances,
        Self::ProjectionLag,
        Self::AttemptsInDoubt,
        Self::AttemptFaults,
        Self::ClockSkew,
        Self::StalledTasks,
        Self::Storage,
    ];

    /// As it stands in events.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ErrorRate => "error_rate",
            Self::ResponseTime => "response_time",
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::Connections => "connections",
            Self::Instances => "instances",
            Self::ProjectionLag => "projection_lag",
            Self::AttemptsInDoubt => "attempts_in_doubt",
            Self::AttemptFaults => "attempt_faults",
            Self::ClockSkew => "clock_skew",
            Self::StalledTasks => "stalled_tasks",
            Self::Storage => "storage",
        }
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for RuleName {
    type Err = NotARule;

    fn from_str(text: &str) -> Result<Self, NotARule> {
        let named = Self::ALL.into_iter().find(|name| name.word() == text);
        named.ok_or_else(|| NotARule(text.chars().take(64).collect()))
    }
}
