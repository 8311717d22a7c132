//! Bad input gets every reason at once and changes nothing.

use super::*;
use crate::explain::{Code, Explain};

fn order() -> Create {
    Create {
        tenant: tenant(),
        name: "抢ARM机器".into(),
        spec: spec(),
        schedule: schedule(),
        min_interval: Seconds(5),
        at: at(0),
    }
}

/// The fields that an order is refused for, in the order in which they are named.
fn faults_of(order: Create) -> Vec<String> {
    match Grab::default().decide(Command::Create(Box::new(order))) {
        Ok(_) => vec![],
        Err(refusal) => {
            let explanations = refusal.explain();
            assert!(explanations.iter().all(|violation| violation.code == Code::Invalid));
            assert!(explanations.iter().all(|violation| violation.message.english.len() < 200));
            explanations.into_iter().map(|violation| violation.field.join(".")).collect()
        }
    }
}

fn faults_of_spec(spec: Spec) -> Vec<String> {
    faults_of(Create { spec, ..order() })
}

fn faults_of_schedule(schedule: Schedule) -> Vec<String> {
    faults_of(Create { schedule, ..order() })
}

#[test]
fn a_good_order_is_taken_and_a_chinese_name_is_kept() {
    let name = "抢ARM机器".to_owned();
    let created = Created { tenant: tenant(), name, spec: spec(), schedule: schedule(), at: at(0) };
    check(&[], Command::Create(Box::new(order())), Ok(vec![created.into()]));
}

#[test]
fn a_task_is_made_once() {
    check(&[created()], Command::Create(Box::new(order())), Err(Refusal::AlreadyCreated));
}

#[test]
fn a_name_is_neither_empty_nor_endless_nor_full_of_control_characters() {
    for name in ["", "   ", "\u{3000}", "a\nb", "a\u{0}b", "a\u{85}b"] {
        assert_eq!(faults_of(Create { name: name.into(), ..order() }), ["name"], "{name:?}");
    }
    assert_eq!(faults_of(Create { name: "x".repeat(1_000_000), ..order() }), ["name"]);
    assert_eq!(faults_of(Create { name: "机".repeat(101), ..order() }), ["name"]);
    assert!(
        faults_of(Create { name: "机".repeat(100), ..order() }).is_empty(),
        "characters count, not bytes"
    );
}

#[test]
fn the_interval_lies_between_the_configured_minimum_and_a_day() {
    let with = |interval| faults_of_schedule(Schedule { interval: Seconds(interval), ..schedule() });
    assert_eq!(with(0), ["schedule.interval"]);
    assert_eq!(with(4), ["schedule.interval"]);
    assert!(with(5).is_empty());
    assert!(with(86_400).is_empty());
    assert_eq!(with(86_401), ["schedule.interval"]);
}

#[test]
fn an_interval_of_nothing_is_refused_even_when_the_configuration_allows_it() {
    let schedule = Schedule { interval: Seconds(0), ..schedule() };
    assert_eq!(faults_of(Create { min_interval: Seconds(0), schedule, ..order() }), ["schedule.interval"]);
}

#[test]
fn jitter_is_at_most_half_of_the_interval() {
    assert!(faults_of_schedule(Schedule { jitter_percent: 50, ..schedule() }).is_empty());
    assert_eq!(faults_of_schedule(Schedule { jitter_percent: 51, ..schedule() }), ["schedule.jitterPercent"]);
}

#[test]
fn a_deadline_must_be_a_moment_that_can_be_read_back() {
    let with = |deadline| faults_of_schedule(Schedule { deadline: Some(deadline), ..schedule() });
    assert!(with(Timestamp::LATEST).is_empty());
    assert_eq!(Timestamp::parse(&Timestamp::LATEST.to_string()), Some(Timestamp::LATEST));
    assert_eq!(with(Timestamp::LATEST.plus_millis(1)), ["schedule.deadline"]);
    assert_eq!(with(Timestamp::from_millis(-1)), ["schedule.deadline"]);
}

