//! What the rules remember of a tenant, and nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::event::{Proxy, Region, Scope, SuspensionReason};
use crate::{ProviderError, SecretRef, Timestamp};

/// A tenant as its events make it. `profile` is absent until it is registered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tenant {
    pub profile: Option<Profile>,
    pub status: Status,
    pub regions: Vec<Region>,
    /// The last time that the cloud asked the whole tenancy to slow down.
    pub tenancy_throttle: Option<Throttle>,
    /// The last time that it asked for that in a region, by the region's name.
    pub region_throttles: BTreeMap<String, Throttle>,
    pub last_checked_at: Option<Timestamp>,
    /// When a test of its key last succeeded.
    pub worked_at: Option<Timestamp>,
    /// When a test last said that the key is refused, as long as nothing followed from it.
    pub refused_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub name: String,
    pub tenancy: String,
    pub user: String,
    pub fingerprint: String,
    pub home_region: String,
    pub credential: SecretRef,
    pub proxy: Option<Proxy>,
    pub created_at: Timestamp,
}

/// The cloud asked to slow down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Throttle {
    pub until: Timestamp,
    /// When it asked, unless an early release wrote it down.
    pub at: Option<Timestamp>,
    /// The cloud's own words, unless an early release wrote it down.
    pub provider_error: Option<ProviderError>,
}

/// Whether the tenant may act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Its key was never tried.
    #[default]
    Untested,
    Active,
    Suspended(SuspensionReason),
    /// Switched off by a person.
    Disabled,
    Removed,
}

impl Status {
    /// Whether its tasks take no place. One whose key was never tried is tried at once: its tasks may stand ready meanwhile.
    pub fn holds_tasks(self) -> bool {
        match self {
            Self::Suspended(_) | Self::Disabled | Self::Removed => true,
            Self::Untested | Self::Active => false,
        }
    }
}

impl Tenant {
    /// Only an active tenant may act; one whose key was never tried is tried first.
    pub fn may_act(&self) -> bool {
        self.status == Status::Active
    }

    /// The last throttle of one budget.
    pub fn throttle(&self, scope: Scope, region: &str) -> Option<&Throttle> {
        match scope {
            Scope::User => self.region_throttles.get(region),
            Scope::Tenancy => self.tenancy_throttle.as_ref(),
        }
    }

    /// Until when some of its calls, or all, are held back; absent when none are.
    pub fn throttled_until(&self, now: Timestamp) -> Option<Timestamp> {
        let throttles = self.region_throttles.values().chain(&self.tenancy_throttle);
        let left = throttles.map(|throttle| throttle.left(now)).max().filter(|left| *left > 0);
        left.map(|left| now.plus_millis(left))
    }

    /// Whether a test of its key succeeded after a moment. One that is yet to come was noted before somebody set the clock back,
    /// and says nothing.
    pub(super) fn worked_since(&self, moment: Timestamp, now: Timestamp) -> bool {
        self.worked_at.is_some_and(|worked_at| (moment..=now).contains(&worked_at))
    }

    pub fn exists(&self) -> bool {
        self.profile.is_some() && self.status != Status::Removed
    }
}

impl Throttle {
    /// How long it still holds, in milliseconds. Never for longer than was asked for: whoever asked at a moment that is yet to come
    /// did so before somebody set the clock back, and how much of it has passed since nobody knows.
    pub fn left(&self, now: Timestamp) -> i64 {
        let asked_for = self.at.map_or(i64::MAX, |at| self.until.since(at));
        self.until.since(now).min(asked_for).max(0)
    }
}
