//! A grab put before people.

use serde_json::{Value, json};

use super::{
    cron::CronWindow,
    event::{Deed, GaveUp, Holder, Review},
    schedule::Window,
    spec::{Size, Spec},
    state::{Grab, Have, Held, Wish},
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
        ("held", |grab| grab.held.iter().map(held).collect()),
        ("lastAttempt", last_attempt),
        ("inARow", |grab| {
            json!(grab.streak.map(|(outcome, times)| json!({ "outcome": outcome, "times": times })))
        }),
        ("notBefore", |grab| json!(grab.not_before)),
        ("coolingDown", |grab| json!(grab.cooling)),
        ("droppedDomains", |grab| json_of(&grab.dropped)),
        ("hurriedAt", |grab| json!(grab.hurried_at)),
        ("suspicion", |grab| json!(grab.suspicion)),
        ("faultsInARow", |grab| json!(grab.faults_in_a_row)),
        ("falseLimits", |grab| json!(grab.false_limits)),
        ("gaveUpFor", |grab| json!(grab.detail)),
        ("startedAt", |grab| json!(grab.started_at)),
        ("finishedAt", |grab| json!(grab.finished_at)),
        ("deletedAt", |grab| json!(grab.deleted_at)),
    ];
}

fn order(grab: &Grab) -> Value {
    let Some(order) = &grab.order else { return Value::Null };
    let (goal, schedule) = (&order.goal, &order.schedule);
    json!({
        "tenant": order.tenant,
        "name": order.name,
        "spec": goal.launch().map(wanted),
        "start": goal.start().map(|start| json!({ "region": start.region, "instance": start.instance })),
        "schedule": {
            "intervalSeconds": schedule.interval,
            "jitterPercent": schedule.jitter_percent,
            "maxAttempts": schedule.max_attempts,
            "startAt": schedule.start_at,
            "deadline": schedule.deadline,
            "windows": schedule.windows.iter().map(window).collect::<Vec<_>>(),
            "cronWindows": schedule.cron_windows.iter().map(cron_window).collect::<Vec<_>>(),
            "utcOffsetMinutes": schedule.utc_offset_minutes,
        },
        "createdAt": order.created_at,
    })
}

pub(crate) fn wanted(spec: &Spec) -> Value {
    json!({
        "shape": spec.shape,
        "sizes": spec.sizes.iter().map(size).collect::<Vec<_>>(),
        "bootVolumeGb": spec.boot_volume_gb,
        "vpusPerGb": spec.vpus_per_gb,
        "image": spec.image,
        "regions": spec.regions,
        "availabilityDomains": spec.availability_domains,
        "subnet": spec.network.subnet,
        "publicIpv4": spec.network.public_ipv4,
        "ipv6": spec.network.ipv6,
        "tags": spec.tags,
        "count": spec.count,
        "rootPassword": spec.root_password,
        "userData": spec.user_data,
        "sshKeys": spec.ssh_keys,
    })
}

fn size(size: &Size) -> Value {
    json!({ "ocpus": size.ocpus, "memoryGb": size.memory_gb })
}

fn window(window: &Window) -> Value {
    json!({ "days": window.days, "fromMinute": window.from_minute, "toMinute": window.to_minute })
}

fn cron_window(window: &CronWindow) -> Value {
    json!({ "cron": window.cron, "minutes": window.minutes })
}

fn wish(grab: &Grab) -> Value {
    let (kind, held_by, gave_up) = match grab.wish {
        Wish::Unspoken => ("UNSPOKEN", None, None),
        Wish::Queued(at) => return json!({ "kind": "QUEUED", "at": at }),
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
            "region": asked.target.region,
            "availabilityDomain": asked.target.availability_domain,
            "size": asked.target.size.as_ref().map(size),
            "composedOf": asked.composed_of.as_deref().map(wanted),
            "deed": deed(&asked.target.deed),
            "at": asked.at,
            "sentAt": asked.sent_at,
            "resends": asked.resends,
            "doubt": asked.doubt,
            "firstAbsentAt": asked.first_absent_at,
        }),
        Have::Accepted(accepted) => json!({
            "kind": "ACCEPTED",
            "number": accepted.number,
            "region": accepted.region,
            "availabilityDomain": accepted.availability_domain,
            "size": accepted.size.as_ref().map(size),
            "instance": accepted.instance,
            "workRequest": accepted.work_request,
            "at": accepted.at,
            "releaseAskedAt": accepted.release_asked_at,
        }),
        Have::Unclear(review) => unclear(*review),
    }
}

fn deed(deed: &Deed) -> Value {
    match deed {
        Deed::Launch(build) => json!({
            "kind": "LAUNCH",
            "image": build.image,
            "subnet": build.subnet,
            "displayName": build.display_name,
        }),
        Deed::Start { instance } => json!({ "kind": "START", "instance": instance }),
    }
}

fn held(held: &Held) -> Value {
    json!({
        "number": held.number,
        "region": held.region,
        "availabilityDomain": held.availability_domain,
        "size": held.size.as_ref().map(size),
        "instance": held.instance,
        "publicIp": held.public_ip,
        "privateIp": held.private_ip,
        "at": held.at,
    })
}

fn unclear(review: Review) -> Value {
    json!({ "kind": "UNCLEAR", "why": review })
}

fn last_attempt(grab: &Grab) -> Value {
    let Some(last) = &grab.last else { return Value::Null };
    json!({
        "number": last.number,
        "region": last.region,
        "availabilityDomain": last.availability_domain,
        "size": last.size.as_ref().map(size),
        "at": last.at,
        "outcome": last.outcome,
        "reason": last.reason,
    })
}
