//! What can have happened to a grab.

use std::collections::BTreeMap;

use berth_domain::grab::{
    AccessProbed, AlarmRaised, AttemptAbsent, AttemptResent, AttemptSettled, AttemptStarted,
    AttemptsSummarised, Build, Created, CronWindow, Day, Deed, Deleted, Dormant, Edited, Event, Failed,
    GaveUp, Holder, Hurried, InstanceLost, InstanceObtained, LastAttempt, Left, LimitChecked, Network,
    Outcome, Paused, PreparationFailed, Queued, Reason, ReleaseAsked, Rescheduled, Resumed, Review,
    ReviewNeeded, Schedule, Size, Spec, StartOrdered, Started, Stopped, Succeeded, Sum, SurplusSeen,
    Suspicion, Tally, Target, Window,
};

use berth_domain::tenant::Limit;

use super::{ProviderError, Seconds, SecretRef, TenantId, Timestamp, at};

pub(crate) fn grab_examples() -> Vec<Event> {
    [what_people_did(), what_was_tried(), what_was_got(), what_came_of_it(), vec![summarised().into()]]
        .concat()
}

/// What is wanted, every field filled.
pub(super) fn spec() -> Spec {
    Spec {
        shape: "VM.Standard.A1.Flex".into(),
        sizes: vec![Size { ocpus: 2.5, memory_gb: 12.0 }],
        boot_volume_gb: 50,
        vpus_per_gb: Some(20),
        image: "Canonical Ubuntu 22.04".into(),
        regions: vec!["ap-tokyo-1".into()],
        availability_domains: vec!["Uocm:AP-TOKYO-1-AD-1".into()],
        network: Network {
            subnet: Some("ocid1.subnet.oc1.ap-tokyo-1.aaaa".into()),
            public_ipv4: true,
            ipv6: true,
        },
        tags: BTreeMap::from([("team".into(), "blue".into())]),
        count: 3,
        root_password: Some(SecretRef("secret_01KD4ZZZZZ0000000000000002".into())),
        user_data: Some(SecretRef("secret_01KD4ZZZZZ0000000000000003".into())),
        ssh_keys: vec!["ssh-ed25519 AAAA me@host".into()],
    }
}

fn what_people_did() -> Vec<Event> {
    let schedule = Schedule {
        interval: Seconds(60),
        jitter_percent: 20,
        max_attempts: 1000,
        start_at: Some(at(60)),
        deadline: Some(at(86_400)),
        windows: vec![Window { days: vec![Day::Monday, Day::Sunday], from_minute: 180, to_minute: 300 }],
        cron_windows: vec![CronWindow { cron: "30 3 * * MON-FRI".into(), minutes: 90 }],
        utc_offset_minutes: 480,
    };
    let start =
        Dormant { region: "ap-tokyo-1".into(), instance: "ocid1.instance.oc1.ap-tokyo-1.asleep".into() };
    let (tenant, name) = (TenantId::from_parts(1_795_000_000_000, 7), "ARM".to_owned());
    let start_ordered =
        StartOrdered { tenant, name: name.clone(), start, schedule: schedule.clone(), at: at(0) };
    let rescheduled = Rescheduled { name, schedule: schedule.clone(), at: at(4) };
    let edited = Edited { name: "ARM".into(), spec: spec(), schedule: schedule.clone(), at: at(4) };
    let tenant = TenantId::from_parts(1_795_232_352_417, 7);
    vec![
        Created { tenant, name: "抢ARM机器".into(), spec: spec(), schedule, at: at(0) }.into(),
        Started { at: at(1) }.into(),
        Paused { by: Holder::Permission, at: at(2) }.into(),
        Resumed { at: at(3) }.into(),
        Stopped { at: at(4) }.into(),
        Queued { at: at(4) }.into(),
        edited.into(),
        start_ordered.into(),
        rescheduled.into(),
        Hurried { at: at(4) }.into(),
        Deleted { at: at(4) }.into(),
    ]
}

fn what_was_tried() -> Vec<Event> {
    let target = Target {
        region: "ap-tokyo-1".into(),
        size: Some(Size { ocpus: 2.5, memory_gb: 12.0 }),
        availability_domain: "Uocm:AP-TOKYO-1-AD-1".into(),
        deed: Deed::Launch(Build {
            image: "ocid1.image.oc1.ap-tokyo-1.aaaa".into(),
            subnet: "ocid1.subnet.oc1.ap-tokyo-1.aaaa".into(),
            display_name: "arm-1".into(),
        }),
    };
    vec![
        PreparationFailed {
            outcome: Outcome::Network,
            reason: Reason::NotReached,
            provider_error: error(),
            in_a_row: 2,
            not_before: at(15),
            at: at(5),
        }
        .into(),
        AttemptStarted {
            number: 7,
            token: "MFRGG43F".into(),
            target,
            body_hash: "9f86d081".into(),
            at: at(6),
        }
        .into(),
        AttemptResent { number: 7, at: at(7) }.into(),
        AttemptAbsent { number: 7, at: at(8) }.into(),
        AttemptSettled {
            number: 7,
            availability_domain: "Uocm:AP-TOKYO-1-AD-1".into(),
            outcome: Outcome::Throttled,
            reason: Reason::ThrottledUser,
            provider_error: Some(error()),
            request_id: Some("5B0C/1/2".into()),
            duration_ms: 412,
            instance: Some("ocid1.instance.oc1.ap-tokyo-1.aaaa".into()),
            work_request: Some("ocid1.coreservicesworkrequest.oc1.ap-tokyo-1.aaaa".into()),
            in_a_row: 1,
            not_before: Some(at(60)),
            at: at(9),
        }
        .into(),
    ]
}

