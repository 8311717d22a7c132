//! Secrets on their way into and out of the vault. Each is bound to what it is and whose it is.

use std::sync::Arc;

use berth_cloud::Credential;
use berth_domain::{Aggregate, SecretRef};
use berth_store::{
    Log, SecretId, StreamId,
    vault::{Sealed, Vault},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{
    chance::Chance,
    order::{Denied, Fault, Order},
};

pub(crate) const CREDENTIAL: &str = "tenant.credential";
pub(crate) const PROXY: &str = "tenant.proxy";
pub(crate) const ROOT_PASSWORD: &str = "grab.root_password";
pub(crate) const USER_DATA: &str = "grab.user_data";
pub(crate) const PROFILE_ROOT_PASSWORD: &str = "profile.root_password";
pub(crate) const PROFILE_USER_DATA: &str = "profile.user_data";
pub(crate) const CHANNEL_ADDRESS: &str = "channel.address";
pub(crate) const CHANNEL_KEY: &str = "channel.key";
const INSTALL_KEY: &str = "install.key";

/// The only place that names both the log's secrets and their key.
#[derive(Clone)]
pub(crate) struct Secrets {
    pub(crate) log: Arc<dyn Log>,
    pub(crate) vault: Arc<Vault>,
}

impl Secrets {
    /// Seals a secret under a fresh name. It is kept by the append that carries it.
    pub(crate) fn seal(
        &self,
        kind: &str,
        owner: &StreamId,
        secret: &SecretString,
    ) -> Result<(SecretRef, Sealed), Denied> {
        let id = SecretId::fresh();
        let sealed = self.vault.seal(&id, kind, owner.as_str(), secret)?;
        Ok((SecretRef(id.to_string()), sealed))
    }

    /// Seals a secret, if there is one, with the append of an order.
    pub(crate) fn seal_with(
        &self,
        kind: &str,
        owner: &StreamId,
        secret: Option<&SecretString>,
        order: &mut Order,
    ) -> Result<Option<SecretRef>, Denied> {
        let Some(secret) = secret else { return Ok(None) };
        let (name, sealed) = self.seal(kind, owner, secret)?;
        order.seal.push(sealed);
        Ok(Some(name))
    }

    pub(crate) async fn open(
        &self,
        kind: &str,
        owner: &StreamId,
        name: &SecretRef,
    ) -> Result<SecretString, Fault> {
        self.open_as(kind, owner.as_str(), &name.0).await
    }

    /// The key that tokens of attempts are made with: made once, kept sealed, the same for ever.
    pub(crate) async fn install_key(&self, chance: &Chance) -> Result<SecretString, Denied> {
        let id = SecretId::parse("secret_installkey").expect("a lawful name");
        if self.log.secret(&id).await?.is_none() {
            let fresh =
                SecretString::from(format!("{:032x}{:032x}", chance.draw::<u128>(), chance.draw::<u128>()));
            let mut order = Order::own();
            order.seal = vec![self.vault.seal(&id, INSTALL_KEY, INSTALL_KEY, &fresh)?];
            let mut append =
                berth_store::Append::new(order.command.clone(), order.fingerprint, order.meta(0));
            append.seal = order.seal;
            self.log.append(append).await.map_err(Fault::Append)?;
        }
        Ok(self.open_as(INSTALL_KEY, INSTALL_KEY, id.as_str()).await?)
    }

    async fn open_as(&self, kind: &str, owner: &str, name: &str) -> Result<SecretString, Fault> {
        let missing = || Fault::SecretMissing(name.to_owned());
        let id = SecretId::parse(name).map_err(|_| missing())?;
        let sealed = self.log.secret(&id).await?.ok_or_else(missing)?;
        Ok(self.vault.open(&sealed, &id, kind, owner)?)
    }
}

/// Secrets that were needed before some events, and are not after them.
pub(crate) fn over<A: Aggregate>(
    before: &A,
    events: &[A::Event],
    needed: fn(&A) -> Vec<&SecretRef>,
) -> Vec<SecretId> {
    let had = needed(before);
    if had.is_empty() {
        return Vec::new();
    }
    let mut after = before.clone();
    for event in events {
        after.evolve(event);
    }
    let still = needed(&after);
    let over = had.into_iter().filter(|name| !still.contains(name));
    over.filter_map(|name| SecretId::parse(&name.0).ok()).collect()
}

#[derive(Serialize, Deserialize)]
struct Packed {
    private_key: String,
    passphrase: Option<String>,
}

/// Key and passphrase as one secret, so that they cannot part.
pub(crate) fn pack(credential: &Credential) -> SecretString {
    let packed = Packed {
        private_key: credential.private_key.expose_secret().to_owned(),
        passphrase: credential.passphrase.as_ref().map(|text| text.expose_secret().to_owned()),
    };
    SecretString::from(serde_json::to_string(&packed).expect("two texts are plain data"))
}

pub(crate) fn unpack(secret: &SecretString) -> Option<Credential> {
    let packed: Packed = serde_json::from_str(secret.expose_secret()).ok()?;
    Some(Credential {
        private_key: SecretString::from(packed.private_key),
        passphrase: packed.passphrase.map(SecretString::from),
    })
}
