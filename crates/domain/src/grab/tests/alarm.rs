//! Faults in a row, and the alarm that they raise once.

use super::*;

/// Lets these outcomes follow one another, and answers after which of them the alarm was raised.
fn alarms(outcomes: &[(Outcome, Reason)]) -> Vec<usize> {
    let mut grab = Grab::folded(&running([]));
    let mut raised = Vec::new();
    for (turn, (outcome, reason)) in (1..).zip(outcomes) {
        let (number, seconds) = (grab.next_number(), i64::from(grab.next_number()) * 1000);
        tell(&mut grab, attempt(number, seconds));
        let events = tell(&mut grab, settle(number, *outcome, *reason, seconds));
        raised.extend(events.iter().any(|event| matches!(event, Event::AlarmRaised(_))).then_some(turn));
    }
    raised
}

const FAULT: (Outcome, Reason) = (Outcome::Network, Reason::NotReached);
const MISS: (Outcome, Reason) = (Outcome::Capacity, Reason::OutOfHostCapacity);

#[test]
fn five_faults_in_a_row_raise_the_alarm_once_and_not_each_time() {
    assert_eq!(alarms(&[FAULT; 20]), [5]);
    assert_eq!(alarms(&[FAULT; 4]), [0; 0]);
}

#[test]
fn faults_of_different_kinds_are_one_row() {
    let busy = (Outcome::ServerFault, Reason::CloudBusy);
    assert_eq!(alarms(&[FAULT, busy, FAULT, busy, FAULT]), [5]);
}

#[test]
fn an_answer_that_is_no_fault_begins_the_row_anew() {
    let throttle = (Outcome::Throttled, Reason::ThrottledUser);
    let row = |after: usize| vec![FAULT; after];
    assert_eq!(alarms(&[row(4), vec![MISS], row(4), vec![throttle], row(6)].concat()), [15]);
    assert_eq!(alarms(&[row(6), vec![MISS], row(6)].concat()), [5, 12]);
}

#[test]
fn preparations_count_in_the_same_row() {
    let mut grab = Grab::folded(&running([]));
    let fail = |seconds| {
        let verdict = Verdict { outcome: Outcome::Network, reason: Reason::NotReached };
        Command::FailPreparation { verdict, provider_error: error(), at: at(seconds) }
    };
    for turn in 1..=4 {
        assert_eq!(tell(&mut grab, fail(turn * 1000)).len(), 1);
    }
    let raised = AlarmRaised {
        faults: 5,
        outcome: Outcome::Network,
        reason: Reason::NotReached,
        provider_error: Some(error()),
        at: at(5000),
    };
    assert_eq!(tell(&mut grab, fail(5000)).pop(), Some(raised.into()));
}

#[test]
fn a_task_that_is_held_raises_no_alarm() {
    let faults = (1..=4).flat_map(|turn| {
        [asked(turn, i64::from(turn) * 10), bare(turn, FAULT.0, FAULT.1, i64::from(turn) * 10).into()]
    });
    let story = running(faults.chain([asked(5, 100), paused(Holder::Person, 101)]));
    let events = Grab::folded(&story).decide(settle(5, FAULT.0, FAULT.1, 102)).unwrap();
    assert_eq!(events.len(), 1, "{events:?}");
}
