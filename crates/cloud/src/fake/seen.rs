//! Requests as the fake saw them arrive.

use secrecy::{ExposeSecret as _, SecretString};

use crate::{Launch, Size};

/// One launch request as the cloud saw it.
#[derive(Clone, Debug, PartialEq)]
pub struct LaunchSeen {
    pub token: String,
    pub availability_domain: String,
    pub display_name: String,
    pub size: Size,
    pub boot_volume_gb: u32,
    pub vpus_per_gb: Option<u32>,
    pub ipv6: bool,
    pub public_ip: bool,
    pub tags: Vec<(String, String)>,
    /// What a repeat of it must be the same as, to the byte.
    pub body: Vec<u8>,
}

impl From<&Launch> for LaunchSeen {
    fn from(launch: &Launch) -> Self {
        Self {
            token: launch.token.clone(),
            availability_domain: launch.availability_domain.clone(),
            display_name: launch.display_name.clone(),
            size: Size { shape: launch.shape.clone(), ocpus: launch.ocpus, memory_gb: launch.memory_gb },
            boot_volume_gb: launch.boot_volume_gb,
            vpus_per_gb: launch.vpus_per_gb,
            ipv6: launch.ipv6,
            public_ip: launch.public_ip,
            tags: launch.tags.clone(),
            body: body(launch),
        }
    }
}

/// Everything but the token, as text.
pub(super) fn body(launch: &Launch) -> Vec<u8> {
    let Launch { region, availability_domain, display_name, shape, ocpus, memory_gb, .. } = launch;
    let Launch { boot_volume_gb, vpus_per_gb, image, subnet, ipv6, public_ip, ssh_keys, tags, .. } = launch;
    let user_data = launch.user_data.as_ref().map(SecretString::expose_secret);
    let place = (region, availability_domain, display_name, shape, ocpus, memory_gb);
    let rest = (boot_volume_gb, vpus_per_gb, image, subnet, ipv6, public_ip, ssh_keys, tags, user_data);
    format!("{place:?} {rest:?}").into()
}

/// One question how much room there is.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportSeen {
    pub region: String,
    pub domain: String,
    pub sizes: Vec<Size>,
}

/// One request to start an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartSeen {
    pub instance: String,
    pub token: String,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) launches: Vec<LaunchSeen>,
    pub(super) reports: Vec<ReportSeen>,
    pub(super) terminations: Vec<String>,
    pub(super) starts: Vec<StartSeen>,
}
