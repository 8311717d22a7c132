//! Which attempts leave when the books are closed, and what stands in for them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::event::Event as _;

#[test]
fn an_hour_of_misses_becomes_one_event_that_leaves_the_grab_where_they_left_it() {
    let story = running((1..=60).flat_map(|number| miss(number, i64::from(number) * 10)));
    let summaries = summarise(&Grab::default(), &placed(&story), u64::MAX);
    let [summary] = &summaries[..] else { panic!("one run, one stand-in: {summaries:#?}") };
    assert_eq!(summary.released, (30..=1220).step_by(10).collect::<Vec<u64>>());
    assert_eq!(summary.stands_at, (122, 1220));
    let AttemptsSummarised { first, last, outcomes, faults, preparation_failures, .. } = &summary.event;
    assert_eq!((*first, *last, *faults), (Some(1), Some(60), 0));
    let misses = BTreeMap::from([(Outcome::Capacity, Sum { count: 60, duration_ms: 60 * 120 })]);
    assert_eq!(*outcomes, at_one_place(misses));
    assert!(preparation_failures.is_empty());
    let rest = running([summary.event.clone().into()]);
    assert_eq!(Grab::folded(&rest), Grab::folded(&story));
}

#[test]
fn every_hour_has_its_own_stand_in_by_when_its_attempts_ended() {
    // The story begins 400 s into an hour, so the hour ends at second 3,200.
    let story = running([3185, 3190, 3200, 3205].into_iter().zip(1..).flat_map(|(at, n)| miss(n, at)));
    let hours: Vec<_> = summarise(&Grab::default(), &placed(&story), u64::MAX)
        .into_iter()
        .map(|summary| (summary.event.hour, summary.event.first, summary.event.last))
        .collect();
    assert_eq!(hours, [(at(-400), Some(1), Some(2)), (at(3200), Some(3), Some(4))]);
}

#[test]
fn preparations_that_failed_are_counted_among_the_attempts_they_stood_between() {
    let story = running([miss(1, 10), vec![unprepared(20), unprepared(30)], miss(2, 40)].concat());
    let summaries = summarise(&Grab::default(), &placed(&story), u64::MAX);
    assert_eq!(summaries.len(), 1);
    assert_eq!(summaries[0].event.preparation_failures[&Outcome::Network], 2);
    assert_eq!(summaries[0].event.faults, 2);
}

#[test]
fn an_attempt_that_was_in_doubt_leaves_with_its_whole_course() {
    let doubtful = vec![
        asked(1, 10),
        doubted(1, Reason::AnswerLost, 11),
        AttemptResent { number: 1, at: at(12) }.into(),
        AttemptAbsent { number: 1, at: at(20) }.into(),
        missed(1, 90),
    ];
    let story = running(doubtful);
    let summaries = summarise(&Grab::default(), &placed(&story), u64::MAX);
    assert_eq!(summaries[0].released.len(), 5);
    let once = BTreeMap::from([(Outcome::Capacity, Sum { count: 1, duration_ms: 120 })]);
    assert_eq!(summaries[0].event.outcomes, at_one_place(once), "doubt is no end");
}

#[test]
fn what_got_an_instance_stays_even_if_it_was_lost_and_so_does_what_used_its_token_up() {
    let lost = InstanceLost {
        number: 3,
        instance: "instance-1".into(),
        outcome: Outcome::Capacity,
        reason: Reason::OutOfHostCapacity,
        provider_error: None,
        in_a_row: 1,
        not_before: None,
        at: at(32),
    };
    let won = vec![asked(3, 30), granted(3, 31), lost.into()];
    let consumed = vec![asked(6, 60), bare(6, Outcome::Invalid, Reason::TokenConsumed, 61).into()];
    let story = running([miss(1, 10), miss(2, 20), won, miss(4, 40), miss(5, 50), consumed].concat());
    let runs: Vec<_> = summarise(&Grab::default(), &placed(&story), u64::MAX)
        .into_iter()
        .map(|summary| (summary.event.first, summary.event.last))
        .collect();
    assert_eq!(runs, [(Some(1), Some(2)), (Some(4), Some(5))]);
}

#[test]
fn one_attempt_alone_is_not_worth_a_stand_in() {
    let paused = |seconds| Paused { by: Holder::Person, at: at(seconds) }.into();
    let story = running([miss(1, 10), vec![paused(20)], miss(2, 30)].concat());
    assert_eq!(summarise(&Grab::default(), &placed(&story), u64::MAX), []);
}

