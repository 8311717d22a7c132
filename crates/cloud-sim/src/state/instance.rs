//! An instance with everything that comes and goes with it: its network card, boot volume and work requests.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::timeline::Timeline;
use crate::{
    clock::{Moment, milliseconds, timestamp},
    listing::Listed,
    ocid,
};

pub(crate) struct Instance {
    pub(crate) id: String,
    /// Number of the profile it belongs to.
    pub(crate) tenant: usize,
    pub(crate) compartment: String,
    pub(crate) availability_domain: String,
    pub(crate) shape: &'static str,
    pub(crate) ocpus: f64,
    pub(crate) memory: f64,
    pub(crate) display_name: String,
    /// What `GetInstance` answers, but for the lifecycle state.
    pub(crate) fields: Map<String, Value>,
    pub(crate) retry_token: Option<String>,
    pub(crate) created: Moment,
    pub(crate) life: Timeline,
    pub(crate) revision: u64,
    /// Lists do not show it before.
    pub(crate) listed_from: Moment,
    pub(crate) card: Card,
    pub(crate) boot_volume_id: String,
    pub(crate) boot_volume_gb: u64,
    pub(crate) boot_volume_vpus: u64,
    /// Whether it is ATTACHING until the instance runs, rather than attached as soon as there is a host.
    pub(crate) boot_volume_lags: bool,
}

/// The primary network card.
pub(crate) struct Card {
    pub(crate) id: String,
    pub(crate) attachment_id: String,
    pub(crate) subnet_id: String,
    pub(crate) hostname: Option<String>,
    pub(crate) private_ip_id: String,
    pub(crate) private_ip: String,
    /// `None` when none was wanted.
    pub(crate) public_ip: Option<String>,
    /// After RUNNING; `Duration::MAX` is never.
    pub(crate) public_ip_after: Duration,
}

impl Instance {
    pub(crate) fn state(&self, now: Moment) -> &'static str {
        self.life.at(now)
    }

    /// Whether it is neither gone nor going.
    pub(crate) fn is_live(&self, now: Moment) -> bool {
        !matches!(self.state(now), "TERMINATING" | "TERMINATED")
    }

    pub(crate) fn etag(&self, now: Moment) -> String {
        ocid::etag(&self.id, self.revision, self.state(now))
    }

    pub(crate) fn render(&self, now: Moment) -> Value {
        let mut fields = self.fields.clone();
        fields.insert("lifecycleState".into(), self.state(now).into());
        fields.into()
    }

    pub(crate) fn attachment_state(&self, now: Moment) -> &'static str {
        match self.state(now) {
            "PROVISIONING" => "ATTACHING",
            "TERMINATING" => "DETACHING",
            "TERMINATED" => "DETACHED",
            _ => "ATTACHED",
        }
    }

    /// Whether a host was found for it. One that is stuck waits for a host for ever, unless its boot volume is what is stuck.
    pub(crate) fn is_placed(&self, now: Moment) -> bool {
        self.boot_volume_lags || self.state(now) != "PROVISIONING" || self.life.goes_on(now)
    }

    /// The boot volume is attached as soon as there is a host, before the instance runs, unless it is made to lag.
    pub(crate) fn volume_state(&self, now: Moment) -> &'static str {
        match self.attachment_state(now) {
            "ATTACHING" if !self.boot_volume_lags => "ATTACHED",
            state => state,
        }
    }

    /// The card is named only once it is attached.
    pub(crate) fn render_attachment(&self, now: Moment) -> Value {
        let state = self.attachment_state(now);
        let card = if state == "ATTACHING" { Value::Null } else { self.card.id.clone().into() };
        json!({
            "id": self.card.attachment_id,
            "availabilityDomain": self.availability_domain,
            "compartmentId": self.compartment,
            "instanceId": self.id,
            "lifecycleState": state,
            "nicIndex": 0,
            "subnetId": self.card.subnet_id,
            "timeCreated": timestamp(self.created),
            "vlanTag": 1234,
            "vnicId": card,
        })
    }

    /// `None` before it has run for long enough, and when none was wanted.
    pub(crate) fn public_ip(&self, now: Moment) -> Option<&str> {
        let from = self.life.entered("RUNNING")?.saturating_add(milliseconds(self.card.public_ip_after));
        self.card.public_ip.as_deref().filter(|_| from <= now && self.is_live(now))
    }

    /// `None` before the card exists and after it is gone.
    pub(crate) fn render_card(&self, now: Moment) -> Option<Value> {
        let state = match self.attachment_state(now) {
            "ATTACHED" => "AVAILABLE",
            "DETACHING" => "TERMINATING",
            _ => return None,
        };
        Some(json!({
            "id": self.card.id,
            "availabilityDomain": self.availability_domain,
            "compartmentId": self.compartment,
            "definedTags": {},
            "displayName": self.display_name,
            "freeformTags": {},
            "hostnameLabel": self.card.hostname,
            "isPrimary": true,
            "lifecycleState": state,
            "macAddress": "02:00:17:01:02:03",
            "nsgIds": [],
            "privateIp": self.card.private_ip,
            "publicIp": self.public_ip(now),
            "skipSourceDestCheck": false,
            "subnetId": self.card.subnet_id,
            "timeCreated": timestamp(self.created),
        }))
    }

    pub(crate) fn render_boot_volume(&self, now: Moment) -> Value {
        let state = match self.state(now) {
            "PROVISIONING" => "PROVISIONING",
            "TERMINATING" => "TERMINATING",
            "TERMINATED" => "TERMINATED",
            _ => "AVAILABLE",
        };
        json!({
            "id": self.boot_volume_id,
            "availabilityDomain": self.availability_domain,
            "compartmentId": self.compartment,
            "definedTags": {},
            "freeformTags": {},
            "displayName": format!("{} (Boot Volume)", self.display_name),
            "imageId": self.fields.get("imageId"),
            "lifecycleState": state,
            "sizeInGBs": self.boot_volume_gb,
            "sizeInMBs": self.boot_volume_gb * 1024,
            "vpusPerGB": self.boot_volume_vpus,
            "timeCreated": timestamp(self.created),
        })
    }

    /// For outside judges: what exists, in few words.
    pub(crate) fn summary(&self, now: Moment) -> Value {
        json!({
            "id": self.id,
            "tenant": self.tenant + 1,
            "compartmentId": self.compartment,
            "availabilityDomain": self.availability_domain,
            "shape": self.shape,
            "ocpus": self.ocpus,
            "memoryInGBs": self.memory,
            "displayName": self.display_name,
            "freeformTags": self.fields.get("freeformTags"),
            "retryToken": self.retry_token,
            "timeCreated": timestamp(self.created),
            "lifecycleState": self.state(now),
            "publicIp": self.public_ip(now),
        })
    }
}

impl Listed for Instance {
    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.display_name
    }

    fn created(&self) -> Moment {
        self.created
    }
}
