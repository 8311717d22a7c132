//! Which attempts need not be kept one by one, and what stands in for them when the books are closed.
//!
//! Only whole attempts that got nothing, never one that got an instance, even if that was lost: it is what people look for years later.
//! Nor one whose token the cloud calls used up. Deliberately absent: what is old. Whoever asks says up to where.

use std::collections::BTreeMap;

use super::{
    event::{AttemptSettled, AttemptsSummarised, Event, Left, PreparationFailed},
    outcome::{Outcome, Reason},
    state::{Grab, Have},
};
use crate::{Aggregate, Timestamp, books::full_hour};

/// A stand-in takes more room than one attempt's two events: a run of fewer is left as it is.
const WORTH_IT: usize = 4;

/// An event of a grab at its place in its stream and in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub version: u32,
    pub position: u64,
    pub event: Event,
}

/// A run of attempts that may leave the log, and what stands in for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Positions of the run, ascending. The last is where the stand-in is put.
    pub released: Vec<u64>,
    /// Version and position of the last event of the run.
    pub stands_at: (u32, u64),
    pub event: AttemptsSummarised,
}

/// What of these events may leave, and what stands in for it, such that who folds the rest is at every remaining version where he would
/// have been. Nothing after `through` is touched. A stand-in of an earlier closing stays as it is.
pub fn summarise(before: &Grab, entries: &[Entry], through: u64) -> Vec<Summary> {
    let mut grab = before.clone();
    let (mut summaries, mut run) = (Vec::new(), None::<Run<'_>>);
    let mut rest = entries;
    while let Some(first) = rest.first() {
        let whole = whole_try(&grab, rest, through);
        let (tried, after) = rest.split_at(whole.map_or(1, |whole| whole.length));
        if let Some(ended) = run.take_if(|run| whole.is_none_or(|whole| !run.goes_on_with(whole.at, first))) {
            summaries.extend(ended.summary(&grab));
        }
        if let Some(whole) = whole {
            run.get_or_insert_with(|| Run::new(whole.at)).add(tried);
        }
        for entry in tried {
            grab.evolve(&entry.event);
        }
        rest = after;
    }
    summaries.extend(run.and_then(|run| run.summary(&grab)));
    summaries
}

/// The events at the beginning of a slice that are one try from its start to its end.
#[derive(Clone, Copy)]
struct Whole {
    length: usize,
    at: Timestamp,
}

/// One whole try that got nothing: a preparation that failed, or an attempt from its start to its last settlement.
fn whole_try(grab: &Grab, entries: &[Entry], through: u64) -> Option<Whole> {
    if grab.have != Have::Nothing {
        return None;
    }
    let mut entries = entries.iter().take_while(|entry| entry.position <= through);
    let first = entries.next()?;
    let number = match &first.event {
        Event::PreparationFailed(failed) => return Some(Whole { length: 1, at: failed.at }),
        Event::AttemptStarted(started) => started.number,
        _ => return None,
    };
    for (behind, entry) in (1..).zip(entries) {
        let in_a_row = u32::try_from(behind).is_ok_and(|behind| entry.version == first.version + behind);
        match &entry.event {
            _ if !in_a_row => return None,
            Event::AttemptResent(resent) if resent.number == number => {}
            Event::AttemptAbsent(absent) if absent.number == number => {}
            Event::AttemptSettled(settled) if settled.number != number => return None,
            Event::AttemptSettled(settled) if settled.outcome == Outcome::InDoubt => {}
            Event::AttemptSettled(settled) => {
                return got_nothing(settled).then_some(Whole { length: behind + 1, at: settled.at });
            }
            _ => return None,
        }
    }
    None
}

fn got_nothing(settled: &AttemptSettled) -> bool {
    settled.outcome != Outcome::Accepted
        && settled.instance.is_none()
        && settled.reason != Reason::TokenConsumed
}

/// Tries in a row that ended within one hour.
struct Run<'a> {
    hour: Timestamp,
    entries: Vec<&'a Entry>,
}

impl<'a> Run<'a> {
    fn new(at: Timestamp) -> Self {
        Self { hour: full_hour(at), entries: Vec::new() }
    }

    fn goes_on_with(&self, at: Timestamp, next: &Entry) -> bool {
        let follows =
            self.entries.last().is_some_and(|last| last.version.checked_add(1) == Some(next.version));
        follows && self.hour == full_hour(at)
    }

    fn add(&mut self, tried: &'a [Entry]) {
        self.entries.extend(tried);
    }

    /// What stands in for the run, if it is worth it. `left` is the grab as the last of the run left it.
    fn summary(self, left: &Grab) -> Option<Summary> {
        let last = self.entries.last().filter(|_| self.entries.len() >= WORTH_IT)?;
        Some(Summary {
            released: self.entries.iter().map(|entry| entry.position).collect(),
            stands_at: (last.version, last.position),
            event: summed_up(self.hour, self.entries.iter().map(|entry| &entry.event), left),
        })
    }
}

fn summed_up<'a>(
    hour: Timestamp,
    events: impl Iterator<Item = &'a Event>,
    left: &Grab,
) -> AttemptsSummarised {
    let mut summary = AttemptsSummarised {
        hour,
        first: None,
        last: None,
        outcomes: BTreeMap::new(),
        preparation_failures: BTreeMap::new(),
        faults: 0,
        left: left_by(left),
    };
    let mut region = "";
    for event in events {
        match event {
            Event::PreparationFailed(failed) => summary.count_preparation(failed),
            Event::AttemptStarted(started) => region = &started.target.region,
            Event::AttemptSettled(settled) if settled.outcome != Outcome::InDoubt => {
                summary.count(region, settled);
            }
            // What happened in the course of an attempt is not counted: how it ended is.
            _ => {}
        }
    }
    summary
}

fn left_by(grab: &Grab) -> Left {
    let Grab { tally, last, streak, not_before, cooling, dropped, suspicion, faults_in_a_row, .. } =
        grab.clone();
    Left { tally, last, streak, not_before, cooling, dropped, suspicion, faults_in_a_row }
}

impl AttemptsSummarised {
    fn count(&mut self, region: &str, settled: &AttemptSettled) {
        self.first.get_or_insert(settled.number);
        self.last = Some(settled.number);
        let domains = self.outcomes.entry(region.to_owned()).or_default();
        let sum = domains.entry(settled.availability_domain.clone()).or_default().entry(settled.outcome);
        let sum = sum.or_default();
        sum.count += 1;
        sum.duration_ms += u64::from(settled.duration_ms);
        self.faults += u32::from(settled.outcome.is_fault());
    }

    fn count_preparation(&mut self, failed: &PreparationFailed) {
        *self.preparation_failures.entry(failed.outcome).or_default() += 1;
        self.faults += u32::from(failed.outcome.is_fault());
    }
}
