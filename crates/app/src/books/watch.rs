//! Watches the wall clock, so that one that somebody moved deletes nothing.

use std::sync::atomic::{AtomicI64, Ordering};

use berth_actors::Clock;
use berth_domain::{Timestamp, books::Pulse};
use berth_store::{Log, Position, ReadError};
use tokio::time::Instant;

use super::time_of;

/// What is known of the clock since the process began.
pub(super) struct Watch {
    began: Timestamp,
    newest_then: Option<Timestamp>,
    /// The furthest that it moved between two looks.
    moved_ms: AtomicI64,
}

/// One look at both clocks.
#[derive(Clone, Copy)]
pub(super) struct Look {
    pub(super) wall: Timestamp,
    pub(super) monotonic: Instant,
}

impl Look {
    pub(super) fn now(clock: Clock) -> Self {
        Self { wall: Timestamp::from_millis(clock.now_ms()), monotonic: clock.instant() }
    }

    /// How much further the wall clock went than the monotonic one.
    fn moved_since(self, before: Self) -> i64 {
        let passed = self.monotonic.saturating_duration_since(before.monotonic).as_millis();
        self.wall.since(before.wall).saturating_sub(i64::try_from(passed).unwrap_or(i64::MAX))
    }
}

impl Watch {
    pub(super) async fn begin(log: &dyn Log, clock: Clock) -> Result<Self, ReadError> {
        let before_last = Position::new(log.head().await?.get().saturating_sub(1));
        let newest = log.read(before_last, 1).await?;
        let began = Timestamp::from_millis(clock.now_ms());
        Ok(Self { began, newest_then: newest.first().map(time_of), moved_ms: AtomicI64::new(0) })
    }

    /// Notes what happened between two looks. A clock that was moved and moved back was moved.
    pub(super) fn note(&self, before: Look, now: Look) {
        let moved = now.moved_since(before);
        if moved.saturating_abs() > self.moved_ms.load(Ordering::Relaxed).saturating_abs() {
            self.moved_ms.store(moved, Ordering::Relaxed);
        }
    }

    pub(super) fn pulse(&self, now: Timestamp) -> Pulse {
        let moved_ms = self.moved_ms.load(Ordering::Relaxed);
        Pulse { now, began: self.began, newest_then: self.newest_then, moved_ms }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_furthest_move_is_remembered_whatever_comes_after_it() {
        let watch =
            Watch { began: Timestamp::from_millis(0), newest_then: None, moved_ms: AtomicI64::new(0) };
        let origin = Instant::now();
        let look = |wall_s: i64, monotonic_s: u64| Look {
            wall: Timestamp::from_millis(wall_s * 1000),
            monotonic: origin + Duration::from_secs(monotonic_s),
        };
        let moved = || watch.pulse(Timestamp::from_millis(0)).moved_ms;
        watch.note(look(0, 0), look(10, 10));
        assert_eq!(moved(), 0);
        watch.note(look(10, 10), look(3620, 20));
        assert_eq!(moved(), 3_600_000, "an hour ahead");
        watch.note(look(3620, 20), look(3530, 30));
        assert_eq!(moved(), 3_600_000);
        watch.note(look(3530, 30), look(-3660, 40));
        assert_eq!(moved(), -7_200_000);
    }
}
