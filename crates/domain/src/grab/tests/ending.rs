//! When a task gives up by itself.

use super::*;

fn at_most(max_attempts: u32) -> Schedule {
    Schedule { max_attempts, ..schedule() }
}

fn until(seconds: i64) -> Schedule {
    Schedule { deadline: Some(at(seconds)), ..schedule() }
}

#[test]
fn the_last_allowed_attempt_that_misses_ends_the_task() {
    let miss = |number| settle(number, Outcome::Capacity, Reason::OutOfHostCapacity, 100);
    let first = running_with(at_most(2), [asked(1, 5)]);
    check(&first, miss(1), Ok(vec![missed(1, 100)]));
    let second = running_with(at_most(2), [asked(1, 5), missed(1, 6), asked(2, 99)]);
    let settled =
        AttemptSettled { in_a_row: 2, ..bare(2, Outcome::Capacity, Reason::OutOfHostCapacity, 100) };
    check(&second, miss(2), Ok(vec![settled.into(), gave_up(GaveUp::AttemptsExhausted, 100)]));
}

#[test]
fn attempts_are_counted_from_the_last_start() {
    let end = gave_up(GaveUp::AttemptsExhausted, 6);
    let again = running_with(at_most(1), [asked(1, 5), missed(1, 6), end, started(50), asked(2, 55)]);
    let then = vec![missed(2, 56), gave_up(GaveUp::AttemptsExhausted, 56)];
    check(&again, settle(2, Outcome::Capacity, Reason::OutOfHostCapacity, 56), Ok(then));

    let restarted =
        running_with(at_most(2), [asked(1, 5), missed(1, 6), stopped(7), started(8), asked(2, 9)]);
    check(&restarted, settle(2, Outcome::Capacity, Reason::OutOfHostCapacity, 10), Ok(vec![missed(2, 10)]));
}

#[test]
fn no_limit_of_attempts_means_until_got() {
    let mut grab = Grab::folded(&running([]));
    for number in 1..=2000 {
        tell(&mut grab, attempt(number, i64::from(number) * 60));
        tell(&mut grab, settle(number, Outcome::Capacity, Reason::OutOfHostCapacity, i64::from(number) * 60));
    }
    assert_eq!(grab.state(), State::Running);
}

#[test]
fn a_grant_at_the_last_attempt_is_not_given_up() {
    check(&running_with(at_most(1), [asked(1, 5)]), grant(1, "instance-1", 6), Ok(vec![granted(1, 6)]));
}

#[test]
fn the_last_attempt_that_ends_in_a_lost_instance_ends_the_task() {
    let lost = InstanceLost {
        number: 1,
        instance: "instance-1".into(),
        outcome: Outcome::Capacity,
        reason: Reason::OutOfHostCapacity,
        provider_error: None,
        in_a_row: 1,
        not_before: None,
        at: at(90),
    };
    let used_up = running_with(at_most(1), [asked(1, 5), granted(1, 6), lost.into()]);
    assert_eq!(plan(&used_up, 200), Step::GiveUp(GaveUp::AttemptsExhausted));
}

#[test]
fn the_last_attempt_that_missed_while_paused_ends_the_task_when_it_is_resumed() {
    let held = [asked(1, 5), paused(Holder::Person, 6), missed(1, 7), Resumed { at: at(90) }.into()];
    assert_eq!(plan(&running_with(at_most(1), held), 200), Step::GiveUp(GaveUp::AttemptsExhausted));
}

#[test]
fn the_deadline_ends_the_task_and_is_not_slept_through() {
    let before = running_with(until(30), [asked(1, 5), missed(1, 6)]);
    assert_eq!(plan(&before, 29), Step::WaitUntil(at(30)), "the next attempt would be later");
    assert_eq!(plan(&before, 30), Step::GiveUp(GaveUp::DeadlinePassed));
    let give_up = Command::GiveUp { why: GaveUp::DeadlinePassed, at: at(30) };
    check(&before, give_up, Ok(vec![gave_up(GaveUp::DeadlinePassed, 30)]));
}

#[test]
fn an_attempt_in_the_air_at_the_deadline_is_found_out_first() {
    let in_the_air = running_with(until(30), [asked(1, 5)]);
    assert_eq!(plan(&in_the_air, 31), Step::Resend { number: 1 });
    let taken = running_with(until(30), [asked(1, 5), granted(1, 6)]);
    assert_eq!(plan(&taken, 31), Step::Follow { instance: "instance-1".into() });
}

#[test]
fn giving_up_an_ended_task_is_already_so() {
    let give_up = Command::GiveUp { why: GaveUp::TenantRemoved, at: at(100) };
    check(&running([gave_up(GaveUp::DeadlinePassed, 5)]), give_up.clone(), Ok(vec![]));
    check(&running([stopped(5)]), give_up.clone(), Ok(vec![]));
    check(&running([paused(Holder::Tenant, 5)]), give_up, Ok(vec![gave_up(GaveUp::TenantRemoved, 100)]));
}
