//! What the rules of the books say, a sentence a test.

use super::*;
use crate::{Aggregate, Explain, Timestamp};

const DAY: i64 = 86_400;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000 + seconds * 1000)
}

fn archive() -> Archived {
    Archived { file: "a.jsonl.zst".into(), sha256: "9f86".into(), bytes: 7 }
}

fn close(through: u64) -> Close {
    let cutoffs = cutoffs(&Retention::default(), at(0));
    Close {
        through,
        cutoffs,
        released: 90,
        stand_ins: 3,
        archive: Some(archive()),
        digest: "5d41".into(),
        at: at(0),
    }
}

fn closed(after: u64, through: u64) -> Event {
    let Close { cutoffs, released, stand_ins, archive, digest, at, .. } = close(through);
    Closed { after, through, cutoffs, released, stand_ins, archive, digest, at }.into()
}

fn check(given: &[Event], when: Close, then: &Result<Vec<Event>, Refusal>) {
    assert_eq!(&Books::folded(given).decide(Command::Close(when)), then, "given {given:#?}");
}

#[test]
fn books_are_closed_from_where_they_were_closed_before() {
    check(&[], close(100), &Ok(vec![closed(0, 100)]));
    check(&[closed(0, 100)], close(250), &Ok(vec![closed(100, 250)]));
}

#[test]
fn what_is_closed_so_far_already_is_already_so_and_never_goes_backwards() {
    check(&[closed(0, 100)], close(100), &Ok(vec![]));
    check(&[closed(0, 100)], close(99), &Err(Refusal::Backwards { closed: 100, asked: 99 }));
}

#[test]
fn nothing_leaves_the_log_that_no_archive_holds() {
    check(&[], Close { archive: None, ..close(100) }, &Err(Refusal::NotArchived));
    let nothing_leaves = Close { archive: None, released: 0, stand_ins: 0, ..close(100) };
    assert!(Books::default().decide(Command::Close(nothing_leaves)).is_ok());
}

#[test]
fn closings_add_up_and_the_last_archive_is_remembered() {
    let books = Books::folded(&[closed(0, 100), closed(100, 250)]);
    assert_eq!((books.through, books.closings, books.released, books.stand_ins), (250, 2, 180, 6));
    assert_eq!(books.archive, Some(archive()));
}

#[test]
fn things_are_old_from_full_hours_on_and_never_where_they_are_kept_for_ever() {
    let retention = Retention { grab_days: 30, audit_days: 0, ..Retention::default() };
    let cutoffs = cutoffs(&retention, at(0));
    // 1,795,000,000 s are 400 s into an hour.
    assert_eq!(cutoffs.grab, Some(at(-30 * DAY - 400)));
    assert_eq!((cutoffs.system, cutoffs.audit), (Some(at(-90 * DAY - 400)), None));
}

#[test]
fn less_than_a_week_is_refused_for_every_kind_at_once_and_for_ever_is_not() {
    let retention = Retention { grab_days: 6, system_days: 1, error_days: 0, ..Retention::default() };
    let fields: Vec<_> = retention.check().unwrap_err().into_iter().map(|one| one.field).collect();
    assert_eq!(fields, [["grab_days"], ["system_days"]]);
    assert_eq!(Retention::default().check(), Ok(()));
    assert!(!Retention::default().is_for_ever() && Retention { grab_days: 0, ..retention }.is_for_ever());
}

fn pulse() -> Pulse {
    Pulse { now: at(3600), began: at(0), newest_then: Some(at(-60)), moved_ms: 0, silence: None }
}

#[test]
fn a_clock_that_agrees_with_the_log_is_trusted() {
    assert_eq!(frozen(pulse()), None);
    assert_eq!(frozen(Pulse { moved_ms: -60_000, ..pulse() }), None);
    assert_eq!(frozen(Pulse { newest_then: Some(at(-2 * DAY)), ..pulse() }), None);
    assert_eq!(frozen(Pulse { newest_then: None, ..pulse() }), None, "an empty log has nothing to lose");
}

#[test]
fn a_clock_that_was_moved_that_slept_too_long_or_that_is_behind_is_not() {
    let moved = frozen(Pulse { moved_ms: -60_001, ..pulse() });
    assert_eq!(moved, Some(Frozen::Moved { by_ms: -60_001 }));
    let silent = frozen(Pulse { newest_then: Some(at(-2 * DAY - 1)), ..pulse() });
    assert_eq!(silent, Some(Frozen::Silent { for_ms: (2 * DAY + 1) * 1000 }));
    let behind = frozen(Pulse { newest_then: Some(at(5)), ..pulse() });
    assert_eq!(behind, Some(Frozen::Behind { by_ms: 5_000 }));
    let set_back = frozen(Pulse { now: at(-61), ..pulse() });
    assert_eq!(set_back, Some(Frozen::Behind { by_ms: 1_000 }));
}

/// The silences between events at these times, with everything before zero old.
fn silences(times: &[i64]) -> Vec<i64> {
    let pairs = times.windows(2);
    pairs.filter_map(|pair| silence(at(pair[0]), at(pair[1]), at(0))).map(|each| each.for_ms / 1000).collect()
}

#[test]
fn what_goes_on_all_the_while_vouches_for_the_time_that_passed() {
    assert_eq!(silences(&[-DAY, DAY, 3 * DAY, 4 * DAY]), [0; 0]);
    assert_eq!(
        silences(&[-9 * DAY, -5 * DAY, -DAY, DAY]),
        [0; 0],
        "what is old by itself needs nobody before it"
    );
    assert_eq!(frozen(Pulse { silence: None, ..pulse() }), None);
}

#[test]
fn a_clock_that_jumped_and_a_machine_that_was_off_leave_a_silence_that_freezes() {
    assert_eq!(
        silences(&[-60, 365 * DAY, 365 * DAY + 60]),
        [365 * DAY + 60],
        "a year ahead, and on from there"
    );
    assert_eq!(silences(&[-DAY, 0, 3 * DAY, 3 * DAY + 60]), [3 * DAY], "off for three days");
    assert_eq!(
        silences(&[-60, 8 * DAY, 0, 60]),
        [8 * DAY + 60],
        "set right again, it was wrong all the same"
    );
    let gap = silence(at(0), at(3 * DAY), at(0)).unwrap();
    let frozen = frozen(Pulse { silence: Some(gap), ..pulse() });
    assert_eq!(frozen, Some(Frozen::Gap(gap)));
    let said = Refusal::Frozen(frozen.unwrap()).explain().remove(0);
    assert!(said.message.english.contains("for 3 days"), "{said:?}");
    assert!(said.hint.is_some_and(|hint| hint.english.contains("vouch")));
}

#[test]
fn every_refusal_is_said_in_both_languages() {
    let gap = Frozen::Gap(Silence { from: at(0), for_ms: 1 });
    let frozen = [Frozen::Moved { by_ms: 1 }, Frozen::Silent { for_ms: 1 }, Frozen::Behind { by_ms: 1 }, gap];
    let refusals = frozen.map(Refusal::Frozen).into_iter();
    for refusal in refusals.chain([Refusal::Backwards { closed: 2, asked: 1 }, Refusal::NotArchived]) {
        let said = refusal.explain();
        assert!(!said.is_empty() && said.iter().all(|one| !one.message.english.is_empty()));
        assert!(said.iter().all(|one| one.message.chinese.chars().any(|letter| letter > '\u{2fff}')));
    }
}
