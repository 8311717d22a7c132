//! How older shapes of a grab's events become today's.
//!
//! An attempt of version 1 does not say its region or size: the order it belongs to had but one of each. An empty region stands for
//! that one, and `evolve` fills it in.

use serde_json::{Map, Value, json};

use crate::upcast::Upcaster;

pub(super) const UPCASTERS: &[Upcaster] = &[
    Upcaster { name: "grab.created", from: 1, lift: created_1 },
    Upcaster { name: "grab.created", from: 2, lift: of_one },
    Upcaster { name: "grab.created", from: 3, lift: without_cron },
    Upcaster { name: "grab.edited", from: 1, lift: of_one },
    Upcaster { name: "grab.edited", from: 2, lift: without_cron },
    Upcaster { name: "grab.start_ordered", from: 1, lift: without_cron },
    Upcaster { name: "grab.rescheduled", from: 1, lift: without_cron },
    Upcaster { name: "grab.attempt_started", from: 1, lift: attempt_started_1 },
    Upcaster { name: "grab.attempts_summarised", from: 1, lift: attempts_summarised_1 },
    // A new holder may be named since.
    Upcaster { name: "grab.paused", from: 1, lift: |paused| paused },
    Upcaster { name: "grab.instance_lost", from: 1, lift: instance_lost_1 },
    Upcaster { name: "grab.failed", from: 1, lift: failed_1 },
    // A new end may be named since.
    Upcaster { name: "grab.failed", from: 2, lift: |failed| failed },
    Upcaster { name: "grab.attempt_started", from: 2, lift: attempt_started_2 },
];

/// One size, one region, the network made ahead, at any time.
fn created_1(mut created: Value) -> Value {
    if let Some(spec) = created.get_mut("spec").and_then(Value::as_object_mut) {
        lift_spec(spec);
    }
    if let Some(schedule) = created.get_mut("schedule").and_then(Value::as_object_mut) {
        schedule.insert("start_at".into(), Value::Null);
        schedule.insert("windows".into(), json!([]));
        schedule.insert("utc_offset_minutes".into(), json!(0));
    }
    created
}

/// A schedule that could not say it had no windows by cron.
fn without_cron(mut ordered: Value) -> Value {
    if let Some(schedule) = ordered.get_mut("schedule").and_then(Value::as_object_mut) {
        schedule.insert("cron_windows".into(), json!([]));
    }
    ordered
}

/// An order that could not say how many was for one.
pub(crate) fn of_one(mut ordered: Value) -> Value {
    if let Some(spec) = ordered.get_mut("spec").and_then(Value::as_object_mut) {
        spec.insert("count".into(), json!(1));
    }
    ordered
}

fn lift_spec(spec: &mut Map<String, Value>) {
    let sizes = match (spec.remove("ocpus"), spec.remove("memory_gb")) {
        (Some(ocpus @ Value::Number(_)), Some(memory @ Value::Number(_))) => {
            json!([{ "ocpus": ocpus, "memory_gb": memory }])
        }
        _ => json!([]),
    };
    let region = spec.remove("region").unwrap_or_default();
    spec.insert("sizes".into(), sizes);
    spec.insert("regions".into(), json!([region]));
    spec.insert("vpus_per_gb".into(), Value::Null);
    spec.insert("network".into(), json!({ "subnet": null, "public_ipv4": true, "ipv6": false }));
    spec.insert("tags".into(), json!({}));
    spec.insert("user_data".into(), Value::Null);
}

fn attempt_started_1(mut started: Value) -> Value {
    unplaced(started.get_mut("target"));
    started
}

/// Every attempt was one to launch.
fn attempt_started_2(mut started: Value) -> Value {
    if let Some(target) = started.get_mut("target").and_then(Value::as_object_mut) {
        let parts = ["image", "subnet", "display_name"];
        let launch: Map<_, _> =
            parts.iter().filter_map(|part| Some(((*part).to_owned(), target.remove(*part)?))).collect();
        target.insert("deed".into(), json!({ "launch": launch }));
    }
    started
}

fn attempts_summarised_1(mut summarised: Value) -> Value {
    unplaced(summarised.pointer_mut("/left/last"));
    if let Some(left) = summarised.get_mut("left").and_then(Value::as_object_mut) {
        left.insert("suspicion".into(), Value::Null);
        left.insert("faults_in_a_row".into(), json!(0));
    }
    if let Some(outcomes) = summarised.get_mut("outcomes") {
        let counted = outcomes.as_object().is_some_and(|outcomes| !outcomes.is_empty());
        let nowhere = outcomes.take();
        *outcomes = if counted { json!({ "": { "": nowhere } }) } else { nowhere };
    }
    summarised
}

fn unplaced(aimed: Option<&mut Value>) {
    if let Some(aimed) = aimed.and_then(Value::as_object_mut) {
        aimed.insert("region".into(), json!(""));
        aimed.insert("size".into(), Value::Null);
    }
}

fn instance_lost_1(mut lost: Value) -> Value {
    if let Some(lost) = lost.as_object_mut() {
        lost.insert("in_a_row".into(), json!(0));
        lost.insert("not_before".into(), Value::Null);
    }
    lost
}

fn failed_1(mut failed: Value) -> Value {
    if let Some(failed) = failed.as_object_mut() {
        failed.insert("detail".into(), Value::Null);
    }
    failed
}
