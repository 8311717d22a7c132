//! Five colours with a meaning each. Misses are grey, so that the eye is kept for faults and for green.

use std::fmt::Display;

/// Colours text, or leaves it as it is when nobody wants colour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    wanted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Color {
    /// Nothing to look at.
    Plain,
    /// Normal, and there is much of it.
    Grey,
    /// What was hoped for.
    Green,
    /// Wants a look.
    Yellow,
    /// Went wrong.
    Red,
    /// Under way.
    Blue,
}

impl Paint {
    pub(crate) fn new(wanted: bool) -> Self {
        Self { wanted }
    }

    pub(crate) fn apply(self, color: Color, text: impl Display) -> String {
        match color.code().filter(|_| self.wanted) {
            Some(code) => format!("\x1b[{code}m{text}\x1b[0m"),
            None => text.to_string(),
        }
    }
}

impl Color {
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Grey => Some("90"),
            Self::Green => Some("32"),
            Self::Yellow => Some("33"),
            Self::Red => Some("31"),
            Self::Blue => Some("34"),
        }
    }

    /// Of the state of a task or tenant.
    pub(crate) fn of_state(state: &str) -> Self {
        match state {
            "RUNNING" => Self::Blue,
            "ACTIVE" | "SUCCEEDED" => Self::Green,
            "COOLING_DOWN" | "PAUSED" | "UNTESTED" | "NEEDS_REVIEW" => Self::Yellow,
            "FAILED" | "AUTH_FAILED" | "SUSPENDED" => Self::Red,
            "STOPPED" | "DISABLED" | "PENDING" => Self::Grey,
            _ => Self::Plain,
        }
    }

    /// Of how an attempt ended.
    pub(crate) fn of_outcome(outcome: &str) -> Self {
        match outcome {
            "CAPACITY" => Self::Grey,
            "ACCEPTED" => Self::Green,
            "THROTTLED" | "IN_DOUBT" => Self::Yellow,
            _ => Self::Red,
        }
    }

    pub(crate) fn of_level(level: &str) -> Self {
        match level {
            "DEBUG" => Self::Grey,
            "WARN" => Self::Yellow,
            "ERROR" => Self::Red,
            _ => Self::Plain,
        }
    }
}
