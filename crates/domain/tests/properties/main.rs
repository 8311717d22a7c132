//! What holds for every history, however odd: properties over arbitrary events and commands.

mod alert;
mod arbitrary;
mod classify;
mod grab;
mod hunter;
mod pace;
mod replay;
mod summarise;
mod tenant;

use proptest::test_runner::Config;

/// Each property has seconds, not minutes. A failing input is printed whole, so no seeds are kept on disk.
fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}
