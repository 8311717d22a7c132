//! How long it took until the instance ran.

use berth_domain::Seconds;

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;

/// Up to where each step of the histogram reaches; what took longer is in one more behind the last.
pub const TIMES: [Seconds; 8] = [
    Seconds(MINUTE),
    Seconds(10 * MINUTE),
    Seconds(HOUR),
    Seconds(6 * HOUR),
    Seconds(DAY),
    Seconds(3 * DAY),
    Seconds(7 * DAY),
    Seconds(30 * DAY),
];

/// From the start of a task until its instance was seen running.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times {
    pub count: u64,
    /// Nearest rank: each is a time that was taken. Absent when nothing was got.
    pub tenth: Option<Seconds>,
    pub median: Option<Seconds>,
    pub ninetieth: Option<Seconds>,
    /// How many took so long: one step for each of [`TIMES`], and one for what took longer.
    pub steps: [u64; TIMES.len() + 1],
}

impl Times {
    /// Of milliseconds, ascending.
    pub(super) fn of_sorted(took_ms: &[i64]) -> Self {
        let mut times = Self { count: took_ms.len() as u64, ..Self::default() };
        for took in took_ms {
            times.steps[TIMES.partition_point(|end| end.millis() < *took)] += 1;
        }
        times.tenth = ranked(took_ms, 10);
        times.median = ranked(took_ms, 50);
        times.ninetieth = ranked(took_ms, 90);
        times
    }
}

/// The least that so many in a hundred did not pass, in whole seconds.
fn ranked(took_ms: &[i64], percent: usize) -> Option<Seconds> {
    let rank = (took_ms.len() * percent).div_ceil(100);
    let took = took_ms.get(rank.checked_sub(1)?)?;
    Some(Seconds(u32::try_from(took / 1000).unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_times_that_were_taken() {
        let took: Vec<i64> = (1..=10).map(|minutes| minutes * 60_000).collect();
        let times = Times::of_sorted(&took);
        assert_eq!(times.tenth, Some(Seconds(60)));
        assert_eq!(times.median, Some(Seconds(300)));
        assert_eq!(times.ninetieth, Some(Seconds(540)));
        assert_eq!(Times::of_sorted(&took[..1]).ninetieth, Some(Seconds(60)));
        assert_eq!(Times::of_sorted(&[]), Times::default());
    }

    #[test]
    fn a_step_reaches_up_to_its_end_and_the_last_is_open() {
        let times = Times::of_sorted(&[0, 60_000, 60_001, 2_592_000_000, 2_592_000_001]);
        assert_eq!(times.steps, [2, 1, 0, 0, 0, 0, 0, 1, 1]);
        assert_eq!(times.steps.iter().sum::<u64>(), times.count);
    }
}
