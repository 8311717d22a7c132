//! The simulator's two clocks, both of which tests may move.
//!
//! *World time* ages what exists: it can run faster than real time and be pushed forward.
//! *Wall time* is what the `Date` header says and what signatures are judged by. They are kept apart because a test that
//! skips a day to see a retry token expire must not have its signatures refused for it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat, Utc};

/// Milliseconds of world time since the Unix epoch.
pub(crate) type Moment = u64;

#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    born: Moment,
    scale: f64,
    advanced: Duration,
    skew_ms: i64,
}

impl Clock {
    /// Starts at the machine's time; `scale` is world seconds per real second.
    pub(crate) fn new(scale: f64) -> Self {
        let born = milliseconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
        Self { started: Instant::now(), born, scale, advanced: Duration::ZERO, skew_ms: 0 }
    }

    pub(crate) fn now(&self) -> Moment {
        self.born + milliseconds(self.started.elapsed().mul_f64(self.scale) + self.advanced)
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.advanced += by;
    }

    /// Sets how far the service's idea of the date is from the machine's.
    pub(crate) fn set_skew(&mut self, milliseconds: i64) {
        self.skew_ms = milliseconds;
    }

    /// What the service believes the date to be.
    pub(crate) fn wall(&self) -> SystemTime {
        let off = Duration::from_millis(self.skew_ms.unsigned_abs());
        if self.skew_ms < 0 { SystemTime::now() - off } else { SystemTime::now() + off }
    }
}

/// Whole milliseconds, at most what a `u64` holds.
pub(crate) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// `2024-02-05T20:38:50.116Z`, as OCI writes times.
pub(crate) fn timestamp(moment: Moment) -> String {
    let time = i64::try_from(moment).ok().and_then(DateTime::<Utc>::from_timestamp_millis);
    time.unwrap_or_default().to_rfc3339_opts(SecondsFormat::Millis, true)
}
