//! Numbers for people.

/// With a comma between thousands: `16,015`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let shown: Vec<String> = [0, 999, 1_000, 16_015, 1_234_567].map(grouped).to_vec();
        assert_eq!(shown, ["0", "999", "1,000", "16,015", "1,234,567"]);
    }
}