fn what_was_got() -> Vec<Event> {
    let instance = || "ocid1.instance.oc1.ap-tokyo-1.aaaa".to_owned();
    vec![
        InstanceObtained {
            number: 7,
            instance: instance(),
            availability_domain: "Uocm:AP-TOKYO-1-AD-1".into(),
            public_ip: Some("203.0.113.9".into()),
            private_ip: Some("10.0.0.9".into()),
            held: 2,
            at: at(12),
        }
        .into(),
        Succeeded {
            number: 7,
            instance: instance(),
            availability_domain: "Uocm:AP-TOKYO-1-AD-1".into(),
            public_ip: Some("203.0.113.9".into()),
            private_ip: Some("10.0.0.9".into()),
            at: at(12),
        }
        .into(),
    ]
}

fn what_came_of_it() -> Vec<Event> {
    let instance = || "ocid1.instance.oc1.ap-tokyo-1.aaaa".to_owned();
    vec![
        InstanceLost {
            number: 7,
            instance: instance(),
            outcome: Outcome::Capacity,
            reason: Reason::OutOfHostCapacity,
            provider_error: Some(error()),
            in_a_row: 2,
            not_before: Some(at(70)),
            at: at(10),
        }
        .into(),
        ReleaseAsked { number: 7, instance: instance(), at: at(10) }.into(),
        LimitChecked {
            limits: vec![Limit {
                name: "standard-a1-core-count".into(),
                availability_domain: Some("Uocm:AP-TOKYO-1-AD-1".into()),
                total: 4.0,
                used: 2.5,
            }],
            used_up: false,
            instance: Some(instance()),
            false_alarms: 1,
            at: at(10),
        }
        .into(),
        AccessProbed { identity: true, shapes: false, not_before: at(70), at: at(10) }.into(),
        AlarmRaised {
            faults: 5,
            outcome: Outcome::Network,
            reason: Reason::NotReached,
            provider_error: Some(error()),
            at: at(10),
        }
        .into(),
        SurplusSeen { instances: vec![instance()], at: at(11) }.into(),
        Failed { why: GaveUp::LimitReached, detail: Some("standard-a1-core-count 4/4".into()), at: at(13) }
            .into(),
        ReviewNeeded { why: Review::NotFoundOut, at: at(14) }.into(),
    ]
}

fn summarised() -> AttemptsSummarised {
    let domain = "Uocm:AP-TOKYO-1-AD-1".to_owned();
    let left = Left {
        tally: Tally {
            attempts: 66,
            before_start: 7,
            faults: 4,
            by_outcome: BTreeMap::from([(Outcome::Capacity, 62), (Outcome::Network, 3)]),
        },
        last: Some(LastAttempt {
            number: 66,
            region: "ap-tokyo-1".into(),
            availability_domain: domain.clone(),
            size: Some(Size { ocpus: 2.5, memory_gb: 12.0 }),
            at: at(3_500),
            outcome: Some(Outcome::Network),
            reason: Some(Reason::NotReached),
        }),
        streak: Some((Outcome::Network, 2)),
        not_before: Some(at(3_600)),
        cooling: true,
        dropped: BTreeMap::from([(domain.clone(), at(20))]),
        suspicion: Some(Suspicion::Limit),
        faults_in_a_row: 2,
    };
    let outcomes = BTreeMap::from([
        (Outcome::Capacity, Sum { count: 57, duration_ms: 23_484 }),
        (Outcome::Network, Sum { count: 2, duration_ms: 60_000 }),
    ]);
    AttemptsSummarised {
        hour: Timestamp::from_millis(1_795_230_000_000),
        first: Some(8),
        last: Some(66),
        outcomes: BTreeMap::from([("ap-tokyo-1".into(), BTreeMap::from([(domain, outcomes)]))]),
        preparation_failures: BTreeMap::from([(Outcome::ServerFault, 1)]),
        faults: 3,
        left,
    }
}

fn error() -> ProviderError {
    ProviderError {
        status: Some(429),
        code: "TooManyRequests".into(),
        message: "Too many requests for the user".into(),
        request_id: Some("5B0C/1/2".into()),
    }
}
