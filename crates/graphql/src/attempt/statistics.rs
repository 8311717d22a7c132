//! Attempts, counted.

use std::collections::BTreeMap;

use async_graphql::SimpleObject;
use berth_domain::grab::Outcome;
use berth_store::Position;
use berth_views::statistics::{Count, HourTotals, Totals};

use super::OutcomeCount;
use crate::shared::scalars::{DateTime, EventPosition, int};

/// How attempts ended, in a span of time.
#[derive(SimpleObject)]
pub(crate) struct AttemptStatistics {
    /// How many there were.
    attempts: i32,
    /// How many of them were faults.
    faults: i32,
    /// How many the cloud took.
    accepted: i32,
    /// How long the cloud took to answer on average, in milliseconds. Null when there were none.
    mean_duration_ms: Option<i32>,
    /// How many ended in each way; ways that never came are absent.
    outcomes: Vec<OutcomeCount>,
    /// The same by the hour, oldest first; hours without attempts are absent.
    hours: Vec<HourStatistics>,
    /// True as of this position.
    position: EventPosition,
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
    /// How many ended in each way; ways that never came are absent.
    outcomes: Vec<OutcomeCount>,
}

impl AttemptStatistics {
    pub(super) fn of(totals: Totals, hours: Vec<HourTotals>, position: Position) -> Self {
        Self {
            attempts: int(totals.attempts),
            faults: int(totals.faults),
            accepted: int(totals.accepted),
            mean_duration_ms: totals.duration_ms.checked_div(totals.attempts).map(int),
            outcomes: counts(totals.by_outcome),
            hours: hours.into_iter().map(HourStatistics::from).collect(),
            position: EventPosition(position),
        }
    }
}

impl From<HourTotals> for HourStatistics {
    fn from(HourTotals { hour, totals }: HourTotals) -> Self {
        Self {
            hour: DateTime(hour),
            attempts: int(totals.attempts),
            faults: int(totals.faults),
            outcomes: counts(totals.by_outcome),
        }
    }
}

fn counts(by_outcome: BTreeMap<Outcome, Count>) -> Vec<OutcomeCount> {
    let count = |(outcome, count): (Outcome, Count)| OutcomeCount {
        outcome: outcome.into(),
        count: int(count.attempts),
    };
    by_outcome.into_iter().map(count).collect()
}
