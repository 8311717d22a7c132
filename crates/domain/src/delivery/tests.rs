//! Given, when, then.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::{
    Aggregate, ChannelId, DeliveryId, Timestamp,
    notice::{Account, Notice, Severity},
};

const DAY_MS: i64 = 24 * 3_600_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000 + seconds * 1_000)
}

fn id(number: u128) -> DeliveryId {
    DeliveryId::from_parts(1, number)
}

fn notice() -> Notice {
    let (tenant, name) = (crate::TenantId::from_parts(1, 1), "东京".to_owned());
    Notice::TenantReinstated(Account { tenant, name, reason: None, note: String::new() })
}

fn queue(not_before: Option<Timestamp>) -> Command {
    let channel = ChannelId::from_parts(1, 1);
    let (happened_at, at) = (at(0), at(0));
    let notice = Box::new(notice());
    Command::Queue(Box::new(Queue { channel, cause: 7, notice, happened_at, not_before, at }))
}

fn settle(outcome: Outcome, seconds: i64) -> Command {
    let settlement = Settlement { outcome, status: Some(200), words: "ok".into(), duration_ms: 5 };
    Command::Settle { id: id(1), settlement, at: at(seconds) }
}

const PASSING: Outcome = Outcome::Passing { retry_after_ms: None };

/// The delivery after commands that are all carried out.
fn after(commands: impl IntoIterator<Item = Command>) -> Delivery {
    let mut delivery = Delivery::default();
    for command in commands {
        for event in delivery.decide(command).unwrap() {
            delivery.evolve(&event);
        }
    }
    delivery
}

fn begin(seconds: i64) -> Command {
    Command::Begin { digest: None, at: at(seconds) }
}

#[test]
fn a_notice_is_queued_once_begun_before_the_call_and_taken() {
    let queued = after([queue(None), queue(Some(at(99)))]);
    assert_eq!(queued.ready_at(), Some(at(0)), "queued again changes nothing");
    let out = after([queue(None), begin(1)]);
    assert_eq!((out.stage, out.attempts, out.ready_at()), (Stage::Out, 1, Some(at(0))));
    let sent = after([queue(None), begin(1), settle(Outcome::Taken, 2)]);
    assert_eq!((sent.stage, sent.ready_at(), sent.words.as_str()), (Stage::Sent, None, "ok"));
    assert_eq!(sent.decide(begin(3)), Err(Refusal::OutOfPlace));
    assert_eq!(Delivery::default().decide(begin(3)), Err(Refusal::NeverQueued));
}

#[test]
fn a_try_that_was_out_at_a_crash_is_made_again() {
    let out = after([queue(None), begin(1), begin(60)]);
    assert_eq!((out.stage, out.attempts), (Stage::Out, 2));
}

#[test]
fn what_may_pass_is_tried_again_later_and_later_and_not_before_the_other_side_wants_it() {
    let mut delivery = after([queue(None)]);
    let mut waits = Vec::new();
    for _ in 0..9 {
        for command in [begin(0), settle(PASSING, 0)] {
            let events = delivery.decide(command).unwrap();
            for event in &events {
                delivery.evolve(event);
            }
        }
        waits.push(delivery.ready_at().unwrap().since(at(0)));
    }
    assert!(waits.is_sorted(), "{waits:?}");
    assert!((1_000..1_200).contains(&waits[0]) && (1_800_000..2_160_000).contains(&waits[8]), "{waits:?}");
    let asked = Outcome::Passing { retry_after_ms: Some(45_000) };
    assert_eq!(after([queue(None), begin(0), settle(asked, 0)]).ready_at(), Some(at(45)));
}

#[test]
fn after_a_day_it_is_given_up_visibly_and_a_day_counts_from_the_end_of_quiet_hours() {
    let day = DAY_MS / 1_000;
    let late = after([queue(None), begin(day), settle(PASSING, day)]);
    assert_eq!(late.stage, Stage::GivenUp(Why::TooLong));
    let quiet = after([queue(Some(at(3_600))), begin(day), settle(PASSING, day)]);
    assert!(matches!(quiet.stage, Stage::Retrying(_)), "{quiet:?}");
}

