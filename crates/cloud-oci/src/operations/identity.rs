//! Who the key belongs to, and where the account may go.

use berth_cloud::{Identity, Region as Subscribed, Reply};
use berth_domain::Trouble;
use serde::Deserialize;

use super::answer::{Answer, ask};
use super::list::ask_all;
use super::name::Name;
use crate::client::{Call, Client, Service};
use crate::region::Region;

/// Asks for the user and the tenancy. Every user may see itself; one without a policy may not see the tenancy's name,
/// whose id then takes its place.
pub(crate) async fn identity(client: &Client) -> Result<Reply<Identity>, Trouble> {
    let user: Answer<User> = ask(client, &Call::get(Service::Identity, &["users", client.user()])).await?;
    let tenancy = match ask(client, &Call::get(Service::Identity, &["tenancies", client.tenancy()])).await {
        Ok(answer) => answer.value,
        Err(Trouble::Refused(refused)) if matches!(refused.status, 403 | 404) => Tenancy::default(),
        Err(trouble) => return Err(trouble),
    };
    let home_region = tenancy.home_region_key.and_then(|key| Region::find(&key).ok());
    Ok(user.into_reply(|user| Identity {
        user_name: user.name.map_or_else(|| client.user().to_owned(), String::from),
        tenancy_name: tenancy.name.map_or_else(|| client.tenancy().to_owned(), String::from),
        home_region: home_region.map(|region| region.id().to_owned()),
    }))
}

/// Regions that are ready for use. One whose subscription is still in progress refuses every call.
pub(crate) async fn regions(client: &Client) -> Result<Vec<Subscribed>, Trouble> {
    let call = Call::get(Service::Identity, &["tenancies", client.tenancy(), "regionSubscriptions"]);
    let subscriptions: Vec<RegionSubscription> = ask_all(client, call).await?;
    let ready = subscriptions.into_iter().filter(|known| known.status.as_deref() != Some("IN_PROGRESS"));
    Ok(ready
        .map(|known| Subscribed { name: known.region_name.into(), home: known.is_home_region == Some(true) })
        .collect())
}

/// Names in the cloud's order. They carry a prefix of the tenancy's own, so they cannot be built.
pub(crate) async fn availability_domains(client: &Client) -> Result<Vec<String>, Trouble> {
    let call =
        Call::get(Service::Identity, &["availabilityDomains"]).query("compartmentId", client.tenancy());
    let domains: Vec<AvailabilityDomain> = ask_all(client, call).await?;
    Ok(domains.into_iter().map(|domain| domain.name.into()).collect())
}

#[derive(Deserialize)]
struct User {
    name: Option<Name>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tenancy {
    name: Option<Name>,
    home_region_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegionSubscription {
    region_name: Name,
    status: Option<String>,
    is_home_region: Option<bool>,
}

#[derive(Deserialize)]
struct AvailabilityDomain {
    name: Name,
}
