//! What can have happened to a report.

use std::collections::BTreeMap;

use berth_domain::{
    GrabId,
    grab::Outcome,
    report::{Event, Figures, Made, Obtained, OfTenant, Others, Sums, SuspendedTenant, Tasks},
    tenant::SuspensionReason,
};

use super::{TenantId, Timestamp, at};

pub(crate) fn report_examples() -> Vec<Event> {
    let tenant = TenantId::from_parts(1_795_000_000_000, 1);
    let tenants = vec![OfTenant { tenant, name: "东京 A".into(), sums: sums(1) }];
    let others = Some(Others { tenants: 3, sums: sums(2) });
    let reason = SuspensionReason::KeyRejected;
    let figures = Figures {
        all: sums(3),
        tenants,
        others,
        obtained: vec![obtained(tenant)],
        suspended: vec![SuspendedTenant { tenant, name: "东京 A".into(), reason }],
        suspended_in_all: 1,
    };
    let day = "2026-11-20".parse().expect("it is a day");
    let made = Made {
        day,
        utc_offset_minutes: 480,
        from: moment("2026-11-19T16:00:00Z"),
        to: moment("2026-11-20T16:00:00Z"),
        figures,
        at: at(0),
    };
    vec![made.into()]
}

fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("it is a moment")
}

fn sums(times: u64) -> Sums {
    let by_outcome = BTreeMap::from([
        (Outcome::Capacity, 1_412 * times),
        (Outcome::ServerFault, 7 * times),
        (Outcome::Accepted, times),
    ]);
    let tasks =
        Tasks { running: 4 * times, paused: times, succeeded: times, failed: times, needs_review: times };
    Sums {
        attempts: 1_420 * times,
        faults: 7 * times,
        by_outcome,
        failed_preparations: 2 * times,
        obtained: times,
        tasks,
    }
}

fn obtained(tenant: TenantId) -> Obtained {
    Obtained {
        grab: GrabId::from_parts(1_795_000_000_000, 2),
        name: "抢ARM机器".into(),
        tenant,
        tenant_name: "东京 A".into(),
        instance: "ocid1.instance.oc1.ap-tokyo-1.abcd".into(),
        region: "ap-tokyo-1".into(),
        shape: "VM.Standard.A1.Flex".into(),
        public_ip: Some("203.0.113.7".into()),
        private_ip: Some("10.0.0.7".into()),
        at: at(-60_000),
    }
}
