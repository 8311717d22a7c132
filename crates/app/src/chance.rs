//! Where random numbers come from: the machine, or a seed that makes a run repeatable.

use std::sync::{Arc, Mutex, PoisonError};

use rand::{
    RngExt, SeedableRng,
    distr::{Distribution, StandardUniform},
    rngs::StdRng,
};

/// What ids, keys and waits are drawn from. The default is the machine's own, fit for keys.
#[derive(Clone, Debug, Default)]
pub struct Chance {
    seeded: Option<Arc<Mutex<StdRng>>>,
}

impl Chance {
    /// The same numbers in every run: for simulations only, since whoever knows the seed knows the keys.
    pub fn seeded(seed: u64) -> Self {
        Self { seeded: Some(Arc::new(Mutex::new(StdRng::seed_from_u64(seed)))) }
    }

    pub(crate) fn draw<T>(&self) -> T
    where
        StandardUniform: Distribution<T>,
    {
        match &self.seeded {
            Some(seeded) => seeded.lock().unwrap_or_else(PoisonError::into_inner).random(),
            None => rand::random(),
        }
    }
}
