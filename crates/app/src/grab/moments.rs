//! When something last happened to each task, on the clock that nobody can set. What was written down tells it by the other one.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use berth_domain::GrabId;
use tokio::time::Instant;

/// Of tasks that have something to do: to which of its attempts it happened, and when. A restart forgets all of it.
#[derive(Default)]
pub(crate) struct Moments(Mutex<HashMap<GrabId, (u32, Instant)>>);

impl Moments {
    pub(super) fn note(&self, id: GrabId, number: u32, at: Instant) {
        self.known().insert(id, (number, at));
    }

    /// How long ago it happened to this attempt, in milliseconds; absent where it happened in another life of the process.
    pub(super) fn ago(&self, id: GrabId, number: u32, now: Instant) -> Option<i64> {
        let known = self.known().get(&id).copied();
        let (_, at) = known.filter(|(noted, _)| *noted == number)?;
        Some(i64::try_from(now.duration_since(at).as_millis()).unwrap_or(i64::MAX))
    }

    /// The same; where this life of the process does not know it yet, it happens now.
    pub(super) fn since(&self, id: GrabId, number: u32, now: Instant) -> i64 {
        self.ago(id, number, now).unwrap_or_else(|| {
            self.note(id, number, now);
            0
        })
    }

    pub(super) fn forget(&self, id: GrabId) {
        self.known().remove(&id);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<GrabId, (u32, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
