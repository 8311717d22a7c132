//! What we ask of any cloud, in our words, and its scripted fake.
//!
//! "Out of capacity" is no error of this port but the most common answer there is: a launch that gives nothing says why
//! as a [`Trouble`], and the domain's classifier tells what that means. Deliberately absent: HTTP, signing, vendor names,
//! retries. One call is one request to the cloud, or a short chain of them that each wait for their turn; who calls decides when to
//! call again.

mod account;
#[cfg(feature = "fake")]
pub mod fake;
mod launch;
mod sight;
mod turns;

pub use account::{Account, Credential, Inspected, NewAccount};
use async_trait::async_trait;
use berth_domain::{Trouble, explain::Violation};
pub use launch::{Accepted, Addressing, Launch};
pub use sight::{
    Addresses, Identity, Image, ImageWish, Lifecycle, Limit, Region, Reply, Room, Shape, Sighting, Size,
    WorkRequest,
};
pub use turns::{NoTurn, Turns};

/// What we ask of any cloud. Every call may fail with a [`Trouble`]; none is repeated by the adapter.
#[async_trait]
pub trait Cloud: Send + Sync {
    /// Reads an account as a person typed it: key, passphrase, ids, region. Calls nobody. Every violation at once.
    ///
    /// The fingerprint is computed from the key and compared with the one that was typed.
    fn inspect(&self, account: &NewAccount) -> Result<Inspected, Vec<Violation>>;

    /// Whether a region exists in this cloud.
    fn knows_region(&self, region: &str) -> bool;

    /// Asks who the key belongs to: the cheapest call that proves key, clock and account.
    async fn identity(&self, account: &Account) -> Result<Reply<Identity>, Trouble>;

    /// Regions that the account subscribes to.
    async fn regions(&self, account: &Account) -> Result<Vec<Region>, Trouble>;

    /// Names of a region's availability domains, in the cloud's order. They are the account's own: never build them.
    async fn availability_domains(&self, account: &Account, region: &str) -> Result<Vec<String>, Trouble>;

    /// Images that fit the wish, newest first.
    async fn images(&self, account: &Account, region: &str, wish: &ImageWish) -> Result<Vec<Image>, Trouble>;

    /// Shapes on offer in one availability domain.
    async fn shapes(&self, account: &Account, region: &str, domain: &str) -> Result<Vec<Shape>, Trouble>;

    /// What the account may still start, for the limits that a shape uses up.
    async fn limits(
        &self,
        account: &Account,
        region: &str,
        domain: &str,
        shape: &str,
    ) -> Result<Vec<Limit>, Trouble>;

    /// A subnet with a way to the internet: the one made before, else made now (network, gateway, route, subnet).
    /// Idempotent: it finds what an earlier, broken-off call made and goes on from there. Deletes nothing. Each kind of
    /// addressing has a network of its own, so that nothing that exists is ever changed.
    async fn network(
        &self,
        account: &Account,
        region: &str,
        addressing: Addressing,
    ) -> Result<String, Trouble>;

    /// The bytes that [`Cloud::launch`] would send, so that their hash can be written down before they go.
    fn launch_body(&self, account: &Account, launch: &Launch) -> Vec<u8>;

    /// Asks for one instance. Asking twice with the same token and the same bytes asks once.
    async fn launch(&self, account: &Account, launch: &Launch) -> Result<Reply<Accepted>, Trouble>;

    /// How an instance is; absent when the cloud knows no such instance.
    async fn instance(
        &self,
        account: &Account,
        region: &str,
        instance: &str,
    ) -> Result<Option<Sighting>, Trouble>;

    /// What became of the asynchronous half of a launch, with the cloud's own errors.
    async fn work_request(&self, account: &Account, region: &str, id: &str) -> Result<WorkRequest, Trouble>;

    /// Addresses of a running instance; empty while the network is still being attached.
    async fn addresses(&self, account: &Account, region: &str, instance: &str) -> Result<Addresses, Trouble>;

    /// Every instance of exactly this name, ended ones included, over all pages. Clouds list late: absence is no proof.
    async fn find(
        &self,
        account: &Account,
        region: &str,
        display_name: &str,
    ) -> Result<Vec<Sighting>, Trouble>;

    /// What the cloud says of the room for each size in one domain, in the order asked. A hint: it was seen wrong both
    /// ways. Many accounts may not ask and are refused with 404.
    async fn capacity(
        &self,
        account: &Account,
        region: &str,
        domain: &str,
        sizes: &[Size],
    ) -> Result<Vec<Room>, Trouble>;

    /// Ends this one instance, its boot volume with it. Refused with 404 when there is none, or it may not be seen.
    async fn terminate(&self, account: &Account, region: &str, instance: &str) -> Result<(), Trouble>;

    /// Starts a stopped instance; refused for lack of room as a launch is. Asking twice with the same token asks once.
    async fn start(
        &self,
        account: &Account,
        region: &str,
        instance: &str,
        token: &str,
    ) -> Result<Reply<()>, Trouble>;

    /// Whether the cloud has found the instance a place: a boot volume is attached to it.
    async fn is_placed(
        &self,
        account: &Account,
        region: &str,
        domain: &str,
        instance: &str,
    ) -> Result<bool, Trouble>;
}
