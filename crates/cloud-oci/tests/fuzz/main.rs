//! Texts from outside that are read before anything is sent: thousands of each kind, made from real ones.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod config_file;
mod region;

use proptest::test_runner::Config;

/// At least so many cases; `PROPTEST_CASES` asks for more.
pub(crate) fn config(cases: u32) -> Config {
    let usual = Config::default();
    Config { cases: cases.max(usual.cases), failure_persistence: None, ..usual }
}
