//! What a cloud shows us, in our words.

use berth_domain::ProviderError;

/// An answer with what is worth keeping about the exchange.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply<T> {
    pub value: T,
    /// The cloud's own id of the request.
    pub request_id: Option<String>,
    /// The cloud's clock minus ours, in seconds.
    pub clock_skew: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub user_name: String,
    pub tenancy_name: String,
    /// Full code of the home region, where the cloud says it.
    pub home_region: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    pub name: String,
    pub home: bool,
}

/// Which image is wanted: words as people say them, or the cloud's own id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageWish {
    /// `Canonical Ubuntu 22.04`, `Ubuntu 22.04`, `Oracle Linux 9` or an id. Empty: whichever there are.
    pub name: String,
    /// Only images that run on this shape.
    pub shape: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    pub id: String,
    pub display_name: String,
    pub operating_system: String,
    pub version: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    pub name: String,
    pub max_ocpus: Option<f64>,
    pub max_memory_gb: Option<f64>,
}

/// A shape with what it is to have; a shape of fixed size has nothing to be told.
#[derive(Clone, Debug, PartialEq)]
pub struct Size {
    pub shape: String,
    pub ocpus: Option<f64>,
    pub memory_gb: Option<f64>,
}

/// Whether there is room for a size, by the cloud's own account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    Available,
    Full,
    /// The domain has no such hardware.
    Unsupported,
    /// It did not say, or in a word we do not know.
    Unknown,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    pub name: String,
    pub availability_domain: Option<String>,
    pub total: f64,
    pub used: f64,
}

impl Limit {
    /// Adds what was told of one more domain. What is counted in the region is told with each of them, and kept once.
    pub fn add(known: &mut Vec<Self>, told: Vec<Self>) {
        for limit in told {
            let same = |known: &Self| {
                known.name == limit.name && known.availability_domain == limit.availability_domain
            };
            if !known.iter().any(same) {
                known.push(limit);
            }
        }
    }
}

/// Life of an instance, the same words for every cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    Provisioning,
    Running,
    Stopping,
    Stopped,
    /// Being or been destroyed.
    Ended,
    /// A word we do not know.
    Unknown,
}

/// One instance as last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    pub id: String,
    pub display_name: String,
    pub lifecycle: Lifecycle,
    pub availability_domain: String,
    pub tags: Vec<(String, String)>,
}

impl Sighting {
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.tags.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    pub public_ip: Option<String>,
    pub private_ip: Option<String>,
}

/// What became of asynchronous work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkRequest {
    pub failed: bool,
    pub finished: bool,
    /// The cloud's words, oldest first.
    pub errors: Vec<ProviderError>,
}
