//! Numbers of the cloud that go into events.

/// How much there is of something. What is not finite cannot be written down, and less than nothing means nothing.
pub(crate) fn amount(number: f64) -> Option<f64> {
    (number.is_finite() && number >= 0.0).then_some(number)
}
