//! Event × state → state. Total: whatever happened, happened.

use super::{
    event::{
        AccessProbed, AttemptSettled, AttemptStarted, Created, Edited, Event, InstanceLost, InstanceObtained,
        Left, LimitChecked, PreparationFailed, Rescheduled, StartOrdered, Succeeded, Target,
    },
    goal::Goal,
    outcome::{Outcome, Reason},
    spec::Size,
    state::{Accepted, Asked, Grab, Have, Held, LastAttempt, Order, Wish},
    suspicion::Suspicion,
};
use crate::Timestamp;

pub(super) fn evolve(grab: &mut Grab, event: &Event) {
    match event {
        Event::Created(created) => grab.order = Some(Box::new(order_of(created))),
        Event::StartOrdered(ordered) => grab.order = Some(Box::new(start_of(ordered))),
        Event::Rescheduled(rescheduled) => reschedule(grab, rescheduled),
        Event::Started(started) => begin(grab, started.at),
        Event::Queued(queued) => queue(grab, queued.at),
        Event::Edited(edited) => change(grab, edited),
        Event::Hurried(hurried) => hurry(grab, hurried.at),
        Event::Deleted(deleted) => grab.deleted_at = Some(deleted.at),
        Event::Paused(paused) => grab.wish = Wish::Paused(paused.by),
        Event::Resumed(_) => {
            grab.wish = Wish::Standing;
            forget_streak(grab);
        }
        Event::Stopped(stopped) => {
            grab.wish = Wish::CalledOff;
            grab.finished_at = Some(stopped.at);
            looked_at(grab);
        }
        Event::PreparationFailed(failed) => preparation_failed(grab, failed),
        Event::AttemptStarted(started) => attempt_started(grab, started),
        Event::AttemptResent(resent) => with_asked(grab, |asked| {
            asked.resends = asked.resends.saturating_add(1);
            asked.sent_at = resent.at;
            // A listing from before this request says nothing about what it does.
            asked.first_absent_at = None;
        }),
        Event::AttemptAbsent(absent) => with_asked(grab, |asked| asked.first_absent_at = Some(absent.at)),
        Event::AttemptSettled(settled) => attempt_settled(grab, settled),
        Event::ReleaseAsked(asked) => {
            if let Have::Accepted(accepted) = &mut grab.have {
                accepted.release_asked_at = Some(asked.at);
            }
        }
        Event::InstanceLost(lost) => instance_lost(grab, lost),
        Event::SurplusSeen(_) => {}
        Event::InstanceObtained(obtained) => hold(grab, &as_last(obtained)),
        Event::Succeeded(succeeded) => {
            hold(grab, succeeded);
            grab.finished_at = Some(succeeded.at);
        }
        Event::LimitChecked(checked) => limit_checked(grab, checked),
        Event::AccessProbed(probed) => access_probed(grab, probed),
        Event::AlarmRaised(_) => {}
        Event::Failed(failed) => {
            grab.wish = Wish::GivenUp(failed.why);
            grab.detail.clone_from(&failed.detail);
            grab.finished_at = Some(failed.at);
        }
        Event::ReviewNeeded(needed) => grab.have = Have::Unclear(needed.why),
        Event::AttemptsSummarised(summarised) => {
            pick_up(grab, &summarised.left);
            // An attempt that left is one that answered whoever hurried; preparations answer nobody.
            if summarised.first.is_some() {
                grab.hurried_at = None;
            }
        }
    }
}

/// What was held goes on where it was; all else begins anew when it is seated.
fn queue(grab: &mut Grab, at: Timestamp) {
    if !matches!(grab.wish, Wish::Paused(_)) {
        grab.started_at = None;
    }
    grab.wish = Wish::Queued(at);
    grab.finished_at = None;
    looked_at(grab);
}

fn begin(grab: &mut Grab, at: Timestamp) {
    grab.wish = Wish::Standing;
    grab.started_at = Some(at);
    grab.finished_at = None;
    grab.tally.before_start = grab.tally.attempts;
    grab.false_limits = 0;
    grab.detail = None;
    grab.dropped.clear();
    looked_at(grab);
    forget_streak(grab);
}

fn hurry(grab: &mut Grab, at: Timestamp) {
    grab.hurried_at = Some(at);
    grab.not_before = None;
}

fn access_probed(grab: &mut Grab, probed: &AccessProbed) {
    grab.suspicion = None;
    grab.not_before = Some(probed.not_before);
    // Whatever is not found next is not there.
    grab.streak = (!probed.account_is_closed()).then_some((Outcome::Invalid, 1));
}

