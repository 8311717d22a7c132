//! How fast a tenant may call its cloud: one budget, shared by all its tasks, syncs and tests.
//!
//! Calls are spaced evenly, so no window of a second ever holds more than the ceiling. A 429 halves the rate that was
//! really used and freezes all calls for a while; quiet success climbs back. No vendor publishes its numbers, so the
//! rate is learned. It lives in memory: a restart begins at the ceiling, and the tasks' own spread keeps that gentle.

use crate::{Seconds, Timestamp};

/// The slowest pace ever fallen to: one call in five minutes.
const FLOOR_PER_SECOND: f64 = 1.0 / 300.0;
/// The longest that one throttle answer freezes a tenant when the cloud names no time. Oracle advises 60 s.
const LONGEST_FREEZE_MS: f64 = 60_000.0;
/// The longest that a cloud, or whoever answers in its place, may freeze a tenant by naming a time.
const LONGEST_RETRY_AFTER_MS: i64 = 3_600_000;
/// Usage is measured over about this long.
const WINDOW_MS: f64 = 60_000.0;

/// A rate that is spent by reserving moments.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    ceiling: f64,
    rate: f64,
    /// The rate before the first of the last throttle answers: climbed back to fast, passed slowly.
    good: f64,
    next_at: f64,
    frozen_until: Timestamp,
    throttles_in_a_row: u32,
    climbed_at: Timestamp,
    /// Calls, fading out; those since `measured_since` alone are known.
    used: f64,
    used_at: Timestamp,
    measured_since: Timestamp,
}

impl Pace {
    /// `per_second` is the ceiling; it is never passed in any window of one second.
    pub fn new(per_second: f64, now: Timestamp) -> Self {
        let ceiling = per_second.max(FLOOR_PER_SECOND);
        Self {
            ceiling,
            rate: ceiling,
            good: ceiling,
            next_at: 0.0,
            frozen_until: Timestamp::default(),
            throttles_in_a_row: 0,
            climbed_at: now,
            used: 0.0,
            used_at: now,
            measured_since: now,
        }
    }

    /// Freezes until a moment that is known from before, after a restart say.
    pub fn freeze_until(&mut self, until: Timestamp) {
        self.frozen_until = self.frozen_until.max(until);
        self.next_at = self.next_at.max(as_f64(self.frozen_until));
    }