#[test]
fn a_flexible_shape_needs_its_size() {
    let sizes = |sizes| faults_of_spec(Spec { sizes, ..spec() });
    let second = |ocpus, memory_gb| sizes(vec![SIZE, Size { ocpus, memory_gb }]);
    assert_eq!(sizes(vec![]), ["spec.sizes"]);
    assert_eq!(sizes(vec![SIZE; 17]), ["spec.sizes"]);
    for odd in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e9] {
        assert_eq!(second(odd, odd), ["spec.sizes.1.ocpus", "spec.sizes.1.memoryGb"], "{odd}");
    }
    assert!(second(0.5, 1.5).is_empty());
}

#[test]
fn a_fixed_shape_has_no_size_to_choose() {
    let fixed = Spec { shape: "VM.Standard.E2.1.Micro".into(), ..spec() };
    assert_eq!(faults_of_spec(fixed.clone()), ["spec.sizes"]);
    assert!(faults_of_spec(Spec { sizes: vec![], ..fixed }).is_empty());
}

#[test]
fn a_boot_volume_has_between_50_and_32768_gb() {
    let with = |boot_volume_gb| faults_of_spec(Spec { boot_volume_gb, ..spec() });
    assert_eq!(with(49), ["spec.bootVolumeGb"]);
    assert!(with(50).is_empty());
    assert!(with(32_768).is_empty());
    assert_eq!(with(32_769), ["spec.bootVolumeGb"]);
}

#[test]
fn shape_image_and_region_are_named_as_the_cloud_names_them() {
    for odd in ["", " ", "VM Standard", "VM/../Standard", "形状.Flex"] {
        let shape = format!("{odd}.Flex").replace("..Flex", "/.Flex");
        assert!(
            odd.is_empty() || faults_of_spec(Spec { shape, ..spec() }).contains(&"spec.shape".into()),
            "{odd:?}"
        );
        let regions = vec![REGION.into(), odd.into()];
        assert_eq!(faults_of_spec(Spec { regions, ..spec() }), ["spec.regions.1"], "{odd:?}");
    }
    assert_eq!(faults_of_spec(Spec { image: "\n".into(), ..spec() }), ["spec.image"]);
    assert_eq!(faults_of_spec(Spec { image: "x".repeat(256), ..spec() }), ["spec.image"]);
}

#[test]
fn lists_of_domains_and_keys_have_bounds_and_hold_what_they_should() {
    let domains = |availability_domains| faults_of_spec(Spec { availability_domains, ..spec() });
    assert_eq!(domains(vec![String::new()]), ["spec.availabilityDomains"]);
    assert_eq!(domains(vec!["AD-1".into(); 65]), ["spec.availabilityDomains"]);

    let keys = |key: String| faults_of_spec(Spec { ssh_keys: vec![key], ..spec() });
    assert!(keys("ssh-ed25519 AAAA me".into()).is_empty());
    assert!(keys("ecdsa-sha2-nistp256 AAAA".into()).is_empty());
    assert_eq!(keys("-----BEGIN PRIVATE KEY-----".into()), ["spec.sshKeys"]);
    for kind in ["ssh-rsa", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com"] {
        assert_eq!(keys(format!("{kind} {}", "A".repeat(16_384))), ["spec.sshKeys"], "{kind}");
    }
}

#[test]
fn every_violation_is_named_at_once() {
    let spec = Spec {
        shape: "VM.Standard.A1.Flex".into(),
        sizes: vec![Size { ocpus: 0.0, memory_gb: f64::NAN }],
        boot_volume_gb: 49,
        image: String::new(),
        regions: vec![String::new()],
        ..spec()
    };
    let schedule = Schedule { interval: Seconds(0), jitter_percent: 99, ..schedule() };
    let bad = Create { name: "\u{7}".repeat(1_000_000), spec, schedule, ..order() };
    let named = faults_of(bad);
    for field in [
        "name",
        "spec.image",
        "spec.regions.0",
        "spec.bootVolumeGb",
        "spec.sizes.0.ocpus",
        "spec.sizes.0.memoryGb",
        "schedule.interval",
        "schedule.jitterPercent",
    ] {
        assert!(named.contains(&field.to_owned()), "{field} is missing in {named:?}");
    }
}
