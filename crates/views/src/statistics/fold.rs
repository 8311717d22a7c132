//! Each attempt that ended adds to its hour.

use std::collections::BTreeMap;

use async_trait::async_trait;
use berth_domain::{
    GrabId, TenantId, Timestamp,
    grab::{Event, Outcome},
};
use sqlx::SqliteConnection;

use super::query::Count;
use crate::{
    ViewError,
    fold::{self, Fact, Noun, owner::Owners},
    model::table,
    sql::Insert,
};

const HOUR_MS: i64 = 3_600_000;

const ADDED: &str = " ON CONFLICT (grab, hour_ms, outcome) DO UPDATE SET \
    attempts = attempts + excluded.attempts, duration_ms = duration_ms + excluded.duration_ms";

/// What some events add. Nothing is read: the table adds up.
pub(super) struct Fold {
    insert: Insert,
    owners: Owners,
    added: BTreeMap<(GrabId, i64, Outcome), (TenantId, Count)>,
}

impl Fold {
    pub(super) fn new(generation: u32) -> Self {
        let insert = Insert::new(format!("INSERT INTO {}", table("attempt_hour", generation)), 6, ADDED);
        Self { insert, owners: Owners::new("attempt_hour_owner", generation), added: BTreeMap::new() }
    }

    fn add(&mut self, grab: GrabId, tenant: TenantId, at: Timestamp, outcome: Outcome, count: Count) {
        let hour = at.millis().div_euclid(HOUR_MS) * HOUR_MS;
        let (_, sum) = self.added.entry((grab, hour, outcome)).or_insert((tenant, Count::default()));
        *sum += count;
    }
}

#[async_trait]
impl fold::Fold for Fold {
    async fn load(&mut self, connection: &mut SqliteConnection, facts: &[&Fact]) -> Result<(), ViewError> {
        self.owners.load(connection, facts).await
    }

    fn apply(&mut self, fact: &Fact) {
        let Noun::Grab(grab, event) = &fact.noun else { return };
        let Some(tenant) = self.owners.of(*grab, event) else { return };
        match event {
            Event::AttemptSettled(settled) if settled.outcome != Outcome::InDoubt => {
                let count = Count { attempts: 1, duration_ms: settled.duration_ms.into() };
                self.add(*grab, tenant, settled.at, settled.outcome, count);
            }
            Event::AttemptsSummarised(summary) => {
                for (outcome, sum) in &summary.outcomes {
                    let count = Count { attempts: sum.count.into(), duration_ms: sum.duration_ms };
                    self.add(*grab, tenant, summary.hour, *outcome, count);
                }
            }
            _ => {}
        }
    }

    async fn save(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        self.owners.save(connection).await?;
        let added = std::mem::take(&mut self.added);
        self.insert
            .write(connection, added.into_iter(), |values, ((grab, hour, outcome), (tenant, count))| {
                values.push(grab.to_string()).push(hour).push(outcome.word()).push(tenant.to_string());
                values.push(number(count.attempts)).push(number(count.duration_ms));
            })
            .await
    }

    fn rest(&mut self) {
        self.owners.rest();
    }
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
