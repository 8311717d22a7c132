//! Windows that open by a cron expression. Reading one, and finding when it comes next, costs no more than a look at some years of days.

use chrono::{DateTime, Datelike};
use croner::{
    CronPattern, Weekday,
    parser::{CronParser, Seconds, Year},
};
use serde::{Deserialize, Serialize};

/// A window that opens whenever its expression comes, and stays open for some minutes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CronWindow {
    /// Minute, hour, day of the month, month and day of the week, on the schedule's own clock.
    pub cron: String,
    pub minutes: u16,
}

const MINUTE_MS: i64 = 60_000;
const DAY_MINUTES: i64 = 1_440;
const DAY_SECONDS: i64 = 86_400;
/// No expression is longer that is meant.
const CRON_LENGTH: usize = 100;
/// A week.
const MOST_MINUTES: u16 = 7 * 1_440;
/// From one 29 February to the next when a century's last year lies between, and a day. What comes seldomer is not looked for.
const YEARS_OF_DAYS: i64 = 2_922;
/// So long is looked ahead, in milliseconds.
pub(super) const AHEAD_MS: i64 = YEARS_OF_DAYS * DAY_MINUTES * MINUTE_MS;
/// The first of 2000: whatever comes in some years of days is looked for from there.
const SOMEWHEN: i64 = 10_957 * DAY_MINUTES;

impl CronWindow {
    /// From when to when it is open, of the times that end after this moment the first. In milliseconds since 1970 on its own clock.
    ///
    /// One that opened while nobody looked is open as long as its minutes last. Absent when it does not come within [`AHEAD_MS`].
    pub(super) fn span(&self, local: i64) -> Option<(i64, i64)> {
        let lasts = i64::from(self.minutes) * MINUTE_MS;
        let first = local.saturating_sub(lasts).div_euclid(MINUTE_MS) + 1;
        let opens = next(&read(&self.cron)?, first)? * MINUTE_MS;
        Some((opens, opens + lasts))
    }

    /// It is an expression of five fields that comes at least once in eight years.
    pub(super) fn comes(&self) -> bool {
        read(&self.cron).is_some_and(|pattern| next(&pattern, SOMEWHEN).is_some())
    }

    pub(super) fn lasts(&self) -> bool {
        (1..=MOST_MINUTES).contains(&self.minutes)
    }
}

fn read(cron: &str) -> Option<CronPattern> {
    // Five fields and no nicknames: what is asked for is what is seen.
    let plain = cron.len() <= CRON_LENGTH && cron.is_ascii() && !cron.contains('@');
    if !plain || cron.split_ascii_whitespace().count() != 5 {
        return None;
    }
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    parser.parse(cron).ok().map(|cron| cron.pattern)
}

/// The first minute since 1970, from this one on, at which it comes.
fn next(pattern: &CronPattern, first: i64) -> Option<i64> {
    let today = first.div_euclid(DAY_MINUTES);
    (today..=today + YEARS_OF_DAYS).filter(|day| comes_on(pattern, *day)).find_map(|day| {
        let midnight = day * DAY_MINUTES;
        (midnight.max(first)..midnight + DAY_MINUTES).find(|minute| comes_at(pattern, minute - midnight))
    })
}

/// Whether it comes on this day, counted from 1970.
fn comes_on(pattern: &CronPattern, day: i64) -> bool {
    let Some(date) = DateTime::from_timestamp(day.saturating_mul(DAY_SECONDS), 0) else { return false };
    let weekday = Weekday::from_days_from_sunday(date.weekday().num_days_from_sunday());
    pattern.month_match(date.month()).unwrap_or(false)
        && pattern.day_match(date.year(), date.month(), date.day(), weekday).unwrap_or(false)
}

/// Whether it comes at this minute of such a day.
fn comes_at(pattern: &CronPattern, minute: i64) -> bool {
    let Ok(minute) = u32::try_from(minute) else { return false };
    pattern.hour_match(minute / 60).unwrap_or(false) && pattern.minute_match(minute % 60).unwrap_or(false)
}
