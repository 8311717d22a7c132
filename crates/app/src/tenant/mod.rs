//! Tenants: what people may do with them, and the actor that holds each one's state, key and pace.

mod account;
mod actor;
mod check;
mod kept;
mod options;
mod pace;
mod regular;
mod untried;

use std::sync::Arc;

use berth_actors::{DueIndex, Registry};
use berth_cloud::{Credential, Inspected, NewAccount};
pub use berth_cloud::{Limit, Shape};
use berth_domain::{
    Code, Explanation, TenantId,
    access::Act,
    tenant::{Command, Proxy, Register, Tenant},
};
use berth_store::StreamId;
use secrecy::SecretString;

pub(crate) use account::{Brief, Briefing};
pub(crate) use actor::{AskStatus, Shared, Tell, TenantActor};
pub use check::Checked;
pub(crate) use check::{Check, Suspect};
pub use options::LaunchOptions;
pub(crate) use options::{KnownOptions, ReadOptions};
pub use pace::{BudgetShown, PaceShown};
pub(crate) use pace::{Heard, ShowPace, Turn, Turned, heard};
pub(crate) use untried::{Renewed, Wake};

use crate::{
    order::{Denied, Order, Told},
    secrets::{CREDENTIAL, PROXY, Secrets, pack},
    world::World,
};

/// A tenant as a person gives it.
pub struct NewTenant {
    pub name: String,
    pub account: NewAccount,
}

/// What people may do with tenants.
#[derive(Clone)]
pub struct Tenants {
    pub(crate) world: Arc<World>,
    pub(crate) secrets: Secrets,
    pub(crate) registry: Registry<TenantActor>,
    /// When each is looked after by itself: a key of which nothing is known is tried again, any other is tested now and then.
    pub(crate) due: DueIndex<TenantId>,
}

impl Tenants {
    /// Reads what was typed, in the cloud's own rules; calls nobody and keeps nothing.
    pub fn inspect(&self, account: &NewAccount) -> Result<Inspected, Denied> {
        self.world.cloud.inspect(account).map_err(Denied::Refused)
    }

    /// Registers a tenant: its key goes to the vault in the same append as the event that names it.
    pub async fn create(&self, new: NewTenant, order: Order) -> Result<Told<TenantId, Tenant>, Denied> {
        order.may(Act::KeepTenants)?;
        if let Some(told) = self.created_before(&order).await? {
            return Ok(told);
        }
        let inspected = self.inspect(&new.account)?;
        let id = self.fresh_id();
        let mut order = order;
        let register = self.sealed(id, &new, inspected, &mut order)?;
        let told = self.tell(id, Command::Register(Box::new(register)), order.clone()).await?;
        match told.state.profile {
            Some(_) => Ok(told),
            // Another request with the same id came first: its tenant is the answer.
            None => self.created_before(&order).await?.ok_or_else(Denied::overtaken),
        }
    }

    /// Asks the cloud whether the key works, writes down what it said, and reads the regions.
    pub async fn test(&self, id: TenantId, order: Order) -> Result<Checked, Denied> {
        order.may(Act::TestTenant)?;
        self.registry.send(&id, Check { order }).await?
    }

    /// How fast it may call its cloud now, region by region, and why not faster.
    pub async fn pace(&self, id: TenantId) -> Result<PaceShown, Denied> {
        self.registry.send(&id, ShowPace).await?
    }

    /// What can be launched in a region, from the tenant itself: as it was read some minutes ago at most, or now when asked for afresh.
    pub async fn launch_options(
        &self,
        id: TenantId,
        region: &str,
        afresh: bool,
    ) -> Result<Arc<LaunchOptions>, Denied> {
        if !self.world.cloud.knows_region(region) {
            let unknown = berth_domain::Text::new(
                format!("there is no region {region:?}"),
                format!("没有区域 “{region}”"),
            );
            return Err(Denied::Refused(vec![Explanation::new(Code::NotFound, unknown)]));
        }
        self.registry.send(&id, ReadOptions { region: region.to_owned(), afresh }).await?
    }

