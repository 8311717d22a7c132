//! What is looked into before it is believed: a limit that was named, and an account that may be closed.

use super::*;
use crate::tenant::Limit;

fn limit(name: &str, used: f64, total: f64) -> Limit {
    Limit { name: name.into(), availability_domain: None, total, used }
}

/// A1 as it is free: 4 cores and 24 GB; the wish is for 2 cores and 12 GB.
fn used(cores: f64, memory: f64) -> Vec<Limit> {
    vec![limit("standard-a1-core-count", cores, 4.0), limit("standard-a1-memory-count", memory, 24.0)]
}

fn see_limits(limits: Vec<Limit>, seconds: i64) -> Command {
    Command::SeeLimits { limits, found: None, at: at(seconds) }
}

fn see_access(identity: bool, shapes: bool, seconds: i64) -> Command {
    Command::SeeAccess { identity, shapes, at: at(seconds) }
}

/// A task to which a limit was named.
fn limited() -> Vec<Event> {
    let settled =
        AttemptSettled { not_before: Some(at(606)), ..bare(1, Outcome::Limit, Reason::ServiceLimit, 6) };
    running([asked(1, 5), settled.into()])
}

/// A task whose attempt was answered "not authorised or not found".
fn shut_out() -> Vec<Event> {
    let reason = Reason::NotAuthorizedOrNotFound;
    let settled = AttemptSettled { not_before: Some(at(206)), ..bare(1, Outcome::Auth, reason, 6) };
    running([asked(1, 5), settled.into()])
}

#[test]
fn a_limit_that_was_named_is_looked_into_after_ten_minutes_and_nothing_is_tried_before() {
    assert_eq!(plan(&limited(), 605), Step::WaitUntil(at(606)));
    assert_eq!(plan(&limited(), 606), Step::LookInto(Suspicion::Limit));
    check(&limited(), attempt(2, 700), Err(Refusal::Overtaken));
}

#[test]
fn a_limit_that_is_used_up_ends_the_task_and_says_which() {
    let limits = used(4.0, 24.0);
    let checked =
        LimitChecked { limits: limits.clone(), used_up: true, instance: None, false_alarms: 0, at: at(606) };
    let detail = Some("standard-a1-core-count 4/4, standard-a1-memory-count 24/24".into());
    let failed = Failed { why: GaveUp::LimitReached, detail, at: at(606) };
    check(&limited(), see_limits(limits, 606), Ok(vec![checked.into(), failed.into()]));
}

#[test]
fn a_limit_of_one_domain_ends_nothing_while_another_has_room() {
    let of = |domain: &str, used: f64| Limit {
        availability_domain: Some(domain.into()),
        ..limit("standard-a1-core-count", used, 4.0)
    };
    let regional = |used| limit("standard-a1-core-regional-count", used, 4.0);
    let story = |limits| Grab::folded(&limited()).decide(see_limits(limits, 606)).unwrap().len();
    assert_eq!(story(vec![of("AD-1", 4.0), of("AD-2", 0.0), regional(2.0)]), 1);
    assert_eq!(story(vec![of("AD-1", 4.0), of("AD-2", 3.0), regional(2.0)]), 2, "both are short");
    assert_eq!(story(vec![of("AD-1", 0.0), of("AD-2", 0.0), regional(4.0)]), 2, "the region is short");
}

#[test]
fn a_limit_of_one_region_ends_nothing_while_there_is_another() {
    let regions = vec![REGION.to_owned(), "ap-osaka-1".to_owned()];
    let spec = Spec { regions, ..spec() };
    let created = Created { tenant: tenant(), name: "ARM".into(), spec, schedule: schedule(), at: at(0) };
    let story = [vec![created.into()], limited().split_off(1)].concat();
    let mut grab = Grab::folded(&story);
    let events = tell(&mut grab, see_limits(used(4.0, 24.0), 606));
    assert!(matches!(&events[..], [Event::LimitChecked(checked)] if checked.used_up), "{events:?}");
    assert_eq!(grab.state(), State::Running);
}

#[test]
fn a_limit_that_is_not_used_up_was_a_false_alarm_and_the_task_goes_on_at_once() {
    for limits in [used(0.0, 0.0), used(2.0, 12.0), vec![]] {
        let mut grab = Grab::folded(&limited());
        let events = tell(&mut grab, see_limits(limits, 606));
        let [Event::LimitChecked(checked)] = &events[..] else { panic!("{events:?}") };
        assert_eq!((checked.used_up, checked.false_alarms), (false, 1));
        assert!(matches!(plan_of(&grab, 606), Step::AttemptNow { number: 2, .. }));
    }
}

