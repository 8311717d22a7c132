//! What each outcome asks for: how long to wait, and when to give up.

use super::*;

/// Lets an attempt end like this, as the next of the story, and answers the events.
fn lives_through(grab: &mut Grab, outcome: Outcome, reason: Reason, seconds: i64) -> Vec<Event> {
    let number = grab.next_number();
    tell(grab, attempt(number, seconds));
    tell(grab, settle(number, outcome, reason, seconds))
}

/// How many seconds each of these outcomes, one after the other, asks to wait.
fn pauses(outcome: Outcome, reason: Reason, times: i64) -> Vec<i64> {
    let mut grab = Grab::folded(&running([]));
    let pause = |turn: i64| {
        lives_through(&mut grab, outcome, reason, turn * 1000);
        grab.not_before.map_or(0, |moment| moment.since(at(turn * 1000)) / 1000)
    };
    (0..times).map(pause).collect()
}

/// After how many outcomes of this kind in a row the task gives up, and why; `None` within ten.
fn gives_up_after(outcome: Outcome, reason: Reason) -> Option<(i64, GaveUp)> {
    let mut grab = Grab::folded(&running([]));
    (1..=10).find_map(|turn| match lives_through(&mut grab, outcome, reason, turn * 1000).pop() {
        Some(Event::Failed(failed)) => Some((turn, failed.why)),
        _ => None,
    })
}

#[test]
fn no_room_is_left_to_the_interval() {
    assert_eq!(pauses(Outcome::Capacity, Reason::OutOfHostCapacity, 5), [0; 5]);
    assert_eq!(gives_up_after(Outcome::Capacity, Reason::OutOfHostCapacity), None);
}

#[test]
fn a_refused_key_is_tried_three_times_over_ten_minutes() {
    assert_eq!(pauses(Outcome::Auth, Reason::KeyRejected, 3)[..2], [200, 400]);
    assert_eq!(gives_up_after(Outcome::Auth, Reason::KeyRejected), None);
}

#[test]
fn faults_of_cloud_and_network_double_from_five_to_three_hundred_seconds() {
    let doubling = [5, 10, 20, 40, 80, 160, 300, 300, 300];
    assert_eq!(pauses(Outcome::ServerFault, Reason::CloudBusy, 9), doubling);
    assert_eq!(pauses(Outcome::Network, Reason::NotReached, 9), doubling);
    assert_eq!(gives_up_after(Outcome::Network, Reason::NotReached), None);
}

#[test]
fn a_quota_that_is_used_up_gives_up_at_once() {
    assert_eq!(gives_up_after(Outcome::Limit, Reason::Quota), Some((1, GaveUp::QuotaExceeded)));
}

/// People see which quota, and which field.
#[test]
fn what_gives_up_for_the_clouds_words_keeps_them() {
    let mut grab = Grab::folded(&running([]));
    lives_through(&mut grab, Outcome::Limit, Reason::Quota, 1000);
    assert_eq!(grab.detail.as_deref(), Some("no"));
    assert!(state_reason(&grab).english.ends_with("quota is used up (no)"), "{:?}", state_reason(&grab));
    assert!(state_reason(&grab).chinese.ends_with("（no）"));
}

#[test]
fn a_right_that_is_missing_three_times_holds_the_task_until_a_person_resumes_it() {
    for reason in [Reason::NotPermitted, Reason::HomeRegionOnly, Reason::SignUpRequired] {
        let mut grab = Grab::folded(&running([]));
        for turn in 1..=2 {
            lives_through(&mut grab, Outcome::Auth, reason, turn * 1000);
            assert_eq!(grab.state(), State::Running);
        }
        let held = lives_through(&mut grab, Outcome::Auth, reason, 3000).pop();
        assert_eq!(held, Some(paused(Holder::Permission, 3000)));
        assert_eq!(state_reason(&grab).english, format!("held: {}", reason.text().english));
        assert_eq!(state_hint(&grab), reason.hint());
        assert_eq!(grab.decide(Command::Resume { by: Holder::Tenant, at: at(4000) }), Ok(vec![]));
        tell(&mut grab, Command::Resume { by: Holder::Person, at: at(4000) });
        assert_eq!(grab.state(), State::Running);
    }
}

#[test]
fn a_request_found_invalid_is_confirmed_once_and_then_given_up() {
    assert_eq!(pauses(Outcome::Invalid, Reason::BadRequest, 1), [60]);
    assert_eq!(gives_up_after(Outcome::Invalid, Reason::BadRequest), Some((2, GaveUp::RequestRefused)));
}

