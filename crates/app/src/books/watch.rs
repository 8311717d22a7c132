//! Watches the wall clock, so that one that somebody moved deletes nothing.

use std::sync::{Mutex, PoisonError};

use berth_actors::Clock;
use berth_domain::{
    Timestamp,
    books::{Pulse, Silence, silence},
};
use berth_store::{Log, Position, ReadError, Recorded};
use tokio::time::Instant;

use super::time_of;

/// What is known of the clock since the process began.
pub(super) struct Watch {
    began: Timestamp,
    newest_then: Option<Timestamp>,
    /// Where the log ended then. What was written since happened under these eyes.
    head_then: Position,
    seen: Mutex<Seen>,
}

struct Seen {
    last: Look,
    /// The furthest that it moved between two looks.
    moved_ms: i64,
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
        let head_then = log.head().await?;
        let newest = log.read(Position::new(head_then.get().saturating_sub(1)), 1).await?;
        let look = Look::now(clock);
        Ok(Self::since(look, newest.first().map(time_of), head_then))
    }

    fn since(look: Look, newest_then: Option<Timestamp>, head_then: Position) -> Self {
        let seen = Mutex::new(Seen { last: look, moved_ms: 0 });
        Self { began: look.wall, newest_then, head_then, seen }
    }

    /// Notes what happened since the last look, and answers the furthest move. A clock that was moved and moved back was moved.
    pub(super) fn look(&self, now: Look) -> i64 {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let moved = now.moved_since(seen.last);
        seen.last = now;
        if moved.saturating_abs() > seen.moved_ms.saturating_abs() {
            seen.moved_ms = moved;
        }
        seen.moved_ms
    }

    /// What is known of the clock at a look, for letting go what is older than `cutoff` after a position.
    pub(super) async fn pulse(
        &self,
        log: &dyn Log,
        now: Look,
        after: Position,
        cutoff: Option<Timestamp>,
    ) -> Result<Pulse, ReadError> {
        let silence = match cutoff {
            Some(cutoff) => first_silence(log, (after, self.head_then), cutoff).await?,
            None => None,
        };
        let moved_ms = self.look(now);
        Ok(Pulse { now: now.wall, began: self.began, newest_then: self.newest_then, moved_ms, silence })
    }
}

/// The first silence between events after one position, up to another. Events are read one here and there: between two that are not far
/// apart in time there is no jump, however many lie between them, unless the clock was set right again at once.
async fn first_silence(
    log: &dyn Log,
    (after, until): (Position, Position),
    cutoff: Timestamp,
) -> Result<Option<Silence>, ReadError> {
    let Some(mut here) = next(log, after, until).await? else { return Ok(None) };
    let mut stride = 1;
    loop {
        let behind = Position::new(here.position.get().saturating_add(stride - 1));
        let later = next(log, behind, until).await?;
        let found = later.as_ref().map(|later| silence(time_of(&here), time_of(later), cutoff));
        match (found, later) {
            (Some(None), Some(later)) => {
                here = later;
                stride = stride.saturating_mul(2);
            }
            // Too far: perhaps the first step is not.
            _ if stride > 1 => stride /= 2,
            (found, _) => return Ok(found.flatten()),
        }
    }
}

/// The first event after a position, if it is at another or before it.
async fn next(log: &dyn Log, after: Position, until: Position) -> Result<Option<Recorded>, ReadError> {
    let event = log.read(after, 1).await?.into_iter().next();
    Ok(event.filter(|event| event.position <= until))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use berth_store::{Append, CommandId, Meta, NewEvent, StreamId, Version, memory::MemoryLog};

    use super::*;

    const DAY_S: i64 = 86_400;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000 + seconds * 1000)
    }

    #[test]
    fn the_furthest_move_is_remembered_whatever_comes_after_it() {
        let origin = Instant::now();
        let look = |wall_s: i64, monotonic_s: u64| Look {
            wall: at(wall_s),
            monotonic: origin + Duration::from_secs(monotonic_s),
        };
        let watch = Watch::since(look(0, 0), None, Position::START);
        assert_eq!(watch.look(look(10, 10)), 0);
        assert_eq!(watch.look(look(3620, 20)), 3_600_000, "an hour ahead");
        assert_eq!(watch.look(look(3530, 30)), 3_600_000);
        assert_eq!(watch.look(look(-3660, 40)), -7_200_000);
    }

    /// A log with events at these times.
    async fn log(times: impl IntoIterator<Item = i64>) -> MemoryLog {
        let (log, stream) = (MemoryLog::default(), StreamId::new("grab", "one"));
        for (version, seconds) in (0..).zip(times) {
            let meta = Meta { time_ms: at(seconds).millis(), ..Meta::default() };
            let event = NewEvent::new("grab.tried", 1, &()).unwrap();
            let append = Append::new(CommandId::fresh(), [0; 32], meta);
            log.append(append.write(stream.clone(), Version::new(version), vec![event])).await.unwrap();
        }
        log
    }

    async fn silence_in(times: impl IntoIterator<Item = i64>) -> Option<(Timestamp, i64)> {
        let log = log(times).await;
        let head = log.head().await.unwrap();
        let found = first_silence(&log, (Position::START, head), at(0)).await.unwrap();
        found.map(|silence| (silence.from, silence.for_ms / 1000))
    }

    /// Every hour, from a moment on.
    fn hourly(from_s: i64, hours: i64) -> impl Iterator<Item = i64> {
        (0..hours).map(move |hour| from_s + hour * 3600)
    }

    #[tokio::test]
    async fn a_silence_is_found_wherever_it_is_and_only_where_one_is() {
        assert_eq!(silence_in([]).await, None);
        assert_eq!(silence_in(hourly(-5 * DAY_S, 1000)).await, None);
        for hours in [1, 2, 3, 7, 64, 65, 500] {
            let first = hourly(-3600, hours).collect::<Vec<_>>();
            let last = *first.last().unwrap();
            let later = hourly(last + 3 * DAY_S, 100);
            let found = silence_in(first.into_iter().chain(later)).await;
            assert_eq!(found, Some((at(last), 3 * DAY_S)), "after {hours} hours");
        }
        let old = hourly(-90 * DAY_S, 100).chain(hourly(-5 * DAY_S, 500));
        assert_eq!(silence_in(old).await, None, "what is old by itself needs nobody before it");
    }
}
