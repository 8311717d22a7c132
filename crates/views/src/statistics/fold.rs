//! Each attempt that ended adds to its hour, and each instance that runs is written down.

use std::collections::BTreeMap;

use async_trait::async_trait;
use berth_domain::{
    GrabId, TenantId, Timestamp,
    grab::{AttemptsSummarised, Event, Outcome},
};
use sqlx::SqliteConnection;

use super::{
    HOUR_MS,
    count::Added,
    hunt::{Hunt, Hunts},
};
use crate::{
    ViewError,
    fold::{self, Fact, Noun, names::Name},
    model::table,
    sql::Insert,
};

const ADDED_TO_TASK: &str = " ON CONFLICT (grab, hour_ms, region, domain, shape, outcome) DO UPDATE SET \
    attempts = attempts + excluded.attempts, duration_ms = duration_ms + excluded.duration_ms, \
    preparations = preparations + excluded.preparations, lost = lost + excluded.lost";
const ADDED_TO_PLACE: &str = " ON CONFLICT (tenant, hour_ms, region, domain, shape, outcome) DO UPDATE SET \
    attempts = attempts + excluded.attempts, duration_ms = duration_ms + excluded.duration_ms, \
    preparations = preparations + excluded.preparations, lost = lost + excluded.lost";

/// What some events add. No count is read: the tables add up.
pub(super) struct Fold {
    tasks: Insert,
    places: Insert,
    granted: Insert,
    hunts: Hunts,
    added: BTreeMap<(GrabId, Spot, Outcome), (TenantId, Added)>,
    got: BTreeMap<(GrabId, u32), Grant>,
}

/// When and where, and for what.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Spot {
    hour: i64,
    region: Name,
    domain: Name,
    shape: Name,
}

struct Grant {
    hunt: Hunt,
    domain: Name,
    at: Timestamp,
}

impl Fold {
    pub(super) fn new(generation: u32) -> Self {
        let insert = |name, columns, tail| {
            Insert::new(format!("INSERT INTO {}", table(name, generation)), columns, tail)
        };
        Self {
            tasks: insert("attempt_hour", 10, ADDED_TO_TASK),
            places: insert("place_hour", 10, ADDED_TO_PLACE),
            granted: Insert::new(format!("INSERT OR IGNORE INTO {}", table("granted", generation)), 9, ""),
            hunts: Hunts::new(generation),
            added: BTreeMap::new(),
            got: BTreeMap::new(),
        }
    }

    fn add(&mut self, (grab, hunt): (GrabId, Hunt), spot: Spot, outcome: Outcome, added: Added) {
        let tenant = *self.hunts.tenants.get(hunt.tenant);
        let sum = self.added.entry((grab, spot, outcome)).or_insert((tenant, Added::default()));
        sum.1 += added;
    }

    fn spot(&mut self, at: Timestamp, region: Name, domain: &str, hunt: Hunt) -> Spot {
        Spot { hour: hour_of(at), region, domain: self.hunts.names.of(domain), shape: hunt.shape }
    }

    fn take_in(&mut self, grab: GrabId, hunt: Hunt, event: &Event) {
        let task = (grab, hunt);
        match event {
            Event::AttemptSettled(settled) if settled.outcome != Outcome::InDoubt => {
                let spot = self.spot(settled.at, hunt.aimed, &settled.availability_domain, hunt);
                self.add(task, spot, settled.outcome, Added::attempts(1, settled.duration_ms.into()));
            }
            Event::InstanceLost(lost) => {
                let spot = self.spot(lost.at, hunt.aimed, "", hunt);
                self.add(task, spot, lost.outcome, Added::lost());
            }
            Event::PreparationFailed(failed) => {
                let spot = self.spot(failed.at, hunt.region, "", hunt);
                self.add(task, spot, failed.outcome, Added::preparations(1));
            }
            Event::AttemptsSummarised(summary) => self.summarised(task, summary),
            Event::InstanceObtained(got) => {
                self.got(task, (got.number, &got.availability_domain), got.at);
                self.hunts.goes_on(grab, got.at);
            }
            Event::Succeeded(got) => self.got(task, (got.number, &got.availability_domain), got.at),
            // Nothing ended.
            _ => {}
        }
    }

