//! How far a place's clock is ahead of UTC, as people type it: `9`, `-3`, `+09:00`, `+05:30`. Inside, in minutes.

/// No place is further from UTC.
const FURTHEST_MINUTES: i32 = 14 * 60;

pub(crate) fn parse(text: &str) -> Result<i32, String> {
    let wrong = || format!("`{text}` is not an offset from UTC such as 9, -3 or +05:30");
    let (sign, clock) = match text.strip_prefix('-') {
        Some(clock) => (-1, clock),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (hours, minutes) = clock.split_once(':').unwrap_or((clock, "00"));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if !digits(hours) || !digits(minutes) || !(1..=2).contains(&hours.len()) || minutes.len() != 2 {
        return Err(wrong());
    }
    let number = |text: &str| text.parse::<i32>().map_err(|_| wrong());
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let ahead = hours * 60 + minutes;
    if minutes < 60 && ahead <= FURTHEST_MINUTES { Ok(sign * ahead) } else { Err(wrong()) }
}

/// `UTC+09:00`, and `UTC` alone where it is that.
pub(crate) fn zone(minutes: i32) -> String {
    let (sign, ahead) = (if minutes < 0 { '-' } else { '+' }, minutes.unsigned_abs());
    if ahead == 0 { "UTC".into() } else { format!("UTC{sign}{:02}:{:02}", ahead / 60, ahead % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_read_as_people_type_them_in_hours_or_as_a_clock_shows_them() {
        for (text, minutes) in [
            ("0", 0),
            ("9", 540),
            ("+9", 540),
            ("-3", -180),
            ("14", 840),
            ("+09:00", 540),
            ("8:00", 480),
            ("+05:30", 330),
            ("-03:30", -210),
        ] {
            assert_eq!(parse(text), Ok(minutes), "{text}");
        }
    }

    #[test]
    fn what_is_no_offset_is_refused() {
        for text in ["", "+", "-", "15", "+14:01", "+08:60", "+8:5", "008", "--3", "+-3", "8:", "5.5", "时"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_zone_is_shown_as_its_offset() {
        assert_eq!([0, 480, -210].map(zone), ["UTC", "UTC+08:00", "UTC-03:30"]);
    }
}
