//! Whether the clock can be trusted with deleting. A clock set a year ahead makes everything old at once.
//!
//! What lets time be believed is that something was written down all the while: from the first event that is not old until the process
//! began, and from then on by the monotonic clock. A clock that jumps leaves a silence behind, whenever it did. A machine that was off
//! for days leaves the same one, so a person says which it was, or the silence becomes old itself.

use super::retention::{DAY_MS, LEAST_DAYS};
use crate::{Timestamp, explain::Text};

/// The wall clock may move so far against the monotonic one before nothing is deleted by it any more.
const MOVED_MS: i64 = 60_000;
/// After a silence so long nothing in the log says that the clock is right.
const SILENT_MS: i64 = 2 * DAY_MS;
/// Otherwise a clock could be so far ahead that what is still kept is old, and nobody would see it.
const _: () = assert!(SILENT_MS < LEAST_DAYS as i64 * DAY_MS);

/// What is known of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pulse {
    /// What the wall clock says.
    pub now: Timestamp,
    /// What it said when the process began.
    pub began: Timestamp,
    /// The time of the newest event then; absent in an empty log.
    pub newest_then: Option<Timestamp>,
    /// The furthest that the wall clock moved against the monotonic one between two looks since then, either way.
    pub moved_ms: i64,
    /// The first silence among what vouches for the time that passed since old events; see [`silence`].
    pub silence: Option<Silence>,
}

/// Between two events nothing was written down for so long that the clock may have been set meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    pub from: Timestamp,
    pub for_ms: i64,
}

/// What lies between two events of the log, if it is too long to vouch for anything. What comes before an event that is old by itself
/// does not matter: what happened since vouches for that.
pub fn silence(earlier: Timestamp, later: Timestamp, cutoff: Timestamp) -> Option<Silence> {
    let for_ms = later.since(earlier);
    (later >= cutoff && for_ms > SILENT_MS).then_some(Silence { from: earlier, for_ms })
}

/// Why nothing may be deleted by this clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frozen {
    /// Somebody set it while the process ran.
    Moved { by_ms: i64 },
    /// The process began longer after the newest event than anything vouches for.
    Silent { for_ms: i64 },
    /// It is before what has happened already.
    Behind { by_ms: i64 },
    /// Nothing was written down for a while since what is to be deleted happened.
    Gap(Silence),
}

/// Why deleting by the clock must wait; absent when the clock can be trusted.
pub fn frozen(pulse: Pulse) -> Option<Frozen> {
    let Pulse { now, began, newest_then, moved_ms, silence } = pulse;
    if moved_ms.saturating_abs() > MOVED_MS {
        return Some(Frozen::Moved { by_ms: moved_ms });
    }
    let newest = newest_then?;
    let (since, behind) = (began.since(newest), newest.since(now.min(began)));
    if since > SILENT_MS {
        return Some(Frozen::Silent { for_ms: since });
    }
    if behind > 0 {
        return Some(Frozen::Behind { by_ms: behind });
    }
    silence.map(Frozen::Gap)
}

impl Frozen {
    /// For people.
    pub fn text(self) -> Text {
        match self {
            Self::Moved { by_ms } => {
                let seconds = by_ms / 1000;
                Text::new(
                    format!("the machine's clock was moved by {seconds} s while the server ran"),
                    format!("服务运行期间本机时钟被改动了 {seconds} 秒"),
                )
            }
            Self::Silent { for_ms } => {
                let days = for_ms / DAY_MS;
                Text::new(
                    format!("the newest event was {days} days old when the server started"),
                    format!("服务启动时最新的事件已是 {days} 天前"),
                )
            }
            Self::Behind { by_ms } => {
                let seconds = by_ms / 1000;
                Text::new(
                    format!("the machine's clock is {seconds} s behind the newest event"),
                    format!("本机时钟比最新的事件慢 {seconds} 秒"),
                )
            }
            Self::Gap(Silence { from, for_ms }) => {
                let days = for_ms / DAY_MS;
                Text::new(
                    format!(
                        "nothing was written down for {days} days from {from} on: the machine was off, or its clock was set ahead"
                    ),
                    format!("从 {from} 起有 {days} 天没有任何事件：可能是本机关机，也可能是时钟被调快了"),
                )
            }
        }
    }
}
