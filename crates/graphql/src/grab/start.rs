//! An instance that is there and is to be started, on the way in and on the way out.

use async_graphql::{InputObject, SimpleObject};
use berth_domain::grab::Dormant;

/// A stopped instance that a task starts as soon as the cloud has room for it again.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct InstanceToStart {
    /// The cloud's id of it.
    instance: String,
    /// The code of its region.
    region: String,
}

impl From<&Dormant> for InstanceToStart {
    fn from(dormant: &Dormant) -> Self {
        Self { instance: dormant.instance.clone(), region: dormant.region.clone() }
    }
}

/// A stopped instance that is to be started as soon as the cloud has room for it again. It is never ended.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct InstanceToStartInput {
    /// The cloud's id of it.
    pub(super) instance: String,
    /// The code of its region. The tenant's home region, when absent.
    pub(super) region: Option<String>,
}

impl InstanceToStartInput {
    pub(super) fn read(&self, region: String) -> Dormant {
        Dormant { region, instance: self.instance.trim().to_owned() }
    }
}
