//! The roster of tasks that the hands ask for, from the read models.

use std::time::Duration;

use async_trait::async_trait;
use berth_app::{Roster, RosterError, Standing};
use berth_domain::{
    GrabId, TenantId,
    grab::State,
    report::{Gathered, Span},
    tenant::Tenant,
};
use berth_store::Position;
use berth_views::{
    Views, grab,
    statistics::{self, Moment},
    tenant,
};

/// A follower that is further behind than this says so rather than keep a policy waiting.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct ViewsRoster(pub(crate) Views);

#[async_trait]
impl Roster for ViewsRoster {
    /// Of the read model that is asked: others may be parked, and this one must not be.
    async fn wait_for(&self, position: Position) -> Result<(), RosterError> {
        Ok(self.0.wait_for_model(grab::NAME, position, PATIENCE).await?)
    }

    async fn standing(&self) -> Result<Vec<Standing>, RosterError> {
        let wanting = grab::wanting_attention(&self.0).await?;
        let standing = wanting.into_iter().map(|row| Standing {
            grab: row.id,
            tenant: row.tenant,
            due: row.due,
            runs: row.runs,
            queued_at: row.queued_at,
        });
        Ok(standing.collect())
    }

    async fn newest(&self, most: usize) -> Result<Vec<GrabId>, RosterError> {
        Ok(grab::newest(&self.0, most).await?)
    }

    /// Those that succeeded have nothing to say to their tenant any more; a stopped one may have an attempt in the air.
    async fn tasks_of(&self, tenant: TenantId) -> Result<Vec<GrabId>, RosterError> {
        let states = State::ALL.into_iter().filter(|state| *state != State::Succeeded).collect::<Vec<_>>();
        let rows = grab::of_tenant(&self.0, tenant, &states).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    async fn tenants(&self, position: Position) -> Result<Vec<(TenantId, Tenant)>, RosterError> {
        self.0.wait_for_model(tenant::NAME, position, PATIENCE).await?;
        let rows = tenant::all(&self.0).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.tenant)).collect())
    }

    /// Of all read models that are asked none may be behind, or parked: a report that is short of something is never corrected.
    async fn gathered(&self, span: Span, position: Position) -> Result<Gathered, RosterError> {
        for model in [statistics::NAME, grab::NAME, tenant::NAME] {
            self.0.wait_for_model(model, position, PATIENCE).await?;
        }
        Ok(Moment::of(&self.0).await?.gathered(span).await?)
    }
}
