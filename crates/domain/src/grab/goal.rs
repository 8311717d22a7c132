//! What an order is for: something new, or something that is there and sleeps.

use serde::{Deserialize, Serialize};

use super::{event::Deed, spec::Spec};
use crate::{SecretRef, explain::Violations};

/// An order is for one of the two and never for both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// New instances.
    Launch(Box<Spec>),
    /// The start of one that exists: the cloud has given its place away, and takes it back only when there is room.
    Start(Dormant),
}

/// An instance that somebody stopped. It is not ours: it is started, and never ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dormant {
    pub region: String,
    /// The cloud's id of it.
    pub instance: String,
}

impl Goal {
    pub fn launch(&self) -> Option<&Spec> {
        match self {
            Self::Launch(spec) => Some(spec),
            Self::Start(_) => None,
        }
    }

    pub fn start(&self) -> Option<&Dormant> {
        match self {
            Self::Launch(_) => None,
            Self::Start(dormant) => Some(dormant),
        }
    }

    pub fn regions(&self) -> &[String] {
        match self {
            Self::Launch(spec) => &spec.regions,
            Self::Start(dormant) => std::slice::from_ref(&dormant.region),
        }
    }

    /// Empty where nothing new is made.
    pub fn shape(&self) -> &str {
        self.launch().map_or("", |spec| &spec.shape)
    }

    /// How many instances it is for.
    pub fn count(&self) -> u32 {
        self.launch().map_or(1, |spec| spec.count)
    }

    pub(super) fn secrets(&self) -> impl Iterator<Item = &SecretRef> {
        self.launch().into_iter().flat_map(Spec::secrets)
    }

    /// Whether an attempt at this serves it.
    pub(super) fn is_served_by(&self, deed: &Deed) -> bool {
        match (self, deed) {
            (Self::Launch(_), Deed::Launch(_)) => true,
            (Self::Start(dormant), Deed::Start { instance }) => dormant.instance == *instance,
            (Self::Launch(_), Deed::Start { .. }) | (Self::Start(_), Deed::Launch(_)) => false,
        }
    }
}

impl Dormant {
    pub(super) fn check(&self, violations: &mut Violations) {
        let is_word = |text: &str| {
            let sound = |sign: char| sign.is_ascii_alphanumeric() || "._-".contains(sign);
            !text.is_empty() && text.len() <= 255 && text.chars().all(sound)
        };
        violations.require(
            is_word(&self.region),
            &["startInstance", "region"],
            "is not a region code",
            "不是有效的区域代码",
        );
        violations.require(
            is_word(&self.instance),
            &["startInstance", "instance"],
            "is not the id of an instance",
            "不是有效的实例 id",
        );
    }
}

impl From<Spec> for Goal {
    fn from(spec: Spec) -> Self {
        Self::Launch(Box::new(spec))
    }
}
