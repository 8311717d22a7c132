//! From grant to instance, and the grants that come too late.

use super::*;

fn see_ended(instance: &str, outcome: Outcome, reason: Reason, seconds: i64) -> Command {
    let verdict = Verdict { outcome, reason };
    Command::SeeEnded { instance: instance.into(), verdict, provider_error: Some(error()), at: at(seconds) }
}

fn lost(outcome: Outcome, reason: Reason, seconds: i64) -> Event {
    let (number, instance) = (1, "instance-1".into());
    InstanceLost {
        number,
        instance,
        outcome,
        reason,
        provider_error: Some(error()),
        in_a_row: 1,
        not_before: None,
        at: at(seconds),
    }
    .into()
}

#[test]
fn a_grant_is_followed_and_is_not_yet_success() {
    let taken = running([asked(1, 5), granted(1, 6)]);
    assert_eq!(Grab::folded(&taken).state(), State::Running);
    assert_eq!(plan(&taken, 7), Step::Follow { instance: "instance-1".into() });
    check(&taken, see_running("instance-1", 90), Ok(vec![ran(1, 90)]));
}

#[test]
fn success_comes_only_from_seeing_the_granted_instance_run() {
    check(&running([]), see_running("instance-1", 90), Ok(vec![]));
    check(&running([asked(1, 5)]), see_running("instance-1", 90), Ok(vec![]));
    check(&running([asked(1, 5), granted(1, 6)]), see_running("instance-2", 90), Ok(vec![]));
    check(&running([asked(1, 5), granted(1, 6), ran(1, 90)]), see_running("instance-1", 91), Ok(vec![]));
}

#[test]
fn a_task_that_has_its_instance_rests() {
    let got = running([asked(1, 5), granted(1, 6), ran(1, 90)]);
    assert_eq!(Grab::folded(&got).state(), State::Succeeded);
    assert_eq!(plan(&got, 1000), Step::Rest);
    check(&got, attempt(2, 1000), Err(Refusal::Overtaken));
    check(&got, Command::GiveUp { why: GaveUp::TenantRemoved, at: at(1000) }, Ok(vec![]));
}

#[test]
fn stopping_with_an_attempt_in_the_air_is_lawful_and_a_late_grant_is_followed_to_success() {
    let stopped_in_the_air = running([asked(1, 5), stopped(6)]);
    assert_eq!(Grab::folded(&stopped_in_the_air).state(), State::Stopped);
    check(&stopped_in_the_air, grant(1, "instance-1", 7), Ok(vec![granted(1, 7)]));

    let granted_late = running([asked(1, 5), stopped(6), granted(1, 7)]);
    assert_eq!(Grab::folded(&granted_late).state(), State::Stopped);
    assert_eq!(plan(&granted_late, 8), Step::Follow { instance: "instance-1".into() });
    check(&granted_late, see_running("instance-1", 90), Ok(vec![ran(1, 90)]));

    let had = running([asked(1, 5), stopped(6), granted(1, 7), ran(1, 90)]);
    assert_eq!(Grab::folded(&had).state(), State::Succeeded);
}

#[test]
fn a_stopped_task_whose_attempt_missed_stays_stopped() {
    let given = running([asked(1, 5), stopped(6)]);
    check(&given, settle(1, Outcome::Limit, Reason::Quota, 7), {
        let not_before = Some(at(607));
        Ok(vec![AttemptSettled { not_before, ..bare(1, Outcome::Limit, Reason::Quota, 7) }.into()])
    });
    assert_eq!(plan(&running([asked(1, 5), stopped(6), missed(1, 7)]), 1000), Step::Rest);
}

#[test]
fn a_grant_to_a_settled_attempt_is_reported_as_surplus() {
    let settled = running([asked(1, 5), missed(1, 6)]);
    let surplus = SurplusSeen { instances: vec!["instance-9".into()], at: at(7) };
    check(&settled, grant(1, "instance-9", 7), Ok(vec![surplus.into()]));

    let same = running([asked(1, 5), granted(1, 6)]);
    check(&same, grant(1, "instance-1", 7), Ok(vec![]));
    let had = running([asked(1, 5), granted(1, 6), ran(1, 90)]);
    check(&had, grant(1, "instance-1", 91), Ok(vec![]));
    check(&settled, settle(1, Outcome::Capacity, Reason::OutOfHostCapacity, 7), Ok(vec![]));
}

#[test]
fn an_instance_that_ended_before_it_ran_goes_back_to_trying() {
    let taken = running([asked(1, 5), granted(1, 6)]);
    let gone = lost(Outcome::Capacity, Reason::OutOfHostCapacity, 90);
    check(
        &taken,
        see_ended("instance-1", Outcome::Capacity, Reason::OutOfHostCapacity, 90),
        Ok(vec![gone.clone()]),
    );
    check(&taken, see_ended("instance-2", Outcome::Capacity, Reason::OutOfHostCapacity, 90), Ok(vec![]));

    let again = running([asked(1, 5), granted(1, 6), gone]);
    assert_eq!(Grab::folded(&again).state(), State::Running);
    assert_eq!(plan(&again, 200), attempt_in("AD-2", 2));
}

#[test]
fn an_instance_that_ended_before_it_ran_is_counted_as_what_its_error_says() {
    let miss = [asked(1, 5), granted(1, 6), lost(Outcome::Capacity, Reason::OutOfHostCapacity, 90)];
    let tally = Grab::folded(&running(miss)).tally;
    assert_eq!((tally.by_outcome[&Outcome::Capacity], tally.faults), (1, 0));

    let fault = [asked(1, 5), granted(1, 6), lost(Outcome::ServerFault, Reason::Terminated, 90)];
    let grab = Grab::folded(&running(fault));
    assert_eq!((grab.tally.by_outcome[&Outcome::ServerFault], grab.tally.faults), (1, 1));
    assert_eq!(grab.last.and_then(|last| last.reason), Some(Reason::Terminated));
}

#[test]
fn instances_too_many_are_reported_and_change_nothing() {
    let instances = vec!["instance-1".to_owned(), "instance-2".to_owned()];
    let command = Command::SeeSurplus { instances: instances.clone(), at: at(100) };
    check(&running([]), command, Ok(vec![SurplusSeen { instances: instances.clone(), at: at(100) }.into()]));
    let surplus = Event::from(SurplusSeen { instances, at: at(100) });
    assert_eq!(Grab::folded(&running([surplus])), Grab::folded(&running([])));
}
