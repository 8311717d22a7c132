//! A machine that does what a test says.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use berth_domain::Timestamp;

use crate::{
    figures::{Figures, Sample},
    machine::{Carried, Carrier, Machine, Reading},
};

/// A Sunday at noon, so that minutes and hours begin where a test thinks they do.
pub(super) const NOON_MS: i64 = 1_700_395_200_000;

/// So many seconds after noon.
pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(NOON_MS + second * 1000)
}

pub(super) fn sample(second: i64, cpu_percent: f64) -> Sample {
    Sample { at: at(second), figures: Figures { cpu_percent, ..Figures::default() } }
}

pub(super) fn cpu(samples: impl IntoIterator<Item = Sample>) -> Vec<f64> {
    samples.into_iter().map(|sample| sample.figures.cpu_percent).collect()
}

/// Shows the same until it is changed, and counts who looks.
#[derive(Clone, Default)]
pub(super) struct MadeUp {
    pub(super) shows: Arc<Mutex<Reading>>,
    pub(super) looks: Arc<AtomicUsize>,
}

impl MadeUp {
    pub(super) fn looks(&self) -> usize {
        self.looks.load(SeqCst)
    }
}

impl Machine for MadeUp {
    fn read(&mut self) -> Reading {
        self.looks.fetch_add(1, SeqCst);
        *self.shows.lock().unwrap()
    }
}

/// A process that carries nothing.
pub(super) struct Idle;

impl Carrier for Idle {
    fn carried(&self) -> Carried {
        Carried::default()
    }
}
