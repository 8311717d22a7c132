//! A share of a whole, as wide as it is large.

const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// To an eighth of a column. Whatever is not nothing is seen.
pub(super) fn bar(part: u64, whole: u64, columns: usize) -> String {
    let share = u128::from(part.min(whole)) * (columns as u128 * 8);
    let eighths = usize::try_from(share.div_ceil(u128::from(whole.max(1)))).unwrap_or_default();
    let (full, rest) = (eighths / 8, eighths % 8);
    let full = (0..full).map(|_| '█');
    let rest = rest.checked_sub(1).and_then(|rest| EIGHTHS.get(rest));
    full.chain(rest.copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_bar_is_as_wide_as_its_share() {
        let bars: Vec<_> = [0, 1, 40, 50, 79, 80, 99].map(|part| bar(part, 80, 2)).to_vec();
        assert_eq!(bars, ["", "▏", "█", "█▎", "██", "██", "██"]);
        assert_eq!(bar(0, 0, 2), "");
        assert_eq!(bar(u64::MAX / 200, u64::MAX / 100, 10).chars().count(), 5);
    }
}
