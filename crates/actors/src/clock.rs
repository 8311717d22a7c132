//! The one clock. Everything that waits, waits on it, so that a test can let a day pass in a second.
//!
//! It does not know time zones, and it never corrects the wall clock: order comes from positions, not from timestamps.

use std::{
    sync::atomic::{AtomicI64, Ordering::SeqCst},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::time::Instant;

/// Tells the time and waits. Cheap to copy; usable from any thread of a tokio runtime.
///
/// Intervals and time-outs run on the monotonic clock ([`Clock::instant`], [`Clock::sleep`]); [`Clock::now_ms`] is for
/// writing down when something happened and for dates that came from outside.
///
/// In tests the monotonic clock is tokio's paused one: it jumps to the next timer whenever all tasks wait.
/// `testing::on_virtual_time` (feature `testing`) sets that up, which is the same as
///
/// ```ignore
/// let system = actix::System::with_tokio_rt(|| {
///     tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
/// });
/// system.block_on(async {
///     let clock = Clock::virtual_from(1_700_000_000_000);
///     let arbiters = Arbiters::current(); // other threads have a runtime, and so a time, of their own
/// });
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    wall: Wall,
}

#[derive(Clone, Copy, Debug)]
enum Wall {
    System,
    Virtual { start_ms: i64, origin: Instant, set_by: Option<&'static AtomicI64> },
}

impl Clock {
    /// The machine's clocks.
    pub fn system() -> Self {
        Self { wall: Wall::System }
    }

    /// A wall clock that shows `start_ms` now and from here on moves exactly as tokio's clock does.
    ///
    /// Call it inside the runtime whose time it shall follow.
    pub fn virtual_from(start_ms: i64) -> Self {
        Self { wall: Wall::Virtual { start_ms, origin: Instant::now(), set_by: None } }
    }

    /// The same, shown later by so many milliseconds as the number says at the moment: whoever changes it sets the clock.
    pub fn virtual_set_by(start_ms: i64, set_by: &'static AtomicI64) -> Self {
        Self { wall: Wall::Virtual { start_ms, origin: Instant::now(), set_by: Some(set_by) } }
    }

    /// Milliseconds since 1970-01-01 UTC on the wall clock. May jump when somebody sets the machine's clock.
    pub fn now_ms(&self) -> i64 {
        match self.wall {
            Wall::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or_else(|before| -millis(before.duration()), millis),
            Wall::Virtual { start_ms, origin, set_by } => {
                let set_by = set_by.map_or(0, |set_by| set_by.load(SeqCst));
                start_ms.saturating_add(set_by).saturating_add(millis(origin.elapsed()))
            }
        }
    }

    /// A point on the monotonic clock.
    pub fn instant(&self) -> Instant {
        Instant::now()
    }

    /// Waits at least this long, on the monotonic clock.
    pub async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    /// Waits until the wall clock should show `at_ms`; a past time is now.
    ///
    /// The distance is measured once and slept on the monotonic clock: setting the wall clock meanwhile neither
    /// shortens nor lengthens the wait.
    pub async fn sleep_until_ms(&self, at_ms: i64) {
        let distance = at_ms.saturating_sub(self.now_ms());
        if let Ok(distance) = u64::try_from(distance) {
            tokio::time::sleep(Duration::from_millis(distance)).await;
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
