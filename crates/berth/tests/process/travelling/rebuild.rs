//! Read models made anew from the same past.

use std::time::{Duration, Instant};

use super::{EVENTS, Past};
use crate::harness::Process;

const KILLS: u32 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rebuilding_twice_and_being_killed_twenty_times_gives_the_same_rows() {
    let past = Past::made().await;
    let rebuild = ["projections", "rebuild", "--all", "--data-dir", "data"];
    let first = rows(&past).await;
    assert!(first.lines().count() > EVENTS / 2, "there is something to compare");

    let begun = Instant::now();
    past.must(&rebuild).await;
    let took = begun.elapsed();
    assert!(rows(&past).await == first, "a rebuild gives the same rows");

    for kill in 0..KILLS {
        let mut process = Process::spawn(&rebuild, past.home(), &past.home().join("stderr"));
        // At another place in each life, from the first moment to about the end.
        tokio::time::sleep(took * kill / KILLS + Duration::from_millis(1)).await;
        process.kill().await;
        let now = rows(&past).await;
        assert!(now == first, "kill {kill}: the rows are as they were");
    }
    past.must(&rebuild).await;
    assert!(rows(&past).await == first, "after all kills a rebuild goes through and gives the same rows");
}

/// Without what tells of the rebuilds themselves: each is an event, so it moves every read model on, and ends the log's last stretch later.
async fn rows(past: &Past) -> String {
    let dump = past.must(&["projections", "dump", "--canonical", "--data-dir", "data"]).await;
    let last_stretch = dump.lines().rfind(|line| line.starts_with("log_entry_span "));
    let told_of_a_rebuild = |line: &&str| {
        line.contains(" checkpoint ")
            || line.contains("projection.rebuild_requested")
            || Some(*line) == last_stretch
    };
    dump.lines().filter(|line| !told_of_a_rebuild(line)).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_of_true_rows_finds_no_difference() {
    let past = Past::made().await;
    for name in ["attempt", "channel", "grab", "log_entry", "profile", "statistics", "tenant"] {
        let told = past.must(&["projections", "dry-run", name, "--data-dir", "data", "--json"]).await;
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        assert_eq!((&told["added"], &told["removed"], &told["changed"]), (&0.into(), &0.into(), &0.into()));
    }
}
