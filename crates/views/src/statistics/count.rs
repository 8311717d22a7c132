//! What is counted.

use std::{collections::BTreeMap, ops::AddAssign};

use berth_domain::grab::Outcome;
use sqlx::{Row, sqlite::SqliteRow};

use crate::{ViewError, sql};

/// So many attempts, and how long the cloud took over all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub attempts: u64,
    pub duration_ms: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub attempts: u64,
    pub faults: u64,
    pub accepted: u64,
    pub duration_ms: u64,
    pub by_outcome: BTreeMap<Outcome, Count>,
    /// Preparations that failed, by how. They are no attempts.
    pub preparations: BTreeMap<Outcome, u64>,
    /// Instances that were accepted, and ended before they ran.
    pub lost: u64,
    /// Instances that were seen running.
    pub granted: u64,
}

/// What is added to one row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Added {
    pub(super) count: Count,
    pub(super) preparations: u64,
    pub(super) lost: u64,
}

impl Added {
    pub(super) fn attempts(attempts: u32, duration_ms: u64) -> Self {
        Self { count: Count { attempts: attempts.into(), duration_ms }, ..Self::default() }
    }

    pub(super) fn preparations(preparations: u32) -> Self {
        Self { preparations: preparations.into(), ..Self::default() }
    }

    pub(super) fn lost() -> Self {
        Self { lost: 1, ..Self::default() }
    }

    /// As the tables hold it.
    pub(super) fn columns(self) -> [i64; 4] {
        let Self { count: Count { attempts, duration_ms }, preparations, lost } = self;
        [attempts, duration_ms, preparations, lost].map(|number| i64::try_from(number).unwrap_or(i64::MAX))
    }

    fn read(row: &SqliteRow) -> Result<Self, ViewError> {
        let number = |column| row.try_get::<i64, _>(column).map(i64::unsigned_abs);
        let count = Count { attempts: number("attempts")?, duration_ms: number("duration_ms")? };
        Ok(Self { count, preparations: number("preparations")?, lost: number("lost")? })
    }
}

impl Totals {
    pub(super) fn take_in(&mut self, row: &SqliteRow) -> Result<(), ViewError> {
        let word: &str = row.try_get("outcome")?;
        let outcome =
            Outcome::from_word(word).ok_or_else(|| sql::unreadable("outcome", &format_args!("{word:?}")))?;
        let Added { count, preparations, lost } = Added::read(row)?;
        self.attempts += count.attempts;
        self.duration_ms += count.duration_ms;
        self.lost += lost;
        if outcome.is_fault() {
            self.faults += count.attempts;
        }
        if outcome == Outcome::Accepted {
            self.accepted += count.attempts;
        }
        if count.attempts > 0 {
            *self.by_outcome.entry(outcome).or_default() += count;
        }
        if preparations > 0 {
            *self.preparations.entry(outcome).or_default() += preparations;
        }
        Ok(())
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.attempts += other.attempts;
        self.duration_ms += other.duration_ms;
    }
}

impl AddAssign for Added {
    fn add_assign(&mut self, other: Self) {
        self.count += other.count;
        self.preparations += other.preparations;
        self.lost += other.lost;
    }
}
