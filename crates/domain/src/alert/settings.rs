//! What people may adjust of a rule.

use serde::{Deserialize, Serialize};

use super::rule::{Rule, Unit};
use crate::explain::{Violation, Violations};

/// The longest that something may have to last before it is told.
pub const LONGEST_SECONDS: u32 = 86_400;
/// Beyond this no figure of ours goes.
const LARGEST: f64 = 1e12;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub threshold: f64,
    pub for_seconds: u32,
    /// A rule that is off is not looked at.
    pub enabled: bool,
}

impl Settings {
    pub(super) fn check(&self, rule: &Rule) -> Result<(), Vec<Violation>> {
        let mut violations = Violations::default();
        let (largest, english, chinese) = match rule.unit {
            Unit::Percent => (100.0, "must be from 0 to 100", "须在 0 到 100 之间"),
            Unit::Seconds | Unit::Events | Unit::Instances | Unit::Tasks => {
                (LARGEST, "must be a number of at least 0 that is not huge", "须为不小于 0 且不过大的数")
            }
        };
        violations.require((0.0..=largest).contains(&self.threshold), &["threshold"], english, chinese);
        violations.require(
            self.for_seconds <= LONGEST_SECONDS,
            &["forSeconds"],
            "must be at most 86400 (a day)",
            "至多 86400（一天）",
        );
        violations.into_result()
    }
}
