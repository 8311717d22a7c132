//! Whatever happened, closing the books over it changes no state that can still be asked for.

use std::collections::BTreeMap;

use berth_domain::{
    Aggregate, GrabId, Timestamp,
    grab::{
        AttemptAbsent, AttemptResent, AttemptSettled, AttemptStarted, AttemptsSummarised, Created, Edited,
        Entry, Event, Grab, Outcome, PreparationFailed, Reason, Site, Sum, Summary, Surroundings, Target,
        Verdict, summarise,
    },
};
use proptest::{collection::vec, prelude::*, sample::Index};

use crate::{
    arbitrary::{BEGIN_MS, created, error, moment, target, verdict},
    grab::event,
};

proptest! {
    #![proptest_config(crate::config(300))]

    #[test]
    fn every_state_that_remains_is_what_it_was(story in story(), through in any::<Index>(), now in moment()) {
        let through = through_of(&story, through);
        let summaries = summarise(&Grab::default(), &story, through);
        let rest = closed(&story, &summaries);
        the_same_wherever_asked(&story, &rest, now)?;
    }

    #[test]
    fn books_closed_again_and_again_change_nothing(story in story(), cuts in vec(any::<Index>(), 1..4), now in moment()) {
        let mut rest = story.clone();
        let mut throughs: Vec<u64> = cuts.into_iter().map(|cut| through_of(&story, cut)).collect();
        throughs.sort_unstable();
        for through in throughs {
            let summaries = summarise(&Grab::default(), &rest, through);
            for released in summaries.iter().flat_map(|summary| &summary.released) {
                let entry = rest.iter().find(|entry| entry.position == *released);
                prop_assert!(!matches!(entry.map(|entry| &entry.event), Some(Event::AttemptsSummarised(_)) | None));
            }
            rest = closed(&rest, &summaries);
        }
        the_same_wherever_asked(&story, &rest, now)?;
    }

    #[test]
    fn a_segment_is_closed_knowing_only_the_state_before_it(story in story(), cut in any::<Index>(), now in moment()) {
        let (earlier, segment) = story.split_at(cut.index(story.len()));
        let before = Grab::folded(earlier.iter().map(|entry| &entry.event));
        let rest = [earlier, &closed(segment, &summarise(&before, segment, u64::MAX))].concat();
        the_same_wherever_asked(&story, &rest, now)?;
    }

    #[test]
    fn every_number_is_what_it_was(story in story(), cuts in vec(any::<Index>(), 1..4)) {
        let mut rest = story.clone();
        let mut throughs: Vec<u64> = cuts.into_iter().map(|cut| through_of(&story, cut)).collect();
        throughs.sort_unstable();
        for through in throughs {
            rest = closed(&rest, &summarise(&Grab::default(), &rest, through));
            prop_assert_eq!(numbers(&rest), numbers(&story));
        }
    }

    #[test]
    fn only_attempts_that_got_nothing_leave_and_each_is_counted(story in story(), through in any::<Index>()) {
        let through = through_of(&story, through);
        for summary in summarise(&Grab::default(), &story, through) {
            let run: Vec<_> = summary.released.iter().map(|position| at(&story, *position)).collect();
            prop_assert!(summary.released.iter().all(|position| *position <= through));
            let last = run.last().expect("a run is not empty");
            prop_assert_eq!(summary.stands_at, (last.version, last.position));
            prop_assert!(run.windows(2).all(|pair| pair[0].version + 1 == pair[1].version));
            counts_add_up(&summary.event, &run)?;
        }
    }
}

/// The properties above would hold if nothing ever left.
#[test]
fn the_stories_have_much_to_leave() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let runs = (0..200).map(|_| {
        let story = story().new_tree(&mut runner).expect("stories are made").current();
        summarise(&Grab::default(), &story, u64::MAX).len()
    });
    assert!(runs.sum::<usize>() > 100);
}

