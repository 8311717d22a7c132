//! How queries and mutations were answered, in numbers that only grow: what happened within a time is the difference of two looks.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// In seconds: where one kind of answer ends, and the next begins. Beyond the last there is one more.
const STEPS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 60.0];
const KINDS: usize = STEPS.len() + 1;

/// Counts. Never waits.
#[derive(Debug, Default)]
pub(super) struct Answering {
    faults: AtomicU64,
    kinds: [AtomicU64; KINDS],
}

/// What was counted until some moment, or between two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// That ended in a fault of ours.
    pub faults: u64,
    /// By how long they took.
    kinds: [u64; KINDS],
}

impl Answering {
    pub(super) fn count(&self, took: Duration, fault: bool) {
        let seconds = took.as_secs_f64();
        self.kinds[STEPS.partition_point(|step| *step < seconds)].fetch_add(1, Relaxed);
        self.faults.fetch_add(fault.into(), Relaxed);
    }

    pub(super) fn so_far(&self) -> Answered {
        Answered {
            faults: self.faults.load(Relaxed),
            kinds: std::array::from_fn(|kind| self.kinds[kind].load(Relaxed)),
        }
    }
}

impl Answered {
    /// What came after an earlier look.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let kinds = std::array::from_fn(|kind| self.kinds[kind].saturating_sub(earlier.kinds[kind]));
        Self { faults: self.faults.saturating_sub(earlier.faults), kinds }
    }

    pub fn count(&self) -> u64 {
        self.kinds.iter().sum()
    }

    /// What so many of a hundred took no longer than, in seconds, as far as the steps tell: within a step answers are taken to lie evenly.
    pub fn percentile(&self, percent: f64) -> f64 {
        if self.count() == 0 {
            return 0.0;
        }
        let wanted = float(self.count()) * percent / 100.0;
        let (mut before, mut low) = (0.0, 0.0);
        for (kind, high) in self.kinds.iter().zip(STEPS) {
            let here = float(*kind);
            if here > 0.0 && before + here >= wanted {
                return low + (high - low) * ((wanted - before) / here);
            }
            (before, low) = (before + here, high);
        }
        low
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody asks a server 2^53 times")]
fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Answered {
        /// Without a fault.
        pub(crate) fn example(took_ms: &[u64]) -> Self {
            let answering = Answering::default();
            for ms in took_ms {
                answering.count(Duration::from_millis(*ms), false);
            }
            answering.so_far()
        }
    }

    #[test]
    fn a_percentile_lies_within_the_step_of_the_answer_that_it_speaks_of() {
        let fast_and_slow = [vec![3; 90], vec![3_000; 10]].concat();
        let answered = Answered::example(&fast_and_slow);
        assert_eq!(answered.count(), 100);
        assert!((0.0025..=0.005).contains(&answered.percentile(50.0)), "{}", answered.percentile(50.0));
        assert!((1.0..=5.0).contains(&answered.percentile(95.0)), "{}", answered.percentile(95.0));
        assert!((Answered::example(&[3; 20]).percentile(100.0) - 0.005).abs() < 1e-9);
        assert!(Answered::example(&[]).percentile(95.0).abs() < 1e-9);
        assert!(
            Answered::example(&[100_000; 5]).percentile(95.0) >= 60.0,
            "more than a minute is a minute at least"
        );
    }

    #[test]
    fn between_two_looks_lies_what_came_after_the_first() {
        let answering = Answering::default();
        answering.count(Duration::from_secs(2), true);
        let earlier = answering.so_far();
        answering.count(Duration::ZERO, false);
        let later = answering.so_far();
        assert_eq!((later.since(&earlier).count(), later.since(&earlier).faults), (1, 0));
        assert_eq!((later.count(), later.faults), (2, 1));
    }
}
