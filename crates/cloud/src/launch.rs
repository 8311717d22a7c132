//! One launch, and what the cloud says when it takes it.

use secrecy::SecretString;

/// Everything that the body of a launch is made of. The same values give the same bytes, for ever within a release.
#[derive(Clone, Debug)]
pub struct Launch {
    pub region: String,
    pub availability_domain: String,
    pub display_name: String,
    pub shape: String,
    pub ocpus: Option<f64>,
    pub memory_gb: Option<f64>,
    pub boot_volume_gb: u32,
    /// Performance of the boot volume, in volume performance units a gigabyte; the cloud's own default when absent.
    pub vpus_per_gb: Option<u32>,
    /// The cloud's id of the image.
    pub image: String,
    /// The cloud's id of the subnet.
    pub subnet: String,
    /// Whether the instance is to have an address of IPv6 as well. Only a subnet that has such addresses gives one.
    pub ipv6: bool,
    /// Whether the instance is to have a public address.
    pub public_ip: bool,
    pub ssh_keys: Vec<String>,
    /// Cloud-init text; may hold a password.
    pub user_data: Option<SecretString>,
    /// Tags by which the instance is found again, then those that the user wants, in this order. Of two with the same
    /// name the first stands.
    pub tags: Vec<(String, String)>,
    /// At most 64 characters; lives 24 h in the cloud.
    pub token: String,
}

/// Which addresses the instances of a network can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Addressing {
    Ipv4,
    /// IPv4, and IPv6 beside it.
    Both,
}

/// The cloud took the launch. Not yet success: the instance may still fail to come up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub instance: String,
    pub work_request: Option<String>,
}
