//! How fast the log grows, over a minute: by the five seconds it would be nothing, and then a lot.

use std::{collections::VecDeque, time::Duration};

use crate::figures::{float, ratio};

const WINDOW: Duration = Duration::from_mins(1);
/// Looks are at least a second apart, so there are no more within a minute; the bound is for a clock that stands still.
const LOOKS: usize = 64;

/// Where the log's head was, and how long the process had lived then.
#[derive(Debug, Default)]
pub(crate) struct Pace(VecDeque<(Duration, u64)>);

impl Pace {
    /// Notes where the head is, and answers how many events a second came within the last minute.
    pub(crate) fn note(&mut self, uptime: Duration, head: u64) -> f64 {
        // The last look that lies outside stays, so that the whole minute is looked at.
        let outside = |look: Option<&(Duration, u64)>| {
            look.is_some_and(|(then, _)| uptime.saturating_sub(*then) >= WINDOW)
        };
        while outside(self.0.get(1)) || self.0.len() >= LOOKS {
            self.0.pop_front();
        }
        self.0.push_back((uptime, head));
        let Some((begun, first)) = self.0.front() else { return 0.0 };
        ratio(float(head.saturating_sub(*first)), uptime.saturating_sub(*begun).as_secs_f64())
    }
}