#[test]
fn an_attempt_that_ends_after_the_books_stays_whole() {
    let story = running([miss(1, 10), miss(2, 20), miss(3, 30)].concat());
    let summaries = summarise(&Grab::default(), &placed(&story), 70);
    assert_eq!(summaries[0].released, [30, 40, 50, 60], "the third began at 70 and ended at 80");
}

#[test]
fn where_the_stream_has_a_hole_a_run_ends() {
    let story = running((1..=4).flat_map(|number| miss(number, i64::from(number) * 10)));
    let mut entries = placed(&story);
    for entry in &mut entries[6..] {
        entry.version += 1;
    }
    let runs = summarise(&Grab::default(), &entries, u64::MAX);
    assert_eq!(runs.iter().map(|run| run.stands_at.0).collect::<Vec<_>>(), [6, 11]);
}

/// Four preparations in a row would be worth a stand-in, but what is had is not the stand-in's to take away.
#[test]
fn nothing_leaves_while_something_is_had() {
    let unprepared = (0..4).map(|n| unprepared(30 + n));
    let story = running([asked(1, 10), granted(1, 11)].into_iter().chain(unprepared));
    assert_eq!(summarise(&Grab::default(), &placed(&story), u64::MAX), []);
}

#[test]
fn an_attempt_with_a_hole_in_it_or_with_the_end_of_another_is_not_whole() {
    let story = running([miss(1, 10), miss(2, 20)].concat());
    let mut holed = placed(&story);
    holed[5].version += 1;
    assert_eq!(summarise(&Grab::default(), &holed, u64::MAX), []);
    let mixed = running([asked(1, 10), missed(7, 11), missed(1, 12), asked(2, 20), missed(2, 21)]);
    assert_eq!(summarise(&Grab::default(), &placed(&mixed), u64::MAX), []);
}

/// A snapshot may have been made in the midst of what has left since.
#[test]
fn who_stood_in_the_midst_of_a_run_goes_on_from_its_stand_in() {
    let story = running((1..=3).flat_map(|number| miss(number, i64::from(number) * 10)));
    let summary = summarise(&Grab::default(), &placed(&story), u64::MAX).remove(0);
    for cut in 2..story.len() {
        let mut grab = Grab::folded(&story[..cut]);
        grab.evolve(&summary.event.clone().into());
        assert_eq!(grab, Grab::folded(&story), "after {cut} events");
    }
}

fn unprepared(seconds: i64) -> Event {
    let verdict = Verdict { outcome: Outcome::Network, reason: Reason::NotReached };
    let fail = Command::FailPreparation { verdict, provider_error: error(), at: at(seconds) };
    Grab::folded(&running([])).decide(fail).unwrap().remove(0)
}

fn miss(number: u32, seconds: i64) -> Vec<Event> {
    vec![asked(number, seconds), missed(number, seconds + 1)]
}

#[test]
fn a_summary_of_before_places_were_told_apart_counts_at_none() {
    let story = running([miss(1, 10), miss(2, 20)].concat());
    let summary = summarise(&Grab::default(), &placed(&story), u64::MAX).remove(0).event;
    let mut written: Value = serde_json::from_str(Event::from(summary).encode().get()).expect("it is JSON");
    let mut read = |outcomes| {
        written["outcomes"] = outcomes;
        let data = serde_json::value::to_raw_value(&written).expect("it is JSON");
        match Event::decode("grab.attempts_summarised", 1, &data).expect("it is lifted") {
            Event::AttemptsSummarised(read) => read.outcomes,
            other => panic!("{other:?}"),
        }
    };
    let misses = BTreeMap::from([(Outcome::Capacity, Sum { count: 2, duration_ms: 9 })]);
    let nowhere = BTreeMap::from([(String::new(), BTreeMap::from([(String::new(), misses)]))]);
    assert_eq!(read(json!({ "CAPACITY": { "count": 2, "duration_ms": 9 } })), nowhere);
    assert_eq!(read(json!({})), BTreeMap::new(), "where only preparations failed");
}

fn at_one_place(outcomes: Outcomes) -> BTreeMap<String, BTreeMap<String, Outcomes>> {
    BTreeMap::from([(REGION.into(), BTreeMap::from([("AD-1".into(), outcomes)]))])
}

/// Events at versions 1, 2, 3 … and positions 10, 20, 30 …
fn placed(story: &[Event]) -> Vec<Entry> {
    (1..)
        .zip(story)
        .map(|(version, event)| Entry { version, position: u64::from(version) * 10, event: event.clone() })
        .collect()
}