    fn summarised(&mut self, task: (GrabId, Hunt), summary: &AttemptsSummarised) {
        let hunt = task.1;
        for (region, domains) in &summary.outcomes {
            let region = hunt.place(region, &mut self.hunts.names);
            for (domain, outcomes) in domains {
                let spot = self.spot(summary.hour, region, domain, hunt);
                for (outcome, sum) in outcomes {
                    self.add(task, spot, *outcome, Added::attempts(sum.count, sum.duration_ms));
                }
            }
        }
        let spot = self.spot(summary.hour, hunt.region, "", hunt);
        for (outcome, count) in &summary.preparation_failures {
            self.add(task, spot, *outcome, Added::preparations(*count));
        }
    }

    /// The last of several may be named once more, when no more are wanted: the first time is when it was got.
    fn got(&mut self, (grab, hunt): (GrabId, Hunt), (number, domain): (u32, &str), at: Timestamp) {
        let domain = self.hunts.names.of(domain);
        self.got.entry((grab, number)).or_insert(Grant { hunt, domain, at });
    }

    /// Each tenant's share, and everybody's under no tenant.
    fn by_place(&self) -> BTreeMap<(Option<TenantId>, Spot, Outcome), Added> {
        let mut places = BTreeMap::new();
        for ((_, spot, outcome), (tenant, added)) in &self.added {
            for whose in [None, Some(*tenant)] {
                let sum: &mut Added = places.entry((whose, *spot, *outcome)).or_default();
                *sum += *added;
            }
        }
        places
    }

    async fn save_places(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        let places = self.by_place();
        let names = &self.hunts.names;
        self.places
            .write(connection, places.into_iter(), |values, ((tenant, spot, outcome), added)| {
                values.push(tenant.map(|tenant| tenant.to_string()).unwrap_or_default()).push(spot.hour);
                values
                    .push(names.get(spot.region).as_str())
                    .push(names.get(spot.domain).as_str())
                    .push(names.get(spot.shape).as_str());
                values.push(outcome.word());
                for number in added.columns() {
                    values.push(number);
                }
            })
            .await
    }

    async fn save_tasks(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        let added = std::mem::take(&mut self.added);
        let names = &self.hunts.names;
        self.tasks
            .write(connection, added.into_iter(), |values, ((grab, spot, outcome), (_, added))| {
                values.push(grab.to_string()).push(spot.hour);
                values
                    .push(names.get(spot.region).as_str())
                    .push(names.get(spot.domain).as_str())
                    .push(names.get(spot.shape).as_str());
                values.push(outcome.word());
                for number in added.columns() {
                    values.push(number);
                }
            })
            .await
    }

    async fn save_grants(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        let got = std::mem::take(&mut self.got);
        let Hunts { tenants, names, .. } = &self.hunts;
        self.granted
            .write(connection, got.into_iter(), |values, ((grab, number), Grant { hunt, domain, at })| {
                values.push(grab.to_string()).push(number).push(tenants.get(hunt.tenant).to_string());
                values
                    .push(names.get(hunt.aimed).as_str())
                    .push(names.get(domain).as_str())
                    .push(names.get(hunt.shape).as_str());
                values.push(hour_of(at)).push(at.millis());
                values.push(hunt.started_at.map(|started| at.since(started).max(0)));
            })
            .await
    }
}

#[async_trait]
impl fold::Fold for Fold {
    async fn load(&mut self, connection: &mut SqliteConnection, facts: &[&Fact]) -> Result<(), ViewError> {
        self.hunts.load(connection, facts).await
    }

    fn apply(&mut self, fact: &Fact) {
        let Noun::Grab(grab, event) = &fact.noun else { return };
        if let Some(hunt) = self.hunts.of(*grab, event) {
            self.take_in(*grab, hunt, event);
        }
    }

    async fn save(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        self.hunts.save(connection).await?;
        self.save_places(connection).await?;
        self.save_tasks(connection).await?;
        self.save_grants(connection).await
    }

    fn rest(&mut self) {
        self.hunts.rest();
    }
}

fn hour_of(at: Timestamp) -> i64 {
    at.millis().div_euclid(HOUR_MS) * HOUR_MS
}
