//! An accepted instance that finds no place.

use super::*;

fn release(seconds: i64) -> Command {
    Command::AskRelease { instance: "instance-1".into(), at: at(seconds) }
}

fn release_asked(seconds: i64) -> Event {
    ReleaseAsked { number: 1, instance: "instance-1".into(), at: at(seconds) }.into()
}

fn ended(outcome: Outcome, reason: Reason, seconds: i64) -> Command {
    let verdict = Verdict { outcome, reason };
    Command::SeeEnded { instance: "instance-1".into(), verdict, provider_error: None, at: at(seconds) }
}

fn taken() -> Vec<Event> {
    running([asked(1, 5), granted(1, 6)])
}

#[test]
fn an_instance_is_released_no_sooner_than_ten_minutes_after_it_was_accepted() {
    check(&taken(), release(605), Err(Refusal::Overtaken));
    check(&taken(), release(606), Ok(vec![release_asked(606)]));
}

#[test]
fn a_clock_that_was_set_back_keeps_no_instance_from_being_released() {
    check(&taken(), release(5), Ok(vec![release_asked(5)]));
}

#[test]
fn only_the_accepted_instance_is_ever_released() {
    let other = Command::AskRelease { instance: "instance-2".into(), at: at(900) };
    check(&taken(), other, Err(Refusal::Overtaken));
    check(&running([asked(1, 5)]), release(900), Err(Refusal::Overtaken));
    let had = running([asked(1, 5), granted(1, 6), ran(1, 90)]);
    check(&had, release(900), Err(Refusal::Overtaken));
}

#[test]
fn a_release_is_asked_again_after_a_minute_and_no_sooner() {
    let asked_once = [taken(), vec![release_asked(606)]].concat();
    check(&asked_once, release(665), Err(Refusal::Overtaken));
    check(&asked_once, release(666), Ok(vec![release_asked(666)]));
}

#[test]
fn nothing_new_is_tried_before_the_released_instance_has_ended() {
    let releasing = [taken(), vec![release_asked(606)]].concat();
    assert_eq!(plan(&releasing, 5000), Step::Follow { instance: "instance-1".into() });
    check(&releasing, attempt(2, 5000), Err(Refusal::Overtaken));
}

#[test]
fn what_was_released_counts_as_a_miss_whatever_the_cloud_calls_its_end() {
    let releasing = [taken(), vec![release_asked(606)]].concat();
    let mut grab = Grab::folded(&releasing);
    let events = tell(&mut grab, ended(Outcome::ServerFault, Reason::Terminated, 700));
    let [Event::InstanceLost(lost)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((lost.outcome, lost.reason), (Outcome::Capacity, Reason::NeverPlaced));
    assert_eq!((grab.tally.by_outcome[&Outcome::Capacity], grab.tally.faults), (1, 0));
    assert!(matches!(plan_of(&grab, 5000), Step::AttemptNow { number: 2, .. }));
}

/// A look may be older than the request to end it.
#[test]
fn an_instance_seen_running_just_after_its_release_is_no_success_yet() {
    let releasing = [taken(), vec![release_asked(606)]].concat();
    check(&releasing, see_running("instance-1", 905), Ok(vec![]));
    check(&releasing, see_running("instance-1", 906), Ok(vec![ran(1, 906)]));
}

#[test]
fn a_release_of_a_moment_that_is_yet_to_come_was_asked_before_the_clock_was_set_back_and_keeps_nothing_waiting()
 {
    let releasing = [taken(), vec![release_asked(86_400)]].concat();
    check(&releasing, release(700), Ok(vec![release_asked(700)]));
    check(&releasing, see_running("instance-1", 700), Ok(vec![ran(1, 700)]));
}

#[test]
fn an_asynchronous_failure_is_read_like_an_answer_to_a_launch() {
    let given = taken();
    let quota = Grab::folded(&given).decide(ended(Outcome::Limit, Reason::Quota, 90)).unwrap();
    assert_eq!(quota.last(), Some(&gave_up(GaveUp::QuotaExceeded, 90)));

    let mut limited = Grab::folded(&given);
    tell(&mut limited, ended(Outcome::Limit, Reason::ServiceLimit, 90));
    assert_eq!(limited.suspicion, Some(Suspicion::Limit));
    assert_eq!(plan_of(&limited, 91), Step::WaitUntil(at(690)));
}
