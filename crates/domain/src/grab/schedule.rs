//! When it is tried, and for how long.

use serde::{Deserialize, Serialize};

use crate::{Seconds, Timestamp, explain::Violations};

/// When it tries, and for how long.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub interval: Seconds,
    /// Spread of the interval in percent, so that tasks do not march in step.
    pub jitter_percent: u8,
    /// Give up after so many attempts since the last start; 0 = until got.
    pub max_attempts: u32,
    /// No attempt before this moment.
    pub start_at: Option<Timestamp>,
    /// Give up at this moment.
    pub deadline: Option<Timestamp>,
    /// Attempts start only within one of these; at any time when there are none.
    pub windows: Vec<Window>,
    /// How far the clock that the windows are read on is ahead of UTC, in minutes.
    pub utc_offset_minutes: i16,
}

/// A part of some days. One that ends before it begins ends on the day after.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Days on which it begins; every day when empty.
    pub days: Vec<Day>,
    /// Minutes after midnight.
    pub from_minute: u16,
    /// Minutes after midnight; no attempt starts from this one on.
    pub to_minute: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

const DAY_SECONDS: u32 = 86_400;
const DAY_MS: i64 = 86_400_000;
const DAY_MINUTES: u16 = 1_440;
const MINUTE_MS: i64 = 60_000;
/// The clocks furthest ahead of and behind UTC differ by so much from it.
const MOST_OFFSET: i16 = 14 * 60;
const MOST_WINDOWS: usize = 32;

impl Schedule {
    /// The first moment, from this one on, at which an attempt may start.
    pub fn opens(&self, from: Timestamp) -> Timestamp {
        let from = from.max(self.start_at.unwrap_or(from));
        let ahead = i64::from(self.utc_offset_minutes) * MINUTE_MS;
        let local = from.plus_millis(ahead).millis();
        let today = local.div_euclid(DAY_MS);
        // A window of yesterday may last until today, and one of today may be over and come again in a week.
        let spans =
            (today - 1..=today + 7).flat_map(|day| self.windows.iter().filter_map(move |w| w.on(day)));
        let opens = spans.filter(|span| local < span.1).map(|span| span.0.max(local)).min();
        opens.map_or(from, |opens| Timestamp::from_millis(opens).plus_millis(-ahead))
    }

    pub(super) fn check(&self, min_interval: Seconds, violations: &mut Violations) {
        let least = min_interval.max(Seconds(1));
        violations.require(
            self.interval >= least,
            &["schedule", "interval"],
            &format!("must be at least {least}"),
            &format!("至少为 {least}"),
        );
        violations.require(
            self.interval <= Seconds(DAY_SECONDS),
            &["schedule", "interval"],
            "must be at most a day (86400 s)",
            "最长一天（86400 s）",
        );
        violations.require(
            self.jitter_percent <= 50,
            &["schedule", "jitterPercent"],
            "must be between 0 and 50",
            "必须在 0 到 50 之间",
        );
        for (moment, field) in [(self.start_at, "startAt"), (self.deadline, "deadline")] {
            // A moment outside of these could be written into the log and never be read back.
            violations.require(
                moment.is_none_or(|moment| (Timestamp::default()..=Timestamp::LATEST).contains(&moment)),
                &["schedule", field],
                "must lie between the years 1970 and 9999",
                "必须在 1970 年到 9999 年之间",
            );
        }
        violations.require(
            self.start_at.zip(self.deadline).is_none_or(|(start, deadline)| start < deadline),
            &["schedule", "deadline"],
            "must be after the start",
            "必须晚于开始时间",
        );
        self.check_windows(violations);
    }

    fn check_windows(&self, violations: &mut Violations) {
        violations.require(
            (-MOST_OFFSET..=MOST_OFFSET).contains(&self.utc_offset_minutes),
            &["schedule", "utcOffsetMinutes"],
            "must be between -840 and 840 minutes",
            "必须在 -840 到 840 分钟之间",
        );
        violations.require(
            self.windows.len() <= MOST_WINDOWS,
            &["schedule", "windows"],
            "name at most 32 windows",
            "最多 32 个时间窗口",
        );
        for (index, window) in self.windows.iter().enumerate() {
            violations.require(
                window.is_sound(),
                &["schedule", "windows", &index.to_string()],
                "must begin and end at different minutes between 0 and 1440",
                "起止必须是 0 到 1440 之间的不同分钟",
            );
        }
    }
}

impl Window {
    fn is_sound(&self) -> bool {
        self.from_minute < DAY_MINUTES && self.to_minute <= DAY_MINUTES && self.from_minute != self.to_minute
    }

    /// From when to when it lasts if it begins on this day, counted from 1970, on its own clock.
    fn on(&self, day: i64) -> Option<(i64, i64)> {
        let chosen = self.days.is_empty() || self.days.contains(&Day::of(day));
        let midnight = day * DAY_MS;
        let minute = |minute: u16| midnight + i64::from(minute) * MINUTE_MS;
        let (begins, ends) = (minute(self.from_minute), minute(self.to_minute));
        chosen.then_some((begins, if ends < begins { ends + DAY_MS } else { ends }))
    }
}

impl Day {
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// The day so many days after the first of 1970, which was a Thursday.
    fn of(day: i64) -> Self {
        let place = (day + 3).rem_euclid(7);
        Self::ALL[usize::try_from(place).expect("a remainder of 7 is no less than 0")]
    }
}
