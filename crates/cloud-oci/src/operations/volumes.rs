//! Whether an instance has its boot volume, or is just getting it.

use berth_domain::Trouble;
use serde::Deserialize;

use super::list::ask_all;
use crate::client::{Call, Client, Service};

/// An instance that waits for room has none attached, for as long as it waits.
pub(crate) async fn is_placed(client: &Client, domain: &str, instance: &str) -> Result<bool, Trouble> {
    let call = Call::get(Service::Core, &["bootVolumeAttachments"])
        .query("availabilityDomain", domain)
        .query("compartmentId", client.tenancy())
        .query("instanceId", instance);
    let attachments: Vec<AttachmentModel> = ask_all(client, call).await?;
    Ok(attachments.iter().any(|attachment| attachment.is_of(instance)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttachmentModel {
    instance_id: Option<String>,
    lifecycle_state: Option<String>,
}

impl AttachmentModel {
    /// Whatever it is called that neither leaves nor has left is there: one that is just being attached has found its host. The
    /// service's filter of instances is exact; ours is only in case it should not be.
    fn is_of(&self, instance: &str) -> bool {
        let leaves = matches!(self.lifecycle_state.as_deref(), Some("DETACHING" | "DETACHED"));
        self.instance_id.as_deref() == Some(instance) && !leaves
    }
}