#[test]
fn what_never_works_is_given_up_at_once() {
    for why in Why::ALL {
        let given_up = after([queue(None), begin(1), settle(Outcome::Never(why), 2)]);
        assert_eq!((given_up.stage, given_up.ready_at()), (Stage::GivenUp(why), None));
        assert_eq!(given_up.decide(Command::GiveUp { why, at: at(3) }), Ok(vec![]));
    }
}

#[test]
fn the_same_event_and_channel_make_the_same_delivery_and_others_make_others() {
    let (first, second) = (ChannelId::from_parts(1, 1), ChannelId::from_parts(1, 2));
    assert_eq!(id_of(7, at(0), first), id_of(7, at(0), first));
    assert_ne!(id_of(7, at(0), first), id_of(8, at(0), first));
    assert_ne!(id_of(7, at(0), first), id_of(7, at(0), second));
}

#[test]
fn the_end_of_an_id_by_which_people_know_a_message_differs_from_event_to_event_and_from_channel_to_channel() {
    let end = |cause, channel| {
        let id = id_of(cause, at(0), ChannelId::from_parts(1, channel)).to_string();
        id[id.len() - 6..].to_owned()
    };
    let ends: BTreeSet<_> =
        (0..100).flat_map(|cause| (0..10).map(move |channel| end(cause, channel))).collect();
    assert_eq!(ends.len(), 1_000);
}

fn lane(waiting: &[(u128, i64)]) -> Lane {
    let mut lane = Lane::default();
    for (number, seconds) in waiting {
        lane.add(Waiting { id: id(*number), since: at(0), ready_at: at(*seconds), severity: Severity::Info });
    }
    lane
}

const THREE_A_MINUTE: &[Window] = &[Window { messages: 3, within_ms: 60_000 }];

#[test]
fn a_lane_sends_what_is_ready_in_order_and_waits_for_what_is_not() {
    assert_eq!(Lane::default().plan(&[], 30, at(0)), Step::Idle);
    let waiting = lane(&[(1, 30), (2, 10), (2, 5)]);
    assert_eq!(waiting.plan(&[], 30, at(0)), Step::WaitUntil(at(10)));
    assert_eq!(waiting.plan(&[], 30, at(20)), Step::Send(vec![id(2)]));
    assert_eq!(waiting.plan(&[], 30, at(30)), Step::Send(vec![id(1)]));
}

#[test]
fn what_a_ceiling_has_no_room_for_one_by_one_is_told_in_one() {
    let mut busy = lane(&[(1, 0), (2, 0), (3, 0)]);
    assert_eq!(busy.plan(THREE_A_MINUTE, 30, at(0)), Step::Send(vec![id(1)]), "there is room for three");
    busy.note_sent(at(0));
    assert_eq!(busy.plan(THREE_A_MINUTE, 30, at(1)), Step::Send(vec![id(1), id(2), id(3)]));
    assert_eq!(busy.plan(THREE_A_MINUTE, 1, at(1)), Step::Send(vec![id(1)]), "for a program each by itself");
    busy.note_sent(at(1));
    busy.note_sent(at(2));
    assert_eq!(busy.plan(THREE_A_MINUTE, 30, at(3)), Step::WaitUntil(at(60)));
    busy.note_answered(at(0), at(9));
    assert_eq!(busy.plan(THREE_A_MINUTE, 30, at(10)), Step::WaitUntil(at(61)), "counted from the answer");
}

#[test]
fn one_failure_is_the_messages_own_and_more_are_the_targets() {
    let mut lane = lane(&[(1, 0), (2, 0)]);
    lane.failed(None, at(0));
    lane.put_off(id(1), at(1));
    assert_eq!(lane.plan(&[], 30, at(0)), Step::Send(vec![id(2)]));
    lane.failed(None, at(0));
    assert_eq!(lane.plan(&[], 30, at(0)), Step::WaitUntil(at(1)));
    lane.failed(Some(90_000), at(1));
    assert_eq!(lane.plan(&[], 30, at(2)), Step::WaitUntil(at(91)), "as long as the other side asks");
    lane.worked();
    assert_eq!(lane.plan(&[], 30, at(2)), Step::Send(vec![id(1)]));
}

