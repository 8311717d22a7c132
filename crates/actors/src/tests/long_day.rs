use std::sync::atomic::Ordering::SeqCst;

use super::*;
use crate::{DueIndex, run_due, testing::on_virtual_time};

const ACTORS: usize = 1_000;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

#[test]
fn a_day_of_a_thousand_actors_that_stay_awake_passes_in_seconds() {
    // 5 minutes, for debug builds; each minute takes five times as long.
    let starts = live_a_day(5 * MINUTE_MS, Duration::from_hours(1));
    assert_eq!(starts, ACTORS);
}

#[test]
fn a_day_of_a_thousand_actors_that_sleep_between_their_ticks_passes_in_seconds() {
    let starts = live_a_day(30 * MINUTE_MS, Duration::from_mins(1));
    assert_eq!(starts, ACTORS * 48);
}

/// As tasks live: a row wakes an actor, which does a little. Checks the ticks, answers how often an actor started.
fn live_a_day(every_ms: i64, idle_after: Duration) -> usize {
    on_virtual_time(async {
        let clock = Clock::virtual_from(START_MS);
        let (registry, ledger) = counters(Options { idle_after, ..Options::default() });
        let index = DueIndex::new();
        for id in 0..ACTORS {
            let phase = i64::try_from(id % 10).unwrap() * every_ms / 10;
            index.set(id, START_MS + phase);
        }
        let rows = index.clone();
        let driver = run_due(index, clock, move |id| {
            registry.notify(&id, Count).unwrap();
            rows.set(id, clock.now_ms() + every_ms);
        });
        tokio::select! {
            () = driver => unreachable!("it runs for ever"),
            () = clock.sleep_until_ms(START_MS + DAY_MS - 1) => {}
        }
        let ticks = ACTORS * usize::try_from(DAY_MS / every_ms).unwrap();
        assert_eq!(ledger.handled.load(SeqCst), ticks);
        ledger.starts.load(SeqCst)
    })
}
