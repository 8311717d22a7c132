//! What is wanted.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{SecretRef, explain::Violations};

/// The instance that is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// The cloud's machine type, `VM.Standard.A1.Flex`.
    pub shape: String,
    /// How big a flexible shape should be, most wanted first. Empty for a shape of fixed size.
    pub sizes: Vec<Size>,
    pub boot_volume_gb: u32,
    /// How fast the boot volume is, in the cloud's units; as is usual there when absent.
    pub vpus_per_gb: Option<u32>,
    /// Operating system as people say it, `Canonical Ubuntu 22.04`, or the cloud's own id of an image.
    pub image: String,
    /// To be tried in turn; at least one.
    pub regions: Vec<String>,
    /// To be tried in turn; all of each region when empty.
    pub availability_domains: Vec<String>,
    pub network: Network,
    /// The user's own tags on the instance.
    pub tags: BTreeMap<String, String>,
    /// How many instances of this kind are wanted in all.
    pub count: u32,
    pub root_password: Option<SecretRef>,
    /// For cloud-init. It may hold anything, so it is kept as a password is.
    pub user_data: Option<SecretRef>,
    pub ssh_keys: Vec<String>,
}

/// One instance of nothing yet.
impl Default for Spec {
    fn default() -> Self {
        Self {
            shape: String::new(),
            sizes: Vec::new(),
            boot_volume_gb: 0,
            vpus_per_gb: None,
            image: String::new(),
            regions: Vec::new(),
            availability_domains: Vec::new(),
            network: Network::default(),
            tags: BTreeMap::new(),
            count: 1,
            root_password: None,
            user_data: None,
            ssh_keys: Vec::new(),
        }
    }
}

/// How big an instance of a flexible shape is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Size {
    pub ocpus: f64,
    pub memory_gb: f64,
}

/// How the instance is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    /// The cloud's id of a subnet that exists; ours, made ahead, when absent.
    pub subnet: Option<String>,
    pub public_ipv4: bool,
    pub ipv6: bool,
}

impl Default for Network {
    fn default() -> Self {
        Self { subnet: None, public_ipv4: true, ipv6: false }
    }
}

/// The vendor's bounds of a boot volume in GB.
const BOOT_VOLUME_GB: std::ops::RangeInclusive<u32> = 50..=32_768;
/// The vendor's bounds of a boot volume's speed, which goes in tens.
const VPUS_PER_GB: std::ops::RangeInclusive<u32> = 10..=120;
const WORD_LENGTH: usize = 255;
/// The vendor takes ten tags of this kind; two are ours.
const MOST_TAGS: usize = 8;
/// Tags that begin so are ours.
const OUR_TAGS: &str = "berth-";
/// More regions or sizes than this are hardly meant.
const MOST_CHOICES: usize = 16;
/// More than this are several orders.
const MOST_INSTANCES: u32 = 16;

impl Spec {
    /// A flexible shape has no size of its own.
    pub fn is_flexible(&self) -> bool {
        self.shape.ends_with(".Flex")
    }

    /// With its own secrets, or these where it has none.
    pub(crate) fn or_secrets(self, root_password: Option<SecretRef>, user_data: Option<SecretRef>) -> Self {
        Self {
            root_password: self.root_password.or(root_password),
            user_data: self.user_data.or(user_data),
            ..self
        }
    }

    pub(crate) fn secrets(&self) -> impl Iterator<Item = &SecretRef> {
        self.root_password.iter().chain(&self.user_data)
    }

    pub(crate) fn check(&self, violations: &mut Violations) {
        violations.require(
            is_word(&self.shape),
            &["spec", "shape"],
            "is not the name of a shape",
            "不是有效的规格名称",
        );
        violations.require(
            is_line(&self.image),
            &["spec", "image"],
            "is missing or longer than 255 characters",
            "缺少操作系统，或超过 255 个字符",
        );
        self.check_places(violations);
        self.check_volume(violations);
        violations.require(
            self.ssh_keys.len() <= 32 && self.ssh_keys.iter().all(|key| is_public_key(key)),
            &["spec", "sshKeys"],
            "holds something that is not a public SSH key",
            "含有不是 SSH 公钥的内容",
        );
        violations.require(
            self.tags.len() <= MOST_TAGS && self.tags.iter().all(is_tag),
            &["spec", "tags"],
            "holds more than 8 tags, one that begins with \"berth-\", or one that is empty or too long",
            "标签超过 8 个，或含有以 berth- 开头、为空或过长的标签",
        );
        violations.require(
            (1..=MOST_INSTANCES).contains(&self.count),
            &["spec", "count"],
            "must be between 1 and 16",
            "必须在 1 到 16 之间",
        );
        self.check_sizes(violations);
    }

