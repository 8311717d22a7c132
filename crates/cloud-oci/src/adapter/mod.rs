//! The port `Cloud`, spoken to Oracle.
//!
//! Only translation happens here: an account becomes a client, a question becomes calls, an answer becomes our words.

mod accounts;
mod inspect;
mod ways;

use async_trait::async_trait;
use berth_cloud::{
    Accepted, Account, Addresses, Addressing, Cloud, Identity, Image, ImageWish, Inspected, Launch, Limit,
    NewAccount, Region as Subscribed, Reply, Room, Shape, Sighting, Size, WorkRequest,
};
use berth_domain::explain::Violation;
use berth_domain::{TenantId, Trouble};

use self::accounts::Accounts;
use crate::client::WallClock;
use crate::endpoints::Endpoints;
use crate::operations::{
    capacity, compute, identity, images, instances, launch, limits, network, vnics, volumes, work_request,
};
use crate::region::Region;

/// Oracle Cloud Infrastructure, for any number of accounts at once.
#[derive(Debug)]
pub struct OciCloud {
    accounts: Accounts,
}

impl OciCloud {
    /// Speaks to the provider's own endpoints. `clock` dates the requests and measures the cloud's clock against it.
    pub fn official(clock: WallClock) -> Self {
        Self { accounts: Accounts::new(None, clock) }
    }

    /// Speaks to a simulator on this machine in place of every region.
    pub fn overridden(endpoints: Endpoints, clock: WallClock) -> Self {
        Self { accounts: Accounts::new(Some(endpoints), clock) }
    }

    /// Wipes the key of an account from memory. The next call for it reads the key anew.
    pub fn forget(&self, tenant: TenantId) {
        self.accounts.forget(tenant);
    }
}

#[async_trait]
impl Cloud for OciCloud {
    fn inspect(&self, account: &NewAccount) -> Result<Inspected, Vec<Violation>> {
        inspect::inspect(account)
    }

    fn knows_region(&self, region: &str) -> bool {
        Region::find(region).is_ok()
    }

    async fn identity(&self, account: &Account) -> Result<Reply<Identity>, Trouble> {
        identity::identity(&self.accounts.client(account, &account.home_region).await?).await
    }

    async fn regions(&self, account: &Account) -> Result<Vec<Subscribed>, Trouble> {
        identity::regions(&self.accounts.client(account, &account.home_region).await?).await
    }

    async fn availability_domains(&self, account: &Account, region: &str) -> Result<Vec<String>, Trouble> {
        identity::availability_domains(&self.accounts.client(account, region).await?).await
    }

    async fn images(&self, account: &Account, region: &str, wish: &ImageWish) -> Result<Vec<Image>, Trouble> {
        images::images(&self.accounts.client(account, region).await?, wish).await
    }

    async fn shapes(&self, account: &Account, region: &str, domain: &str) -> Result<Vec<Shape>, Trouble> {
        compute::shapes(&self.accounts.client(account, region).await?, domain).await
    }

    async fn limits(
        &self,
        account: &Account,
        region: &str,
        domain: &str,
        shape: &str,
    ) -> Result<Vec<Limit>, Trouble> {
        limits::limits(&self.accounts.client(account, region).await?, domain, shape).await
    }

    async fn network(
        &self,
        account: &Account,
        region: &str,
        addressing: Addressing,
    ) -> Result<String, Trouble> {
        network::network(&self.accounts.client(account, region).await?, region, addressing).await
    }

    fn launch_body(&self, account: &Account, launch: &Launch) -> Vec<u8> {
        launch::body(&account.tenancy, launch)
    }

    async fn launch(&self, account: &Account, wanted: &Launch) -> Result<Reply<Accepted>, Trouble> {
        launch::launch(&self.accounts.client(account, &wanted.region).await?, wanted).await
    }

    async fn instance(
        &self,
        account: &Account,
        region: &str,
        instance: &str,
    ) -> Result<Option<Sighting>, Trouble> {
        compute::instance(&self.accounts.client(account, region).await?, instance).await
    }

    async fn work_request(&self, account: &Account, region: &str, id: &str) -> Result<WorkRequest, Trouble> {
        work_request::work_request(&self.accounts.client(account, region).await?, id).await
    }

    async fn addresses(&self, account: &Account, region: &str, instance: &str) -> Result<Addresses, Trouble> {
        vnics::addresses(&self.accounts.client(account, region).await?, instance).await
    }

    async fn find(
        &self,
        account: &Account,
        region: &str,
        display_name: &str,
    ) -> Result<Vec<Sighting>, Trouble> {
        compute::find(&self.accounts.client(account, region).await?, display_name).await
    }

    async fn capacity(
        &self,
        account: &Account,
        region: &str,
        domain: &str,
        sizes: &[Size],
    ) -> Result<Vec<Room>, Trouble> {
        capacity::capacity(&self.accounts.client(account, region).await?, domain, sizes).await
    }

    async fn terminate(&self, account: &Account, region: &str, instance: &str) -> Result<(), Trouble> {
        instances::terminate(&self.accounts.client(account, region).await?, instance).await
    }

    async fn start(
        &self,
        account: &Account,
        region: &str,
        instance: &str,
        token: &str,
    ) -> Result<Reply<()>, Trouble> {
        instances::start(&self.accounts.client(account, region).await?, instance, token).await
    }

    async fn is_placed(
        &self,
        account: &Account,
        region: &str,
        domain: &str,
        instance: &str,
    ) -> Result<bool, Trouble> {
        volumes::is_placed(&self.accounts.client(account, region).await?, domain, instance).await
    }
}
