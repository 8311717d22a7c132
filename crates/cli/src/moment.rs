//! Moments as people type them: RFC 3339, in whichever zone. They are sent in UTC.

use chrono::DateTime;

use crate::output::time::iso;

pub(crate) fn parse(text: &str) -> Result<String, String> {
    let moment = DateTime::parse_from_rfc3339(text).map_err(|_| {
        format!("`{text}` is not a moment such as 2026-12-01T03:00:00Z or 2026-12-01T12:00:00+09:00")
    })?;
    Ok(iso(moment.to_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_a_day_a_time_and_a_zone() {
        let sent = Ok("2026-12-01T03:00:00.000Z".to_owned());
        assert_eq!([parse("2026-12-01T03:00:00Z"), parse("2026-12-01T12:00:00+09:00")], [sent.clone(), sent]);
        for text in ["", "2026-12-01", "2026-12-01 03:00", "2026-12-01T03:00:00", "tomorrow"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
