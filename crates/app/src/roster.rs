//! Whom to tell or wake, even when the lists cannot say: then the log itself is searched, which is slow, and misses nobody.
//!
//! A task that nobody lists is a task that silently stops, so a list that is behind or parked is never taken for the whole.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use berth_domain::{
    Aggregate, GrabId, TenantId, Timestamp,
    grab::{Event, Grab, Have},
    tenant::Tenant,
};
use berth_store::{Log, Position};

use crate::{
    ledger::{Book, Ledger, read},
    order::Fault,
    world::{Roster, RosterError, Standing},
};

const PAGE: u32 = 512;

/// The roster, and what to do without it. Clones share whether the alarm was raised.
#[derive(Clone)]
pub(crate) struct Lists {
    roster: Arc<dyn Roster>,
    log: Arc<dyn Log>,
    ledger: Ledger,
    failing: Arc<AtomicBool>,
}

impl Lists {
    pub(crate) fn new(roster: Arc<dyn Roster>, log: Arc<dyn Log>, ledger: Ledger) -> Self {
        Self { roster, log, ledger, failing: Arc::default() }
    }

    /// Every task that runs or has an attempt out, as of a position at least.
    pub(crate) async fn standing(&self, position: Position) -> Result<Vec<Standing>, Fault> {
        let listed = async {
            self.roster.wait_for(position).await?;
            self.roster.standing().await
        };
        match self.heard(listed.await) {
            Some(standing) => Ok(standing),
            None => self.search_standing().await,
        }
    }

    /// Every task of a tenant that is not at its end, as of a position at least; some that are may be among them.
    pub(crate) async fn tasks_of(&self, tenant: TenantId, position: Position) -> Result<Vec<GrabId>, Fault> {
        let listed = async {
            self.roster.wait_for(position).await?;
            self.roster.tasks_of(tenant).await
        };
        match self.heard(listed.await) {
            Some(tasks) => Ok(tasks),
            None => self.search_tasks_of(tenant).await,
        }
    }

    /// The newest tasks, newest first; where nobody lists them, some that were deleted are among them.
    pub(crate) async fn newest(&self, most: usize) -> Result<Vec<GrabId>, Fault> {
        if let Ok(newest) = self.roster.newest(most).await {
            return Ok(newest);
        }
        let all = tasks(&*self.log).await?;
        Ok(all.into_keys().rev().take(most).collect())
    }

    /// Every tenant that was not removed, as of a position at least, and what it is as far as the list says; some that were may be
    /// among them.
    pub(crate) async fn tenants(&self, position: Position) -> Result<Vec<(TenantId, Option<Tenant>)>, Fault> {
        match self.roster.tenants(position).await {
            Ok(tenants) => Ok(tenants.into_iter().map(|(id, tenant)| (id, Some(tenant))).collect()),
            Err(error) => {
                tracing::warn!(%error, "the list of tenants cannot be asked: the log is searched for them instead");
                Ok(tenants(&*self.log).await?.into_iter().map(|id| (id, None)).collect())
            }
        }
    }

    /// Nothing when the roster failed. Told once, until it answers again.
    fn heard<T>(&self, listed: Result<T, RosterError>) -> Option<T> {
        let failed = listed.is_err();
        let failed_before = self.failing.swap(failed, Ordering::Relaxed);
        match &listed {
            Err(error) if !failed_before => {
                let error: &dyn std::error::Error = &**error;
                tracing::error!(
                    error,
                    "the list of tasks cannot be asked: the log is searched for them instead"
                );
            }
            Ok(_) if failed_before => tracing::info!("the list of tasks can be asked again"),
            _ => {}
        }
        listed.ok()
    }

    async fn search_standing(&self) -> Result<Vec<Standing>, Fault> {
        let mut standing = Vec::new();
        for id in tasks(&*self.log).await?.into_keys() {
            match self.ledger.open::<Grab>(id).await {
                Ok(book) => standing.extend(standing_of(id, &book)),
                // It was told when it was put into quarantine, and is looked at when it is pardoned.
                Err(Fault::Unreadable(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(standing)
    }

    async fn search_tasks_of(&self, tenant: TenantId) -> Result<Vec<GrabId>, Fault> {
        let tasks = tasks(&*self.log).await?.into_iter();
        Ok(tasks.filter(|(_, owner)| *owner == Some(tenant)).map(|(id, _)| id).collect())
    }
}

fn standing_of(id: GrabId, book: &Book<Grab>) -> Option<Standing> {
    let grab = &book.state;
    let runs = grab.state().runs();
    let busy = matches!(grab.have, Have::Asked(_) | Have::Accepted(_));
    let tenant = grab.order.as_ref()?.tenant;
    let due = grab.next_attempt_at(id, Timestamp::default());
    let queued_at = grab.queued_at();
    (runs || busy || queued_at.is_some()).then_some(Standing { grab: id, tenant, due, runs, queued_at })
}

/// Every tenant there ever was.
async fn tenants(log: &dyn Log) -> Result<Vec<TenantId>, Fault> {
    let (mut tenants, mut after) = (BTreeSet::new(), Position::START);
    loop {
        let page = log.read(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(tenants.into_iter().collect()) };
        after = last.position;
        let own = page.iter().filter(|recorded| recorded.stream.kind() == Tenant::KIND);
        tenants.extend(own.filter_map(|recorded| recorded.stream.id().parse::<TenantId>().ok()));
    }
}

/// Every task there ever was, and whose it is, if that can be read. Of the log one page is in memory at once.
pub(crate) async fn tasks(log: &dyn Log) -> Result<BTreeMap<GrabId, Option<TenantId>>, Fault> {
    let (mut tasks, mut after) = (BTreeMap::new(), Position::START);
    loop {
        let page = log.read(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(tasks) };
        after = last.position;
        for recorded in page.iter().filter(|recorded| recorded.stream.kind() == Grab::KIND) {
            let Ok(id) = recorded.stream.id().parse::<GrabId>() else { continue };
            // The first event of a task says whose it is.
            tasks.entry(id).or_insert_with(|| match read::<Grab>(recorded) {
                Ok(Event::Created(created)) => Some(created.tenant),
                Ok(Event::StartOrdered(ordered)) => Some(ordered.tenant),
                _ => None,
            });
        }
    }
}
