//! What statistics are made of.

use std::collections::BTreeMap;

use async_graphql::SimpleObject;
use berth_domain::{
    Timestamp,
    grab::{Outcome, State},
};
use berth_views::statistics::{Count, Group, TIMES, Times};

use super::OutcomeCount;
use crate::{
    grab::GrabTaskState,
    shared::scalars::{DateTime, Seconds, int},
};

const HOURS_OF_DAY: i64 = 24;

/// Tasks in one state.
#[derive(SimpleObject)]
pub(crate) struct StateCount {
    /// The state.
    state: GrabTaskState,
    /// How many there are.
    count: i32,
}

/// How long those took that got their instance.
#[derive(SimpleObject)]
pub(crate) struct TimeToLaunch {
    /// How many there were.
    count: i32,
    /// One in ten took no longer. Null when there were none.
    tenth: Option<Seconds>,
    /// Half of them took no longer. Null when there were none.
    median: Option<Seconds>,
    /// Nine in ten took no longer. Null when there were none.
    ninetieth: Option<Seconds>,
    /// How many took how long, shortest first, with empty steps.
    steps: Vec<TimeStep>,
}

/// How many took longer than the step before it reaches, and no longer than this one does.
#[derive(SimpleObject)]
pub(crate) struct TimeStep {
    /// How far it reaches. Null in the last step, which is open.
    up_to: Option<Seconds>,
    /// How many there were.
    count: i32,
}

/// How the attempts of one hour ended.
#[derive(SimpleObject)]
pub(crate) struct HourStatistics {
    /// When the hour begins, in UTC.
    hour: DateTime,
    /// How many there were.
    attempts: i32,
    /// How many of them were faults.
    faults: i32,
    /// How many instances were seen running.
    launched: i32,
    /// How many ended in each way; ways that never came are absent.
    outcomes: Vec<OutcomeCount>,
}

/// How the attempts at one place ended.
#[derive(SimpleObject)]
pub(crate) struct PlaceStatistics {
    /// Region code.
    region: String,
    /// The availability domain. Null for a whole region, and where it is not known.
    availability_domain: Option<String>,
    /// How many there were.
    attempts: i32,
    /// How many of them were faults.
    faults: i32,
    /// How many instances were seen running.
    launched: i32,
    /// How many ended in each way; ways that never came are absent.
    outcomes: Vec<OutcomeCount>,
}

/// How the attempts at one shape ended.
#[derive(SimpleObject)]
pub(crate) struct ShapeStatistics {
    /// The cloud's machine type.
    shape: String,
    /// How many there were.
    attempts: i32,
    /// How many of them were faults.
    faults: i32,
    /// How many instances were seen running.
    launched: i32,
    /// How many ended in each way; ways that never came are absent.
    outcomes: Vec<OutcomeCount>,
}

/// What came of one hour of the week.
#[derive(SimpleObject)]
pub(crate) struct WeekHourStatistics {
    /// The day, from 1 for Monday to 7 for Sunday, in UTC.
    weekday: i32,
    /// Hour of the day in UTC, 0–23.
    hour: i32,
    /// Attempts.
    attempts: i32,
    /// How many of them were faults.
    faults: i32,
    /// Instances that were seen running.
    launched: i32,
}

/// One cell of the capacity heat map.
#[derive(SimpleObject)]
pub(crate) struct CapacityCell {
    /// Region code.
    region: String,
    /// Hour of the day in UTC, 0–23.
    hour: i32,
    /// Attempts.
    attempts: i32,
    /// Launches: instances that were seen running.
    launched: i32,
}

impl From<&(State, u64)> for StateCount {
    fn from((state, count): &(State, u64)) -> Self {
        Self { state: (*state).into(), count: int(*count) }
    }
}

impl From<&Times> for TimeToLaunch {
    fn from(times: &Times) -> Self {
        let seconds = |time: Option<berth_domain::Seconds>| time.map(|time| Seconds(time.0));
        let ends = TIMES.iter().map(|end| Some(Seconds(end.0))).chain([None]);
        Self {
            count: int(times.count),
            tenth: seconds(times.tenth),
            median: seconds(times.median),
            ninetieth: seconds(times.ninetieth),
            steps: ends
                .zip(times.steps)
                .map(|(up_to, count)| TimeStep { up_to, count: int(count) })
                .collect(),
        }
    }
}

impl From<&Group> for HourStatistics {
    fn from(Group { hour, totals, .. }: &Group) -> Self {
        Self {
            hour: DateTime(Timestamp::from_millis(*hour)),
            attempts: int(totals.attempts),
            faults: int(totals.faults),
            launched: int(totals.granted),
            outcomes: counts(&totals.by_outcome),
        }
    }
}

impl From<&Group> for PlaceStatistics {
    fn from(Group { region, name, totals, .. }: &Group) -> Self {
        Self {
            region: region.clone(),
            availability_domain: Some(name.clone()).filter(|name| !name.is_empty()),
            attempts: int(totals.attempts),
            faults: int(totals.faults),
            launched: int(totals.granted),
            outcomes: counts(&totals.by_outcome),
        }
    }
}

impl From<&Group> for ShapeStatistics {
    fn from(Group { name, totals, .. }: &Group) -> Self {
        Self {
            shape: name.clone(),
            attempts: int(totals.attempts),
            faults: int(totals.faults),
            launched: int(totals.granted),
            outcomes: counts(&totals.by_outcome),
        }
    }
}

impl From<&Group> for WeekHourStatistics {
    fn from(Group { hour, totals, .. }: &Group) -> Self {
        Self {
            weekday: int(hour / HOURS_OF_DAY + 1),
            hour: int(hour % HOURS_OF_DAY),
            attempts: int(totals.attempts),
            faults: int(totals.faults),
            launched: int(totals.granted),
        }
    }
}

impl From<&Group> for CapacityCell {
    fn from(Group { hour, region, totals, .. }: &Group) -> Self {
        let (attempts, launched) = (int(totals.attempts), int(totals.granted));
        Self { region: region.clone(), hour: int(*hour), attempts, launched }
    }
}

pub(super) fn counts(by_outcome: &BTreeMap<Outcome, Count>) -> Vec<OutcomeCount> {
    let count = |(outcome, count): (&Outcome, &Count)| OutcomeCount {
        outcome: (*outcome).into(),
        count: int(count.attempts),
    };
    by_outcome.iter().map(count).collect()
}
