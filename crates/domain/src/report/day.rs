//! A day of the calendar, wherever people live.

use std::{fmt, str::FromStr};

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use thiserror::Error;

use crate::Timestamp;

const MINUTE_MS: i64 = 60_000;

/// A day, written as `2026-11-21`: the second half of its report's stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(NaiveDate);

/// A text that is not a day.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0:?} is not a day such as 2026-11-21")]
pub struct NotADay(pub String);

impl Day {
    /// Which day it is at a moment, so many minutes east of Greenwich.
    pub fn of(moment: Timestamp, utc_offset_minutes: i16) -> Self {
        let local = moment.plus_millis(i64::from(utc_offset_minutes) * MINUTE_MS);
        Self(local.to_datetime().date_naive())
    }

    /// When it begins there.
    pub fn begins(self, utc_offset_minutes: i16) -> Timestamp {
        let midnight = Timestamp::from(self.0.and_time(chrono::NaiveTime::MIN).and_utc());
        midnight.plus_millis(-i64::from(utc_offset_minutes) * MINUTE_MS)
    }

    /// The first day of the calendar has none before it.
    #[must_use]
    pub fn before(self) -> Self {
        Self(self.0.checked_sub_days(Days::new(1)).unwrap_or(self.0))
    }

    /// The last day of the calendar has none after it.
    #[must_use]
    pub fn after(self) -> Self {
        Self(self.0.checked_add_days(Days::new(1)).unwrap_or(self.0))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl FromStr for Day {
    type Err = NotADay;
    fn from_str(text: &str) -> Result<Self, NotADay> {
        let wrong = || NotADay(text.chars().take(32).collect());
        let day = Self(NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| wrong())?);
        // One thing, one text: `2026-1-1` is refused.
        if day.to_string() == text { Ok(day) } else { Err(wrong()) }
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
