//! Whether the clock can be trusted with deleting. A clock set a year ahead makes everything old at once.

use crate::{Timestamp, explain::Text};

/// The wall clock may move so far against the monotonic one before nothing is deleted by it any more.
const MOVED_MS: i64 = 60_000;
/// After a silence so long nothing in the log says that the clock is right.
const SILENT_MS: i64 = 30 * 86_400_000;

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
}

/// Why deleting by the clock must wait; absent when the clock can be trusted.
pub fn frozen(pulse: Pulse) -> Option<Frozen> {
    let Pulse { now, began, newest_then, moved_ms } = pulse;
    if moved_ms.saturating_abs() > MOVED_MS {
        return Some(Frozen::Moved { by_ms: moved_ms });
    }
    let newest = newest_then?;
    let (silence, behind) = (began.since(newest), newest.since(now.min(began)));
    if silence > SILENT_MS {
        return Some(Frozen::Silent { for_ms: silence });
    }
    (behind > 0).then_some(Frozen::Behind { by_ms: behind })
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
                let days = for_ms / 86_400_000;
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
        }
    }
}
