//! Numbers that were measured more than once.

use std::time::Duration;

/// Measurements of one thing, sorted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sample(Vec<f64>);

impl Sample {
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<_> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// In milliseconds.
    pub(crate) fn of_durations(values: impl IntoIterator<Item = Duration>) -> Self {
        Self::of(values.into_iter().map(|value| value.as_secs_f64() * 1e3))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The value that so many percent do not exceed. Not a number when nothing was measured.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let index = (self.0.len() * percent).div_ceil(100).saturating_sub(1);
        self.0.get(index).copied().unwrap_or(f64::NAN)
    }

    pub(crate) fn median(&self) -> f64 {
        self.percentile(50)
    }
}

/// A count as a float, for rates.
#[expect(clippy::cast_precision_loss, reason = "counts of one run are far below 2^52")]
pub(crate) fn float(count: u64) -> f64 {
    count as f64
}
