//! When it is tried, and for how long.

use serde::{Deserialize, Serialize};

use super::cron::{AHEAD_MS, CronWindow};
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
    /// Attempts start only within one of these, or of those by cron; at any time when there are none of either.
    pub windows: Vec<Window>,
    pub cron_windows: Vec<CronWindow>,
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
        let by_cron = self.cron_windows.iter().filter_map(|window| window.span(local));
        let opens = spans.chain(by_cron).filter(|span| local < span.1).map(|span| span.0.max(local)).min();
        match opens {
            Some(opens) => Timestamp::from_millis(opens).plus_millis(-ahead),
            None if self.windows.is_empty() && self.cron_windows.is_empty() => from,
            // None comes as far as one looks: one looks again there.
            None => from.plus_millis(AHEAD_MS),
        }
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
            self.windows.len() + self.cron_windows.len() <= MOST_WINDOWS,
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
        // Each costs some reading, so no more than may be there are read.
        for (index, window) in self.cron_windows.iter().enumerate().take(MOST_WINDOWS) {
            let index = index.to_string();
            violations.require(
                window.comes(),
                &["schedule", "cronWindows", &index, "cron"],
                "is not a cron expression of five fields, or never comes",
                "不是五个字段的 cron 表达式，或永远不会触发",
            );
            violations.require(
                window.lasts(),
                &["schedule", "cronWindows", &index, "minutes"],
                "must be between 1 and 10080 minutes (a week)",
                "必须在 1 到 10080 分钟（一周）之间",
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
