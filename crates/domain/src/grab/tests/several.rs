//! Several instances by one task: what was got is written down, and the hunt goes on for the rest.

use super::*;
use crate::tenant::Limit;

fn wanting(count: u32) -> Spec {
    Spec { count, root_password: Some(crate::SecretRef("secret".into())), ..spec() }
}

/// A started task for so many, and then this.
fn running_for(count: u32, and: impl IntoIterator<Item = Event>) -> Vec<Event> {
    let (name, spec, schedule) = ("ARM".into(), wanting(count), schedule());
    let created = Created { tenant: tenant(), name, spec, schedule, at: at(0) };
    [created.into(), started(0)].into_iter().chain(and).collect()
}

fn granted_as(number: u32, instance: &str, seconds: i64) -> Event {
    let settled = bare(number, Outcome::Accepted, Reason::Launched, seconds);
    AttemptSettled { provider_error: None, instance: Some(instance.into()), ..settled }.into()
}

fn obtained(number: u32, instance: &str, held: u32, seconds: i64) -> Event {
    let (public_ip, private_ip) = (Some("203.0.113.9".into()), Some("10.0.0.9".into()));
    let (instance, availability_domain) = (instance.into(), "AD-1".into());
    InstanceObtained { number, instance, availability_domain, public_ip, private_ip, held, at: at(seconds) }
        .into()
}

fn all_there(number: u32, instance: &str, seconds: i64) -> Event {
    let (public_ip, private_ip) = (Some("203.0.113.9".into()), Some("10.0.0.9".into()));
    let (instance, availability_domain) = (instance.into(), "AD-1".into());
    Succeeded { number, instance, availability_domain, public_ip, private_ip, at: at(seconds) }.into()
}

/// The first of so many is there.
fn one_of(count: u32) -> Vec<Event> {
    running_for(count, [asked(1, 5), granted_as(1, "instance-1", 6), obtained(1, "instance-1", 1, 30)])
}

fn and(given: Vec<Event>, more: impl IntoIterator<Item = Event>) -> Vec<Event> {
    given.into_iter().chain(more).collect()
}

fn edit(count: u32, seconds: i64) -> Command {
    let (name, spec, schedule) = (None, Some(wanting(count)), None);
    let (keep_root_password, keep_user_data, min_interval) = (false, false, Seconds(1));
    let at = at(seconds);
    Command::Edit(Box::new(Edit {
        name,
        spec,
        keep_root_password,
        keep_user_data,
        schedule,
        min_interval,
        at,
    }))
}

fn edited(count: u32, seconds: i64) -> Event {
    Edited { name: "ARM".into(), spec: wanting(count), schedule: schedule(), at: at(seconds) }.into()
}

#[test]
fn one_of_several_is_written_down_and_the_hunt_goes_on_at_its_interval() {
    let followed = running_for(3, [asked(1, 5), granted_as(1, "instance-1", 6)]);
    check(&followed, see_running("instance-1", 30), Ok(vec![obtained(1, "instance-1", 1, 30)]));

    let grab = Grab::folded(&one_of(3));
    assert_eq!((grab.state(), grab.held.len(), &grab.have), (State::Running, 1, &Have::Nothing));
    assert!(matches!(plan_of(&grab, 31), Step::WaitUntil(due) if due > at(50)), "not before its interval");
    assert_eq!(plan_of(&grab, 90), attempt_in("AD-2", 2));
}

#[test]
fn only_the_last_of_several_is_success() {
    let second = and(one_of(2), [asked(2, 70), granted_as(2, "instance-2", 71)]);
    check(&second, see_running("instance-2", 95), Ok(vec![all_there(2, "instance-2", 95)]));

    let both = and(second, [all_there(2, "instance-2", 95)]);
    let grab = Grab::folded(&both);
    let held: Vec<_> = grab.held.iter().map(|held| (held.number, held.instance.as_str())).collect();
    assert_eq!((grab.state(), held), (State::Succeeded, vec![(1, "instance-1"), (2, "instance-2")]));
    assert_eq!((plan_of(&grab, 1000), grab.next_attempt_at(id(), at(0))), (Step::Rest, None));
    check(&both, attempt(3, 1000), Err(Refusal::Overtaken));
}

