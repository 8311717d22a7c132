//! A grab put before people.

use serde_json::{Value, json};

use super::{
    event::{GaveUp, Holder, Review},
    state::{Grab, Have, Wish},
};
use crate::replay::{Field, Shown, json_of};

impl Shown for Grab {
    const FIELDS: &'static [Field<Self>] = &[
        ("state", |grab| json!(grab.state())),
        ("attempts", |grab| json!(grab.tally.attempts)),
        ("attemptsBeforeStart", |grab| json!(grab.tally.before_start)),
        ("faults", |grab| json!(grab.tally.faults)),
        ("outcomes", |grab| json_of(&grab.tally.by_outcome)),
        ("order", order),
        ("wish", wish),
        ("have", have),
        ("lastAttempt", last_attempt),
        ("inARow", |grab| {
            json!(grab.streak.map(|(outcome, times)| json!({ "outcome": outcome, "times": times })))
        }),
        ("notBefore", |grab| json!(grab.not_before)),
        ("coolingDown", |grab| json!(grab.cooling)),
        ("droppedDomains", |grab| json_of(&grab.dropped)),
        ("startedAt", |grab| json!(grab.started_at)),
        ("finishedAt", |grab| json!(grab.finished_at)),
    ];
}

fn order(grab: &Grab) -> Value {
    let Some(order) = &grab.order else { return Value::Null };
    let (spec, schedule) = (&order.spec, &order.schedule);
    json!({
        "tenant": order.tenant,
        "name": order.name,
        "spec": {
            "shape": spec.shape,
            "ocpus": spec.ocpus,
            "memoryGb": spec.memory_gb,
            "bootVolumeGb": spec.boot_volume_gb,
            "image": spec.image,
            "region": spec.region,
            "availabilityDomains": spec.availability_domains,
            "rootPassword": spec.root_password,
            "sshKeys": spec.ssh_keys,
        },
        "schedule": {
            "intervalSeconds": schedule.interval,
            "jitterPercent": schedule.jitter_percent,
            "maxAttempts": schedule.max_attempts,
            "deadline": schedule.deadline,
        },
        "createdAt": order.created_at,
    })
}

fn wish(grab: &Grab) -> Value {
    let (kind, held_by, gave_up) = match grab.wish {
        Wish::Unspoken => ("UNSPOKEN", None, None),
        Wish::Standing => ("STANDING", None, None),
        Wish::Paused(holder) => ("PAUSED", Some(holder), None),
        Wish::CalledOff => ("CALLED_OFF", None, None),
        Wish::GivenUp(why) => ("GIVEN_UP", None, Some(why)),
    };
    wish_of(kind, held_by, gave_up)
}

fn wish_of(kind: &str, held_by: Option<Holder>, gave_up: Option<GaveUp>) -> Value {
    json!({ "kind": kind, "heldBy": held_by, "gaveUp": gave_up })
}

fn have(grab: &Grab) -> Value {
    match &grab.have {
        Have::Nothing => json!({ "kind": "NOTHING" }),
        Have::Asked(asked) => json!({
            "kind": "ASKED",
            "number": asked.number,
            "token": asked.token,
            "bodyHash": asked.body_hash,
            "availabilityDomain": asked.target.availability_domain,
            "image": asked.target.image,
            "subnet": asked.target.subnet,
            "displayName": asked.target.display_name,
            "at": asked.at,
            "sentAt": asked.sent_at,
            "resends": asked.resends,
            "doubt": asked.doubt,
            "firstAbsentAt": asked.first_absent_at,
        }),
        Have::Accepted(accepted) => json!({
            "kind": "ACCEPTED",
            "number": accepted.number,
            "availabilityDomain": accepted.availability_domain,
            "instance": accepted.instance,
            "workRequest": accepted.work_request,
            "at": accepted.at,
        }),
        Have::Held(held) => json!({
            "kind": "HELD",
            "number": held.number,
            "availabilityDomain": held.availability_domain,
            "instance": held.instance,
            "publicIp": held.public_ip,
            "privateIp": held.private_ip,
            "at": held.at,
        }),
        Have::Unclear(review) => unclear(*review),
    }
}

fn unclear(review: Review) -> Value {
    json!({ "kind": "UNCLEAR", "why": review })
}

fn last_attempt(grab: &Grab) -> Value {
    let Some(last) = &grab.last else { return Value::Null };
    json!({
        "number": last.number,
        "availabilityDomain": last.availability_domain,
        "at": last.at,
        "outcome": last.outcome,
        "reason": last.reason,
    })
}
