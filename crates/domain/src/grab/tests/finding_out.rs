//! After a crash or a lost answer: find out, and never buy twice.

use super::*;

const HOUR: i64 = 3600;

fn resent(number: u32, seconds: i64) -> Event {
    AttemptResent { number, at: at(seconds) }.into()
}

fn absent(number: u32, seconds: i64) -> Event {
    AttemptAbsent { number, at: at(seconds) }.into()
}

/// Asked three times again, and never an answer.
fn resent_in_vain(and: impl IntoIterator<Item = Event>) -> Vec<Event> {
    let lost = [asked(1, 0), doubted(1, Reason::AnswerLost, 10), resent(1, 12), resent(1, 16), resent(1, 24)];
    running(lost.into_iter().chain(and))
}

/// How an attempt is settled that was never launched.
fn never_launched(reason: Reason, outcome: Outcome, seconds: i64) -> Event {
    AttemptSettled {
        provider_error: None,
        request_id: None,
        duration_ms: 0,
        not_before: Some(at(seconds + 5)),
        ..bare(1, outcome, reason, seconds)
    }
    .into()
}

#[test]
fn after_a_crash_the_plan_is_to_find_out_not_to_try_again() {
    assert_eq!(plan(&running([asked(1, 5)]), 6), Step::Resend { number: 1 });
    assert_eq!(plan(&running([asked(1, 5)]), 6 * HOUR), Step::Resend { number: 1 });
}

#[test]
fn a_new_attempt_is_refused_while_one_is_out() {
    check(&running([asked(1, 5)]), attempt(2, 100), Err(Refusal::Overtaken));
    check(
        &running([asked(1, 5), doubted(1, Reason::AnswerLost, 9)]),
        attempt(2, 100),
        Err(Refusal::Overtaken),
    );
    check(&running([asked(1, 5), granted(1, 9)]), attempt(2, 100), Err(Refusal::Overtaken));
}

#[test]
fn a_lost_answer_is_asked_for_again_after_two_four_and_eight_seconds() {
    let mut given = running([asked(1, 0), doubted(1, Reason::AnswerLost, 10)]);
    for (resend_at, pause) in [(2, 4), (6, 8)] {
        assert_eq!(plan(&given, resend_at - 1), Step::WaitUntil(at(resend_at)));
        assert_eq!(plan(&given, resend_at), Step::Resend { number: 1 });
        given.push(resent(1, resend_at));
        assert_eq!(plan(&given, resend_at + pause - 1), Step::WaitUntil(at(resend_at + pause)));
    }
}

#[test]
fn it_is_asked_again_three_times_at_most_and_then_looked_for() {
    let twice = running([asked(1, 0), doubted(1, Reason::AnswerLost, 10), resent(1, 12), resent(1, 16)]);
    check(&twice, Command::Resend { number: 1, at: at(24) }, Ok(vec![resent(1, 24)]));
    check(&resent_in_vain([]), Command::Resend { number: 1, at: at(40) }, Err(Refusal::Overtaken));
    assert_eq!(plan(&resent_in_vain([]), 40), Step::LookFor { number: 1 });
}

#[test]
fn a_grant_to_the_repeat_settles_the_attempt() {
    let given = running([asked(1, 0), doubted(1, Reason::AnswerLost, 10), resent(1, 12)]);
    check(&given, grant(1, "instance-1", 13), Ok(vec![granted(1, 13)]));
}

