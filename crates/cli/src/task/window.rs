//! Windows of time as people type them: `03:00-05:00`, `mon-fri 22:00-06:00`, `sat,sun 00:00-24:00`.

use serde_json::{Value, json};

/// A part of some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// By their place in the week; every day when empty.
    days: Vec<usize>,
    from_minute: u32,
    to_minute: u32,
}

/// A window that opens by a cron expression: `0 3 * * mon-fri for 2h`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CronWindow {
    cron: String,
    minutes: u64,
}

/// As they are typed, and as they are said on the wire.
const DAYS: [(&str, &str); 7] = [
    ("mon", "MONDAY"),
    ("tue", "TUESDAY"),
    ("wed", "WEDNESDAY"),
    ("thu", "THURSDAY"),
    ("fri", "FRIDAY"),
    ("sat", "SATURDAY"),
    ("sun", "SUNDAY"),
];

impl Window {
    pub(super) fn wire(&self) -> Value {
        let days: Vec<&str> = self.days.iter().map(|day| DAYS[*day].1).collect();
        json!({ "days": days, "fromMinute": self.from_minute, "toMinute": self.to_minute })
    }
}

pub(super) fn parse(text: &str) -> Result<Window, String> {
    let wrong = || format!("`{text}` is not a window such as 03:00-05:00 or \"mon-fri 22:00-06:00\"");
    let (days, span) = text.trim().rsplit_once(' ').unwrap_or(("", text.trim()));
    let (from, to) = span.split_once('-').ok_or_else(wrong)?;
    let minute = |clock: &str| minutes(clock).filter(|minutes| *minutes <= 1_440).ok_or_else(wrong);
    Ok(Window { days: days_of(days).ok_or_else(wrong)?, from_minute: minute(from)?, to_minute: minute(to)? })
}

impl CronWindow {
    pub(super) fn wire(&self) -> Value {
        json!({ "cron": self.cron, "minutes": self.minutes })
    }
}

/// The expression itself is for the server to judge.
pub(super) fn parse_cron(text: &str) -> Result<CronWindow, String> {
    let wrong =
        || format!("`{text}` is not a cron expression and a length such as \"0 3 * * mon-fri for 2h\"");
    let (cron, length) = text.trim().rsplit_once(" for ").ok_or_else(wrong)?;
    let seconds = crate::duration::parse_seconds(length.trim()).map_err(|_| wrong())?;
    if seconds % 60 != 0 {
        return Err(wrong());
    }
    Ok(CronWindow { cron: cron.trim().to_owned(), minutes: seconds / 60 })
}

/// Minutes after midnight as a clock shows them.
pub(crate) fn clock(minutes: u64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

pub(crate) fn minutes(clock: &str) -> Option<u32> {
    let (hours, minutes) = clock.split_once(':')?;
    let number = |text: &str, most: u32| {
        let digits = text.len() == 2 && text.chars().all(|c| c.is_ascii_digit());
        text.parse::<u32>().ok().filter(|number| digits && *number <= most)
    };
    Some(number(hours, 24)? * 60 + number(minutes, 59)?)
}

fn days_of(text: &str) -> Option<Vec<usize>> {
    let mut days = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        match part.split_once('-') {
            Some((first, last)) => {
                let (first, last) = (day(first)?, day(last)?);
                days.extend((0..=(last + 7 - first) % 7).map(|step| (first + step) % 7));
            }
            None => days.push(day(part)?),
        }
    }
    Some(days)
}

fn day(text: &str) -> Option<usize> {
    let text = text.trim().to_ascii_lowercase();
    DAYS.iter().position(|(short, long)| *short == text || long.to_ascii_lowercase() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_read_as_people_type_them() {
        for (text, days, from, to) in [
            ("03:00-05:00", &[][..], 180, 300),
            ("mon-fri 22:00-06:00", &[0, 1, 2, 3, 4], 1_320, 360),
            ("sat,sun 00:00-24:00", &[5, 6], 0, 1_440),
            ("Sun-Tue,friday 00:30-01:00", &[6, 0, 1, 4], 30, 60),
        ] {
            let window = Window { days: days.to_vec(), from_minute: from, to_minute: to };
            assert_eq!(parse(text), Ok(window), "{text}");
        }
    }

    #[test]
    fn a_cron_window_is_an_expression_and_a_length_of_whole_minutes() {
        let window = CronWindow { cron: "*/5 3 * * mon-fri".into(), minutes: 120 };
        assert_eq!(parse_cron(" */5 3 * * mon-fri for 2h"), Ok(window));
        for text in ["", "0 3 * * *", "0 3 * * * for", "0 3 * * * for ever", "0 3 * * * for 90s"] {
            assert!(parse_cron(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_window_is_refused() {
        for text in [
            "",
            "3-5",
            "03:00",
            "03:00-25:00",
            "03:60-04:00",
            "foo 03:00-04:00",
            "+3:00-04:00",
            "24:30-01:00",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
