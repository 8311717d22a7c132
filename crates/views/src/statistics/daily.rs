//! What a daily report is made of: everybody's figures of some hours, and what tasks and tenants are now.

use std::collections::BTreeMap;

use berth_domain::{
    GrabId, TenantId, Timestamp,
    grab::{Grab, Held, State},
    report::{Gathered, Obtained, OfTenant, Span, Sums, SuspendedTenant, Tasks},
    tenant::{Status, Tenant},
};
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    count::Totals,
    moment::{Moment, tasks_of},
};
use crate::{ViewError, sql};

/// Tenant by tenant: hours lie together only within a tenant, and all hours of all of them are many.
const COUNTED: &str = "SELECT whose.id AS tenant, outcome, sum(attempts) AS attempts, \
    sum(duration_ms) AS duration_ms, sum(preparations) AS preparations, sum(lost) AS lost \
    FROM tenant AS whose CROSS JOIN place_hour AS past ON past.tenant = whose.id \
    AND past.hour_ms >= ? AND past.hour_ms < ? GROUP BY 1, 2";
const GOT: &str = "SELECT granted.grab AS id, granted.number AS number, granted.tenant AS tenant, \
    granted.region AS region, granted.shape AS shape, granted.at_ms AS at_ms, grab.grab AS grab \
    FROM granted LEFT JOIN grab ON grab.id = granted.grab WHERE granted.hour_ms >= ? AND granted.hour_ms < ?";
const NOW: &str =
    "SELECT tenant, state, count(*) AS tasks FROM grab WHERE deleted = 0 GROUP BY tenant, state";

impl Moment {
    /// Over all hours that begin within the span.
    pub async fn gathered(&mut self, span: Span) -> Result<Gathered, ViewError> {
        let (mut tenants, suspended) = self.tenants().await?;
        for (id, totals) in self.counted(span).await? {
            if let Some(of) = tenants.get_mut(&id) {
                of.sums = sums(totals);
            }
        }
        for (id, tasks) in self.now().await? {
            if let Some(of) = tenants.get_mut(&id) {
                of.sums.tasks = tasks;
            }
        }
        let mut obtained = self.obtained(span).await?;
        for each in &mut obtained {
            if let Some(of) = tenants.get_mut(&each.tenant) {
                each.tenant_name.clone_from(&of.name);
                of.sums.obtained += 1;
            }
        }
        Ok(Gathered { tenants: tenants.into_values().collect(), obtained, suspended })
    }

    /// Every tenant that there ever was, with nothing counted yet; and those that are suspended.
    async fn tenants(&mut self) -> Result<(BTreeMap<TenantId, OfTenant>, Vec<SuspendedTenant>), ViewError> {
        let rows = sqlx::query("SELECT id, tenant FROM tenant").fetch_all(&mut self.reader).await?;
        let (mut tenants, mut suspended) = (BTreeMap::new(), Vec::new());
        for row in rows {
            let (tenant, state): (TenantId, Tenant) =
                (sql::parsed(&row, "id")?, sql::from_json(&row, "tenant")?);
            let name = state.profile.map(|profile| profile.name).unwrap_or_default();
            if let Status::Suspended(reason) = state.status {
                suspended.push(SuspendedTenant { tenant, name: name.clone(), reason });
            }
            tenants.insert(tenant, OfTenant { tenant, name, sums: Sums::default() });
        }
        Ok((tenants, suspended))
    }

    async fn counted(&mut self, span: Span) -> Result<BTreeMap<TenantId, Totals>, ViewError> {
        let mut tenants = BTreeMap::<_, Totals>::new();
        let query = sqlx::query(COUNTED).bind(span.from.millis()).bind(span.to.millis());
        for row in query.fetch_all(&mut self.reader).await? {
            tenants.entry(sql::parsed(&row, "tenant")?).or_default().take_in(&row)?;
        }
        Ok(tenants)
    }

    async fn now(&mut self) -> Result<BTreeMap<TenantId, Tasks>, ViewError> {
        let mut tenants = BTreeMap::<_, Tasks>::new();
        for row in sqlx::query(NOW).fetch_all(&mut self.reader).await? {
            let (state, count) = tasks_of(&row)?;
            note(tenants.entry(sql::parsed(&row, "tenant")?).or_default(), state, count);
        }
        Ok(tenants)
    }

    async fn obtained(&mut self, span: Span) -> Result<Vec<Obtained>, ViewError> {
        let query = sqlx::query(GOT).bind(span.from.millis()).bind(span.to.millis());
        query.fetch_all(&mut self.reader).await?.iter().map(obtained).collect()
    }
}

fn sums(totals: Totals) -> Sums {
    Sums {
        attempts: totals.attempts,
        faults: totals.faults,
        by_outcome: totals.by_outcome.into_iter().map(|(outcome, count)| (outcome, count.attempts)).collect(),
        failed_preparations: totals.preparations.into_values().sum(),
        obtained: 0,
        tasks: Tasks::default(),
    }
}

fn note(tasks: &mut Tasks, state: State, count: u64) {
    match state {
        State::Running | State::CoolingDown => tasks.running += count,
        State::Paused => tasks.paused += count,
        State::Succeeded => tasks.succeeded += count,
        State::Failed => tasks.failed += count,
        State::NeedsReview => tasks.needs_review += count,
        // Nobody waits for these.
        State::Pending | State::Stopped => {}
    }
}

/// What was got is known for ever; what it is called, the task knows.
fn obtained(row: &SqliteRow) -> Result<Obtained, ViewError> {
    let (id, number): (GrabId, u32) = (sql::parsed(row, "id")?, row.try_get("number")?);
    let grab: Grab = sql::from_json_option(row, "grab")?.unwrap_or_default();
    let held = grab.held.into_iter().find(|held| held.number == number);
    let (instance, public_ip, private_ip) = held.map(addressed).unwrap_or_default();
    Ok(Obtained {
        grab: id,
        name: grab.order.map(|order| order.name).unwrap_or_default(),
        tenant: sql::parsed(row, "tenant")?,
        tenant_name: String::new(),
        instance,
        region: row.try_get("region")?,
        shape: row.try_get("shape")?,
        public_ip,
        private_ip,
        at: Timestamp::from_millis(row.try_get("at_ms")?),
    })
}

fn addressed(held: Held) -> (String, Option<String>, Option<String>) {
    (held.instance, held.public_ip, held.private_ip)
}
