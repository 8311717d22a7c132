//! The one way to a cloud: whose account, whose turn, and what the answer does to the pace.

use std::{future::Future, sync::Arc};

use berth_actors::{Clock, Registry};
use berth_cloud::Account;
use berth_domain::{
    TenantId, Timestamp, Trouble,
    grab::{Outcome, Reason, classify},
    tenant::Scope,
};

use crate::{
    order::Denied,
    tenant::{Answered, Brief, Briefing, Exists, Reserve, Stands, Suspect, TenantActor, Throttle, Wake},
};

/// Every call of every tenant passes here.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) tenants: Registry<TenantActor>,
    pub(crate) clock: Clock,
}

impl Gate {
    /// The tenant's account, when it may act.
    pub(crate) async fn account(&self, tenant: TenantId) -> Result<Option<Arc<Account>>, Denied> {
        match self.tenants.send(&tenant, Briefing).await?? {
            Brief::MayAct(account) => Ok(Some(account)),
            Brief::Untried => {
                self.tenants.notify(&tenant, Wake)?;
                Ok(None)
            }
            Brief::MayNot => Ok(None),
        }
    }

    /// Whether there is such a tenant, whatever it may do.
    pub(crate) async fn exists(&self, tenant: TenantId) -> Result<bool, Denied> {
        self.tenants.send(&tenant, Exists).await?
    }

    /// The cloud refused the key of a call that only looked: the tenant tries it, in its own time.
    pub(crate) fn suspect(&self, tenant: TenantId) {
        if self.tenants.notify(&tenant, Suspect).is_err() {
            tracing::debug!(tenant.id = %tenant, "the tenant was too busy to try its key");
        }
    }

    /// Waits for a moment of the tenant's budget, in the order of asking.
    pub(crate) async fn turn(&self, tenant: TenantId) -> Result<(), Denied> {
        loop {
            let moment = self.tenants.send(&tenant, Reserve).await?;
            self.clock.sleep_until_ms(moment.millis()).await;
            if self.tenants.send(&tenant, Stands).await? {
                return Ok(());
            }
        }
    }

    /// Tells the pace how a call went. After a throttle answer: until when nobody may call.
    pub(crate) async fn report(
        &self,
        tenant: TenantId,
        region: &str,
        trouble: Option<&Trouble>,
    ) -> Result<Option<Timestamp>, Denied> {
        let verdict = trouble.map(classify);
        match (trouble, verdict) {
            (Some(trouble), Some(verdict)) if verdict.outcome == Outcome::Throttled => {
                let scope =
                    if verdict.reason == Reason::ThrottledTenancy { Scope::Tenancy } else { Scope::User };
                let throttle =
                    Throttle { scope, region: region.to_owned(), retry_after: trouble.retry_after() };
                Ok(Some(self.tenants.send(&tenant, throttle).await?))
            }
            (Some(Trouble::NotSent { .. } | Trouble::Lost { .. }), _) => Ok(None),
            (_, _) => {
                self.tenants.send(&tenant, Answered).await?;
                Ok(None)
            }
        }
    }

    /// One call in its turn, and its report.
    pub(crate) async fn call<T>(
        &self,
        tenant: TenantId,
        region: &str,
        call: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<Result<T, (Trouble, Option<Timestamp>)>, Denied> {
        self.turn(tenant).await?;
        let answer = call.await;
        let frozen = self.report(tenant, region, answer.as_ref().err()).await?;
        Ok(answer.map_err(|trouble| (trouble, frozen)))
    }
}
