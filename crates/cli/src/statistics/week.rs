//! A week at a glance: a line a day, a column an hour. The higher the bar, the more was tried; a dot is an instance that was got.

use serde::Deserialize;

use crate::{
    console::Console,
    failure::Failure,
    output::color::{Color, Paint},
    utc_offset::zone,
    words,
};

const DAYS: usize = 7;
const HOURS: usize = 24;
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Hour {
    /// From 1 for Monday on.
    weekday: usize,
    #[serde(rename = "hour")]
    of_day: usize,
    attempts: u64,
    launched: u64,
}

/// Attempts and launches of each hour from Monday on.
type Week = [(u64, u64); DAYS * HOURS];

pub(super) fn show(console: &mut Console, hours: &[Hour], utc_offset: i32) -> Result<(), Failure> {
    let week = shifted(hours, utc_offset);
    let most = week.iter().map(|hour| hour.0).max().unwrap_or_default();
    console.sentence(&words::statistics::week(&zone(utc_offset)))?;
    // A name of a day is three columns wide, or four in Chinese.
    let scale: Vec<_> = (0..HOURS).step_by(3).map(|hour| format!("{hour:02}")).collect();
    console.line(&format!("      {}", scale.join("    ")))?;
    for (day, hours) in week.chunks(HOURS).enumerate() {
        let name = words::statistics::weekday(console.language(), day);
        let cells: String = hours.iter().map(|hour| cell(*hour, most, console.paint)).collect();
        console.line(format!("{name}  {cells}").trim_end())?;
    }
    Ok(())
}

/// What of a week in UTC falls into which hour elsewhere. Where clocks are half an hour off, it is the hour in which that of UTC begins.
fn shifted(hours: &[Hour], utc_offset: i32) -> Week {
    let mut week = [(0, 0); DAYS * HOURS];
    // Never below zero: a week is added.
    let ahead = usize::try_from(utc_offset.div_euclid(60) + 168).unwrap_or_default();
    for hour in hours {
        let place = (hour.weekday.saturating_sub(1) * HOURS + hour.of_day + ahead) % week.len();
        week[place].0 += hour.attempts;
        week[place].1 += hour.launched;
    }
    week
}

fn cell((attempts, launched): (u64, u64), most: u64, paint: Paint) -> String {
    let level = (attempts * LEVELS.len() as u64).div_ceil(most.max(1));
    let level =
        usize::try_from(level).ok().and_then(|level| LEVELS.get(level.checked_sub(1)?)).unwrap_or(&' ');
    let got = if launched > 0 { paint.apply(Color::Green, '•') } else { " ".into() };
    format!("{}{got}", paint.apply(Color::Grey, level))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_move_into_the_readers_week() {
        let sunday = Hour { weekday: 7, of_day: 23, attempts: 5, launched: 1 };
        let place = |offset| shifted(&[sunday], offset).iter().position(|hour| *hour == (5, 1));
        assert_eq!(place(0), Some(167));
        assert_eq!(place(480), Some(7), "early on Monday");
        assert_eq!(place(-720), Some(155));
        assert_eq!((place(330), place(-210)), (Some(4), Some(163)), "the hour in which it begins");
    }

    #[test]
    fn the_highest_bar_is_the_busiest_hour_and_the_lowest_is_still_seen() {
        let cells = [0, 1, 40, 80].map(|attempts| cell((attempts, 0), 80, Paint::new(false)));
        assert_eq!(cells, ["  ", "▁ ", "▄ ", "█ "]);
        assert_eq!(cell((80, 2), 80, Paint::new(false)), "█•");
    }
}
