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
    /// The cloud's id of the image.
    pub image: String,
    /// The cloud's id of the subnet.
    pub subnet: String,
    pub ssh_keys: Vec<String>,
    /// Cloud-init text; may hold a password.
    pub user_data: Option<SecretString>,
    /// Tags by which the instance is found again, in order.
    pub tags: Vec<(String, String)>,
    /// At most 64 characters; lives 24 h in the cloud.
    pub token: String,
}

/// The cloud took the launch. Not yet success: the instance may still fail to come up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub instance: String,
    pub work_request: Option<String>,
}
