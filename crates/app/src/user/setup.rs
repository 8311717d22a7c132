//! The first user: made once, by whoever has the code that the server showed on the machine.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use berth_domain::{Timestamp, user::Digest};

use super::secret::{code, digest, plain};
use crate::chance::Chance;

/// A code is good for an hour.
const GOOD_FOR_MS: i64 = 3_600_000;
/// Seven groups of four symbols are 140 bits.
const GROUPS: usize = 7;

/// Only in memory: a restart shows another code.
#[derive(Debug)]
pub(super) struct Setup {
    nobody_yet: AtomicBool,
    shown: Mutex<Option<Shown>>,
}

#[derive(Debug)]
struct Shown {
    digest: Digest,
    until: Timestamp,
}

impl Setup {
    pub(super) fn new(nobody_yet: AtomicBool) -> Self {
        Self { nobody_yet, shown: Mutex::default() }
    }

    pub(super) fn is_open(&self) -> bool {
        self.nobody_yet.load(Ordering::Acquire)
    }

    /// Another code; the one before is good for nothing. None once there was a user.
    pub(super) fn show(&self, chance: &Chance, now: Timestamp) -> Option<String> {
        let fresh = self.is_open().then(|| code(GROUPS, chance))?;
        let until = now.plus_millis(GOOD_FOR_MS);
        *self.lock() = Some(Shown { digest: digest(&plain(&fresh)), until });
        Some(fresh)
    }

    pub(super) fn admits(&self, typed: &str, now: Timestamp) -> bool {
        let shown = self.lock();
        let Some(shown) = shown.as_ref().filter(|_| self.is_open()) else { return false };
        now < shown.until && digest(&plain(typed)) == shown.digest
    }

    pub(super) fn close(&self) {
        self.nobody_yet.store(false, Ordering::Release);
        *self.lock() = None;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Shown>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_code_counts_for_an_hour_and_until_there_is_a_user() {
        let (setup, chance) = (Setup::new(AtomicBool::new(true)), Chance::seeded(1));
        let now = Timestamp::from_millis(1_795_000_000_000);
        assert!(!setup.admits("", now));
        let first = setup.show(&chance, now).unwrap();
        let second = setup.show(&chance, now).unwrap();
        assert!(!setup.admits(&first, now));
        assert!(setup.admits(&second.to_lowercase(), now.plus_millis(GOOD_FOR_MS - 1)));
        assert!(!setup.admits(&second, now.plus_millis(GOOD_FOR_MS)));
        setup.close();
        assert!(!setup.admits(&second, now));
        assert!(setup.show(&chance, now).is_none());
    }
}
