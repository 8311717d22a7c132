//! What is wanted, on the way in and on the way out.

use async_graphql::{InputObject, SimpleObject};
use berth_app::grab::NewSecret;
use berth_domain::{Explanation, grab};
use secrecy::ExposeSecret;

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

/// The instance that is wanted. Without a launch profile to take them from, a shape and an operating system must be named. A spec that
/// is read says its sizes and its regions in two ways; send either `ocpus` and `memoryGb` or `sizes`, and either `region` or `regions`.
#[derive(Default, InputObject)]
pub(crate) struct InstanceSpecInput {
    /// The cloud's machine type, `VM.Standard.A1.Flex`.
    shape: Option<String>,
    /// OCPUs, of a flexible shape of one size.
    ocpus: Option<f64>,
    /// Memory in GB, of a flexible shape of one size.
    memory_gb: Option<f64>,
    /// Sizes of a flexible shape, most wanted first, in place of `ocpus` and `memoryGb`. Each is tried everywhere before the next.
    sizes: Option<Vec<InstanceSizeInput>>,
    /// The boot volume in GB, at least 50. 50, when absent.
    boot_volume_gb: Option<i32>,
    /// How fast the boot volume is, in volume performance units a GB: 10, 20, 30 … 120. As is usual in the cloud, when absent or 0.
    vpus_per_gb: Option<i32>,
    /// The operating system as people say it, `Canonical Ubuntu 22.04`, or, with one region, the cloud's id of an image.
    image: Option<String>,
    /// The region's code. The tenant's home region, when `regions` is absent too.
    region: Option<String>,
    /// Codes of several regions, tried in turn by one task, in place of `region`.
    regions: Option<Vec<String>>,
    /// Availability domains to try in turn. All of each region, when absent or empty.
    availability_domains: Option<Vec<String>>,
    /// With one region, the cloud's id of a subnet that exists. One is made ahead and reused, when absent or empty.
    subnet: Option<String>,
    /// Whether it gets a public address. It does, when absent.
    public_ipv4: Option<bool>,
    /// Whether it gets an address of IPv6. Only a subnet that has such addresses gives one. It does not, when absent.
    ipv6: Option<bool>,
    /// Tags to put on the instance, at most 8.
    tags: Option<Vec<TagInput>>,
    /// How many instances in all, at most 16: one, when absent. They are grabbed one after another, and what it has got is never given
    /// back: when a task is changed, not fewer than it has.
    count: Option<i32>,
    /// A password for root. Kept sealed, never shown, and forgotten once the instance runs.
    #[graphql(secret)]
    pub(crate) root_password: Option<Secret>,
    /// A text for cloud-init, at most 16000 bytes: a script, a cloud-config and so on. Kept as the password is.
    #[graphql(secret)]
    pub(crate) user_data: Option<Secret>,
    /// Public SSH keys to install.
    ssh_keys: Option<Vec<String>>,
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

/// What is usual where nothing is said.
pub(crate) fn usual() -> grab::Spec {
    grab::Spec { boot_volume_gb: 50, ..grab::Spec::default() }
}

impl InstanceSpecInput {
    /// In the domain's words; what is absent is as in the other, field by field. Numbers that do not fit become some that the domain
    /// refuses.
    pub(crate) fn over(&self, other: &grab::Spec) -> grab::Spec {
        let shape = self.shape.as_ref().unwrap_or(&other.shape).clone();
        let subnet = self.subnet.as_ref().or(other.network.subnet.as_ref());
        let tags = self.tags.as_ref();
        grab::Spec {
            sizes: self.sizes_over(&shape, &other.sizes),
            shape,
            boot_volume_gb: self.boot_volume_gb.map_or(other.boot_volume_gb, |gb| gb.try_into().unwrap_or(0)),
            vpus_per_gb: match self.vpus_per_gb {
                None => other.vpus_per_gb,
                Some(0) => None,
                Some(vpus) => Some(vpus.try_into().unwrap_or(u32::MAX)),
            },
            image: self.image.as_ref().unwrap_or(&other.image).clone(),
            regions: self.named_regions().unwrap_or_else(|| other.regions.clone()),
            availability_domains: given(self.availability_domains.as_ref(), &other.availability_domains),
            network: grab::Network {
                subnet: subnet.filter(|subnet| !subnet.is_empty()).cloned(),
                public_ipv4: self.public_ipv4.unwrap_or(other.network.public_ipv4),
                ipv6: self.ipv6.unwrap_or(other.network.ipv6),
            },
            tags: tags.map_or_else(|| other.tags.clone(), |tags| tags.iter().map(TagInput::pair).collect()),
            count: self.count.map_or(other.count, |count| count.try_into().unwrap_or(0)),
            root_password: None,
            user_data: None,
            ssh_keys: given(self.ssh_keys.as_ref(), &other.ssh_keys),
        }
    }

