//! What people ask for.

use berth_app::{
    grab::{NewGrab, NewStart},
    tenant::{NewTenant, new_account},
};
use berth_cloud::NewAccount;
use berth_domain::{
    Seconds, TenantId,
    grab::{Dormant, Schedule, Size, Spec},
};
use secrecy::SecretString;

use crate::cloud::sleeper_of;

const REGIONS: [&str; 2] = ["ap-tokyo-1", "ap-osaka-1"];

pub(crate) fn account(tenant: usize) -> NewAccount {
    let words = [format!("tenancy-{tenant}"), "user".into(), "aa:bb".into(), REGIONS[0].into()];
    new_account(words, SecretString::from("key"), None, None)
}

pub(crate) fn tenant(number: usize) -> NewTenant {
    NewTenant { name: format!("tenant {number}"), account: account(number) }
}

/// The start of the instance that the tenant of this number has.
pub(crate) fn wake(tenant: TenantId, number: usize, interval: u32) -> NewStart {
    let instance = Dormant { region: REGIONS[0].into(), instance: sleeper_of(number) };
    let schedule = Schedule { interval: Seconds(interval), jitter_percent: 20, ..Schedule::default() };
    NewStart { tenant, name: "wake".into(), instance, schedule }
}

/// So many instances, in the first so many regions.
pub(crate) fn grab(tenant: TenantId, interval: u32, (regions, count): (usize, u32)) -> NewGrab {
    NewGrab {
        tenant,
        name: "a task".into(),
        spec: Spec {
            shape: "VM.Standard.A1.Flex".into(),
            sizes: vec![Size { ocpus: 4.0, memory_gb: 24.0 }],
            boot_volume_gb: 50,
            image: "Ubuntu 22.04".into(),
            regions: REGIONS[..regions].iter().map(|region| (*region).to_owned()).collect(),
            count,
            ..Spec::default()
        },
        root_password: None,
        user_data: None,
        schedule: Schedule { interval: Seconds(interval), jitter_percent: 20, ..Schedule::default() },
        start: true,
    }
}
