//! What is wanted and when it is tried, on the way in and on the way out.

use async_graphql::{InputObject, SimpleObject};
use berth_domain::grab;

use crate::shared::{
    command::Secret,
    scalars::{DateTime, Seconds, int},
};

/// The instance that is wanted.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct InstanceSpec {
    /// The cloud's machine type, `VM.Standard.A1.Flex`.
    shape: String,
    /// OCPUs, of a flexible shape.
    ocpus: Option<f64>,
    /// Memory in GB, of a flexible shape.
    memory_gb: Option<f64>,
    /// The boot volume in GB.
    boot_volume_gb: i32,
    /// The operating system as people say it, `Canonical Ubuntu 22.04`, or the cloud's id of an image.
    image: String,
    /// The region's code.
    region: String,
    /// Availability domains to try in turn. All of the region, when empty.
    availability_domains: Vec<String>,
    /// How many instances: one, for now.
    count: i32,
    /// A password for root was given. It is never shown.
    has_root_password: bool,
    /// Public SSH keys that are installed.
    ssh_keys: Vec<String>,
}

impl From<&grab::Spec> for InstanceSpec {
    fn from(spec: &grab::Spec) -> Self {
        Self {
            shape: spec.shape.clone(),
            ocpus: spec.ocpus,
            memory_gb: spec.memory_gb,
            boot_volume_gb: int(spec.boot_volume_gb),
            image: spec.image.clone(),
            region: spec.region.clone(),
            availability_domains: spec.availability_domains.clone(),
            count: 1,
            has_root_password: spec.root_password.is_some(),
            ssh_keys: spec.ssh_keys.clone(),
        }
    }
}

/// When a task tries, and for how long.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct GrabSchedule {
    /// From one attempt to the next.
    interval: Seconds,
    /// Each interval is longer or shorter by at most so many percent, so that tasks do not march in step.
    jitter_percent: i32,
    /// It gives up after so many attempts since its start. Null: never for that reason.
    max_attempts: Option<i32>,
    /// It gives up at this moment. Null: never for that reason.
    deadline: Option<DateTime>,
}

impl From<grab::Schedule> for GrabSchedule {
    fn from(schedule: grab::Schedule) -> Self {
        Self {
            interval: Seconds(schedule.interval.0),
            jitter_percent: schedule.jitter_percent.into(),
            max_attempts: (schedule.max_attempts > 0).then(|| int(schedule.max_attempts)),
            deadline: schedule.deadline.map(DateTime),
        }
    }
}

/// The instance that is wanted.
#[derive(InputObject)]
pub(crate) struct InstanceSpecInput {
    /// The cloud's machine type, `VM.Standard.A1.Flex`.
    pub(super) shape: String,
    /// OCPUs, of a flexible shape.
    pub(super) ocpus: Option<f64>,
    /// Memory in GB, of a flexible shape.
    pub(super) memory_gb: Option<f64>,
    /// The boot volume in GB, at least 50.
    #[graphql(default = 50)]
    pub(super) boot_volume_gb: i32,
    /// The operating system as people say it, `Canonical Ubuntu 22.04`, or the cloud's id of an image.
    pub(super) image: String,
    /// The region's code. The tenant's home region, when absent.
    pub(super) region: Option<String>,
    /// Availability domains to try in turn. All of the region, when empty.
    #[graphql(default)]
    pub(super) availability_domains: Vec<String>,
    /// How many instances: one, for now.
    #[graphql(default = 1)]
    pub(super) count: i32,
    /// A password for root. Kept sealed, never shown, and forgotten once the instance runs.
    #[graphql(secret)]
    pub(super) root_password: Option<Secret>,
    /// Public SSH keys to install.
    #[graphql(default)]
    pub(super) ssh_keys: Vec<String>,
}

/// When a task tries, and for how long.
#[derive(Clone, Copy, Default, InputObject)]
pub(crate) struct GrabScheduleInput {
    /// From one attempt to the next; no shorter than `server.minInterval`. Below a minute the cloud often asks to slow down.
    /// As configured when absent: 60, unless somebody changed it.
    pub(super) interval: Option<Seconds>,
    /// Each interval is longer or shorter by at most so many percent, up to 50. As configured when absent: 20, unless somebody
    /// changed it.
    pub(super) jitter_percent: Option<i32>,
    /// Give up after so many attempts since the start; 0 is never for that reason. As configured when absent: never, unless
    /// somebody changed it.
    pub(super) max_attempts: Option<i32>,
    /// Give up at this moment. Never for that reason, when absent.
    pub(super) deadline: Option<DateTime>,
}

impl InstanceSpecInput {
    /// In the domain's words. Numbers that do not fit become some that the domain refuses.
    pub(super) fn read(&self, region: &str) -> grab::Spec {
        grab::Spec {
            shape: self.shape.clone(),
            ocpus: self.ocpus,
            memory_gb: self.memory_gb,
            boot_volume_gb: self.boot_volume_gb.try_into().unwrap_or(0),
            image: self.image.clone(),
            region: region.to_owned(),
            availability_domains: self.availability_domains.clone(),
            root_password: None,
            ssh_keys: self.ssh_keys.clone(),
        }
    }
}

impl GrabScheduleInput {
    /// In the domain's words; what is absent is as usual. Numbers that do not fit become some that the domain refuses.
    pub(super) fn read(self, usual: grab::Schedule) -> grab::Schedule {
        let jitter = self.jitter_percent.map(|percent| percent.try_into().unwrap_or(u8::MAX));
        grab::Schedule {
            interval: self.interval.map_or(usual.interval, |seconds| berth_domain::Seconds(seconds.0)),
            jitter_percent: jitter.unwrap_or(usual.jitter_percent),
            max_attempts: self.max_attempts.map_or(usual.max_attempts, |most| most.try_into().unwrap_or(0)),
            deadline: self.deadline.map(|moment| moment.0),
        }
    }
}