#[test]
fn what_is_held_is_neither_surplus_nor_the_answer_to_another_attempt() {
    check(&one_of(3), grant(1, "instance-1", 40), Ok(vec![]));
    let surplus = SurplusSeen { instances: vec!["instance-9".into()], at: at(40) };
    check(&one_of(3), grant(1, "instance-9", 40), Ok(vec![surplus.into()]));

    let mut grab = Grab::folded(&and(one_of(3), [asked(2, 70)]));
    let told = tell(&mut grab, grant(2, "instance-1", 71));
    let [Event::AttemptSettled(settled)] = &told[..] else { panic!("{told:?}") };
    assert_eq!((settled.outcome, settled.reason), (Outcome::InDoubt, Reason::TokenCollision));
    assert_eq!((grab.held.len(), plan_of(&grab, 72)), (1, Step::LookFor { number: 2 }));
}

#[test]
fn an_instance_that_is_held_is_not_taken_for_the_one_that_uses_the_limit() {
    let limit = bare(2, Outcome::Limit, Reason::ServiceLimit, 71);
    let mut grab = Grab::folded(&and(one_of(3), [asked(2, 70), limit.into()]));
    let cores =
        Limit { name: "standard-a1-core-count".into(), availability_domain: None, total: 4.0, used: 2.0 };
    let see = Command::SeeLimits { limits: vec![cores], found: Some("instance-1".into()), at: at(700) };
    let told = tell(&mut grab, see);
    let [Event::LimitChecked(checked)] = &told[..] else { panic!("{told:?}") };
    assert_eq!((&checked.instance, checked.false_alarms), (&None, 1));
    assert_eq!((grab.held.len(), &grab.have), (1, &Have::Nothing));
}

#[test]
fn an_instance_that_ends_before_it_runs_takes_nothing_from_what_is_held() {
    let mut grab = Grab::folded(&and(one_of(2), [asked(2, 70), granted_as(2, "instance-2", 71)]));
    let verdict = Verdict { outcome: Outcome::Capacity, reason: Reason::OutOfHostCapacity };
    let (instance, provider_error) = ("instance-2".into(), None);
    tell(&mut grab, Command::SeeEnded { instance, verdict, provider_error, at: at(90) });
    assert_eq!((grab.state(), grab.held.len()), (State::Running, 1));
    assert_eq!(plan_of(&grab, 200), attempt_in("AD-2", 3));
}

#[test]
fn wishing_for_no_more_than_what_is_held_ends_the_task_at_once() {
    check(&one_of(3), edit(1, 40), Ok(vec![edited(1, 40), all_there(1, "instance-1", 40)]));
    let done = Grab::folded(&and(one_of(3), [edited(1, 40), all_there(1, "instance-1", 40)]));
    assert_eq!((done.state(), done.held.len(), done.held[0].at), (State::Succeeded, 1, at(30)));
    assert_eq!(done.finished_at, Some(at(40)));

    let stopped = and(one_of(3), [stopped(35)]);
    check(&stopped, edit(1, 40), Ok(vec![edited(1, 40), all_there(1, "instance-1", 40)]));
    check(&one_of(3), edit(2, 40), Ok(vec![edited(2, 40)]));
}

#[test]
fn nobody_wishes_for_fewer_than_are_held_or_on_their_way() {
    let refused = |given: &[Event], count| match Grab::folded(given).decide(edit(count, 80)) {
        Err(Refusal::Invalid(violations)) => violations.iter().any(|one| one.field == ["spec", "count"]),
        other => panic!("{other:?}"),
    };
    let two =
        and(one_of(3), [asked(2, 70), granted_as(2, "instance-2", 71), obtained(2, "instance-2", 2, 75)]);
    assert!(refused(&two, 1));
    let under_way = and(one_of(3), [asked(2, 70)]);
    assert!(refused(&under_way, 1), "it may be granted yet");
    check(&under_way, edit(2, 80), Ok(vec![edited(2, 80)]));
    assert!(refused(&and(one_of(3), [asked(2, 70), granted_as(2, "instance-2", 71)]), 1));
    assert!(refused(&running([]), 0) && refused(&running([]), 17));
}

#[test]
fn secrets_are_kept_until_all_are_had() {
    assert_eq!(Grab::folded(&one_of(2)).secrets().len(), 1);
    let all = and(one_of(2), [asked(2, 70), granted_as(2, "instance-2", 71), all_there(2, "instance-2", 95)]);
    assert_eq!(Grab::folded(&all).secrets().len(), 0);
}

