//! The time that really passes, over all lives of the process. The clock that Berth sees may show something else.

use std::sync::{
    Mutex,
    atomic::{AtomicI64, Ordering::SeqCst},
};

use tokio::time::Instant;

/// The simulation begins at 0. Each life of the process has a runtime, and so a monotonic clock, of its own.
pub(crate) struct Time {
    inner: Mutex<Inner>,
    /// By how much the wall clock is wrong. A clock is copied freely, so this must live as long as any.
    pub(crate) wrong_by: &'static AtomicI64,
}

/// What the wall clock shows when the simulation begins.
const START_MS: i64 = 1_800_000_000_000;

#[derive(Default)]
struct Inner {
    begun_ms: i64,
    origin: Option<Instant>,
}

impl Default for Time {
    fn default() -> Self {
        Self { inner: Mutex::default(), wrong_by: Box::leak(Box::default()) }
    }
}

impl Time {
    /// What Berth's wall clock showed at the beginning of the simulation, as one would say by what it shows now.
    pub(crate) fn wall_start(&self) -> i64 {
        START_MS + self.wrong_by.load(SeqCst)
    }

    /// A clock for a life that begins now.
    pub(crate) fn clock(&self) -> berth_actors::Clock {
        berth_actors::Clock::virtual_set_by(START_MS + self.now(), self.wrong_by)
    }

    /// A life of the process begins, on the runtime of this thread.
    pub(crate) fn begin(&self) {
        self.inner.lock().unwrap().origin = Some(Instant::now());
    }

    /// It ends, and nobody is there for so long.
    pub(crate) fn end(&self, away_ms: i64) {
        let now = self.now();
        *self.inner.lock().unwrap() = Inner { begun_ms: now + away_ms, origin: None };
    }

    /// Milliseconds since the simulation began.
    pub(crate) fn now(&self) -> i64 {
        let inner = self.inner.lock().unwrap();
        let elapsed = inner.origin.map(|origin| origin.elapsed().as_millis()).unwrap_or_default();
        inner.begun_ms + i64::try_from(elapsed).unwrap()
    }
}

pub(crate) async fn sleep(milliseconds: i64) {
    tokio::time::sleep(std::time::Duration::from_millis(milliseconds.max(0).unsigned_abs())).await;
}
