//! Chance that comes from the seed: each concern has dice of its own, so that more of one thing changes nothing of another.

use std::sync::{Arc, Mutex};

use rand::{RngExt, SeedableRng, rngs::StdRng};

#[derive(Clone)]
pub(crate) struct Dice(Arc<Mutex<StdRng>>);

impl Dice {
    pub(crate) fn new(seed: u64, concern: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ concern))))
    }

    /// A whole number between two, both included.
    pub(crate) fn between(&self, least: i64, most: i64) -> i64 {
        self.0.lock().unwrap().random_range(least..=most)
    }

    /// True so many times in a thousand.
    pub(crate) fn in_1000(&self, times: i64) -> bool {
        self.between(1, 1000) <= times
    }

    pub(crate) fn index(&self, length: usize) -> usize {
        self.0.lock().unwrap().random_range(0..length)
    }

    pub(crate) fn pick<'a, T>(&self, things: &'a [T]) -> &'a T {
        &things[self.index(things.len())]
    }
}