#[test]
fn a_stop_keeps_what_is_held_and_a_start_goes_on_for_the_rest() {
    let stopped_with_one = and(one_of(2), [stopped(40)]);
    let grab = Grab::folded(&stopped_with_one);
    assert_eq!((grab.state(), grab.held.len(), plan_of(&grab, 1000)), (State::Stopped, 1, Step::Rest));
    let reason = state_reason(&grab);
    assert_eq!(reason.english, "1 of 2 instances run; stopped by a person");
    assert_eq!(reason.chinese, "已有 1/2 个实例运行；已手动停止");
    assert!(state_hint(&grab).is_some_and(|hint| hint.english.starts_with("what it has got stays")));
    check(&stopped_with_one, Command::Start { at: at(100) }, Ok(vec![started(100)]));

    let again = and(stopped_with_one.clone(), [started(100)]);
    assert_eq!(plan(&again, 200), attempt_in("AD-2", 2));
    let deleted = Grab::folded(&and(stopped_with_one, [Deleted { at: at(50) }.into()]));
    assert_eq!(deleted.held.len(), 1, "its history stays");
}

#[test]
fn a_late_grant_to_a_stopped_task_is_held_and_the_task_stays_stopped() {
    let given = running_for(2, [asked(1, 5), stopped(6), granted_as(1, "instance-1", 7)]);
    check(&given, see_running("instance-1", 30), Ok(vec![obtained(1, "instance-1", 1, 30)]));
    let grab = Grab::folded(&and(given, [obtained(1, "instance-1", 1, 30)]));
    assert_eq!((grab.state(), grab.held.len()), (State::Stopped, 1));
}

#[test]
fn a_task_that_gives_up_tells_what_it_has() {
    let limits = Schedule { max_attempts: 1, ..schedule() };
    let created =
        Created { tenant: tenant(), name: "ARM".into(), spec: wanting(2), schedule: limits, at: at(0) };
    let first = [asked(1, 5), granted_as(1, "instance-1", 6), obtained(1, "instance-1", 1, 30)];
    let mut grab = Grab::folded(&and(vec![created.into(), started(0)], first));
    assert_eq!(plan_of(&grab, 90), Step::GiveUp(GaveUp::AttemptsExhausted));
    tell(&mut grab, Command::GiveUp { why: GaveUp::AttemptsExhausted, at: at(90) });
    assert_eq!((grab.state(), grab.held.len()), (State::Failed, 1));
    assert_eq!(state_reason(&grab).english, "1 of 2 instances run; gave up: all attempts are used");
}

#[test]
fn the_words_for_all_of_several_say_how_many() {
    let all = and(one_of(2), [asked(2, 70), granted_as(2, "instance-2", 71), all_there(2, "instance-2", 95)]);
    assert_eq!(state_reason(&Grab::folded(&all)).english, "all 2 instances run");
    assert_eq!(state_reason(&Grab::folded(&running_for(2, []))).english, "waiting for its first attempt");
}

#[test]
fn closing_the_books_leaves_what_was_obtained() {
    let misses = |from: u32, begin: i64| {
        (from..from + 4).flat_map(move |number| {
            let begin = begin + 60 * i64::from(number - from);
            [asked(number, begin), missed(number, begin + 1)]
        })
    };
    let got = [asked(5, 300), granted_as(5, "instance-1", 301), obtained(5, "instance-1", 1, 330)];
    let events: Vec<_> = misses(1, 5).chain(got).chain(misses(6, 400)).collect();
    let before = Grab::folded(&running_for(2, []));
    let entry =
        |(version, event): (u32, &Event)| Entry { version, position: version.into(), event: event.clone() };
    let entries: Vec<_> = (3..).zip(&events).map(entry).collect();
    let summaries = summarise(&before, &entries, u64::MAX);
    assert_eq!(summaries.iter().map(|summary| summary.released.len()).collect::<Vec<_>>(), [8, 8]);

    let mut folded = before;
    for entry in &entries {
        match summaries.iter().find(|summary| summary.released.contains(&entry.position)) {
            Some(summary) if summary.stands_at.1 == entry.position => {
                folded.evolve(&summary.event.clone().into());
            }
            Some(_) => {}
            None => folded.evolve(&entry.event),
        }
    }
    assert_eq!(folded, Grab::folded(&running_for(2, events)));
    assert_eq!(folded.held.len(), 1);
}