#[test]
fn what_is_left_must_hold_the_smallest_size_that_is_wished_for() {
    for (limits, used_up) in [(used(2.5, 12.0), true), (used(2.0, 12.5), true), (used(2.0, 12.0), false)] {
        let events = Grab::folded(&limited()).decide(see_limits(limits.clone(), 606)).unwrap();
        assert_eq!(events.len() == 2, used_up, "{limits:?}");
    }
    let sizes = vec![Size { ocpus: 4.0, memory_gb: 24.0 }, Size { ocpus: 1.0, memory_gb: 6.0 }];
    let spec = Spec { sizes, ..spec() };
    let created = Created { tenant: tenant(), name: "ARM".into(), spec, schedule: schedule(), at: at(0) };
    let story = [vec![created.into()], limited().split_off(1)].concat();
    assert_eq!(Grab::folded(&story).decide(see_limits(used(3.0, 18.0), 606)).unwrap().len(), 1);
    assert_eq!(Grab::folded(&story).decide(see_limits(used(3.5, 18.0), 606)).unwrap().len(), 2);
}

#[test]
fn false_alarms_are_counted_from_the_start() {
    let mut grab = Grab::folded(&limited());
    tell(&mut grab, see_limits(vec![], 606));
    tell(&mut grab, attempt(2, 610));
    tell(&mut grab, settle(2, Outcome::Limit, Reason::ServiceLimit, 611));
    tell(&mut grab, see_limits(vec![], 1300));
    assert_eq!((grab.false_limits, grab.state()), (2, State::Running));
    grab.evolve(&stopped(1400));
    grab.evolve(&started(1500));
    assert_eq!(grab.false_limits, 0);
}

#[test]
fn an_instance_of_ours_that_uses_the_limit_is_what_was_wished_for() {
    let mut grab = Grab::folded(&limited());
    let found = Some("instance-9".to_owned());
    tell(&mut grab, Command::SeeLimits { limits: used(4.0, 24.0), found, at: at(606) });
    assert_eq!(plan_of(&grab, 607), Step::Follow { instance: "instance-9".into() });
    assert_eq!(grab.state(), State::Running);
}

#[test]
fn a_person_who_hurries_has_the_limit_looked_into_at_once() {
    let mut grab = Grab::folded(&limited());
    tell(&mut grab, Command::Hurry { min_interval: Seconds(5), at: at(60) });
    assert_eq!(plan_of(&grab, 60), Step::LookInto(Suspicion::Limit));
}

#[test]
fn not_authorised_or_not_found_is_looked_into_at_once() {
    assert_eq!(plan(&shut_out(), 6), Step::LookInto(Suspicion::Account));
    check(&shut_out(), attempt(2, 700), Err(Refusal::Overtaken));
}

#[test]
fn an_account_that_answers_nothing_is_closed() {
    let mut grab = Grab::folded(&shut_out());
    let events = tell(&mut grab, see_access(false, false, 7));
    let [Event::AccessProbed(probed)] = &events[..] else { panic!("{events:?}") };
    assert!(probed.account_is_closed());
    assert_eq!(plan_of(&grab, 8), Step::WaitUntil(at(607)), "its tenant is halted meanwhile");
    assert_eq!(grab.state(), State::Running, "whether the task is held is the tenant's to say");
}

#[test]
fn an_id_that_is_wrong_in_an_account_that_answers_ends_the_task_after_one_confirmation() {
    for (identity, shapes) in [(true, true), (true, false), (false, true)] {
        let mut grab = Grab::folded(&shut_out());
        tell(&mut grab, see_access(identity, shapes, 7));
        assert_eq!(plan_of(&grab, 66), Step::WaitUntil(at(67)));
        assert!(matches!(plan_of(&grab, 67), Step::AttemptNow { number: 2, .. }));
        tell(&mut grab, attempt(2, 67));
        tell(&mut grab, settle(2, Outcome::Auth, Reason::NotAuthorizedOrNotFound, 68));
        assert_eq!(grab.wish, Wish::GivenUp(GaveUp::RequestRefused));
        assert_eq!(grab.last.as_ref().and_then(|last| last.reason), Some(Reason::MissingResource));
    }
}

#[test]
fn a_miss_after_the_probe_forgets_it() {
    let mut grab = Grab::folded(&shut_out());
    tell(&mut grab, see_access(true, true, 7));
    for (number, reason) in [(2, Reason::OutOfHostCapacity), (3, Reason::NotAuthorizedOrNotFound)] {
        let outcome = if number == 2 { Outcome::Capacity } else { Outcome::Auth };
        tell(&mut grab, attempt(number, 100 * i64::from(number)));
        tell(&mut grab, settle(number, outcome, reason, 100 * i64::from(number)));
    }
    assert_eq!((grab.state(), grab.suspicion), (State::Running, Some(Suspicion::Account)));
}

#[test]
fn what_nobody_suspects_is_not_written_down() {
    check(&running([]), see_limits(used(4.0, 24.0), 10), Ok(vec![]));
    check(&limited(), see_access(false, false, 10), Ok(vec![]));
    check(&shut_out(), see_limits(used(4.0, 24.0), 10), Ok(vec![]));
    let held = [limited(), vec![paused(Holder::Person, 7)]].concat();
    check(&held, see_limits(used(4.0, 24.0), 10), Ok(vec![]));
}