fn counts_add_up(summary: &AttemptsSummarised, run: &[&Entry]) -> Result<(), TestCaseError> {
    let (mut count, mut unprepared, mut duration, mut faults) = (0, 0, 0, 0);
    for entry in run {
        match &entry.event {
            Event::AttemptSettled(settled) => {
                prop_assert!(settled.instance.is_none() && settled.outcome != Outcome::Accepted);
                if settled.outcome != Outcome::InDoubt {
                    count += 1;
                    duration += u64::from(settled.duration_ms);
                    faults += u32::from(settled.outcome.is_fault());
                }
            }
            Event::PreparationFailed(failed) => {
                unprepared += 1;
                faults += u32::from(failed.outcome.is_fault());
            }
            Event::AttemptStarted(_) | Event::AttemptResent(_) | Event::AttemptAbsent(_) => {}
            other => return Err(TestCaseError::fail(format!("this may not leave: {other:?}"))),
        }
    }
    let sums = || ended(summary).map(|(.., sum)| sum);
    prop_assert_eq!(sums().map(|sum| sum.count).sum::<u32>(), count);
    prop_assert_eq!(sums().map(|sum| sum.duration_ms).sum::<u64>(), duration);
    prop_assert_eq!(summary.preparation_failures.values().sum::<u32>(), unprepared);
    prop_assert_eq!(summary.faults, faults);
    prop_assert_eq!(summary.first.is_some(), count > 0);
    Ok(())
}

/// How the attempts of each hour ended at each place, and so its preparations, at none.
type Numbers = BTreeMap<(Timestamp, String, String, Outcome), (u64, u64)>;

fn numbers(story: &[Entry]) -> Numbers {
    let mut numbers = Numbers::new();
    let mut add = |at: Timestamp, (region, domain): (&str, &str), outcome, count: u32, duration_ms| {
        let hour = Timestamp::from_millis(at.millis().div_euclid(3_600_000) * 3_600_000);
        let sum = numbers.entry((hour, region.to_owned(), domain.to_owned(), outcome)).or_default();
        *sum = (sum.0 + u64::from(count), sum.1 + duration_ms);
    };
    let (mut ordered, mut aimed) = ("", "");
    for entry in story {
        match &entry.event {
            Event::Created(Created { spec, .. }) | Event::Edited(Edited { spec, .. }) => {
                ordered = &spec.regions[0];
            }
            Event::AttemptStarted(started) => aimed = placed(&started.target.region, ordered),
            Event::PreparationFailed(failed) => add(failed.at, UNPREPARED, failed.outcome, 1, 0),
            Event::AttemptSettled(settled) if settled.outcome != Outcome::InDoubt => {
                let AttemptSettled { availability_domain: domain, outcome, duration_ms, at, .. } = settled;
                add(*at, (aimed, domain), *outcome, 1, (*duration_ms).into());
            }
            Event::AttemptsSummarised(summary) => {
                for (outcome, count) in &summary.preparation_failures {
                    add(summary.hour, UNPREPARED, *outcome, *count, 0);
                }
                for ((region, domain), outcome, sum) in ended(summary) {
                    add(summary.hour, (placed(region, ordered), domain), outcome, sum.count, sum.duration_ms);
                }
                aimed = summary.left.last.as_ref().map_or(aimed, |last| placed(&last.region, ordered));
            }
            _ => {}
        }
    }
    numbers
}

const UNPREPARED: (&str, &str) = ("", "unprepared");

/// Where an attempt does not say it, it was made in the first region of its order.
fn placed<'a>(region: &'a str, ordered: &'a str) -> &'a str {
    if region.is_empty() { ordered } else { region }
}

fn ended(summary: &AttemptsSummarised) -> impl Iterator<Item = ((&str, &str), Outcome, Sum)> {
    summary.outcomes.iter().flat_map(|(region, domains)| {
        domains.iter().flat_map(move |(domain, outcomes)| {
            outcomes.iter().map(move |(outcome, sum)| ((region.as_str(), domain.as_str()), *outcome, *sum))
        })
    })
}

/// At every version that remains, and at the end: the same state and the same plan.
fn the_same_wherever_asked(story: &[Entry], rest: &[Entry], now: Timestamp) -> Result<(), TestCaseError> {
    prop_assert_eq!(story.last().map(|entry| entry.version), rest.last().map(|entry| entry.version));
    let (mut original, mut closed) = (Grab::default(), Grab::default());
    let mut happened = story.iter().peekable();
    for entry in rest {
        while let Some(next) = happened.next_if(|next| next.version <= entry.version) {
            original.evolve(&next.event);
        }
        closed.evolve(&entry.event);
        prop_assert_eq!(&original, &closed, "at version {}", entry.version);
        prop_assert_eq!(original.plan(around(now)), closed.plan(around(now)));
    }
    Ok(())
}

