//! The body of a launch, read and checked.
//!
//! Field names are checked against the published model, so that a client's `memoryInGbs` is an error and not a smaller
//! machine. Launching from a boot volume is not simulated.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    answer::Refusal,
    call::{Call, Details},
    catalogue::{Image, Shape},
    listing::Listed as _,
    ocid::Kind,
    state::{World, record::Record},
};

#[rustfmt::skip]
const FIELDS: &[&str] = &[
    "agentConfig", "availabilityConfig", "availabilityDomain", "capacityReservationId", "clusterPlacementGroupId",
    "compartmentId", "computeClusterId", "createVnicDetails", "dedicatedVmHostId", "definedTags", "displayName",
    "extendedMetadata", "faultDomain", "freeformTags", "hostnameLabel", "imageId", "instanceConfigurationId",
    "instanceOptions", "ipxeScript", "isAIEnterpriseEnabled", "isPvEncryptionInTransitEnabled", "launchOptions",
    "launchVolumeAttachments", "licensingConfigs", "metadata", "placementConstraintDetails", "platformConfig",
    "preemptibleInstanceConfig", "securityAttributes", "shape", "shapeConfig", "sourceDetails", "subnetId",
];
#[rustfmt::skip]
const CARD_FIELDS: &[&str] = &[
    "assignIpv6Ip", "assignPrivateDnsRecord", "assignPublicIp", "definedTags", "displayName", "freeformTags",
    "hostnameLabel", "ipv6AddressIpv6SubnetCidrPairDetails", "nsgIds", "privateIp", "privateIpId", "securityAttributes",
    "skipSourceDestCheck", "subnetCidr", "subnetId", "vlanId",
];
#[rustfmt::skip]
const SIZE_FIELDS: &[&str] = &[
    "baselineOcpuUtilization", "localVolumeSizeInGBs", "memoryInGBs", "nvmes", "ocpus", "resourceManagement", "vcpus",
];
#[rustfmt::skip]
const SOURCE_FIELDS: &[&str] = &[
    "bootVolumeSizeInGBs", "bootVolumeVpusPerGB", "imageId", "instanceSourceImageFilterDetails", "kmsKeyId", "sourceType",
];

/// Metadata and extended metadata together, in bytes.
const MOST_METADATA: usize = 32_000;

pub(super) struct Order {
    pub(super) details: Details,
    /// The body, to tell a repeated request from another one.
    pub(super) request: Value,
    pub(super) availability_domain: String,
    pub(super) compartment: String,
    pub(super) fault_domain: Option<String>,
    pub(super) display_name: String,
    pub(super) shape: &'static Shape,
    pub(super) ocpus: f64,
    pub(super) memory: f64,
    pub(super) image_id: String,
    pub(super) boot_volume_gb: u64,
    pub(super) boot_volume_vpus: u64,
    pub(super) subnet_id: String,
    pub(super) hostname: Option<String>,
    public_ip: Option<bool>,
    ipv6: bool,
}

impl Order {
    pub(super) fn read(call: &Call) -> Result<Self, Refusal> {
        let details = call.details(FIELDS)?;
        let none = || Details(serde_json::Map::new());
        let card = details.object("createVnicDetails", CARD_FIELDS)?.unwrap_or_else(none);
        let source = details.object("sourceDetails", SOURCE_FIELDS)?.unwrap_or_else(none);
        let availability_domain = details.required("availabilityDomain")?.to_owned();
        let compartment = details.required("compartmentId")?.to_owned();
        let shape = details.required("shape")?;
        let shape = Shape::named(shape).ok_or_else(|| Refusal::shape_missing(shape))?;
        let (ocpus, memory) = size(&details, shape)?;
        check_metadata(&details)?;
        details.strings("freeformTags")?;
        Ok(Self {
            request: Value::Object(details.0.clone()),
            availability_domain,
            compartment,
            fault_domain: details.text("faultDomain")?.map(str::to_owned),
            display_name: details.text("displayName")?.unwrap_or("instance").to_owned(),
            shape,
            ocpus,
            memory,
            image_id: source
                .text("imageId")?
                .or(details.text("imageId")?)
                .map(str::to_owned)
                .ok_or_else(|| Refusal::missing("sourceDetails.imageId"))?,
            boot_volume_gb: boot_volume(&source)?,
            boot_volume_vpus: performance(&source)?,
            subnet_id: card
                .text("subnetId")?
                .or(details.text("subnetId")?)
                .map(str::to_owned)
                .ok_or_else(|| Refusal::missing("createVnicDetails.subnetId"))?,
            hostname: card.text("hostnameLabel")?.map(str::to_owned),
            public_ip: card.flag("assignPublicIp")?,
            ipv6: card.flag("assignIpv6Ip")?.unwrap_or(false),
            details,
        })
    }