/// It may be a refusal of the repeat alone, said before anybody looked the token up.
#[test]
fn no_refusal_of_a_repeat_proves_that_the_first_request_did_nothing() {
    let given = running([asked(1, 0), doubted(1, Reason::AnswerLost, 10), resent(1, 12)]);
    for (outcome, reason) in [
        (Outcome::Capacity, Reason::OutOfHostCapacity),
        (Outcome::Network, Reason::NotReached),
        (Outcome::Throttled, Reason::ThrottledUser),
        (Outcome::Limit, Reason::ServiceLimit),
        (Outcome::Auth, Reason::KeyRejected),
        (Outcome::ServerFault, Reason::CloudBusy),
    ] {
        let mut grab = Grab::folded(&given);
        for event in grab.decide(settle(1, outcome, reason, 13)).unwrap() {
            grab.evolve(&event);
        }
        assert!(
            matches!(&grab.have, Have::Asked(asked) if asked.doubt == Some(reason)),
            "{outcome:?}: {:?}",
            grab.have
        );
        assert_eq!(grab.tally.faults, 0, "it has not ended, so it is not counted");
    }
}

#[test]
fn a_repeat_waits_as_long_as_the_cloud_asks_to() {
    let frozen =
        AttemptSettled { not_before: Some(at(300)), ..bare(1, Outcome::InDoubt, Reason::ThrottledUser, 13) };
    let given = running([asked(1, 0), doubted(1, Reason::AnswerLost, 10), resent(1, 12), frozen.into()]);
    assert_eq!(plan(&given, 20), Step::WaitUntil(at(300)));
    assert_eq!(plan(&given, 300), Step::Resend { number: 1 });
}

#[test]
fn an_attempt_in_the_air_when_its_tenant_is_removed_is_for_a_person_to_look_after() {
    let given = running([asked(1, 0)]);
    let grab = Grab::folded(&given);
    let removed = grab.decide(Command::GiveUp { why: GaveUp::TenantRemoved, at: at(5) }).unwrap();
    let after = removed.iter().fold(grab, |mut grab, event| {
        grab.evolve(event);
        grab
    });
    assert_eq!(after.state(), State::NeedsReview);
}

#[test]
fn absent_twice_a_minute_apart_it_was_never_launched() {
    let once = resent_in_vain([absent(1, 40)]);
    let look = |seconds| Command::Absent { number: 1, at: at(seconds) };
    check(&resent_in_vain([]), look(40), Ok(vec![absent(1, 40)]));
    assert_eq!(plan(&once, 41), Step::WaitUntil(at(100)));
    check(&once, look(99), Ok(vec![]));
    assert_eq!(plan(&once, 100), Step::LookFor { number: 1 });
    check(&once, look(100), Ok(vec![never_launched(Reason::AnswerLost, Outcome::Network, 100)]));
}

#[test]
fn absent_after_a_fault_of_the_cloud_counts_as_its_fault() {
    let lost = [asked(1, 0), doubted(1, Reason::CloudFault, 10), stopped(11), absent(1, 40)];
    let settled = never_launched(Reason::CloudFault, Outcome::ServerFault, 100);
    check(&running(lost), Command::Absent { number: 1, at: at(100) }, Ok(vec![settled]));
}

#[test]
fn found_by_its_tag_it_is_granted_even_after_a_day() {
    let once = resent_in_vain([absent(1, 40)]);
    check(&once, grant(1, "instance-1", 25 * HOUR), Ok(vec![granted(1, 25 * HOUR)]));
}

#[test]
fn a_listing_from_before_a_repeat_proves_nothing() {
    let looked =
        [asked(1, 0), paused(Holder::Person, 1), absent(1, 5), Resumed { at: at(60) }.into(), resent(1, 61)];
    check(&running(looked), Command::Absent { number: 1, at: at(66) }, Ok(vec![absent(1, 66)]));
}

#[test]
fn a_called_off_wish_is_looked_for_and_never_asked_again() {
    let called_off = running([asked(1, 5), stopped(6)]);
    check(&called_off, Command::Resend { number: 1, at: at(7) }, Err(Refusal::Overtaken));
    assert_eq!(plan(&called_off, 7), Step::LookFor { number: 1 });
    let held = running([asked(1, 5), paused(Holder::Tenant, 6)]);
    check(&held, Command::Resend { number: 1, at: at(7) }, Err(Refusal::Overtaken));
    assert_eq!(plan(&held, 7), Step::LookFor { number: 1 });
}

