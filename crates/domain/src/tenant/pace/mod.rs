//! How fast a tenant may call its cloud: one budget for each (user, region) and one for the tenancy, shared by all its tasks,
//! syncs and tests.
//!
//! Who wants to call asks, and is served in the order of asking once the region's budget and the tenancy's both have a call free.
//! A region that is held back holds nobody up elsewhere. The rates live in memory: a restart begins at the ceiling, and the
//! tasks' own spread keeps that gentle. Time is given, and should be a steady one: a wall clock that is set back would stop calls.

mod bucket;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use self::bucket::TURN_HOLDS_MS;
use self::bucket::{Bucket, LONGEST_RETRY_AFTER_MS};
use super::event::Scope;
use crate::{Seconds, Timestamp};

/// A place among those who wait. Lower ones asked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(u64);

/// What to do for those who wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// This one may call now.
    Serve(Ticket),
    /// Nobody may before this moment: look again then, or when something changed.
    At(Timestamp),
    /// Nobody waits.
    Nobody,
}

/// A throttle answer: who is to slow down, and what else it said.
#[derive(Clone, Debug, PartialEq)]
pub struct Slowdown<'a> {
    pub scope: Scope,
    pub region: &'a str,
    pub retry_after: Option<Seconds>,
    /// In `0..1`: without a `retry_after` the freeze is drawn evenly below a doubling bound (full jitter).
    pub chance: f64,
}

/// One budget as it is now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Calls a second, as allowed now.
    pub rate: f64,
    /// Calls a second that are never passed, in any window of one second.
    pub ceiling: f64,
    /// Nobody may call before.
    pub frozen_until: Option<Timestamp>,
    /// So many wait for a call of it.
    pub waiting: usize,
}

/// All of a tenant's budgets, and who waits for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    tenancy: Bucket,
    regions: BTreeMap<String, Lane>,
    asked: u64,
}

#[derive(Clone, Debug, PartialEq)]
struct Lane {
    bucket: Bucket,
    waiting: BTreeSet<Ticket>,
}

impl Pace {
    /// `per_second` is the ceiling of each budget; it is never passed in any window of one second.
    pub fn new(per_second: f64, now: Timestamp) -> Self {
        Self { tenancy: Bucket::new(per_second, now), regions: BTreeMap::new(), asked: 0 }
    }

    /// Takes the last place among those who wait for a call to a region.
    pub fn ask(&mut self, region: &str, now: Timestamp) -> Ticket {
        let ticket = Ticket(self.asked);
        self.asked += 1;
        self.lane(region, now).waiting.insert(ticket);
        ticket
    }

    /// Whoever waited has gone away.
    pub fn withdraw(&mut self, ticket: Ticket) {
        for lane in self.regions.values_mut() {
            lane.waiting.remove(&ticket);
        }
    }

    /// Serves the first of those whose region and tenancy both have a call free: who is served calls at once.
    pub fn next(&mut self, now: Timestamp) -> Next {
        self.tenancy.climb(now);
        let tenancy_free = self.tenancy.free_at();
        let mut first: Option<(Ticket, &mut Bucket)> = None;
        let mut look_at = None;
        for lane in self.regions.values_mut() {
            let Some(&ticket) = lane.waiting.first() else { continue };
            lane.bucket.climb(now);
            let free = lane.bucket.free_at().max(tenancy_free);
            let moments = [Some(free), lane.bucket.climbs_at(), self.tenancy.climbs_at(), look_at];
            look_at = moments.into_iter().flatten().filter(|at| *at > now).min();
            if free <= now && first.as_ref().is_none_or(|(other, _)| ticket < *other) {
                first = Some((ticket, &mut lane.bucket));
            }
        }
        match (first, look_at) {
            (Some((ticket, bucket)), _) => {
                bucket.take(now);
                self.tenancy.take(now);
                self.withdraw(ticket);
                Next::Serve(ticket)
            }
            (None, Some(at)) => Next::At(at),
            (None, None) => Next::Nobody,
        }
    }

    /// The cloud said 429. Answers until when nobody whom it meant may call. All who wait keep their places.
    pub fn throttled(&mut self, slowdown: &Slowdown<'_>, now: Timestamp) -> Timestamp {
        let Slowdown { scope, region, retry_after, chance } = *slowdown;
        self.bucket(scope, region, now).throttled(now, retry_after, chance)
    }

    /// The cloud answered a call to a region, and did not ask to slow down.
    pub fn answered(&mut self, region: &str, now: Timestamp) {
        self.tenancy.answered(now);
        self.lane(region, now).bucket.answered(now);
    }

    /// Freezes until a moment that is known from before a restart, but no longer than any cloud may ask for.
    pub fn freeze(&mut self, scope: Scope, region: &str, until: Timestamp, now: Timestamp) {
        let until = until.min(now.plus_millis(LONGEST_RETRY_AFTER_MS));
        self.bucket(scope, region, now).freeze_until(until);
    }

    /// The tenancy's budget as it is now.
    pub fn tenancy(&self, now: Timestamp) -> Budget {
        budget(&self.tenancy, self.regions.values().map(|lane| lane.waiting.len()).sum(), now)
    }

    /// The budgets of the regions that were ever called, by name.
    pub fn regions(&self, now: Timestamp) -> impl Iterator<Item = (&str, Budget)> {
        self.regions
            .iter()
            .map(move |(name, lane)| (name.as_str(), budget(&lane.bucket, lane.waiting.len(), now)))
    }

    fn bucket(&mut self, scope: Scope, region: &str, now: Timestamp) -> &mut Bucket {
        match scope {
            Scope::User => &mut self.lane(region, now).bucket,
            Scope::Tenancy => &mut self.tenancy,
        }
    }

    fn lane(&mut self, region: &str, now: Timestamp) -> &mut Lane {
        let ceiling = self.tenancy.ceiling();
        self.regions
            .entry(region.to_owned())
            .or_insert_with(|| Lane { bucket: Bucket::new(ceiling, now), waiting: BTreeSet::new() })
    }
}

fn budget(bucket: &Bucket, waiting: usize, now: Timestamp) -> Budget {
    let mut bucket = bucket.clone();
    bucket.climb(now);
    let frozen_until = Some(bucket.frozen_until()).filter(|until| *until > now);
    Budget { rate: bucket.rate(), ceiling: bucket.ceiling(), frozen_until, waiting }
}