#[test]
fn a_throttle_answer_cools_down_until_the_given_moment() {
    let throttle = (Outcome::Throttled, Reason::ThrottledUser);
    let settled = AttemptSettled { not_before: Some(at(300)), ..bare(1, throttle.0, throttle.1, 6) };
    let command = settle_frozen(1, throttle, Some(at(300)), 6);
    check(&running([asked(1, 5)]), command, Ok(vec![settled.clone().into()]));

    let throttled = running([asked(1, 5), settled.into()]);
    assert_eq!(Grab::folded(&throttled).state(), State::CoolingDown);
    assert_eq!(plan(&throttled, 299), Step::WaitUntil(at(300)));
    assert_eq!(plan(&throttled, 300), attempt_in("AD-2", 2));
}

#[test]
fn the_next_attempt_ends_the_cooling() {
    let throttled = bare(1, Outcome::Throttled, Reason::ThrottledUser, 6);
    let tried_again = running([asked(1, 5), throttled.into(), asked(2, 300)]);
    assert_eq!(Grab::folded(&tried_again).state(), State::Running);
}

#[test]
fn a_frozen_budget_outlasts_the_outcomes_own_pause() {
    let mut grab = Grab::folded(&running([asked(1, 5)]));
    tell(&mut grab, settle_frozen(1, (Outcome::ServerFault, Reason::CloudBusy), Some(at(90)), 6));
    assert_eq!(grab.not_before, Some(at(90)));

    let mut grab = Grab::folded(&running([asked(1, 5)]));
    tell(&mut grab, settle_frozen(1, (Outcome::Limit, Reason::ServiceLimit), Some(at(90)), 6));
    assert_eq!(grab.not_before, Some(at(606)));
}

#[test]
fn a_start_or_a_resume_forgets_old_pauses_streaks_and_suspicions() {
    for anew in [started(20), Resumed { at: at(20) }.into()] {
        let limited = AttemptSettled {
            in_a_row: 2,
            not_before: Some(at(606)),
            ..bare(1, Outcome::Limit, Reason::ServiceLimit, 6)
        };
        let mut grab = Grab::folded(&running([asked(1, 5), limited.into(), anew]));
        assert_eq!((grab.not_before, grab.cooling, grab.suspicion), (None, false, None));
        assert_eq!((grab.streak, grab.faults_in_a_row), (None, 0));
        lives_through(&mut grab, Outcome::Invalid, Reason::BadRequest, 100);
        assert_eq!(grab.state(), State::Running, "the first of a new row");
    }
}

#[test]
fn faults_are_counted_apart_from_misses() {
    let mut grab = Grab::folded(&running([]));
    for (turn, (outcome, reason)) in (1..).zip([
        (Outcome::Capacity, Reason::OutOfHostCapacity),
        (Outcome::Capacity, Reason::OutOfHostCapacity),
        (Outcome::Throttled, Reason::ThrottledUser),
        (Outcome::Network, Reason::NotReached),
        (Outcome::Auth, Reason::KeyRejected),
    ]) {
        lives_through(&mut grab, outcome, reason, turn * 1000);
    }
    assert_eq!((grab.tally.attempts, grab.tally.faults), (5, 2));
    assert_eq!(grab.tally.by_outcome[&Outcome::Capacity], 2);
}

#[test]
fn a_failed_preparation_is_a_fault_that_waits_and_uses_up_no_attempt() {
    let command = |outcome, seconds| {
        let verdict = Verdict { outcome, reason: Reason::NotReached };
        Command::FailPreparation { verdict, provider_error: error(), at: at(seconds) }
    };
    let mut grab = Grab::folded(&running([]));
    for (turn, pause) in [(1, 5), (2, 10), (3, 20)] {
        tell(&mut grab, command(Outcome::Network, turn * 1000));
        assert_eq!(grab.not_before, Some(at(turn * 1000 + pause)));
    }
    assert_eq!((grab.tally.attempts, grab.tally.faults), (0, 3));

    tell(&mut grab, command(Outcome::Invalid, 5000));
    assert_eq!(grab.state(), State::Running);
    tell(&mut grab, command(Outcome::Invalid, 6000));
    assert_eq!(grab.wish, Wish::GivenUp(GaveUp::RequestRefused));
    check(&running([asked(1, 5)]), command(Outcome::Network, 6), Ok(vec![]));
}
