//! When reports are made, and which hours a day has.

use super::day::Day;
use crate::Timestamp;

const HOUR_MS: i64 = 3_600_000;

/// Once a day, at an hour of people's own clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rhythm {
    /// 0 to 23.
    pub hour: u8,
    /// East of Greenwich; China is at 480.
    pub utc_offset_minutes: i16,
}

/// From a moment up to another, which is no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Rhythm {
    /// The day whose report is to be there by now: yesterday, once today's hour has come. Absent before that: what was missed on an
    /// earlier day is stale news by then.
    pub fn due(self, now: Timestamp) -> Option<Day> {
        let today = Day::of(now, self.utc_offset_minutes);
        (now >= self.hour_of(today)).then(|| today.before())
    }

    /// When the hour comes next, after a moment.
    pub fn next(self, now: Timestamp) -> Timestamp {
        let today = Day::of(now, self.utc_offset_minutes);
        let hour = self.hour_of(today);
        if hour > now { hour } else { self.hour_of(today.after()) }
    }

    /// The hours of a day. Figures are kept by full hours of UTC, so where midnight is at half past one, the day begins and ends at the
    /// next full one: days then still follow one another without a gap.
    pub fn span(self, day: Day) -> Span {
        let begins = |day: Day| full_hour_from(day.begins(self.utc_offset_minutes));
        Span { from: begins(day), to: begins(day.after()) }
    }

    fn hour_of(self, day: Day) -> Timestamp {
        day.begins(self.utc_offset_minutes).plus_millis(i64::from(self.hour.min(23)) * HOUR_MS)
    }
}

fn full_hour_from(moment: Timestamp) -> Timestamp {
    Timestamp::from_millis(-(-moment.millis()).div_euclid(HOUR_MS) * HOUR_MS)
}
