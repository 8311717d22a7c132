//! The one way to a cloud: whose account, whose turn, and what the answer does to the pace.

use std::{future::Future, sync::Arc, time::Duration};

use async_trait::async_trait;
use berth_actors::Registry;
use berth_cloud::{Account, NoTurn, Turns};
use berth_domain::{
    TenantId, Timestamp, Trouble,
    tenant::{Status, TURN_HOLDS_MS},
};
use tokio::time::Instant;

use crate::{
    order::Denied,
    tenant::{AskStatus, Brief, Briefing, Heard, Suspect, TenantActor, Turn, Turned, Wake, heard},
};

/// What failed, and until when nobody may call.
pub(crate) type Failed = (Trouble, Option<Timestamp>);

/// A turn is for a call at once: it holds for about as long as a slow disk takes.
pub(crate) const TURN_HOLDS: Duration = Duration::from_millis(TURN_HOLDS_MS.unsigned_abs());

/// A call may be made now.
pub(crate) struct Granted {
    /// Since when.
    pub(crate) at: Instant,
    /// As [`Gate::account`] answers: the turn may have been long in coming.
    pub(crate) account: Option<Arc<Account>>,
}

/// Every call of every tenant passes here.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) tenants: Registry<TenantActor>,
}

impl Gate {
    /// The tenant's account, when it may act. A call with it takes a turn of its own for each request after the first.
    pub(crate) async fn account(&self, tenant: TenantId) -> Result<Option<Arc<Account>>, Denied> {
        let brief = self.tenants.send(&tenant, Briefing).await??;
        self.opened(tenant, brief)
    }

    fn opened(&self, tenant: TenantId, brief: Brief) -> Result<Option<Arc<Account>>, Denied> {
        match brief {
            Brief::MayAct(account) => {
                let turns = Further { gate: self.clone(), tenant };
                let account = Account { turns: Some(Arc::new(turns)), ..Account::clone(&account) };
                Ok(Some(Arc::new(account)))
            }
            Brief::Untried => {
                self.tenants.notify(&tenant, Wake)?;
                Ok(None)
            }
            Brief::MayNot => Ok(None),
        }
    }

    /// Whether there is such a tenant, whatever it may do.
    pub(crate) async fn exists(&self, tenant: TenantId) -> Result<bool, Denied> {
        Ok(self.status(tenant).await? != Status::Removed)
    }

    /// Whether it may act; one that never was is as one that was removed.
    pub(crate) async fn status(&self, tenant: TenantId) -> Result<Status, Denied> {
        self.tenants.send(&tenant, AskStatus).await?
    }

    /// The cloud refused the key of a call that only looked: the tenant tries it, in its own time.
    pub(crate) fn suspect(&self, tenant: TenantId) {
        if self.tenants.notify(&tenant, Suspect).is_err() {
            tracing::debug!(tenant.id = %tenant, "the tenant was too busy to try its key");
        }
    }

    /// Waits for the turn of a call's first request to a region: the region's budget and the tenancy's both have a call free. In the order of
    /// asking. One that could not be told at once is over, and another is waited for.
    pub(crate) async fn turn(&self, tenant: TenantId, region: &str) -> Result<Granted, Denied> {
        let Turned { at, brief } = self.turned(tenant, region).await?;
        Ok(Granted { at, account: self.opened(tenant, brief)? })
    }

    async fn turned(&self, tenant: TenantId, region: &str) -> Result<Turned, Denied> {
        loop {
            let turned = self.tenants.send(&tenant, Turn { region: region.to_owned() }).await??;
            if turned.at.elapsed() < TURN_HOLDS {
                return Ok(turned);
            }
            tracing::warn!(tenant.id = %tenant, "a turn came and was told too late to be used: the log or this machine is slow");
        }
    }

    /// Tells the pace how a call went. After a throttle answer: until when nobody whom it meant may call.
    pub(crate) async fn report(
        &self,
        tenant: TenantId,
        region: &str,
        trouble: Option<&Trouble>,
    ) -> Result<Option<Timestamp>, Denied> {
        match heard(region, trouble) {
            Heard::Throttled(throttled) => Ok(Some(self.tenants.send(&tenant, throttled).await?)),
            Heard::Answered(answered) => {
                // A tenant that is too busy to hear it grows no faster for it, and that is all.
                self.tenants.notify(&tenant, answered).ok();
                Ok(None)
            }
            Heard::Nothing => Ok(None),
        }
    }

    /// One call in its turn, and its report.
    pub(crate) async fn call<T>(
        &self,
        tenant: TenantId,
        region: &str,
        call: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<Result<T, Failed>, Denied> {
        self.turned(tenant, region).await?;
        let answer = call.await;
        let frozen = self.report(tenant, region, answer.as_ref().err()).await?;
        Ok(answer.map_err(|trouble| (trouble, frozen)))
    }
}

/// The turns of the requests of a call after its first.
struct Further {
    gate: Gate,
    tenant: TenantId,
}

#[async_trait]
impl Turns for Further {
    /// The turn may be long in coming, and the tenant may have been told to stop meanwhile.
    async fn turn(&self, region: &str) -> Result<(), NoTurn> {
        match self.gate.turned(self.tenant, region).await?.brief {
            Brief::MayAct(_) => Ok(()),
            Brief::Untried | Brief::MayNot => Err("the tenant may not act now".into()),
        }
    }
}