    /// Takes the next free moment, `now` or later. Callers are served in the order in which they ask.
    ///
    /// Who has waited for its moment asks [`Pace::stands`] before it calls: a throttle in between voids it.
    pub fn reserve(&mut self, now: Timestamp) -> Timestamp {
        let earliest = as_f64(now.max(self.frozen_until));
        let moment = self.next_at.max(earliest);
        self.next_at = moment + 1000.0 / self.rate;
        self.count(now);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "milliseconds since 1970 fit an i64 and a f64's mantissa"
        )]
        Timestamp::from_millis(moment.ceil() as i64)
    }

    /// Whether a moment taken before still holds.
    pub fn stands(&self, now: Timestamp) -> bool {
        now >= self.frozen_until
    }

    /// The cloud said 429. Halves the rate that was really used, and answers until when nobody may call.
    ///
    /// `chance` is in `0..1`: without a `retry_after` the freeze is drawn evenly below a doubling bound (full jitter).
    pub fn throttled(&mut self, now: Timestamp, retry_after: Option<Seconds>, chance: f64) -> Timestamp {
        self.count_down(now);
        if self.throttles_in_a_row == 0 {
            self.good = self.rate;
        }
        self.rate = (self.really_used(now) / 2.0).max(FLOOR_PER_SECOND);
        self.throttles_in_a_row = (self.throttles_in_a_row + 1).min(16);
        self.climbed_at = now;
        let bound = (2000.0 * f64::from(2_u32.pow(self.throttles_in_a_row))).min(LONGEST_FREEZE_MS);
        #[expect(clippy::cast_possible_truncation, reason = "at most 60,000")]
        let drawn = (1000.0 + chance.clamp(0.0, 1.0) * (bound - 1000.0)) as i64;
        let freeze = retry_after.map_or(drawn, |asked| asked.millis().min(LONGEST_RETRY_AFTER_MS));
        self.frozen_until = self.frozen_until.max(now.plus_millis(freeze));
        self.next_at = self.next_at.max(as_f64(self.frozen_until));
        self.frozen_until
    }

    /// The cloud answered without a throttle: climbs half again each 5 s up to the last good rate, then 5 % a minute.
    pub fn answered(&mut self, now: Timestamp) {
        self.throttles_in_a_row = 0;
        let (step, factor) = if self.rate < self.good { (5_000, 1.5) } else { (60_000, 1.05) };
        if now.since(self.climbed_at) < step {
            return;
        }
        let bound = if self.rate < self.good { self.good } else { self.ceiling };
        self.rate = (self.rate * factor).min(bound);
        self.climbed_at = now;
    }

    /// Calls a second, as allowed now.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// Nobody may call before this moment.
    pub fn frozen_until(&self) -> Timestamp {
        self.frozen_until
    }

    /// Calls a second, as measured. What was not seen yet does not count as quiet: a pace of some seconds' age would else
    /// take a busy start for a slow one, and fall far below half of it.
    fn really_used(&self, now: Timestamp) -> f64 {
        let age = as_f64(Timestamp::from_millis(now.since(self.measured_since).max(1000)));
        let seen = WINDOW_MS * (1.0 - (-age / WINDOW_MS).exp());
        (self.used * 1000.0 / seen).clamp(FLOOR_PER_SECOND, self.rate)
    }

    fn count(&mut self, now: Timestamp) {
        self.count_down(now);
        self.used += 1.0;
    }

    /// Old calls fade out of the measure exponentially.
    fn count_down(&mut self, now: Timestamp) {
        let passed = now.since(self.used_at).max(0);
        self.used *= (-as_f64(Timestamp::from_millis(passed)) / WINDOW_MS).exp();
        self.used_at = now;
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 stay below 2^53 for 285,000 years")]
fn as_f64(moment: Timestamp) -> f64 {
    moment.millis() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + milliseconds)
    }

    #[test]
    fn no_second_holds_more_calls_than_the_ceiling() {
        let mut pace = Pace::new(10.0, at(0));
        let moments: Vec<_> = (0..200).map(|_| pace.reserve(at(0))).collect();
        for (index, first) in moments.iter().enumerate() {
            let within = moments[index..].iter().filter(|moment| moment.since(*first) < 1000).count();
            assert!(within <= 10, "{within} calls within a second");
        }
    }

    #[test]
    fn a_throttle_answer_halves_what_was_really_used_and_freezes_everybody() {
        let mut pace = Pace::new(10.0, at(0));
        for second in 0..60 {
            pace.reserve(at(second * 1000));
        }
        let until = pace.throttled(at(60_000), None, 0.5);
        assert!(until > at(61_000) && until <= at(120_000));
        assert!(
            pace.rate() < 0.5 && pace.rate() > 0.2,
            "half of about 0.63 a second, not of the ceiling: {}",
            pace.rate()
        );
        assert!(!pace.stands(at(60_001)), "a moment taken before the freeze is void");
        assert!(pace.reserve(at(60_001)) >= until);
    }

    #[test]
    fn a_throttle_answer_soon_after_the_start_halves_what_was_used_since_then() {
        let mut pace = Pace::new(10.0, at(0));
        for second in 0..7 {
            pace.reserve(at(second * 1000));
        }
        pace.throttled(at(7_000), None, 0.0);
        assert!(pace.rate() > 0.4 && pace.rate() < 0.6, "half of about one a second: {}", pace.rate());
    }

    #[test]
    fn the_clouds_own_retry_after_is_obeyed() {
        let mut pace = Pace::new(10.0, at(0));
        assert_eq!(pace.throttled(at(0), Some(Seconds(17)), 0.9), at(17_000));
    }

    #[test]
    fn quiet_success_climbs_back_to_the_good_rate_and_never_over_the_ceiling() {
        let mut pace = Pace::new(10.0, at(0));
        pace.throttled(at(0), None, 0.0);
        for second in 0..600 {
            pace.answered(at(second * 1000));
            assert!(pace.rate() <= 10.0);
        }
        assert!(pace.rate() >= 8.0, "at least 80 % of the old rate: {}", pace.rate());
    }

    #[test]
    fn however_often_throttled_one_call_in_five_minutes_remains() {
        let mut pace = Pace::new(10.0, at(0));
        for _ in 0..50 {
            pace.throttled(at(0), None, 1.0);
        }
        assert!(pace.rate() >= FLOOR_PER_SECOND);
        assert!(pace.frozen_until() <= at(60_000));
    }
}