    /// A map of the body, empty when absent.
    pub(super) fn field(&self, name: &str) -> Value {
        self.details.value_or(name, json!({}))
    }

    /// Whether everything that the order names exists and fits together.
    pub(super) fn check(&self, world: &World, tenant: usize) -> Result<(), Refusal> {
        world.check_compartment(tenant, &self.compartment)?;
        if !world.tenants[tenant].availability_domains.contains(&self.availability_domain) {
            return Err(Refusal::not_found());
        }
        let image = |image: &&Image| image.id() == self.image_id;
        let image = world.images.iter().find(image).ok_or_else(Refusal::not_found)?;
        if !image.fits(self.shape) {
            return Err(Refusal::invalid(format!("shape {} is not valid for the image", self.shape.name)));
        }
        let subnet = world.record(tenant, Kind::Subnet, &self.subnet_id)?;
        if self.public_ip == Some(true) && forbids_public_ip(subnet) {
            return Err(Refusal::invalid("assignPublicIp on a subnet that prohibits public addresses"));
        }
        if self.ipv6 && subnet.text("ipv6CidrBlock").is_empty() {
            return Err(Refusal::invalid("assignIpv6Ip on a subnet that has no addresses of IPv6"));
        }
        let domain = subnet.text("availabilityDomain");
        if !domain.is_empty() && domain != self.availability_domain {
            return Err(Refusal::invalid("the subnet is in another availability domain"));
        }
        Ok(())
    }

    /// As asked, and when nothing was asked what the subnet allows.
    pub(super) fn wants_public_ip(&self, subnet: &Record) -> bool {
        self.public_ip.unwrap_or(!forbids_public_ip(subnet))
    }
}

fn forbids_public_ip(subnet: &Record) -> bool {
    subnet.fields.get("prohibitPublicIpOnVnic") == Some(&Value::Bool(true))
}

fn size(details: &Details, shape: &Shape) -> Result<(f64, f64), Refusal> {
    let asked = details.object("shapeConfig", SIZE_FIELDS)?;
    let (Some(asked), Some((most_cores, most_memory))) = (&asked, shape.flexible) else {
        return match asked {
            Some(_) => {
                Err(Refusal::invalid(format!("shapeConfig is not for the fixed shape {}", shape.name)))
            }
            None => Ok(shape.usual),
        };
    };
    let ocpus = asked.number("ocpus")?.unwrap_or(shape.usual.0);
    let memory = asked.number("memoryInGBs")?.unwrap_or(ocpus * shape.usual.1);
    if !(1.0..=most_cores).contains(&ocpus) {
        return Err(Refusal::invalid(format!("ocpus must be from 1 to {most_cores}")));
    }
    if !(ocpus..=(64.0 * ocpus).min(most_memory)).contains(&memory) {
        return Err(Refusal::invalid("memoryInGBs must be from 1 to 64 for each OCPU"));
    }
    Ok((ocpus, memory))
}

fn boot_volume(source: &Details) -> Result<u64, Refusal> {
    match source.text("sourceType")? {
        Some("image") | None => {}
        Some(_) => return Err(Refusal::invalid("the simulator launches from images only")),
    }
    match source.integer("bootVolumeSizeInGBs")? {
        None => Ok(47),
        Some(size @ 50..=32_768) => Ok(size),
        Some(_) => Err(Refusal::invalid("bootVolumeSizeInGBs must be from 50 to 32768")),
    }
}

/// Balanced when nothing is said.
fn performance(source: &Details) -> Result<u64, Refusal> {
    match source.integer("bootVolumeVpusPerGB")? {
        None => Ok(10),
        Some(units @ 10..=120) if units.is_multiple_of(10) => Ok(units),
        Some(_) => Err(Refusal::invalid("bootVolumeVpusPerGB must be a multiple of 10 from 10 to 120")),
    }
}

fn check_metadata(details: &Details) -> Result<(), Refusal> {
    let metadata = details.strings("metadata")?;
    let user_data = metadata.iter().find(|(key, _)| *key == "user_data");
    if user_data.is_some_and(|(_, text)| STANDARD.decode(text).is_err()) {
        return Err(Refusal::invalid("metadata.user_data is not base64"));
    }
    let bytes = details.value_or("metadata", json!({})).to_string().len()
        + details.value_or("extendedMetadata", json!({})).to_string().len();
    if bytes > MOST_METADATA { Err(Refusal::invalid("metadata is larger than 32000 bytes")) } else { Ok(()) }
}
