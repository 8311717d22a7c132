//! What was written before orders could name several sizes and regions means what it meant.

use serde_json::{json, value::to_raw_value};

use super::*;
use crate::event::Event as _;

fn read(name: &str, data: &serde_json::Value) -> Event {
    let data = to_raw_value(data).expect("it is JSON");
    Event::decode(name, 1, &data).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn created_1(ocpus: Option<f64>) -> Event {
    let spec = json!({
        "shape": "VM.Standard.A1.Flex", "ocpus": ocpus, "memory_gb": ocpus.map(|_| 12.0), "boot_volume_gb": 50,
        "image": "Canonical Ubuntu 22.04", "region": REGION, "availability_domains": [], "root_password": null,
        "ssh_keys": [],
    });
    let schedule = json!({ "interval": 60, "jitter_percent": 20, "max_attempts": 0, "deadline": null });
    let data = json!({ "tenant": tenant(), "name": "ARM", "spec": spec, "schedule": schedule, "at": at(0) });
    read("grab.created", &data)
}

fn attempt_started_1() -> Event {
    let target = json!({
        "availability_domain": "AD-1", "image": "ocid1.image.1", "subnet": "ocid1.subnet.1", "display_name": "ARM-1",
    });
    let data =
        json!({ "number": 1, "token": "token-1", "target": target, "body_hash": "hash-1", "at": at(5) });
    read("grab.attempt_started", &data)
}

#[test]
fn an_order_of_one_size_and_one_region_is_the_same_order_today() {
    assert_eq!(created_1(Some(2.0)), created());
}

#[test]
fn a_fixed_shape_of_before_has_no_sizes_today() {
    let Event::Created(created) = created_1(None) else { panic!("it is grab.created") };
    assert!(created.spec.sizes.is_empty());
}

#[test]
fn an_attempt_that_does_not_say_its_region_is_of_the_orders_own() {
    let then = Grab::folded(&[created_1(Some(2.0)), started(0), attempt_started_1()]);
    assert_eq!(then, Grab::folded(&running([asked(1, 5)])), "its repeat must be composed as it was");
}

#[test]
fn a_summary_that_does_not_say_the_region_leaves_the_rotation_where_it_was() {
    let last = json!({
        "number": 4, "availability_domain": "AD-1", "at": at(5), "outcome": "CAPACITY",
        "reason": "out_of_host_capacity",
    });
    let left = json!({
        "tally": Tally { attempts: 4, ..Tally::default() }, "last": last, "streak": null, "not_before": null,
        "cooling": false, "dropped": {},
    });
    let data = json!({
        "hour": at(0), "first": 1, "last": 4, "outcomes": {}, "preparation_failures": {}, "faults": 0, "left": left,
    });
    let summarised = read("grab.attempts_summarised", &data);
    assert_eq!(plan(&running([summarised]), 200), attempt_in("AD-2", 5));
}

#[test]
fn broken_data_is_told_and_not_lifted_in_a_panic() {
    for name in ["grab.created", "grab.attempt_started", "grab.attempts_summarised"] {
        for broken in
            [json!(null), json!([1]), json!({ "spec": 1, "schedule": [], "target": "x", "left": 2 })]
        {
            let data = to_raw_value(&broken).expect("it is JSON");
            assert!(Event::decode(name, 1, &data).is_err(), "{name}: {broken}");
        }
    }
}
