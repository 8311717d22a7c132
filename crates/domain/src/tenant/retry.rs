//! When a key of which nothing is known is tried again.

const SHORTEST_MS: i64 = 60_000;
const LONGEST_MS: i64 = 600_000;

/// How long an untested tenant rests, in milliseconds, after so many tests in a row that were not clearly answered.
pub fn retry_after(unclear: u32) -> i64 {
    let doublings = unclear.saturating_sub(1).min(4);
    (SHORTEST_MS << doublings).min(LONGEST_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_tried_again_after_a_minute_and_ever_later_up_to_ten() {
        let minutes = |unclear| retry_after(unclear) / 60_000;
        assert_eq!([0, 1, 2, 3, 4, 5, 63, 64, u32::MAX].map(minutes), [1, 1, 2, 4, 8, 10, 10, 10, 10]);
    }
}
