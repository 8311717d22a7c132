//! The deterministic simulator: one thread, one seed, virtual time. Everything outside of Berth is made up here, and a judge
//! who shares no decision with it watches every call and every event.
//!
//! `just simulate 10000` runs many seeds; a seed that fails says how to see it again.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cloud;
mod dice;
mod fuse;
mod herd;
mod judge;
mod log;
mod options;
mod people;
mod roster;
mod run;
mod seeds;
mod time;
mod weather;
mod wish;

use options::Variant;
use run::simulate;
use seeds::{Sum, simulate_all};

/// So many seeds are run with all other tests.
const SEEDS: u64 = 200;
/// Within so many a control must be found out.
const ENOUGH: u64 = 100;

#[test]
fn no_seed_shows_anything_unlawful() {
    lawful(&simulate_all(1..SEEDS + 1, Variant::Berth, 3));
}

/// `BERTH_SEEDS` says how many, `BERTH_FIRST_SEED` with which to begin.
#[test]
#[ignore = "as long as one wishes: `just simulate`"]
fn no_seed_of_many_shows_anything_unlawful() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("BERTH_FIRST_SEED").unwrap_or(1);
    let began = std::time::Instant::now();
    let sum = simulate_all(first..first + number("BERTH_SEEDS").unwrap_or(1000), Variant::Berth, 10);
    let (seeds, hours, calls, launches) = (sum.seeds, sum.virtual_hours, sum.calls, sum.launches);
    let seconds = began.elapsed().as_secs();
    println!("{seeds} seeds, {hours} h of virtual time, {calls} calls, {launches} launches, in {seconds} s");
    lawful(&sum);
}

#[test]
fn a_seed_runs_alike_each_time() {
    for seed in [1, 7, 23, 42] {
        let (first, second) = (simulate(seed, Variant::Berth), simulate(seed, Variant::Berth));
        assert!(first.calls > 0);
        assert_eq!(
            first.hash,
            second.hash,
            "seed {seed}\n{}\n---\n{}",
            first.last_lines.join("\n"),
            second.last_lines.join("\n")
        );
    }
}

#[test]
fn a_client_without_retry_tokens_is_found_out() {
    found_out(Variant::NoRetryToken, "L1");
}

#[test]
fn a_log_that_says_it_wrote_an_attempt_down_and_did_not_is_found_out() {
    found_out(Variant::LogThatLies, "L2");
}

#[test]
fn a_log_that_loses_its_tail_in_a_crash_is_found_out() {
    found_out(Variant::LogThatForgets, "D1");
}

fn found_out(variant: Variant, law: &str) {
    let sum = simulate_all(1..ENOUGH + 1, variant, 1);
    let (seed, report) = sum.failed.first().unwrap_or_else(|| panic!("{variant:?} passed {ENOUGH} seeds"));
    assert!(report.contains(&format!("seed {seed}: {law}")), "{report}");
}

fn lawful(sum: &Sum) {
    for (_, report) in &sum.failed {
        println!("{report}\n");
    }
    let failed: Vec<_> = sum.failed.iter().map(|(seed, _)| seed).collect();
    assert!(failed.is_empty(), "of {} seeds these failed: {failed:?}", sum.seeds);
}
