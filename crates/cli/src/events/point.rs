//! Moments of a history and of time, as people type them.

use std::{str::FromStr, time::Duration};

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::{
    client::Position,
    duration,
    output::time::{Moments, iso},
};

/// A moment of a history: `183991` is a place in the log, `v12` a version, `2026-11-20T09:55` a time in UTC, `HEAD` is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Point {
    Head,
    Version(u32),
    Position(Position),
    At(DateTime<Utc>),
}

/// A moment of time: itself, or so long ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    At(DateTime<Utc>),
    Ago(Duration),
}

impl FromStr for Point {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain = text.replace([',', '_'], "");
        if text.eq_ignore_ascii_case("head") {
            return Ok(Self::Head);
        }
        if let Some(Ok(version)) = plain.strip_prefix(['v', 'V']).map(str::parse) {
            return Ok(Self::Version(version));
        }
        if let Ok(position) = plain.trim_start_matches('@').parse() {
            return Ok(Self::Position(position));
        }
        moment(text).map(Self::At).ok_or_else(|| {
            format!("`{text}` is no position (183991), version (v12), time (2026-11-20T09:55) or HEAD")
        })
    }
}

impl Point {
    /// As the server wants it; null is now.
    pub(super) fn value(self) -> Value {
        match self {
            Self::Head => Value::Null,
            Self::Version(version) => json!({ "version": version }),
            Self::Position(position) => json!({ "position": position }),
            Self::At(moment) => json!({ "at": iso(moment) }),
        }
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no time (2026-11-20T09:55) and no length of time (10m)");
        moment(text).map(Self::At).or_else(|| duration::parse(text).ok().map(Self::Ago)).ok_or_else(wrong)
    }
}

impl When {
    pub(super) fn value(self, moments: Moments) -> Value {
        let moment = match self {
            Self::At(moment) => moment,
            Self::Ago(length) => {
                let ago = TimeDelta::from_std(length).ok();
                let moment = ago.and_then(|ago| moments.now().checked_sub_signed(ago));
                moment.unwrap_or(DateTime::UNIX_EPOCH)
            }
        };
        json!(iso(moment))
    }
}

/// RFC 3339, or its beginning: then it is in UTC.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(moment) = text.parse() {
        return Some(moment);
    }
    let plain = text.replace(' ', "T");
    let plain = plain.trim_end_matches('Z');
    let with_time = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(plain, form).ok());
    let day = || NaiveDate::parse_from_str(plain, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    with_time.or_else(day).map(|moment| moment.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_a_position_a_version_a_time_or_now() {
        let point = |text: &str| text.parse::<Point>().map(Point::value);
        assert_eq!(point("183991"), Ok(json!({ "position": "183991" })));
        assert_eq!(point("@183,991"), Ok(json!({ "position": "183991" })));
        assert_eq!(point("v16,016"), Ok(json!({ "version": 16_016 })));
        assert_eq!(point("HEAD"), Ok(Value::Null));
        for time in ["2026-11-20T09:55", "2026-11-20 09:55Z", "2026-11-20T10:55:00+01:00"] {
            assert_eq!(point(time), Ok(json!({ "at": "2026-11-20T09:55:00.000Z" })), "{time}");
        }
        assert_eq!(point("2026-11-20"), Ok(json!({ "at": "2026-11-20T00:00:00.000Z" })));
        for wrong in ["", "v", "vx", "-1", "yesterday", "2026-13-01"] {
            assert!(point(wrong).is_err(), "{wrong}");
        }
    }
}
