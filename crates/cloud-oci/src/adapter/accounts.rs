//! One opened key for each account.
//!
//! Opening a key may take a second of work, by the will of whoever encrypted it, so it is done once for each revision of
//! an account and away from the threads that serve others.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use berth_cloud::Account;
use berth_domain::{TenantId, Trouble};
use secrecy::ExposeSecret as _;

use super::ways::{Ways, locked, not_sent};
use crate::client::{Client, Identity, Transport, WallClock};
use crate::endpoints::Endpoints;
use crate::key::ApiKey;
use crate::region::Region;

pub(super) struct Accounts {
    /// Takes the place of every region's endpoints.
    endpoints: Option<Endpoints>,
    clock: WallClock,
    opened: Mutex<HashMap<TenantId, Opened>>,
    ways: Arc<Ways>,
}

/// What was made of one revision of an account.
#[derive(Clone)]
struct Opened {
    revision: u64,
    identity: Identity,
    transport: Transport,
}

impl Accounts {
    pub(super) fn new(endpoints: Option<Endpoints>, clock: WallClock) -> Self {
        Self { endpoints, clock, opened: Mutex::default(), ways: Arc::default() }
    }

    /// A client for one call to one region. Fails without a call if the account or the region makes no sense.
    pub(super) async fn client(&self, account: &Account, region: &str) -> Result<Client, Trouble> {
        let region = Region::find(region).map_err(|error| not_sent(&error))?;
        let endpoints = self.endpoints.clone().unwrap_or_else(|| Endpoints::official(region));
        let Opened { identity, transport, .. } = self.opened(account).await?;
        let client = Client::new(transport, endpoints, identity, Arc::clone(&self.clock));
        Ok(match &account.turns {
            Some(turns) => client.in_turns(Arc::clone(turns), region.id()),
            None => client,
        })
    }

    pub(super) fn forget(&self, tenant: TenantId) {
        locked(&self.opened).remove(&tenant);
    }

    async fn opened(&self, account: &Account) -> Result<Opened, Trouble> {
        let known = locked(&self.opened).get(&account.tenant).cloned();
        if let Some(opened) = known.filter(|opened| opened.revision == account.revision) {
            return Ok(opened);
        }
        let opened = self.open(account).await?;
        locked(&self.opened).insert(account.tenant, opened.clone());
        Ok(opened)
    }

    async fn open(&self, account: &Account) -> Result<Opened, Trouble> {
        let (account, ways) = (account.clone(), Arc::clone(&self.ways));
        let opening = tokio::task::spawn_blocking(move || open(&account, &ways));
        opening.await.expect("opening an account does not panic, and nobody cancels it")
    }
}

fn open(account: &Account, ways: &Ways) -> Result<Opened, Trouble> {
    let pem = account.credential.private_key.expose_secret().as_bytes();
    let key =
        ApiKey::from_pem(pem, account.credential.passphrase.as_ref()).map_err(|error| not_sent(&error))?;
    let identity =
        Identity { tenancy: account.tenancy.clone(), user: account.user.clone(), key: Arc::new(key) };
    let transport = ways.transport(account.proxy.as_ref())?;
    Ok(Opened { revision: account.revision, identity, transport })
}

impl fmt::Debug for Accounts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Accounts").field("endpoints", &self.endpoints).finish_non_exhaustive()
    }
}
