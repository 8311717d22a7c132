//! Lengths of time as people type them: `90`, `90s`, `10m`, `1h30m`, `2d`.

use std::time::Duration;

/// Reads a length of time; a bare number is seconds.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a length of time such as 90s, 10m or 2h");
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let mut rest = text;
    let mut total = 0_u64;
    while !rest.is_empty() {
        let unit = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let number: u64 = rest[..unit].parse().map_err(|_| wrong())?;
        let seconds = seconds_in(rest[unit..].chars().next()).ok_or_else(wrong)?;
        total = number.checked_mul(seconds).and_then(|part| total.checked_add(part)).ok_or_else(wrong)?;
        rest = &rest[unit + 1..];
    }
    if text.is_empty() { Err(wrong()) } else { Ok(Duration::from_secs(total)) }
}

/// The same in whole seconds, for a parser of clap's.
pub(crate) fn parse_seconds(text: &str) -> Result<u64, String> {
    parse(text).map(|length| length.as_secs())
}

fn seconds_in(unit: Option<char>) -> Option<u64> {
    match unit? {
        's' => Some(1),
        'm' => Some(60),
        'h' => Some(3_600),
        'd' => Some(86_400),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_read_as_people_type_them() {
        for (text, seconds) in
            [("0", 0), ("90", 90), ("90s", 90), ("10m", 600), ("1h30m", 5_400), ("2d", 172_800)]
        {
            assert_eq!(parse_seconds(text), Ok(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_length_of_time_is_refused() {
        for text in
            ["", "m", "10x", "-5", "1.5h", "10m5", "99999999999999999999s", "9999999999999999d", "10分"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
