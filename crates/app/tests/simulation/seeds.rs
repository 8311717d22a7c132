//! Many seeds on all cores.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
};

use crate::{
    options::Variant,
    run::{Report, simulate},
};

/// What all of them came to.
#[derive(Default)]
pub(crate) struct Sum {
    pub(crate) seeds: u64,
    pub(crate) calls: u64,
    pub(crate) launches: u64,
    pub(crate) virtual_hours: i64,
    /// Reports of the seeds that failed, as a person reads them.
    pub(crate) failed: Vec<(u64, String)>,
    virtual_ms: i64,
}

/// Runs these seeds; ends early once so many failed.
pub(crate) fn simulate_all(seeds: std::ops::Range<u64>, variant: Variant, enough: usize) -> Sum {
    let (next, sum) = (AtomicU64::new(seeds.start), Mutex::new(Sum::default()));
    let worker = || {
        loop {
            let seed = next.fetch_add(1, SeqCst);
            if seed >= seeds.end || sum.lock().unwrap().failed.len() >= enough {
                return;
            }
            let report = catch_unwind(AssertUnwindSafe(|| simulate(seed, variant)));
            sum.lock().unwrap().add(seed, report.ok().as_ref());
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(worker);
        }
    });
    let mut sum = sum.into_inner().unwrap();
    sum.virtual_hours = sum.virtual_ms / 3_600_000;
    sum
}

impl Sum {
    fn add(&mut self, seed: u64, report: Option<&Report>) {
        self.seeds += 1;
        let Some(report) = report else {
            return self.failed.push((seed, format!("seed {seed} panicked\n{}", how_to_repeat(seed))));
        };
        self.calls += report.calls;
        self.launches += report.launches;
        self.virtual_ms += report.virtual_ms;
        if !report.violations.is_empty() {
            self.failed.push((seed, tell(report)));
        }
    }
}

fn tell(report: &Report) -> String {
    let lines = report.last_lines.join("\n");
    let (seed, first) = (report.seed, &report.violations[0]);
    format!("{lines}\nseed {seed}: {first}\n{}", how_to_repeat(seed))
}

fn how_to_repeat(seed: u64) -> String {
    format!("to see it again: just simulate 1 {seed}")
}
