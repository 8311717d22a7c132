//! What of all that happens a channel is told, when, and in which language.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{config::Topic, state::Content};
use crate::{
    TenantId, Timestamp,
    explain::{Language, Violations},
    notice::Severity,
};

const MINUTE_MS: i64 = 60_000;
const DAY_MINUTES: u16 = 1_440;
const DAY_MS: i64 = DAY_MINUTES as i64 * MINUTE_MS;
/// The clocks furthest ahead of and behind UTC differ by so much from it.
const MOST_OFFSET: i16 = 14 * 60;
const MOST_TENANTS: usize = 200;

/// As usual: everything, at any time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// What matters less is not told.
    pub at_least: Severity,
    /// Only these are told of; all when empty. What concerns no tenant is told either way.
    pub tenants: BTreeSet<TenantId>,
    pub quiet: Option<Quiet>,
    /// How far the clock that quiet hours are read on is ahead of UTC, in minutes. Messages write moments by it, too.
    pub utc_offset_minutes: i16,
    pub language: Language,
}

/// A part of every day in which nothing is told but what is critical; the rest waits. One that ends before it begins ends on the day
/// after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    /// Minutes after midnight.
    pub from_minute: u16,
    /// Minutes after midnight; from this one on it is told again.
    pub to_minute: u16,
}

impl Content {
    /// Whether this is told here at all. A channel that is not used wants nothing.
    pub fn wants(&self, topic: Topic, severity: Severity, tenant: Option<TenantId>) -> bool {
        let Rules { at_least, tenants, .. } = &self.rules;
        self.enabled
            && self.topics.contains(&topic)
            && severity >= *at_least
            && (tenants.is_empty() || tenant.is_none_or(|tenant| tenants.contains(&tenant)))
    }
}

impl Rules {
    /// The end of the quiet hours that this moment lies in. Absent outside of them, and for what is told in them, too.
    pub fn not_before(&self, severity: Severity, at: Timestamp) -> Option<Timestamp> {
        let quiet = self.quiet.filter(|_| severity < Severity::Critical)?;
        let local = at.plus_millis(i64::from(self.utc_offset_minutes) * MINUTE_MS).millis();
        let begun = (local - i64::from(quiet.from_minute) * MINUTE_MS).rem_euclid(DAY_MS);
        let left = quiet.length_ms() - begun;
        (left > 0).then(|| at.plus_millis(left))
    }

    pub(super) fn check(&self, violations: &mut Violations) {
        violations.require(
            self.tenants.len() <= MOST_TENANTS,
            &["rules", "tenantIds"],
            "name at most 200 tenants",
            "最多 200 个租户",
        );
        violations.require(
            self.quiet.is_none_or(Quiet::is_sound),
            &["rules", "quietHours"],
            "must begin and end at different minutes between 0 and 1440",
            "起止必须是 0 到 1440 之间的不同分钟",
        );
        violations.require(
            (-MOST_OFFSET..=MOST_OFFSET).contains(&self.utc_offset_minutes),
            &["rules", "utcOffsetMinutes"],
            "must be between -840 and 840 minutes",
            "必须在 -840 到 840 分钟之间",
        );
    }
}

impl Quiet {
    fn length_ms(self) -> i64 {
        (i64::from(self.to_minute) - i64::from(self.from_minute)).rem_euclid(i64::from(DAY_MINUTES))
            * MINUTE_MS
    }

    /// The whole day is no part of it: whoever wants nothing at all disables the channel.
    fn is_sound(self) -> bool {
        self.from_minute < DAY_MINUTES && self.to_minute <= DAY_MINUTES && self.length_ms() > 0
    }
}
