//! Fewer samples of the same time: which spans to take means over, and the means. Nothing is invented where nothing was measured.

use std::collections::BTreeMap;

use berth_domain::Timestamp;

use crate::figures::{COLUMNS, Figures, Sample, UPTIME};

/// The newest are kept by so many milliseconds,
pub(crate) const FINE_MS: i64 = 5_000;
/// for so long;
pub(crate) const FINE_KEPT_MS: i64 = 2 * 3_600_000;
/// and all are kept by so many,
pub(crate) const COARSE_MS: i64 = 60_000;
/// for so long.
pub(crate) const COARSE_KEPT_MS: i64 = 7 * 24 * 3_600_000;

/// A mean, and of how many measurements.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mean {
    pub(crate) weight: u32,
    pub(crate) sample: Sample,
}

impl Mean {
    pub(crate) fn of_one(sample: Sample) -> Self {
        Self { weight: 1, sample }
    }
}

/// Spans of equal length, all of which begin at multiples of it, so that the same question a second later gets the same means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) span_ms: i64,
    /// Where the first span begins.
    pub(crate) origin_ms: i64,
}

impl Grid {
    pub(crate) fn every(span_ms: i64) -> Self {
        Self { span_ms, origin_ms: 0 }
    }

    /// The finest one that cuts the time into no more than so many parts, of samples that are kept by so many milliseconds.
    pub(crate) fn of(from: Timestamp, to: Timestamp, points: u32, kept_ms: i64) -> Self {
        let whole_ms = to.since(from).max(1);
        if points <= 1 {
            return Self { span_ms: whole_ms.max(kept_ms), origin_ms: from.millis() };
        }
        // One less, because the time rarely begins where a span does.
        let wanted_ms = parts(whole_ms, i64::from(points) - 1);
        Self::every(parts(wanted_ms, kept_ms) * kept_ms)
    }

    /// Where the span begins that a moment lies in.
    pub(crate) fn begin_of(self, at: Timestamp) -> Timestamp {
        let inside = (at.millis() - self.origin_ms).rem_euclid(self.span_ms);
        at.plus_millis(-inside)
    }
}

/// By how many milliseconds samples are kept that reach back to a moment. The older ones are not shown beside the finer ones as if
/// most of them were missing.
pub(crate) fn kept_ms(from: Timestamp, now: Timestamp) -> i64 {
    if now.since(from) > FINE_KEPT_MS { COARSE_MS } else { FINE_MS }
}

/// How many parts of this size a positive whole takes.
fn parts(whole: i64, part: i64) -> i64 {
    (whole - 1) / part + 1
}

/// Takes samples and gives the mean of each span that has any.
#[derive(Debug)]
pub(crate) struct Thinner {
    grid: Grid,
    /// By where each span begins.
    sums: BTreeMap<Timestamp, Sum>,
}

#[derive(Debug)]
struct Sum {
    weight: u32,
    sums: [(f64, f64); COLUMNS],
    uptime: f64,
}

impl Thinner {
    pub(crate) fn new(grid: Grid) -> Self {
        Self { grid, sums: BTreeMap::new() }
    }

    pub(crate) fn take(&mut self, mean: Mean) {
        let begin = self.grid.begin_of(mean.sample.at);
        self.sums.entry(begin).or_insert_with(Sum::new).add(&mean);
    }

    /// Oldest first.
    pub(crate) fn means(&self) -> Vec<Mean> {
        self.sums.iter().map(|(begin, sum)| sum.mean(*begin)).collect()
    }

    /// Lets go of every span that begins before a moment.
    pub(crate) fn forget_before(&mut self, moment: Timestamp) {
        self.sums = self.sums.split_off(&moment);
    }

    /// Lets go of the oldest beyond so many.
    pub(crate) fn keep_newest(&mut self, most: usize) {
        while self.sums.len() > most {
            self.sums.pop_first();
        }
    }
}

impl Sum {
    fn new() -> Self {
        Self { weight: 0, sums: [(0.0, 0.0); COLUMNS], uptime: 0.0 }
    }

    fn add(&mut self, Mean { weight, sample }: &Mean) {
        self.weight = self.weight.saturating_add(*weight);
        self.uptime = sample.figures.process.uptime_seconds;
        let weight = f64::from(*weight);
        for ((sum, weights), number) in self.sums.iter_mut().zip(sample.figures.to_columns()) {
            if let Some(number) = number {
                *sum += number * weight;
                *weights += weight;
            }
        }
    }

    /// A number that none of them had stays absent.
    fn mean(&self, begin: Timestamp) -> Mean {
        let mut columns = self.sums.map(|(sum, weights)| (weights > 0.0).then(|| sum / weights));
        columns[UPTIME] = Some(self.uptime);
        let sample = Sample { at: begin, figures: Figures::from_columns(&columns) };
        Mean { weight: self.weight, sample }
    }
}