    /// A flexible shape without a size gets one that the domain refuses for each number that is missing. Sizes that another shape had are
    /// of no use to one that has its own.
    fn sizes_over(&self, shape: &str, others: &[grab::Size]) -> Vec<grab::Size> {
        let sizes = self.sizes.as_deref().unwrap_or_default();
        let plain = self.ocpus.is_some() || self.memory_gb.is_some();
        let flexible = shape.ends_with(".Flex");
        let others = if flexible { others } else { &[] };
        match (sizes, others) {
            ([], [_, ..]) if !plain => others.to_vec(),
            ([], _) if plain || flexible => {
                let other = others.first().copied().unwrap_or_default();
                let (ocpus, memory_gb) =
                    (self.ocpus.unwrap_or(other.ocpus), self.memory_gb.unwrap_or(other.memory_gb));
                vec![grab::Size { ocpus, memory_gb }]
            }
            (sizes, _) => {
                sizes.iter().map(|size| grab::Size { ocpus: size.ocpus, memory_gb: size.memory_gb }).collect()
            }
        }
    }

    /// The regions that it names, in whichever way. An empty list names none, and says so.
    pub(crate) fn named_regions(&self) -> Option<Vec<String>> {
        match (&self.regions, &self.region) {
            (Some(regions), None) => Some(regions.clone()),
            (Some(regions), Some(_)) if !regions.is_empty() => Some(regions.clone()),
            (_, region) => region.clone().map(|region| vec![region]),
        }
    }

    /// What the domain does not know of: one thing said in two ways.
    pub(crate) fn check(&self, reasons: &mut Vec<Explanation>) {
        let several = |list: Option<usize>| list.is_some_and(|length| length > 0);
        let sized_twice =
            several(self.sizes.as_ref().map(Vec::len)) && (self.ocpus.is_some() || self.memory_gb.is_some());
        let placed_twice = several(self.regions.as_ref().map(Vec::len)) && self.region.is_some();
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
    pub(crate) fn said_here(&self, mut reason: Explanation) -> Explanation {
        let path: Vec<&str> = reason.field.iter().map(String::as_str).collect();
        let none = |list: Option<usize>| list.unwrap_or_default() == 0;
        let one_size = none(self.sizes.as_ref().map(Vec::len));
        let one_region = none(self.regions.as_ref().map(Vec::len));
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

impl TagInput {
    fn pair(&self) -> (String, String) {
        (self.name.clone(), self.value.clone())
    }
}

/// What becomes of a secret when a spec is changed or completed: it stays when it is absent, and an empty text takes it away.
pub(crate) fn changed(secret: Option<&Secret>) -> NewSecret {
    match secret {
        None => NewSecret::Kept,
        Some(Secret(text)) if text.expose_secret().is_empty() => NewSecret::Gone,
        Some(Secret(text)) => NewSecret::Text(text.clone()),
    }
}

fn given<T: Clone>(list: Option<&Vec<T>>, other: &[T]) -> Vec<T> {
    list.map_or_else(|| other.to_vec(), Clone::clone)
}
