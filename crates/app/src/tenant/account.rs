//! The account of a tenant: whether it may act, and with which key. Secrets are opened here and stay in memory.

use std::sync::Arc;

use actix::{Context, Handler, Message, ResponseFuture};
use berth_cloud::Account;
use berth_domain::{
    SecretRef,
    tenant::{Status, Tenant},
};

use super::{
    actor::{Desk, TenantActor},
    no_such_tenant,
};
use crate::{
    order::{Denied, Fault},
    secrets::{CREDENTIAL, PROXY, unpack},
};

/// An account that was opened, and what it was opened with.
pub(super) struct Opened {
    pub(super) credential: SecretRef,
    pub(super) proxy: Option<SecretRef>,
    pub(super) account: Arc<Account>,
}

/// Asks whether the tenant may act, and for its account.
#[derive(Message)]
#[rtype(result = "Result<Brief, Denied>")]
pub(crate) struct Briefing;

pub(crate) enum Brief {
    MayAct(Arc<Account>),
    /// Its key was never tried: wake the tenant, and be woken by what it finds.
    Untried,
    MayNot,
}

impl Handler<Briefing> for TenantActor {
    type Result = ResponseFuture<Result<Brief, Denied>>;

    fn handle(&mut self, _: Briefing, _: &mut Context<Self>) -> Self::Result {
        let desk = self.desk.clone();
        Box::pin(async move { desk.brief().await })
    }
}

impl Desk {
    pub(super) async fn brief(&self) -> Result<Brief, Denied> {
        let tenant = self.state().await?;
        match tenant.status {
            Status::Active => Ok(Brief::MayAct(self.account(&tenant).await?)),
            Status::Untested if tenant.exists() => Ok(Brief::Untried),
            Status::Untested | Status::Suspended(_) | Status::Disabled | Status::Removed => Ok(Brief::MayNot),
        }
    }

    /// Opens the account's secrets, once for as long as they are the same.
    pub(super) async fn account(&self, tenant: &Tenant) -> Result<Arc<Account>, Denied> {
        let profile = tenant.profile.as_ref().filter(|_| tenant.exists()).ok_or_else(no_such_tenant)?;
        let proxy = profile.proxy.as_ref().map(|proxy| proxy.address.clone());
        if let Some(opened) = &*self.account.borrow()
            && opened.credential == profile.credential
            && opened.proxy == proxy
        {
            return Ok(opened.account.clone());
        }
        let owner = berth_store::StreamId::new("tenant", self.id);
        let packed = self.secrets.open(CREDENTIAL, &owner, &profile.credential).await?;
        let credential = unpack(&packed).ok_or_else(|| Fault::SecretMissing(profile.credential.0.clone()))?;
        let address = match &proxy {
            Some(name) => Some(self.secrets.open(PROXY, &owner, name).await?),
            None => None,
        };
        let account = Arc::new(Account {
            tenant: self.id,
            revision: self.world.chance.draw(),
            tenancy: profile.tenancy.clone(),
            user: profile.user.clone(),
            fingerprint: profile.fingerprint.clone(),
            home_region: profile.home_region.clone(),
            credential,
            proxy: address,
            turns: None,
        });
        let opened = Opened { credential: profile.credential.clone(), proxy, account: account.clone() };
        *self.account.borrow_mut() = Some(opened);
        Ok(account)
    }
}