    /// The same as it was last read, however long ago; asks no cloud.
    pub async fn known_options(
        &self,
        id: TenantId,
        region: &str,
    ) -> Result<Option<Arc<LaunchOptions>>, Denied> {
        Ok(self.registry.send(&id, KnownOptions { region: region.to_owned() }).await?)
    }

    /// Gives a tenant another key. It takes effect on the next call.
    pub async fn rotate(
        &self,
        id: TenantId,
        account: NewAccount,
        order: Order,
    ) -> Result<Told<TenantId, Tenant>, Denied> {
        order.may(Act::KeepTenants)?;
        let inspected = self.inspect(&account)?;
        let mut order = order;
        let owner = StreamId::new("tenant", id);
        let (credential, sealed) = self.secrets.seal(CREDENTIAL, &owner, &pack(&account.credential))?;
        order.seal.push(sealed);
        let command = Command::RotateCredential {
            fingerprint: inspected.fingerprint,
            user: inspected.user,
            credential,
        };
        self.tell(id, command, order).await
    }

    pub async fn remove(
        &self,
        id: TenantId,
        force: bool,
        running_tasks: u32,
        order: Order,
    ) -> Result<Told<TenantId, Tenant>, Denied> {
        self.tell(id, Command::Remove { force, running_tasks }, order).await
    }

    pub async fn disable(&self, id: TenantId, order: Order) -> Result<Told<TenantId, Tenant>, Denied> {
        self.tell(id, Command::Disable, order).await
    }

    pub async fn enable(&self, id: TenantId, order: Order) -> Result<Told<TenantId, Tenant>, Denied> {
        self.tell(id, Command::Enable, order).await
    }

    pub(crate) async fn tell(
        &self,
        id: TenantId,
        command: Command,
        order: Order,
    ) -> Result<Told<TenantId, Tenant>, Denied> {
        self.registry.send(&id, Tell { command, order }).await?
    }

    fn fresh_id(&self) -> TenantId {
        TenantId::from_parts(self.world.clock.now_ms().unsigned_abs(), self.world.chance.draw())
    }

    /// A repeat of a registration is answered with the tenant that the first one made.
    async fn created_before(&self, order: &Order) -> Result<Option<Told<TenantId, Tenant>>, Denied> {
        let Some(id) = crate::app::first_made(&self.world.log, order).await? else { return Ok(None) };
        // Any command that changes nothing, under the same id, is answered as the first was.
        self.tell(id, Command::Reinstate, order.clone()).await.map(Some)
    }

    fn sealed(
        &self,
        id: TenantId,
        new: &NewTenant,
        inspected: Inspected,
        order: &mut Order,
    ) -> Result<Register, Denied> {
        let owner = StreamId::new("tenant", id);
        let (credential, sealed) = self.secrets.seal(CREDENTIAL, &owner, &pack(&new.account.credential))?;
        order.seal.push(sealed);
        let proxy = match (&new.account.proxy, inspected.proxy_masked) {
            (Some(address), Some(masked)) => {
                let (address, sealed) = self.secrets.seal(PROXY, &owner, address)?;
                order.seal.push(sealed);
                Some(Proxy { address, masked })
            }
            _ => None,
        };
        Ok(Register {
            id,
            name: new.name.trim().to_owned(),
            tenancy: inspected.tenancy,
            user: inspected.user,
            fingerprint: inspected.fingerprint,
            home_region: inspected.region,
            credential,
            proxy,
            at: self.world.now(),
        })
    }
}

/// Makes an account from its four texts and its key.
pub fn new_account(
    [tenancy, user, fingerprint, region]: [String; 4],
    private_key: SecretString,
    passphrase: Option<SecretString>,
    proxy: Option<SecretString>,
) -> NewAccount {
    NewAccount {
        tenancy,
        user,
        fingerprint,
        region,
        credential: Credential { private_key, passphrase },
        proxy,
    }
}

pub(crate) fn no_such_tenant() -> Denied {
    Denied::Refused(vec![Explanation::new(
        Code::NotFound,
        berth_domain::Text::new("there is no such tenant", "没有这个租户"),
    )])
}
