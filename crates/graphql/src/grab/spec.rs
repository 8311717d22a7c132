//! What is wanted, on the way in and on the way out.

use async_graphql::{InputObject, SimpleObject};
use berth_app::grab::NewSecret;
use berth_domain::{Explanation, grab};
use secrecy::{ExposeSecret, SecretString};

use crate::shared::{command::Secret, scalars::int, user_error::invalid};

/// The instance that is wanted.
#[derive(Clone, Debug, SimpleObject)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the schema")]
pub(crate) struct InstanceSpec {
    /// The cloud's machine type, `VM.Standard.A1.Flex`.
    shape: String,
    /// OCPUs of the size most wanted, of a flexible shape.
    ocpus: Option<f64>,
    /// Memory in GB of the size most wanted, of a flexible shape.
    memory_gb: Option<f64>,
    /// Sizes of a flexible shape, most wanted first. Each is tried everywhere before the next.
    sizes: Vec<InstanceSize>,
    /// The boot volume in GB.
    boot_volume_gb: i32,
    /// How fast the boot volume is, in volume performance units a GB. Null: as is usual in the cloud.
    vpus_per_gb: Option<i32>,
    /// The operating system as people say it, `Canonical Ubuntu 22.04`, or the cloud's id of an image.
    image: String,
    /// The code of the first region.
    region: String,
    /// Codes of all regions that are tried in turn.
    regions: Vec<String>,
    /// Availability domains to try in turn. All of each region, when empty.
    availability_domains: Vec<String>,
    /// The cloud's id of the subnet. Null: the one that is made ahead in each region.
    subnet: Option<String>,
    /// It gets a public address.
    public_ipv4: bool,
    /// It gets an address of IPv6, where the subnet has such addresses.
    ipv6: bool,
    /// The user's own tags on the instance.
    tags: Vec<Tag>,
    /// How many instances in all.
    count: i32,
    /// A password for root was given. It is never shown.
    has_root_password: bool,
    /// A text for cloud-init was given. It is never shown.
    has_user_data: bool,
    /// Public SSH keys that are installed.
    ssh_keys: Vec<String>,
}

/// How big an instance of a flexible shape is.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct InstanceSize {
    /// OCPUs.
    ocpus: f64,
    /// Memory in GB.
    memory_gb: f64,
}

/// A tag on an instance.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct Tag {
    /// Its name.
    name: String,
    /// Its value.
    value: String,
}

impl From<grab::Size> for InstanceSize {
    fn from(size: grab::Size) -> Self {
        Self { ocpus: size.ocpus, memory_gb: size.memory_gb }
    }
}

impl From<&grab::Spec> for InstanceSpec {
    fn from(spec: &grab::Spec) -> Self {
        let tag = |(name, value): (&String, &String)| Tag { name: name.clone(), value: value.clone() };
        Self {
            shape: spec.shape.clone(),
            ocpus: spec.sizes.first().map(|size| size.ocpus),
            memory_gb: spec.sizes.first().map(|size| size.memory_gb),
            sizes: spec.sizes.iter().copied().map(Into::into).collect(),
            boot_volume_gb: int(spec.boot_volume_gb),
            vpus_per_gb: spec.vpus_per_gb.map(int),
            image: spec.image.clone(),
            region: spec.regions.first().cloned().unwrap_or_default(),
            regions: spec.regions.clone(),
            availability_domains: spec.availability_domains.clone(),
            subnet: spec.network.subnet.clone(),
            public_ipv4: spec.network.public_ipv4,
            ipv6: spec.network.ipv6,
            tags: spec.tags.iter().map(tag).collect(),
            count: int(spec.count),
            has_root_password: spec.root_password.is_some(),
            has_user_data: spec.user_data.is_some(),
            ssh_keys: spec.ssh_keys.clone(),
        }
    }
}

/// The instance that is wanted.
#[derive(InputObject)]
pub(crate) struct InstanceSpecInput {
    /// The cloud's machine type, `VM.Standard.A1.Flex`.
    pub(super) shape: String,
    /// OCPUs, of a flexible shape of one size.
    pub(super) ocpus: Option<f64>,
    /// Memory in GB, of a flexible shape of one size.
    pub(super) memory_gb: Option<f64>,
    /// Sizes of a flexible shape, most wanted first, in place of `ocpus` and `memoryGb`. Each is tried everywhere before the next.
    #[graphql(default)]
    pub(super) sizes: Vec<InstanceSizeInput>,
    /// The boot volume in GB, at least 50.
    #[graphql(default = 50)]
    pub(super) boot_volume_gb: i32,
    /// How fast the boot volume is, in volume performance units a GB: 10, 20, 30 … 120. As is usual in the cloud, when absent.
    pub(super) vpus_per_gb: Option<i32>,
    /// The operating system as people say it, `Canonical Ubuntu 22.04`, or, with one region, the cloud's id of an image.
    pub(super) image: String,
    /// The region's code. The tenant's home region, when `regions` is absent too.
    pub(super) region: Option<String>,
    /// Codes of several regions, tried in turn by one task, in place of `region`.
    #[graphql(default)]
    pub(super) regions: Vec<String>,
    /// Availability domains to try in turn. All of each region, when empty.
    #[graphql(default)]
    pub(super) availability_domains: Vec<String>,
    /// With one region, the cloud's id of a subnet that exists. One is made ahead and reused, when absent.
    pub(super) subnet: Option<String>,
    /// Whether it gets a public address.
    #[graphql(default = true)]
    pub(super) public_ipv4: bool,
    /// Whether it gets an address of IPv6. Only a subnet that has such addresses gives one.
    #[graphql(default)]
    pub(super) ipv6: bool,
    /// Tags to put on the instance, at most 8.
    #[graphql(default)]
    pub(super) tags: Vec<TagInput>,
    /// How many instances in all, at most 16. They are grabbed one after another, and what it has got is never given back: when a
    /// task is changed, not fewer than it has.
    #[graphql(default = 1)]
    pub(super) count: i32,
    /// A password for root. Kept sealed, never shown, and forgotten once the instance runs.
    #[graphql(secret)]
    pub(super) root_password: Option<Secret>,
    /// A text for cloud-init, at most 16000 bytes: a script, a cloud-config and so on. Kept as the password is.
    #[graphql(secret)]
    pub(super) user_data: Option<Secret>,
    /// Public SSH keys to install.
    #[graphql(default)]
    pub(super) ssh_keys: Vec<String>,
}

