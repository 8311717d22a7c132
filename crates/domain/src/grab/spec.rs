//! What is wanted, and how often to try.

use serde::{Deserialize, Serialize};

use crate::{Seconds, SecretRef, Timestamp, explain::Violations};

/// The instance that is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// The cloud's machine type, `VM.Standard.A1.Flex`.
    pub shape: String,
    /// For flexible shapes.
    pub ocpus: Option<f64>,
    /// For flexible shapes.
    pub memory_gb: Option<f64>,
    pub boot_volume_gb: u32,
    /// Operating system as people say it, `Canonical Ubuntu 22.04`, or the cloud's own id of an image.
    pub image: String,
    pub region: String,
    /// To be tried in turn; all of the region when empty.
    pub availability_domains: Vec<String>,
    pub root_password: Option<SecretRef>,
    pub ssh_keys: Vec<String>,
}

/// When it tries, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub interval: Seconds,
    /// Spread of the interval in percent, so that tasks do not march in step.
    pub jitter_percent: u8,
    /// Give up after so many attempts since the last start; 0 = until got.
    pub max_attempts: u32,
    /// Give up at this moment.
    pub deadline: Option<Timestamp>,
}

/// The vendor's bounds of a boot volume in GB.
const BOOT_VOLUME_GB: std::ops::RangeInclusive<u32> = 50..=32_768;
const WORD_LENGTH: usize = 255;
const DAY_SECONDS: u32 = 86_400;

impl Spec {
    /// A flexible shape has no size of its own.
    pub fn is_flexible(&self) -> bool {
        self.shape.ends_with(".Flex")
    }

    pub(super) fn check(&self, violations: &mut Violations) {
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
        violations.require(
            is_word(&self.region),
            &["spec", "region"],
            "is not a region code",
            "不是有效的区域代码",
        );
        violations.require(
            BOOT_VOLUME_GB.contains(&self.boot_volume_gb),
            &["spec", "bootVolumeGb"],
            "must be between 50 and 32768 GB",
            "必须在 50 到 32768 GB 之间",
        );
        violations.require(
            self.availability_domains.len() <= 16
                && self.availability_domains.iter().all(|name| is_line(name)),
            &["spec", "availabilityDomains"],
            "holds a name that is empty or too long, or more than 16 names",
            "含有空的或过长的名称，或超过 16 个",
        );
        violations.require(
            self.ssh_keys.len() <= 32 && self.ssh_keys.iter().all(|key| is_public_key(key)),
            &["spec", "sshKeys"],
            "holds something that is not a public SSH key",
            "含有不是 SSH 公钥的内容",
        );
        self.check_size(violations);
    }

    fn check_size(&self, violations: &mut Violations) {
        let sane = |value: Option<f64>, most: f64| {
            value.is_some_and(|number| number.is_finite() && number > 0.0 && number <= most)
        };
        if self.is_flexible() {
            violations.require(
                sane(self.ocpus, 1024.0),
                &["spec", "ocpus"],
                "a flexible shape needs a number of OCPUs above 0",
                "弹性规格需要大于 0 的 OCPU 数",
            );
            violations.require(
                sane(self.memory_gb, 32_768.0),
                &["spec", "memoryGb"],
                "a flexible shape needs memory in GB above 0",
                "弹性规格需要大于 0 的内存（GB）",
            );
        } else {
            violations.require(
                self.ocpus.is_none(),
                &["spec", "ocpus"],
                "this shape has a fixed size: leave it out",
                "该规格大小固定，请不要填写",
            );
            violations.require(
                self.memory_gb.is_none(),
                &["spec", "memoryGb"],
                "this shape has a fixed size: leave it out",
                "该规格大小固定，请不要填写",
            );
        }
    }
}

impl Schedule {
    pub(super) fn check(&self, min_interval: Seconds, violations: &mut Violations) {
        let least = min_interval.max(Seconds(1));
        violations.require(
            self.interval >= least,
            &["schedule", "interval"],
            &format!("must be at least {least}"),
            &format!("至少为 {least}"),
        );
        violations.require(
            self.interval <= Seconds(DAY_SECONDS),
            &["schedule", "interval"],
            "must be at most a day (86400 s)",
            "最长一天（86400 s）",
        );
        violations.require(
            self.jitter_percent <= 50,
            &["schedule", "jitterPercent"],
            "must be between 0 and 50",
            "必须在 0 到 50 之间",
        );
        // A moment outside of these could be written into the log and never be read back.
        violations.require(
            self.deadline
                .is_none_or(|deadline| (Timestamp::default()..=Timestamp::LATEST).contains(&deadline)),
            &["schedule", "deadline"],
            "must lie between the years 1970 and 9999",
            "必须在 1970 年到 9999 年之间",
        );
    }
}

/// A code without spaces, as clouds name shapes and regions.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= WORD_LENGTH
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// By its first word alone: whether the rest is a key, the cloud tells.
fn is_public_key(text: &str) -> bool {
    text.len() <= 16_384 && ["ssh-", "ecdsa-", "sk-"].iter().any(|prefix| text.starts_with(prefix))
}

fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= WORD_LENGTH && !text.chars().any(char::is_control)
}