#[test]
fn an_expired_token_asks_for_review_and_is_never_launched_blind() {
    let expired = 23 * HOUR;
    let given = running([asked(1, 0)]);
    assert_eq!(plan(&given, expired - 1), Step::Resend { number: 1 });
    assert_eq!(plan(&given, expired), Step::LookFor { number: 1 });
    check(&given, Command::Resend { number: 1, at: at(expired) }, Err(Refusal::Overtaken));

    let looked = running([asked(1, 0), absent(1, expired)]);
    assert_eq!(plan(&looked, expired + 60), Step::AskReview(Review::NotFoundOut));
    let ask = Command::AskReview { why: Review::NotFoundOut, at: at(expired + 60) };
    check(&looked, ask, Ok(vec![review(Review::NotFoundOut, expired + 60)]));
}

#[test]
fn what_is_under_review_rests_until_a_person_decides() {
    let unclear = running([asked(1, 0), review(Review::NotFoundOut, 90)]);
    assert_eq!(plan(&unclear, 1000), Step::Rest);
    check(&unclear, attempt(2, 1000), Err(Refusal::Overtaken));
    let ask = Command::AskReview { why: Review::NotFoundOut, at: at(91) };
    check(&unclear, ask, Ok(vec![]));
    check(&running([]), Command::AskReview { why: Review::NotFoundOut, at: at(91) }, Ok(vec![]));
}

#[test]
fn a_token_collision_goes_straight_to_looking() {
    let given = running([asked(1, 0)]);
    let collided = doubted(1, Reason::TokenCollision, 1);
    check(&given, settle(1, Outcome::InDoubt, Reason::TokenCollision, 1), Ok(vec![collided.clone()]));
    assert_eq!(plan(&running([asked(1, 0), collided]), 1), Step::LookFor { number: 1 });
}

#[test]
fn a_consumed_token_asks_for_review() {
    let settled =
        AttemptSettled { not_before: Some(at(61)), ..bare(1, Outcome::Invalid, Reason::TokenConsumed, 1) };
    let then = vec![settled.into(), review(Review::TokenConsumed, 1)];
    check(&running([asked(1, 0)]), settle(1, Outcome::Invalid, Reason::TokenConsumed, 1), Ok(then));
}

#[test]
fn doubt_resolves_itself_within_three_minutes() {
    let mut grab = Grab::folded(&running([asked(1, 0)]));
    tell(&mut grab, settle(1, Outcome::InDoubt, Reason::AnswerLost, 1));
    let mut now = 1;
    while matches!(grab.have, Have::Asked(_)) {
        assert!(now <= 180, "still in doubt after three minutes");
        match plan_of(&grab, now) {
            Step::WaitUntil(moment) => now = moment.since(at(0)) / 1000,
            Step::Resend { number } => {
                tell(&mut grab, Command::Resend { number, at: at(now) });
                tell(&mut grab, settle(number, Outcome::InDoubt, Reason::AnswerLost, now + 1));
            }
            Step::LookFor { number } => drop(tell(&mut grab, Command::Absent { number, at: at(now) })),
            step => panic!("{step:?} does not find out"),
        }
    }
    assert_eq!(grab.state(), State::Running);
}

#[test]
fn after_the_clock_was_set_back_a_lost_attempt_is_looked_for_at_once_and_not_asked_again() {
    let lost = running([asked(1, 25 * HOUR), doubted(1, Reason::AnswerLost, 25 * HOUR)]);
    assert_eq!(plan(&lost, HOUR), Step::LookFor { number: 1 });
    let once = resent_in_vain([absent(1, 25 * HOUR)]);
    assert_eq!(plan(&once, HOUR), Step::LookFor { number: 1 });
    let settled = never_launched(Reason::AnswerLost, Outcome::Network, HOUR);
    check(&once, Command::Absent { number: 1, at: at(HOUR) }, Ok(vec![settled]));
}
