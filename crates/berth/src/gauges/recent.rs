//! What was seen at the last looks: figures over some minutes are differences of two looks, or the range of several.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use tokio::time::Instant;

use crate::http::Answered;

/// By the hour in which they ended.
pub(super) type Hours = BTreeMap<i64, Tried>;

/// So many attempts, and how many of them were faults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tried {
    pub(super) attempts: u64,
    pub(super) faults: u64,
}

#[derive(Debug, Default)]
pub(super) struct Recent {
    pub(super) requests: Looks<Answered>,
    pub(super) outages: Outages,
    attempts: Looks<Hours>,
    /// The wall clock less the one that nobody can set.
    offsets: Looks<i64>,
    began: Option<Instant>,
}

/// Oldest first.
#[derive(Debug)]
pub(super) struct Looks<T>(VecDeque<(Instant, T)>);

impl<T> Default for Looks<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Looks<T> {
    /// Remembers a look, and of those before it one that is as old as the span, and all that are younger.
    fn take(&mut self, now: Instant, span: Duration, seen: T) {
        self.0.push_back((now, seen));
        while self.0.get(1).is_some_and(|(at, _)| now.duration_since(*at) >= span) {
            self.0.pop_front();
        }
    }

    fn oldest(&self) -> Option<&T> {
        self.0.front().map(|(_, seen)| seen)
    }
}

impl Looks<Answered> {
    /// What was answered within a span, or since the first look.
    pub(super) fn within(&mut self, now: Instant, span: Duration, seen: Answered) -> Answered {
        self.take(now, span, seen);
        seen.since(self.oldest().unwrap_or(&seen))
    }
}

impl Recent {
    /// Milliseconds on the clock that nobody can set, since the first look.
    pub(super) fn steady_ms(&mut self, now: Instant) -> i64 {
        let began = *self.began.get_or_insert(now);
        i64::try_from(now.duration_since(began).as_millis()).unwrap_or(i64::MAX)
    }

    /// How far the wall clock strayed from the other within a span, in milliseconds.
    pub(super) fn strayed(&mut self, now: Instant, span: Duration, offset_ms: i64) -> i64 {
        self.offsets.take(now, span, offset_ms);
        let offsets = || self.offsets.0.iter().map(|(_, offset)| *offset);
        let (least, most) = (offsets().min().unwrap_or_default(), offsets().max().unwrap_or_default());
        most.saturating_sub(least)
    }

    /// What was tried within a span, or since the first look. An hour of which nothing was known then began since.
    pub(super) fn attempts(&mut self, now: Instant, span: Duration, hours: &Hours) -> Tried {
        self.attempts.take(now, span, hours.clone());
        let before = self.attempts.oldest().unwrap_or(hours);
        let mut tried = Tried::default();
        for (hour, seen) in hours {
            let known = before.get(hour).copied().unwrap_or_default();
            tried.attempts += seen.attempts.saturating_sub(known.attempts);
            tried.faults += seen.faults.saturating_sub(known.faults);
        }
        tried
    }
}

/// For how long nothing could be written. Told for a while after it is over: while it lasts nothing can be written of it either.
#[derive(Debug, Default)]
pub(super) struct Outages {
    since: Option<Instant>,
    last: Option<(Instant, Duration)>,
}

impl Outages {
    /// So long is one that is over told.
    const TOLD: Duration = Duration::from_mins(1);

    pub(super) fn look(&mut self, now: Instant, well: bool) -> Duration {
        match (self.since, well) {
            (None, false) => self.since = Some(now),
            (Some(since), true) => {
                self.last = Some((now, now.duration_since(since)));
                self.since = None;
            }
            (Some(_), false) | (None, true) => {}
        }
        let lasts = self.since.map(|since| now.duration_since(since));
        let lasted =
            self.last.filter(|(over, _)| now.duration_since(*over) < Self::TOLD).map(|(_, lasted)| lasted);
        lasts.max(lasted).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPAN: Duration = Duration::from_mins(10);

    fn after(began: Instant, seconds: u64) -> Instant {
        began + Duration::from_secs(seconds)
    }

    #[test]
    fn a_clock_that_was_set_is_told_until_the_span_is_over() {
        let (mut recent, began) = (Recent::default(), Instant::now());
        assert_eq!(recent.strayed(began, SPAN, 5), 0);
        assert_eq!(recent.strayed(after(began, 10), SPAN, 3_600_005), 3_600_000);
        assert_eq!(recent.strayed(after(began, 300), SPAN, 3_600_005), 3_600_000);
        assert_eq!(recent.strayed(after(began, 611), SPAN, 3_600_005), 0);
        assert_eq!(recent.strayed(after(began, 620), SPAN, 5), 3_600_000, "back is straying as well");
    }

    #[test]
    fn attempts_are_those_that_came_since_whatever_hour_they_ended_in() {
        let (mut recent, began) = (Recent::default(), Instant::now());
        let hours = |pairs: &[(i64, u64, u64)]| -> Hours {
            let tried = |&(hour, attempts, faults): &(i64, u64, u64)| (hour, Tried { attempts, faults });
            pairs.iter().map(tried).collect()
        };
        let nothing = recent.attempts(began, SPAN, &hours(&[(1, 500, 400)]));
        assert_eq!(nothing, Tried::default(), "what was before the first look was long ago, perhaps");
        let some = recent.attempts(after(began, 300), SPAN, &hours(&[(1, 510, 401), (2, 5, 5)]));
        assert_eq!(some, Tried { attempts: 15, faults: 6 });
        let later = recent.attempts(after(began, 900), SPAN, &hours(&[(2, 6, 5)]));
        assert_eq!(later, Tried { attempts: 1, faults: 0 });
    }

    #[test]
    fn an_outage_is_told_while_it_lasts_and_a_minute_longer() {
        let (mut outages, began) = (Outages::default(), Instant::now());
        let mut look = |seconds, well| outages.look(after(began, seconds), well).as_secs();
        assert_eq!([look(0, true), look(10, false), look(40, false)], [0, 0, 30]);
        assert_eq!([look(50, true), look(100, true), look(111, true)], [40, 40, 0]);
    }
}
