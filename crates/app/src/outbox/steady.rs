//! Lanes count on the monotonic clock: setting the machine's clock lets nobody pass a ceiling, and keeps nobody waiting.

use berth_actors::Clock;
use berth_domain::Timestamp;

/// A clock that shows the wall's time of when it was made, and goes on evenly.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steady {
    clock: Clock,
    began_ms: i64,
    origin: tokio::time::Instant,
}

impl Steady {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, began_ms: clock.now_ms(), origin: clock.instant() }
    }

    pub(super) fn now(&self) -> Timestamp {
        let elapsed = i64::try_from(self.origin.elapsed().as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_millis(self.began_ms.saturating_add(elapsed))
    }

    /// A moment of the wall's, as far from now as it is there.
    pub(super) fn of(&self, wall: Timestamp) -> Timestamp {
        self.now().plus_millis(wall.millis().saturating_sub(self.clock.now_ms()))
    }

    /// The same for something that has happened: it did so before now, whatever the clock says.
    pub(super) fn past(&self, wall: Timestamp) -> Timestamp {
        self.of(wall).min(self.now())
    }

    pub(super) fn wall(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.now_ms())
    }

    pub(super) async fn sleep_until(&self, at: Timestamp) {
        let distance = u64::try_from(at.since(self.now())).unwrap_or(0);
        self.clock.sleep(std::time::Duration::from_millis(distance)).await;
    }
}