fn pick_up(grab: &mut Grab, left: &Left) {
    let Left { tally, last, streak, not_before, cooling, dropped, suspicion, faults_in_a_row } = left.clone();
    *grab = Grab {
        have: Have::Nothing,
        tally,
        last,
        streak,
        not_before,
        cooling,
        dropped,
        suspicion,
        faults_in_a_row,
        ..std::mem::take(grab)
    };
}

fn order_of(created: &Created) -> Order {
    Order {
        tenant: created.tenant,
        name: created.name.clone(),
        goal: created.spec.clone().into(),
        schedule: created.schedule.clone(),
        created_at: created.at,
    }
}

fn start_of(ordered: &StartOrdered) -> Order {
    Order {
        tenant: ordered.tenant,
        name: ordered.name.clone(),
        goal: Goal::Start(ordered.start.clone()),
        schedule: ordered.schedule.clone(),
        created_at: ordered.at,
    }
}

fn reschedule(grab: &mut Grab, rescheduled: &Rescheduled) {
    if let Some(order) = &mut grab.order {
        order.name.clone_from(&rescheduled.name);
        order.schedule = rescheduled.schedule.clone();
    }
}

/// Whoever starts, stops or queues a task that nobody was sure of has looked.
fn looked_at(grab: &mut Grab) {
    if matches!(grab.have, Have::Unclear(_)) {
        grab.have = Have::Nothing;
    }
}

/// An attempt that is out keeps what it was composed of. Domains that lacked another shape may have this one.
fn change(grab: &mut Grab, edited: &Edited) {
    let Some(order) = &mut grab.order else { return };
    let before = std::mem::replace(&mut order.goal, edited.spec.clone().into());
    order.name.clone_from(&edited.name);
    order.schedule = edited.schedule.clone();
    grab.streak = None;
    grab.suspicion = None;
    grab.dropped.clear();
    if let Goal::Launch(before) = before {
        with_asked(grab, |asked| {
            asked.composed_of.get_or_insert(before);
        });
    }
}

/// An attempt that does not say its region is of the order's only one, and of its only size.
fn placed(grab: &Grab, target: &Target) -> Target {
    let mut target = target.clone();
    let spec = grab.order.as_ref().and_then(|order| order.goal.launch());
    if let Some(spec) = spec.filter(|_| target.region.is_empty()) {
        target.region = spec.regions.first().cloned().unwrap_or_default();
        target.size = spec.sizes.first().copied();
    }
    target
}

fn attempt_started(grab: &mut Grab, started: &AttemptStarted) {
    grab.tally.attempts = started.number;
    grab.cooling = false;
    grab.not_before = None;
    grab.hurried_at = None;
    let target = placed(grab, &started.target);
    grab.suspicion = None;
    grab.last = Some(LastAttempt {
        number: started.number,
        region: target.region.clone(),
        availability_domain: target.availability_domain.clone(),
        size: target.size,
        at: started.at,
        outcome: None,
        reason: None,
    });
    grab.have = Have::Asked(Box::new(Asked {
        number: started.number,
        token: started.token.clone(),
        target,
        composed_of: None,
        body_hash: started.body_hash.clone(),
        at: started.at,
        sent_at: started.at,
        resends: 0,
        doubt: None,
        first_absent_at: None,
    }));
}

fn attempt_settled(grab: &mut Grab, settled: &AttemptSettled) {
    remember(grab, settled.outcome, settled.reason);
    if settled.outcome == Outcome::InDoubt {
        grab.not_before = settled.not_before;
        with_asked(grab, |asked| asked.doubt = Some(settled.reason));
        return;
    }
    count(grab, settled.outcome);
    grab.streak = Some((settled.outcome, settled.in_a_row));
    grab.not_before = settled.not_before;
    grab.cooling = settled.outcome == Outcome::Throttled;
    grab.suspicion = suspicion(grab, settled.outcome, settled.reason);
    if settled.outcome == Outcome::ShapeUnavailable {
        grab.dropped.insert(settled.availability_domain.clone(), settled.at);
    }
    let (region, size) = where_asked(grab);
    grab.have = match &settled.instance {
        Some(instance) => Have::Accepted(Box::new(Accepted {
            number: settled.number,
            region,
            availability_domain: settled.availability_domain.clone(),
            size,
            instance: instance.clone(),
            work_request: settled.work_request.clone(),
            at: settled.at,
            release_asked_at: None,
        })),
        None => Have::Nothing,
    };
}

