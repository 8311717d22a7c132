//! One learned rate: spent call by call, halved by a throttle answer, climbing back with time.
//!
//! No vendor publishes its numbers, so the rate is learned. It does not know whose calls it counts.

use std::collections::VecDeque;

use crate::{Seconds, Timestamp};

/// The slowest rate ever fallen to: one call in five minutes.
pub(super) const FLOOR_PER_SECOND: f64 = 1.0 / 300.0;
/// The longest that one throttle answer freezes when the cloud names no time. Oracle advises a few seconds to 60 s; half of that
/// leaves the time in which most of the old rate must be back a minute after a storm has ended.
const LONGEST_FREEZE_MS: f64 = 30_000.0;
/// The shortest, whatever the cloud names.
const SHORTEST_FREEZE_MS: f64 = 1_000.0;
/// The longest that a cloud, or whoever answers in its place, may freeze by naming a time.
pub(super) const LONGEST_RETRY_AFTER_MS: i64 = 3_600_000;
/// Whoever called less often than this had no more to ask: his few calls are not all that the cloud bears.
const QUIET: f64 = 0.2;
/// Usage is measured over about this long.
const WINDOW_MS: f64 = 60_000.0;
/// Below the last good rate it climbs once in this time, by half or more.
const CLIMB_MS: i64 = 5_000;
const CLIMB: f64 = 1.5;
/// From however far below, the last good rate is reached in so many steps.
const STEPS: i32 = 5;
/// Above the last good rate it climbs once in this time, if a call was answered meanwhile.
const GROW_MS: i64 = 60_000;
const GROWTH: f64 = 1.05;
/// So many answers in a row prove that a storm has passed: what is used then is the last good rate of the next one.
const PROOF: u32 = 10;
/// A call leaves at the latest so long after the turn for it was given; its caller asks for another turn if it cannot. So a second of calls is
/// counted over a little more than a second of turns.
pub const TURN_HOLDS_MS: i64 = 50;
/// A call that its caller's timer made late by no more than this does not make all later ones late as well.
const SLACK_MS: f64 = 20.0;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bucket {
    ceiling: f64,
    rate: f64,
    /// What was really used before the last storm: climbed back to fast, passed slowly.
    good: f64,
    /// By what one step of the climb multiplies.
    climb: f64,
    /// From when the next step is counted.
    climbed_at: Timestamp,
    frozen_until: Timestamp,
    throttles_in_a_row: u32,
    answers_in_a_row: u32,
    /// A call was answered since the last step.
    proven: bool,
    /// The moment that the last call was for, in milliseconds; the call itself may have been a little later.
    last: f64,
    /// When the last calls were made, as many as one second may hold.
    second: VecDeque<Timestamp>,
    /// Calls, fading out; those since `measured_since` alone are known.
    used: f64,
    used_at: Timestamp,
    measured_since: Timestamp,
}

impl Bucket {
    pub(super) fn new(per_second: f64, now: Timestamp) -> Self {
        let ceiling = per_second.max(FLOOR_PER_SECOND);
        Self {
            ceiling,
            rate: ceiling,
            good: ceiling,
            climb: CLIMB,
            climbed_at: now,
            frozen_until: Timestamp::default(),
            throttles_in_a_row: 0,
            answers_in_a_row: PROOF,
            proven: false,
            last: f64::NEG_INFINITY,
            second: VecDeque::new(),
            used: 0.0,
            used_at: now,
            measured_since: now,
        }
    }

    /// From when a call may be made, as far as is known now: a climb brings it nearer, a throttle puts it off.
    pub(super) fn free_at(&self) -> Timestamp {
        let spaced = timestamp(self.last + 1000.0 / self.rate);
        let full = self.second.len() >= self.a_second();
        let windowed = self
            .second
            .front()
            .filter(|_| full)
            .map_or(spaced, |first| first.plus_millis(1000 + TURN_HOLDS_MS));
        spaced.max(windowed).max(self.frozen_until)
    }

    /// One call is made now.
    pub(super) fn take(&mut self, now: Timestamp) {
        self.last = (self.last + 1000.0 / self.rate).max(as_f64(now) - SLACK_MS);
        while self.second.len() >= self.a_second() {
            self.second.pop_front();
        }
        self.second.push_back(now);
        self.count_down(now);
        self.used += 1.0;
    }

    /// Freezes until a moment that is known from before, after a restart say.
    pub(super) fn freeze_until(&mut self, until: Timestamp) {
        self.frozen_until = self.frozen_until.max(until);
        self.climbed_at = self.climbed_at.max(self.frozen_until);
    }

