//! Live feeds: read what is new since a position, tell it, wait to be woken. Catching up and living on are one code path.
//!
//! Every batch says the position to go on from, so a feed that was cut is asked again from there and misses nothing. Without a
//! position a feed starts at the head of the log. A feed tells once that it is level, and then at least every 15 s of silence.

mod alert;
mod attempt;
mod delivery;
mod event;
mod grab;
mod log_entry;
mod tail;
#[cfg(test)]
mod tests;

use std::{sync::LazyLock, time::Duration};

use berth_store::Position;
use futures::Stream;
use tokio::{
    sync::watch,
    time::{Instant, sleep_until, timeout_at},
};

pub use alert::{AlertBatch, alert_changes};
pub use attempt::{AttemptBatch, attempts};
pub use delivery::{DeliveryBatch, delivery_changes};
pub use event::{EventBatch, EventFilter, events};
pub use grab::{TaskBatch, grab_changes};
pub use log_entry::{LogBatch, log_entries};
pub use tail::Tail;

use crate::ViewError;

/// The longest silence.
pub const HEARTBEAT: Duration = Duration::from_secs(15);

/// What a feed found since a position.
struct News<T> {
    items: Vec<T>,
    /// Left out because they came too fast.
    skipped: u64,
    /// Go on from here.
    position: Position,
    /// There is more already: ask again without waiting.
    more: bool,
    /// With this, all that this node knows of has been told.
    level: bool,
}

/// How fast a feed may be.
#[derive(Clone, Copy)]
struct Rhythm {
    /// The shortest time between two batches.
    pause: Duration,
    /// The same while there is more already.
    behind: Duration,
    /// Ask at least this often, for news that wakes nobody.
    look: Duration,
}

/// When the next batch may be told: about a pause later, and at the same moment for all who pause so long, so that they are told of the same
/// stretch and one answer does for all.
fn beat(told_at: Instant, pause: Duration) -> Instant {
    // Before all that happens: the clocks of tests stand still and jump, each by itself, and one may be behind another's first moment.
    static FIRST: LazyLock<Instant> = LazyLock::new(|| {
        let now = Instant::now();
        now.checked_sub(Duration::from_hours(1)).unwrap_or(now)
    });
    if pause.is_zero() {
        return told_at;
    }
    let earliest = (told_at + pause / 2).saturating_duration_since(*FIRST);
    let beats = earliest.as_nanos().div_ceil(pause.as_nanos());
    *FIRST + pause * u32::try_from(beats).unwrap_or(u32::MAX)
}

/// The loop of every feed. Ends after an error, or when the watch is closed.
fn feed<T, F>(
    mut woken: watch::Receiver<Position>,
    after: Position,
    rhythm: Rhythm,
    ask: impl Fn(Position) -> F,
) -> impl Stream<Item = Result<News<T>, ViewError>>
where
    F: Future<Output = Result<News<T>, ViewError>>,
{
    async_stream::stream! {
        let mut position = after;
        let mut told_level = false;
        let mut silent_until = Instant::now() + HEARTBEAT;
        loop {
            // Marked as seen before asking: what comes meanwhile wakes us again.
            woken.mark_unchanged();
            let news = match ask(position).await {
                Ok(news) => news,
                Err(error) => {
                    yield Err(error);
                    return;
                }
            };
            position = news.position;
            let (more, level) = (news.more, news.level && !news.more);
            let worth_telling = !news.items.is_empty() || news.skipped > 0 || (level && !told_level);
            if worth_telling || Instant::now() >= silent_until {
                let told_at = Instant::now();
                told_level = level;
                silent_until = told_at + HEARTBEAT;
                yield Ok(news);
                let pause = if more { rhythm.behind } else { rhythm.pause };
                sleep_until(beat(told_at, pause)).await;
            }
            let look_again = silent_until.min(Instant::now() + rhythm.look);
            if !more && matches!(timeout_at(look_again, woken.changed()).await, Ok(Err(_))) {
                return;
            }
        }
    }
}