fn around(now: Timestamp) -> Surroundings<'static> {
    let id = GrabId::from_parts(1, 9);
    Surroundings {
        id,
        now,
        awake_since: now,
        tried_ago: None,
        tenant_may_act: true,
        sites: &[Site { region: "region", domains: None }],
    }
}

/// What the log holds after a closing.
fn closed(story: &[Entry], summaries: &[Summary]) -> Vec<Entry> {
    let mut rest: Vec<Entry> = story
        .iter()
        .filter(|entry| summaries.iter().all(|summary| !summary.released.contains(&entry.position)))
        .cloned()
        .collect();
    rest.extend(summaries.iter().map(|summary| {
        let (version, position) = summary.stands_at;
        Entry { version, position, event: summary.event.clone().into() }
    }));
    rest.sort_by_key(|entry| entry.version);
    rest
}

fn at(story: &[Entry], position: u64) -> &Entry {
    story.iter().find(|entry| entry.position == position).expect("only what is there is released")
}

fn through_of(story: &[Entry], cut: Index) -> u64 {
    cut.get(story).position
}

/// Many misses in a row, a few hours long, and now and then anything at all.
fn story() -> impl Strategy<Value = Vec<Entry>> {
    // Boxed, for all of these by value are more than a thread has room for on its stack.
    let odd = event().prop_map(|event| vec![event]).boxed();
    let piece = prop_oneof![12 => tried().boxed(), 2 => unprepared().boxed(), 1 => odd];
    (created(), vec((piece, 1_u64..9), 1..40)).prop_map(|(first, pieces)| {
        let pieces = std::iter::once((vec![first], 1)).chain(pieces);
        let events = pieces.flat_map(|(events, apart)| events.into_iter().map(move |event| (event, apart)));
        let mut position = 0;
        (1..)
            .zip(events)
            .map(|(version, (event, apart))| {
                position += apart;
                Entry { version, position, event }
            })
            .collect()
    })
}

fn soon() -> impl Strategy<Value = Timestamp> {
    (0_i64..9_000_000).prop_map(|ms| Timestamp::from_millis(BEGIN_MS + ms))
}

/// An attempt from its start to its end, in doubt meanwhile or not.
fn tried() -> impl Strategy<Value = Vec<Event>> {
    let region = prop::sample::select(vec!["", "tokyo", "osaka"]);
    let domain = prop::sample::select(vec!["AD-1", "AD-2", ""]);
    let target = (target(), region, domain).prop_map(|(target, region, availability_domain)| Target {
        region: region.into(),
        availability_domain: availability_domain.into(),
        ..target
    });
    let what = (0_u32..50, target, any::<u16>(), 0_usize..3);
    (what, verdict(), prop::option::weighted(0.1, Just("instance-1".to_owned())), soon()).prop_map(
        |((number, target, duration, doubts), verdict, instance, at)| {
            let settled = |verdict: Verdict, instance| AttemptSettled {
                number,
                availability_domain: target.availability_domain.clone(),
                outcome: verdict.outcome,
                reason: verdict.reason,
                provider_error: None,
                request_id: None,
                duration_ms: u32::from(duration),
                instance,
                work_request: None,
                in_a_row: 1,
                not_before: None,
                at,
            };
            let started = AttemptStarted {
                number,
                token: "token".into(),
                target: target.clone(),
                body_hash: "hash".into(),
                at,
            };
            let doubt = Verdict { outcome: Outcome::InDoubt, reason: Reason::AnswerLost };
            let course: [Event; 3] = [
                settled(doubt, None).into(),
                AttemptResent { number, at }.into(),
                AttemptAbsent { number, at }.into(),
            ];
            let course = course.into_iter().cycle().take(doubts);
            std::iter::once(started.into()).chain(course).chain([settled(verdict, instance).into()]).collect()
        },
    )
}

fn unprepared() -> impl Strategy<Value = Vec<Event>> {
    (verdict(), error(), soon()).prop_map(|(verdict, provider_error, at)| {
        let Verdict { outcome, reason } = verdict;
        vec![PreparationFailed { outcome, reason, provider_error, in_a_row: 1, not_before: at, at }.into()]
    })
}