/// How big an instance of a flexible shape should be.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct InstanceSizeInput {
    /// OCPUs.
    ocpus: f64,
    /// Memory in GB.
    memory_gb: f64,
}

/// A tag to put on an instance.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct TagInput {
    /// Its name; it must not begin with `berth-`.
    name: String,
    /// Its value.
    value: String,
}

impl InstanceSpecInput {
    /// In the domain's words. Numbers that do not fit become some that the domain refuses.
    pub(super) fn read(&self, regions: Vec<String>) -> grab::Spec {
        grab::Spec {
            shape: self.shape.clone(),
            sizes: self.read_sizes(),
            boot_volume_gb: self.boot_volume_gb.try_into().unwrap_or(0),
            vpus_per_gb: self.vpus_per_gb.map(|vpus| vpus.try_into().unwrap_or(0)),
            image: self.image.clone(),
            regions,
            availability_domains: self.availability_domains.clone(),
            network: grab::Network {
                subnet: self.subnet.clone(),
                public_ipv4: self.public_ipv4,
                ipv6: self.ipv6,
            },
            tags: self.tags.iter().map(|tag| (tag.name.clone(), tag.value.clone())).collect(),
            count: self.count.try_into().unwrap_or(0),
            root_password: None,
            user_data: None,
            ssh_keys: self.ssh_keys.clone(),
        }
    }

    /// A flexible shape without a size gets one that the domain refuses for each number that is missing.
    fn read_sizes(&self) -> Vec<grab::Size> {
        let plain = self.ocpus.is_some() || self.memory_gb.is_some() || self.shape.ends_with(".Flex");
        if self.sizes.is_empty() && plain {
            let (ocpus, memory_gb) = (self.ocpus.unwrap_or(0.0), self.memory_gb.unwrap_or(0.0));
            return vec![grab::Size { ocpus, memory_gb }];
        }
        self.sizes.iter().map(|size| grab::Size { ocpus: size.ocpus, memory_gb: size.memory_gb }).collect()
    }

    /// The regions that it names, in whichever way.
    pub(super) fn named_regions(&self) -> Vec<String> {
        if self.regions.is_empty() { self.region.iter().cloned().collect() } else { self.regions.clone() }
    }

    pub(super) fn new_root_password(&self) -> Option<SecretString> {
        given(self.root_password.as_ref())
    }

    pub(super) fn new_user_data(&self) -> Option<SecretString> {
        given(self.user_data.as_ref())
    }

    /// What the domain does not know of: one thing said in two ways.
    pub(super) fn check(&self, reasons: &mut Vec<Explanation>) {
        let sized_twice = !self.sizes.is_empty() && (self.ocpus.is_some() || self.memory_gb.is_some());
        let placed_twice = !self.regions.is_empty() && self.region.is_some();
        if sized_twice {
            reasons.push(invalid(
                &["spec", "sizes"],
                "not together with ocpus and memoryGb",
                "不能与 ocpus、memoryGb 同时填写",
            ));
        }
        if placed_twice {
            reasons.push(invalid(&["spec", "regions"], "not together with region", "不能与 region 同时填写"));
        }
    }

    /// A reason of the domain, said of the field that the caller filled in.
    pub(super) fn said_here(&self, mut reason: Explanation) -> Explanation {
        let path: Vec<&str> = reason.field.iter().map(String::as_str).collect();
        let (one_size, one_region) = (self.sizes.is_empty(), self.regions.is_empty());
        let field = match path.as_slice() {
            ["spec", "sizes", "0", number] if one_size => vec!["spec", number],
            ["spec", "sizes"] if one_size => vec!["spec", "ocpus"],
            ["spec", "regions", ..] if one_region => vec!["spec", "region"],
            _ => return reason,
        };
        reason.field = field.into_iter().map(str::to_owned).collect();
        reason
    }
}

/// What becomes of a secret when a spec is changed: it stays when it is absent, and an empty text takes it away.
pub(super) fn changed(secret: Option<&Secret>) -> NewSecret {
    match secret {
        None => NewSecret::Kept,
        Some(_) => given(secret).map_or(NewSecret::Gone, NewSecret::Text),
    }
}

fn given(secret: Option<&Secret>) -> Option<SecretString> {
    secret.map(|secret| secret.0.clone()).filter(|secret| !secret.expose_secret().is_empty())
}
