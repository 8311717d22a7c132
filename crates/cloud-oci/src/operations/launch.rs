//! The one call that everything else is about.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use berth_cloud::{Accepted, Launch, Reply};
use berth_domain::Trouble;
use secrecy::ExposeSecret as _;
use serde::{Serialize, Serializer};

use super::answer::{Answer, ask};
use super::compute::InstanceModel;
use crate::client::{Call, Client, Service};

/// Sends the launch once. The token makes a second sending of the same bytes harmless for 24 hours.
pub(crate) async fn launch(client: &Client, launch: &Launch) -> Result<Reply<Accepted>, Trouble> {
    let body = body(client.tenancy(), launch);
    let call = Call::post_bytes(Service::Core, &["instances"], body).retry_token(&launch.token);
    let answer: Answer<InstanceModel> = ask(client, &call).await?;
    if answer.value.id.as_str().trim().is_empty() {
        let what = "the answer names no instance".to_owned();
        return Err(Trouble::Lost { what, request_id: answer.exchange.request_id });
    }
    let work_request = answer.exchange.work_request_id.clone();
    Ok(answer.into_reply(|instance| Accepted { instance: instance.id.into(), work_request }))
}

/// The bytes of the launch. Fields in a fixed order, so the same launch gives the same bytes.
///
/// The fault domain is left to the service, which finds room more easily so.
pub(crate) fn body(tenancy: &str, launch: &Launch) -> Vec<u8> {
    let details = LaunchInstanceDetails {
        availability_domain: &launch.availability_domain,
        compartment_id: tenancy,
        create_vnic_details: CreateVnicDetails {
            assign_ipv6_ip: launch.ipv6.then_some(true),
            assign_public_ip: launch.public_ip,
            subnet_id: &launch.subnet,
        },
        display_name: &launch.display_name,
        freeform_tags: Pairs(&launch.tags),
        metadata: Metadata {
            ssh_authorized_keys: (!launch.ssh_keys.is_empty()).then(|| launch.ssh_keys.join("\n")),
            user_data: launch.user_data.as_ref().map(|text| STANDARD.encode(text.expose_secret())),
        },
        shape: &launch.shape,
        shape_config: shape_config(launch),
        source_details: SourceDetails {
            source_type: "image",
            image_id: &launch.image,
            boot_volume_size_in_gbs: launch.boot_volume_gb,
            boot_volume_vpus_per_gb: launch.vpus_per_gb,
        },
    };
    serde_json::to_vec(&details).expect("texts and finite numbers can be written as JSON")
}

/// A shape of fixed size must not be given one.
fn shape_config(launch: &Launch) -> Option<ShapeConfig> {
    let (ocpus, memory_in_gbs) = (launch.ocpus, launch.memory_gb);
    (ocpus.is_some() || memory_in_gbs.is_some()).then_some(ShapeConfig { ocpus, memory_in_gbs })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LaunchInstanceDetails<'a> {
    availability_domain: &'a str,
    compartment_id: &'a str,
    create_vnic_details: CreateVnicDetails<'a>,
    display_name: &'a str,
    freeform_tags: Pairs<'a>,
    metadata: Metadata,
    shape: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    shape_config: Option<ShapeConfig>,
    source_details: SourceDetails<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreateVnicDetails<'a> {
    /// Left out rather than denied: a service without IPv6 would not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    assign_ipv6_ip: Option<bool>,
    assign_public_ip: bool,
    subnet_id: &'a str,
}

#[derive(Serialize)]
struct Metadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    ssh_authorized_keys: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_data: Option<String>,
}

#[derive(Serialize)]
struct ShapeConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    ocpus: Option<f64>,
    #[serde(rename = "memoryInGBs", skip_serializing_if = "Option::is_none")]
    memory_in_gbs: Option<f64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SourceDetails<'a> {
    source_type: &'a str,
    image_id: &'a str,
    #[serde(rename = "bootVolumeSizeInGBs")]
    boot_volume_size_in_gbs: u32,
    #[serde(rename = "bootVolumeVpusPerGB", skip_serializing_if = "Option::is_none")]
    boot_volume_vpus_per_gb: Option<u32>,
}

/// Written as one object, in the order given. A name that comes again is left out: JSON does not say which would stand.
struct Pairs<'a>(&'a [(String, String)]);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_first = |(place, (name, _)): &(usize, &(String, String))| {
            self.0[..*place].iter().all(|(earlier, _)| earlier != name)
        };
        let pairs = self.0.iter().enumerate().filter(is_first);
        serializer.collect_map(pairs.map(|(_, (name, value))| (name, value)))
    }
}
