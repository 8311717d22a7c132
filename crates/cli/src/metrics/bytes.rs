//! Amounts of bytes for people.

const UNITS: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/// With three digits that matter at the least: `19.1 MiB`.
pub(super) fn bytes(amount: f64) -> String {
    let (mut left, mut unit) = (amount.max(0.0), 0);
    while left >= 1024.0 && unit + 1 < UNITS.len() {
        left /= 1024.0;
        unit += 1;
    }
    let digits = usize::from(unit > 0 && left < 100.0);
    format!("{left:.digits$} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_get_the_unit_that_suits_them() {
        let shown = [0.0, 1023.0, 1024.0, 20_000_000.0, 3e14, -1.0].map(bytes);
        assert_eq!(shown, ["0 B", "1023 B", "1.0 KiB", "19.1 MiB", "273 TiB", "0 B"]);
    }
}