fn preparation_failed(grab: &mut Grab, failed: &PreparationFailed) {
    if failed.outcome.is_fault() {
        grab.tally.faults += 1;
    }
    count_row(grab, failed.outcome);
    grab.streak = Some((failed.outcome, failed.in_a_row));
    grab.not_before = Some(failed.not_before);
    grab.cooling = failed.outcome == Outcome::Throttled;
    // What is said of limits of a network says nothing about instances.
    let suspicion = Suspicion::raised_by(failed.outcome, failed.reason);
    grab.suspicion = suspicion.filter(|found| *found == Suspicion::Account);
}

fn instance_lost(grab: &mut Grab, lost: &InstanceLost) {
    grab.have = Have::Nothing;
    count(grab, lost.outcome);
    remember(grab, lost.outcome, lost.reason);
    if lost.in_a_row > 0 {
        grab.streak = Some((lost.outcome, lost.in_a_row));
        grab.not_before = lost.not_before;
        grab.suspicion = suspicion(grab, lost.outcome, lost.reason);
    }
}

/// What a start takes of a limit only the cloud knows: it is asked for again after the pause.
fn suspicion(grab: &Grab, outcome: Outcome, reason: Reason) -> Option<Suspicion> {
    let raised = Suspicion::raised_by(outcome, reason);
    raised.filter(|raised| *raised == Suspicion::Account || !grab.starts())
}

/// An instance of ours that was found is followed like one that was just accepted.
fn limit_checked(grab: &mut Grab, checked: &LimitChecked) {
    grab.suspicion = None;
    grab.not_before = None;
    grab.streak = None;
    grab.false_limits = checked.false_alarms;
    let Some(instance) = checked.instance.clone() else { return };
    let last = grab.last.as_ref();
    grab.have = Have::Accepted(Box::new(Accepted {
        number: grab.tally.attempts,
        region: last.map(|last| last.region.clone()).unwrap_or_default(),
        availability_domain: last.map(|last| last.availability_domain.clone()).unwrap_or_default(),
        size: last.and_then(|last| last.size),
        instance,
        work_request: None,
        at: checked.at,
        release_asked_at: None,
    }));
}

fn where_asked(grab: &Grab) -> (String, Option<Size>) {
    match &grab.have {
        Have::Asked(asked) => (asked.target.region.clone(), asked.target.size),
        Have::Accepted(accepted) => (accepted.region.clone(), accepted.size),
        Have::Nothing | Have::Unclear(_) => (String::new(), None),
    }
}

/// Followed until now, held from now on. What is held already is not had twice.
fn hold(grab: &mut Grab, seen: &Succeeded) {
    if grab.holds(&seen.instance) {
        return;
    }
    let (region, size) = where_asked(grab);
    let Succeeded { number, instance, availability_domain, public_ip, private_ip, at } = seen.clone();
    grab.held.push(Held { number, region, availability_domain, size, instance, public_ip, private_ip, at });
    grab.have = Have::Nothing;
}

/// What is seen of one of several is what is seen of the last.
fn as_last(obtained: &InstanceObtained) -> Succeeded {
    let InstanceObtained { number, instance, availability_domain, public_ip, private_ip, at, .. } =
        obtained.clone();
    Succeeded { number, instance, availability_domain, public_ip, private_ip, at }
}

fn count(grab: &mut Grab, outcome: Outcome) {
    *grab.tally.by_outcome.entry(outcome).or_default() += 1;
    if outcome.is_fault() {
        grab.tally.faults += 1;
    }
    count_row(grab, outcome);
}

fn count_row(grab: &mut Grab, outcome: Outcome) {
    grab.faults_in_a_row = if outcome.is_fault() { grab.faults_in_a_row.saturating_add(1) } else { 0 };
}

fn remember(grab: &mut Grab, outcome: Outcome, reason: Reason) {
    if let Some(last) = &mut grab.last {
        last.outcome = Some(outcome);
        last.reason = Some(reason);
    }
}

/// A person's start or resume is a new beginning: old back-offs and streaks say nothing about it.
fn forget_streak(grab: &mut Grab) {
    grab.streak = None;
    grab.not_before = None;
    grab.hurried_at = None;
    grab.cooling = false;
    grab.suspicion = None;
    grab.faults_in_a_row = 0;
}

fn with_asked(grab: &mut Grab, change: impl FnOnce(&mut Asked)) {
    if let Have::Asked(asked) = &mut grab.have {
        change(asked);
    }
}