    /// The cloud said 429: halves the rate that was really used, and answers until when nobody may call.
    ///
    /// One that comes while everything is frozen answers a call from before, and is the same news: it can prolong the freeze only.
    pub(super) fn throttled(&mut self, now: Timestamp, asked: Option<Seconds>, chance: f64) -> Timestamp {
        self.climb(now);
        let news = now >= self.frozen_until;
        if news {
            self.fall(now);
        }
        self.answers_in_a_row = 0;
        match asked {
            Some(asked) => self.freeze_until(now.plus_millis(named(asked))),
            None if news => self.freeze_until(now.plus_millis(self.drawn(chance))),
            None => {}
        }
        self.frozen_until
    }

    /// The cloud answered without a throttle. While everything is frozen that is the answer to a call from before, and proves nothing.
    pub(super) fn answered(&mut self, now: Timestamp) {
        if now < self.frozen_until {
            return;
        }
        self.climb(now);
        self.proven = true;
        self.answers_in_a_row = self.answers_in_a_row.saturating_add(1);
        if self.answers_in_a_row >= PROOF {
            self.throttles_in_a_row = 0;
        }
    }

    /// Takes the steps that time has brought: half again or more each 5 s up to the last good rate, then 5 % a minute.
    pub(super) fn climb(&mut self, now: Timestamp) {
        while self.rate < self.good && now.since(self.climbed_at) >= CLIMB_MS {
            self.rate = (self.rate * self.climb).min(self.good);
            self.climbed_at = self.climbed_at.plus_millis(CLIMB_MS);
        }
        if self.rate >= self.good && now.since(self.climbed_at) >= GROW_MS {
            self.climbed_at = now;
            if std::mem::take(&mut self.proven) {
                self.rate = (self.rate * GROWTH).min(self.ceiling);
                self.good = self.rate;
            }
        }
    }

    /// When the next step of a climb is due; absent when it is not climbing.
    pub(super) fn climbs_at(&self) -> Option<Timestamp> {
        (self.rate < self.good).then(|| self.climbed_at.plus_millis(CLIMB_MS))
    }

    pub(super) fn rate(&self) -> f64 {
        self.rate
    }

    pub(super) fn ceiling(&self) -> f64 {
        self.ceiling
    }

    pub(super) fn frozen_until(&self) -> Timestamp {
        self.frozen_until
    }

    fn fall(&mut self, now: Timestamp) {
        let used = self.really_used(now);
        if self.answers_in_a_row >= PROOF {
            self.good = used.max(QUIET.min(self.rate));
        }
        self.rate = (used / 2.0).max(FLOOR_PER_SECOND);
        self.climb = (self.good / self.rate).powf(1.0 / f64::from(STEPS)).max(CLIMB);
        self.climbed_at = now;
        self.throttles_in_a_row = (self.throttles_in_a_row + 1).min(16);
    }

    /// Drawn evenly below a bound that doubles with each throttle in a row (full jitter).
    fn drawn(&self, chance: f64) -> i64 {
        let bound = (2000.0 * f64::from(2_u32.pow(self.throttles_in_a_row))).min(LONGEST_FREEZE_MS);
        whole(SHORTEST_FREEZE_MS + chance.clamp(0.0, 1.0) * (bound - SHORTEST_FREEZE_MS))
    }

    /// How many calls one second may hold.
    fn a_second(&self) -> usize {
        usize::try_from(whole(self.ceiling.floor())).unwrap_or(1).max(1)
    }

    /// Calls a second, as measured; whoever is throttled has made one at least. What was not seen yet does not count as quiet: a bucket of some seconds' age would else
    /// take a busy start for a slow one, and fall far below half of it.
    fn really_used(&mut self, now: Timestamp) -> f64 {
        self.count_down(now);
        let age = as_f64(Timestamp::from_millis(now.since(self.measured_since).max(1000)));
        let seen = WINDOW_MS * (1.0 - (-age / WINDOW_MS).exp());
        (self.used.max(1.0) * 1000.0 / seen).clamp(FLOOR_PER_SECOND, self.rate)
    }

    /// Old calls fade out of the measure exponentially.
    fn count_down(&mut self, now: Timestamp) {
        let passed = now.since(self.used_at).max(0);
        self.used *= (-as_f64(Timestamp::from_millis(passed)) / WINDOW_MS).exp();
        self.used_at = now;
    }
}

fn named(asked: Seconds) -> i64 {
    asked.millis().clamp(whole(SHORTEST_FREEZE_MS), LONGEST_RETRY_AFTER_MS)
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 stay below 2^53 for 285,000 years")]
fn as_f64(moment: Timestamp) -> f64 {
    moment.millis() as f64
}

fn timestamp(moment: f64) -> Timestamp {
    Timestamp::from_millis(whole(moment.ceil()))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 fit an i64; a cast of more than fits is the nearest that does"
)]
fn whole(number: f64) -> i64 {
    number as i64
}
