//! Event × state → state. Total: whatever happened, happened.

use super::{
    event::{AttemptSettled, AttemptStarted, Created, Event, Left, PreparationFailed, Succeeded},
    outcome::{Outcome, Reason},
    state::{Accepted, Asked, Grab, Have, Held, LastAttempt, Order, Wish},
};

pub(super) fn evolve(grab: &mut Grab, event: &Event) {
    match event {
        Event::Created(created) => grab.order = Some(Box::new(order_of(created))),
        Event::Started(started) => {
            grab.wish = Wish::Standing;
            grab.started_at = Some(started.at);
            grab.finished_at = None;
            grab.tally.before_start = grab.tally.attempts;
            grab.dropped.clear();
            if matches!(grab.have, Have::Unclear(_)) {
                grab.have = Have::Nothing;
            }
            forget_streak(grab);
        }
        Event::Paused(paused) => grab.wish = Wish::Paused(paused.by),
        Event::Resumed(_) => {
            grab.wish = Wish::Standing;
            forget_streak(grab);
        }
        Event::Stopped(stopped) => {
            grab.wish = Wish::CalledOff;
            grab.finished_at = Some(stopped.at);
            // A person has looked, and wants no more of it.
            if matches!(grab.have, Have::Unclear(_)) {
                grab.have = Have::Nothing;
            }
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
        Event::InstanceLost(lost) => {
            grab.have = Have::Nothing;
            count(grab, lost.outcome);
            remember(grab, lost.outcome, lost.reason);
        }
        Event::SurplusSeen(_) => {}
        Event::Succeeded(succeeded) => {
            grab.have = Have::Held(Box::new(held_of(succeeded)));
            grab.finished_at = Some(succeeded.at);
        }
        Event::Failed(failed) => {
            grab.wish = Wish::GivenUp(failed.why);
            grab.finished_at = Some(failed.at);
        }
        Event::ReviewNeeded(needed) => grab.have = Have::Unclear(needed.why),
        Event::AttemptsSummarised(summarised) => pick_up(grab, &summarised.left),
    }
}

fn pick_up(grab: &mut Grab, left: &Left) {
    let Left { tally, last, streak, not_before, cooling, dropped } = left.clone();
    *grab = Grab {
        have: Have::Nothing,
        tally,
        last,
        streak,
        not_before,
        cooling,
        dropped,
        ..std::mem::take(grab)
    };
}

fn order_of(created: &Created) -> Order {
    Order {
        tenant: created.tenant,
        name: created.name.clone(),
        spec: created.spec.clone(),
        schedule: created.schedule,
        created_at: created.at,
    }
}

fn attempt_started(grab: &mut Grab, started: &AttemptStarted) {
    grab.tally.attempts = started.number;
    grab.cooling = false;
    grab.not_before = None;
    grab.last = Some(LastAttempt {
        number: started.number,
        availability_domain: started.target.availability_domain.clone(),
        at: started.at,
        outcome: None,
        reason: None,
    });
    grab.have = Have::Asked(Box::new(Asked {
        number: started.number,
        token: started.token.clone(),
        target: started.target.clone(),
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
    if settled.outcome == Outcome::ShapeUnavailable {
        grab.dropped.insert(settled.availability_domain.clone(), settled.at);
    }
    grab.have = match &settled.instance {
        Some(instance) => Have::Accepted(Box::new(Accepted {
            number: settled.number,
            availability_domain: settled.availability_domain.clone(),
            instance: instance.clone(),
            work_request: settled.work_request.clone(),
            at: settled.at,
        })),
        None => Have::Nothing,
    };
}

fn preparation_failed(grab: &mut Grab, failed: &PreparationFailed) {
    if failed.outcome.is_fault() {
        grab.tally.faults += 1;
    }
    grab.streak = Some((failed.outcome, failed.in_a_row));
    grab.not_before = Some(failed.not_before);
    grab.cooling = failed.outcome == Outcome::Throttled;
}

fn held_of(succeeded: &Succeeded) -> Held {
    Held {
        number: succeeded.number,
        availability_domain: succeeded.availability_domain.clone(),
        instance: succeeded.instance.clone(),
        public_ip: succeeded.public_ip.clone(),
        private_ip: succeeded.private_ip.clone(),
        at: succeeded.at,
    }
}

fn count(grab: &mut Grab, outcome: Outcome) {
    *grab.tally.by_outcome.entry(outcome).or_default() += 1;
    if outcome.is_fault() {
        grab.tally.faults += 1;
    }
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
    grab.cooling = false;
}

fn with_asked(grab: &mut Grab, change: impl FnOnce(&mut Asked)) {
    if let Have::Asked(asked) = &mut grab.have {
        change(asked);
    }
}
