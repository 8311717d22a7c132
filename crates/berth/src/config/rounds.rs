//! What the server does by itself, at its hours: it tests tenants, and reports of days.

use berth_domain::{Seconds, report::Rhythm};

use super::{check::Checked, problem::Problem};

/// As far as the clocks of people are from that of Greenwich, in minutes.
const OFFSETS: std::ops::RangeInclusive<i16> = -720..=840;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounds {
    /// 0 is never.
    pub check_every: Seconds,
    pub reports: Rhythm,
}

impl Rounds {
    pub(super) fn of(checked: &Checked, problems: &mut Vec<Problem>) -> Self {
        let hour = checked.number("notify.daily_report_hour");
        Self {
            check_every: Seconds(checked.number::<u32>("tenants.check_hours") * 3600),
            reports: Rhythm { hour, utc_offset_minutes: offset(checked, problems) },
        }
    }
}

fn offset(checked: &Checked, problems: &mut Vec<Problem>) -> i16 {
    let (key, first, last) = ("notify.utc_offset_minutes", OFFSETS.start(), OFFSETS.end());
    let text = checked.text(key);
    if let Some(minutes) = text.parse().ok().filter(|minutes| OFFSETS.contains(minutes)) {
        return minutes;
    }
    problems.push(checked.problem(
        key,
        format!("must be a number from {first} to {last}, but is `{text}`"),
        format!("应为 {first} 到 {last} 的数字，现在是 `{text}`"),
    ));
    0
}
