//! A tenancy: its user, compartments and availability domains.

use crate::{keys::Profile, ocid};

/// Account of one profile. Everything in it is derived from the profile, so it survives a restart.
pub(crate) struct Tenant {
    pub(crate) profile: Profile,
    /// Below the root, which is the tenancy itself.
    pub(crate) compartment: String,
    /// With the prefix that differs from tenancy to tenancy.
    pub(crate) availability_domains: Vec<String>,
    /// Every call is refused as if nothing of it existed.
    pub(crate) suspended: bool,
}

impl Tenant {
    pub(crate) fn new(profile: &Profile, availability_domains: usize) -> Self {
        let prefix = ocid::letters("prefix", &profile.tenancy, 4);
        let prefix = format!("{}{}", prefix[..2].to_lowercase(), prefix[2..].to_uppercase());
        let name = |number| format!("{prefix}:{}-AD-{number}", ocid::REGION.to_uppercase());
        Self {
            profile: profile.clone(),
            compartment: ocid::global("compartment", &profile.tenancy),
            availability_domains: (1..=availability_domains).map(name).collect(),
            suspended: false,
        }
    }

    pub(crate) fn owns_compartment(&self, id: &str) -> bool {
        id == self.profile.tenancy || id == self.compartment
    }

    /// As `GetTenancy` and the user's address show it.
    pub(crate) fn name(&self) -> String {
        format!("berth{}", &self.profile.tenancy[self.profile.tenancy.len() - 6..])
    }
}
