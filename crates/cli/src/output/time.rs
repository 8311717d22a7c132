//! Moments and lengths of time for people.

use berth_domain::Language;
use chrono::{DateTime, SecondsFormat, Utc};

use crate::{global::TimeFormat, words};

/// What time it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Clock {
    System,
    /// For tests.
    Still(DateTime<Utc>),
}

/// Prints moments as distances from now or as ISO text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moments {
    format: TimeFormat,
    language: Language,
    clock: Clock,
}

impl Moments {
    pub(crate) fn new(format: TimeFormat, language: Language, clock: Clock) -> Self {
        Self { format, language, clock }
    }

    pub(crate) fn language(self) -> Language {
        self.language
    }

    pub(crate) fn now(self) -> DateTime<Utc> {
        match self.clock {
            Clock::System => DateTime::<Utc>::from(std::time::SystemTime::now()),
            Clock::Still(moment) => moment,
        }
    }

    /// `3 min ago`, `in 5 s`, or the moment itself.
    pub(crate) fn moment(self, moment: DateTime<Utc>) -> String {
        if self.format == TimeFormat::Iso {
            return iso(moment);
        }
        let distance = (self.now() - moment).num_seconds();
        let length = self.length(distance.unsigned_abs());
        words::distance(&length, distance).in_language(self.language).to_owned()
    }

    /// The moment of a line in a stream. A distance would be wrong as soon as the next line comes.
    pub(crate) fn stamp(self, moment: DateTime<Utc>) -> String {
        match self.format {
            TimeFormat::Iso => iso(moment),
            TimeFormat::Relative => moment.format("%m-%d %H:%M:%SZ").to_string(),
        }
    }

    pub(crate) fn optional(self, moment: Option<DateTime<Utc>>) -> String {
        moment.map_or_else(|| "–".to_owned(), |moment| self.moment(moment))
    }

    /// The largest two units of a length: `3 d 4 h`, `2 min 5 s`.
    pub(crate) fn length(self, seconds: u64) -> String {
        const UNITS: [u64; 4] = [86_400, 3_600, 60, 1];
        let names = words::UNITS.map(|(english, chinese)| match self.language {
            Language::English => english,
            Language::Chinese => chinese,
        });
        let largest = UNITS.iter().position(|unit| seconds >= *unit).unwrap_or(3);
        let mut parts = vec![format!("{} {}", seconds / UNITS[largest], names[largest])];
        if let Some(unit) = UNITS.get(largest + 1) {
            let rest = seconds % UNITS[largest] / unit;
            if rest > 0 {
                parts.push(format!("{rest} {}", names[largest + 1]));
            }
        }
        parts.join(" ")
    }
}

/// RFC 3339 with milliseconds, as the server writes it.
pub(crate) fn iso(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn moments(language: Language) -> Moments {
        Moments::new(TimeFormat::Relative, language, Clock::Still(at("2026-11-21T12:00:00Z")))
    }

    #[test]
    fn a_moment_is_a_distance_from_now_in_both_languages() {
        let before = at("2026-11-21T11:56:55Z");
        assert_eq!(moments(Language::English).moment(before), "3 min 5 s ago");
        assert_eq!(moments(Language::Chinese).moment(before), "3 分 5 秒前");
        assert_eq!(moments(Language::English).moment(at("2026-11-21T12:00:09Z")), "in 9 s");
        assert_eq!(moments(Language::Chinese).moment(at("2026-11-23T13:00:00Z")), "2 天 1 小时后");
    }

    #[test]
    fn iso_keeps_milliseconds() {
        let moments = Moments { format: TimeFormat::Iso, ..moments(Language::Chinese) };
        assert_eq!(moments.moment(at("2026-11-21T11:56:55.5Z")), "2026-11-21T11:56:55.500Z");
    }
}
