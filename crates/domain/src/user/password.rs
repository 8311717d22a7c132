//! What a password must have. It is looked at here and nowhere kept.

use crate::explain::Violations;

/// Longer ones would only keep the hash busy.
const LONGEST: usize = 200;

/// At least 8 characters, among them an upper-case letter and a digit.
pub fn check_password(violations: &mut Violations, password: &str, field: &[&str]) {
    let length = password.chars().take(LONGEST + 1).count();
    violations.require(length >= 8, field, "at least 8 characters", "至少 8 个字符");
    violations.require(length <= LONGEST, field, "at most 200 characters", "最多 200 个字符");
    let has = |kind: fn(char) -> bool| password.chars().take(LONGEST).any(kind);
    violations.require(has(char::is_uppercase), field, "at least one upper-case letter", "至少一个大写字母");
    violations.require(has(|symbol| symbol.is_ascii_digit()), field, "at least one digit", "至少一个数字");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_length_a_capital_and_a_digit() {
        let wrongs = |password: &str| {
            let mut violations = Violations::default();
            check_password(&mut violations, password, &["password"]);
            violations.into_result().err().map_or(0, |wrong| wrong.len())
        };
        for (password, wrong) in [
            ("Abcdefg1", 0),
            ("Ünlänge1", 0),
            ("密码密码密码A1", 0),
            ("Abcdef1", 1),
            ("abcdefg1", 1),
            ("Abcdefgh", 1),
            ("", 3),
            (&"Aa1".repeat(67), 1),
        ] {
            assert_eq!(wrongs(password), wrong, "{password}");
        }
    }
}
