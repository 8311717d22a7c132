//! How long things are kept, and from when on that makes them old.

use super::event::Cutoffs;
use crate::{
    Timestamp,
    explain::{Violation, Violations},
};

pub(super) const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;
/// The id of a command is remembered for so many days, so that its repeat is answered alike.
pub(super) const LEAST_DAYS: u32 = 7;

/// Days that each kind of log entry is kept; 0 is for ever. Attempts at grabbing are of the kind `grab`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    pub grab_days: u32,
    pub system_days: u32,
    pub error_days: u32,
    pub operation_days: u32,
    pub audit_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { grab_days: 30, system_days: 90, error_days: 90, operation_days: 365, audit_days: 365 }
    }
}

impl Retention {
    /// The books are never closed: whatever was tried stays in the log.
    pub fn is_for_ever(&self) -> bool {
        self.grab_days == 0
    }

    /// Every violation at once.
    pub fn check(&self) -> Result<(), Vec<Violation>> {
        let mut violations = Violations::default();
        for (field, days) in self.named() {
            violations.require(
                days == 0 || days >= LEAST_DAYS,
                &[field],
                "it must be at least 7 days, or 0 for ever: repeats of commands are recognised for 7 days",
                "至少 7 天，或 0 表示永久保留：命令去重需要 7 天",
            );
        }
        violations.into_result()
    }

    fn named(&self) -> [(&'static str, u32); 5] {
        [
            ("grab_days", self.grab_days),
            ("system_days", self.system_days),
            ("error_days", self.error_days),
            ("operation_days", self.operation_days),
            ("audit_days", self.audit_days),
        ]
    }
}

/// What happened before these moments is old. They are full hours, so that no hour's attempts are summed up in two halves.
pub fn cutoffs(retention: &Retention, now: Timestamp) -> Cutoffs {
    let before = |days: u32| (days > 0).then(|| full_hour(now.plus_millis(-i64::from(days) * DAY_MS)));
    Cutoffs {
        grab: before(retention.grab_days),
        system: before(retention.system_days),
        error: before(retention.error_days),
        operation: before(retention.operation_days),
        audit: before(retention.audit_days),
    }
}

/// The beginning of the hour that a moment is in.
pub(crate) fn full_hour(moment: Timestamp) -> Timestamp {
    Timestamp::from_millis(moment.millis().div_euclid(HOUR_MS).saturating_mul(HOUR_MS))
}
