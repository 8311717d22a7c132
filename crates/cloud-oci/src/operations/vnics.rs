//! From an instance to its addresses. The instance itself knows none: its network cards do.

use berth_cloud::Addresses;
use berth_domain::Trouble;
use serde::Deserialize;

use super::answer::{ask, unless_absent};
use super::list::ask_all;
use super::name::Name;
use crate::client::{Call, Client, Service};

/// Addresses of the primary card; empty while it is being attached.
pub(crate) async fn addresses(client: &Client, instance: &str) -> Result<Addresses, Trouble> {
    for vnic in attached_vnics(client, instance).await? {
        let answer = ask::<Vnic>(client, &Call::get(Service::Core, &["vnics", &vnic])).await;
        // A card just attached may not be there yet for this call.
        let Some(answer) = unless_absent(answer)? else { continue };
        if answer.value.is_primary != Some(false) {
            let Vnic { public_ip, private_ip, .. } = answer.value;
            return Ok(Addresses {
                public_ip: public_ip.map(String::from),
                private_ip: private_ip.map(String::from),
            });
        }
    }
    Ok(Addresses::default())
}

async fn attached_vnics(client: &Client, instance: &str) -> Result<Vec<String>, Trouble> {
    let call = Call::get(Service::Core, &["vnicAttachments"])
        .query("compartmentId", client.tenancy())
        .query("instanceId", instance);
    let attachments: Vec<VnicAttachment> = ask_all(client, call).await?;
    let attached =
        attachments.into_iter().filter(|known| known.lifecycle_state.as_deref() == Some("ATTACHED"));
    Ok(attached.filter_map(|known| known.vnic_id).map(String::from).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VnicAttachment {
    lifecycle_state: Option<String>,
    /// Absent while attaching.
    vnic_id: Option<Name>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vnic {
    is_primary: Option<bool>,
    public_ip: Option<Name>,
    private_ip: Option<Name>,
}