#[test]
fn however_long_the_other_side_wants_to_be_left_alone_it_is_asked_again_within_the_hour() {
    let mut lane = lane(&[(1, 0)]);
    lane.failed(Some(u64::MAX), at(0));
    assert_eq!(lane.plan(&[], 30, at(0)), Step::WaitUntil(at(3_600)));
    let asked = Outcome::Passing { retry_after_ms: Some(u64::MAX) };
    assert_eq!(after([queue(None), begin(0), settle(asked, 0)]).ready_at(), Some(at(3_600)));
}

#[test]
fn who_waited_for_something_else_until_quiet_hours_began_waits_for_their_end() {
    let mut lane = lane(&[(1, 0)]);
    lane.add(Waiting { id: id(2), since: at(0), ready_at: at(0), severity: Severity::Critical });
    lane.hush(|severity| (severity < Severity::Critical).then(|| at(900)));
    assert_eq!(lane.plan(&[], 30, at(0)), Step::Send(vec![id(2)]), "what is critical is told");
    lane.remove(id(2));
    assert_eq!(lane.plan(&[], 30, at(0)), Step::WaitUntil(at(900)));
}

#[test]
fn what_waited_for_a_day_is_outdated_whether_it_was_tried_or_not() {
    let lane = lane(&[(1, 0), (2, 99_999)]);
    let day = DAY_MS / 1_000;
    assert_eq!(lane.outdated(at(day)), []);
    assert_eq!(lane.outdated(at(day + 1)), [id(1), id(2)]);
}

#[test]
fn a_flood_is_told_in_one_also_where_there_is_room_for_each() {
    let many: Vec<_> = (1..=12).map(|number| (number, 0)).collect();
    let Step::Send(told) = lane(&many).plan(&[], 6, at(0)) else { panic!("they are ready") };
    assert_eq!(told.len(), 6);
    assert_eq!(lane(&many).plan(&[], 1, at(0)), Step::Send(vec![id(1)]), "a program gets each by itself");
}

proptest! {
    /// Whatever comes when, and however long answers take: in no window of the other side's are there more than it allows.
    #[test]
    fn no_ceiling_is_ever_passed(
        arrivals in proptest::collection::vec((0_i64..400_000, 1_i64..9_000), 1..200),
        most in 1_usize..31,
    ) {
        let ceiling: &[Window] =
            &[Window { messages: 1, within_ms: 1_050 }, Window { messages: 18, within_ms: 60_500 }];
        let mut lane = Lane::default();
        let mut waits: Vec<_> = arrivals.iter().map(|(when, _)| *when).collect();
        waits.sort_unstable();
        for (number, when) in (1..).zip(&waits) {
            let ready_at = at(0).plus_millis(*when);
            lane.add(Waiting { id: id(number), since: ready_at, ready_at, severity: Severity::Info });
        }
        let (mut now, mut arrived, mut told) = (at(0), Vec::new(), 0);
        let mut slowness = arrivals.iter().map(|(_, slow)| *slow).cycle();
        loop {
            match lane.plan(ceiling, most, now) {
                Step::Idle => break,
                Step::WaitUntil(later) => {
                    prop_assert!(later > now, "a lane never waits for the past");
                    now = later;
                }
                Step::Send(ids) => {
                    told += ids.len();
                    lane.note_sent(now);
                    let answer = now.plus_millis(slowness.next().unwrap());
                    // It may have been counted at any moment of the call; the worst is the last.
                    arrived.push(answer);
                    lane.note_answered(now, answer);
                    now = answer;
                    for id in ids {
                        lane.remove(id);
                    }
                }
            }
        }
        prop_assert_eq!(told, waits.len(), "nothing is lost");
        for window in ceiling {
            for several in arrived.windows(window.messages + 1) {
                let within = several[window.messages].since(several[0]);
                prop_assert!(within >= window.within_ms, "{within} ms");
            }
        }
    }
}