    fn check_places(&self, violations: &mut Violations) {
        violations.require(
            (1..=MOST_CHOICES).contains(&self.regions.len()) && all_differ(&self.regions),
            &["spec", "regions"],
            "name 1 to 16 regions, each once",
            "请指定 1 到 16 个互不相同的区域",
        );
        for (index, region) in self.regions.iter().enumerate() {
            violations.require(
                is_word(region),
                &["spec", "regions", &index.to_string()],
                "is not a region code",
                "不是有效的区域代码",
            );
        }
        violations.require(
            self.availability_domains.len() <= 64
                && self.availability_domains.iter().all(|name| is_line(name)),
            &["spec", "availabilityDomains"],
            "holds a name that is empty or too long, or more than 64 names",
            "含有空的或过长的名称，或超过 64 个",
        );
        let several = self.regions.len() > 1;
        violations.require(
            !(several && is_cloud_id(&self.image)),
            &["spec", "image"],
            "an image's id is of one region: with several regions name the operating system",
            "镜像 id 只属于一个区域：多个区域时请填写操作系统名称",
        );
        violations.require(
            self.network.subnet.as_ref().is_none_or(|subnet| is_line(subnet) && !several),
            &["spec", "subnet"],
            "must be the id of a subnet, and a subnet is of one region: with several regions leave it out",
            "必须是子网 id；子网只属于一个区域，多个区域时请不要填写",
        );
    }

    fn check_volume(&self, violations: &mut Violations) {
        violations.require(
            BOOT_VOLUME_GB.contains(&self.boot_volume_gb),
            &["spec", "bootVolumeGb"],
            "must be between 50 and 32768 GB",
            "必须在 50 到 32768 GB 之间",
        );
        violations.require(
            self.vpus_per_gb.is_none_or(|vpus| VPUS_PER_GB.contains(&vpus) && vpus % 10 == 0),
            &["spec", "vpusPerGb"],
            "must be 10, 20, 30 … 120",
            "必须是 10、20、30 … 120",
        );
    }

    fn check_sizes(&self, violations: &mut Violations) {
        if !self.is_flexible() {
            return violations.require(
                self.sizes.is_empty(),
                &["spec", "sizes"],
                "this shape has a fixed size: leave it out",
                "该规格大小固定，请不要填写",
            );
        }
        violations.require(
            (1..=MOST_CHOICES).contains(&self.sizes.len()),
            &["spec", "sizes"],
            "a flexible shape needs 1 to 16 sizes",
            "弹性规格需要 1 到 16 种大小",
        );
        let sane = |number: f64, most: f64| number.is_finite() && number > 0.0 && number <= most;
        for (index, size) in self.sizes.iter().enumerate() {
            violations.require(
                sane(size.ocpus, 1024.0),
                &["spec", "sizes", &index.to_string(), "ocpus"],
                "a flexible shape needs a number of OCPUs above 0",
                "弹性规格需要大于 0 的 OCPU 数",
            );
            violations.require(
                sane(size.memory_gb, 32_768.0),
                &["spec", "sizes", &index.to_string(), "memoryGb"],
                "a flexible shape needs memory in GB above 0",
                "弹性规格需要大于 0 的内存（GB）",
            );
        }
    }
}

fn all_differ(names: &[String]) -> bool {
    names.iter().collect::<BTreeSet<_>>().len() == names.len()
}

/// A code without spaces, as clouds name shapes and regions.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= WORD_LENGTH
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// Where names are asked for, an id says more than a name, and less than one wants.
fn is_cloud_id(text: &str) -> bool {
    text.starts_with("ocid1.")
}

fn is_tag((name, value): (&String, &String)) -> bool {
    is_line(name) && name.len() <= 100 && !name.starts_with(OUR_TAGS) && is_line(value)
}

/// By its first word alone: whether the rest is a key, the cloud tells.
fn is_public_key(text: &str) -> bool {
    text.len() <= 16_384 && ["ssh-", "ecdsa-", "sk-"].iter().any(|prefix| text.starts_with(prefix))
}

fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= WORD_LENGTH && !text.chars().any(char::is_control)
}
