//! How much a channel takes in a while, and how long it is deaf afterwards.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};

/// At most `most` messages within any `within_ms`, among those that share the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ceiling {
    pub(super) key: String,
    pub(super) most: usize,
    pub(super) within_ms: i64,
    /// How long nothing is taken once it was passed.
    pub(super) muted_ms: i64,
}

impl Ceiling {
    pub(super) fn new(key: impl Into<String>, most: usize, within_ms: i64) -> Self {
        Self { key: key.into(), most, within_ms, muted_ms: 0 }
    }

    /// As the real services have it for the rates that they name in seconds: short bursts pass.
    fn eased(mut self) -> Self {
        if self.within_ms <= SHORT_MS {
            self.most *= BURST;
            self.within_ms *= BURST_MS;
        }
        self
    }
}

/// Windows up to here are paces rather than budgets.
const SHORT_MS: i64 = 1_000;
const BURST: usize = 5;
const BURST_MS: i64 = 5;

/// How exactly ceilings are held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strictness {
    /// To the letter: a second message within 900 ms to a chat that takes one a second is refused.
    #[default]
    Strict,
    /// Bursts of five pass where a rate is named per second. Budgets per minute are held.
    Lenient,
    Off,
}

/// What passed lately.
#[derive(Debug, Default)]
pub(super) struct Gauge {
    pub(super) strictness: Strictness,
    passed: HashMap<String, VecDeque<i64>>,
    muted_until: HashMap<String, i64>,
}

impl Gauge {
    pub(super) fn held(strictness: Strictness) -> Self {
        Self { strictness, ..Self::default() }
    }

    /// Lets a message pass all its ceilings, or says after how many milliseconds to come again.
    pub(super) fn admit(&mut self, ceilings: Vec<Ceiling>, now: i64) -> Result<(), i64> {
        let ceilings: Vec<_> = match self.strictness {
            Strictness::Off => return Ok(()),
            Strictness::Lenient => ceilings.into_iter().map(Ceiling::eased).collect(),
            Strictness::Strict => ceilings,
        };
        if let Some(wait) = ceilings.iter().filter_map(|ceiling| self.wait(ceiling, now)).max() {
            return Err(wait);
        }
        for ceiling in ceilings {
            self.passed.entry(ceiling.key).or_default().push_back(now);
        }
        Ok(())
    }

    /// How long this ceiling is closed, if it is. Passing it begins a silence where it has one.
    fn wait(&mut self, ceiling: &Ceiling, now: i64) -> Option<i64> {
        if let Some(until) = self.muted_until.get(&ceiling.key).filter(|until| **until > now) {
            return Some(until - now);
        }
        let passed = self.passed.entry(ceiling.key.clone()).or_default();
        while passed.front().is_some_and(|first| first + ceiling.within_ms <= now) {
            passed.pop_front();
        }
        if passed.len() < ceiling.most {
            return None;
        }
        let free = passed.front().map_or(0, |first| first + ceiling.within_ms - now);
        if ceiling.muted_ms > 0 {
            self.muted_until.insert(ceiling.key.clone(), now + ceiling.muted_ms);
        }
        Some(free.max(ceiling.muted_ms))
    }
}

/// The most moments within any window of the given length; they need not be in order.
pub(super) fn busiest(mut moments: Vec<i64>, within_ms: i64) -> usize {
    moments.sort_unstable();
    let mut first = 0;
    let mut most = 0;
    for (index, moment) in moments.iter().enumerate() {
        while moments[first] + within_ms <= *moment {
            first += 1;
        }
        most = most.max(index - first + 1);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_a_second() -> Vec<Ceiling> {
        vec![Ceiling::new("chat", 1, 1_000)]
    }

    #[test]
    fn a_second_message_waits_for_the_rest_of_the_window() {
        let mut gauge = Gauge::default();
        assert_eq!(gauge.admit(one_a_second(), 10_000), Ok(()));
        assert_eq!(gauge.admit(one_a_second(), 10_400), Err(600));
        assert_eq!(gauge.admit(one_a_second(), 11_000), Ok(()));
    }

    #[test]
    fn what_is_refused_by_one_ceiling_does_not_fill_another() {
        let mut gauge = Gauge::default();
        let both = || vec![Ceiling::new("minute", 2, 60_000), Ceiling::new("chat", 1, 1_000)];
        assert_eq!(gauge.admit(both(), 0), Ok(()));
        assert_eq!(gauge.admit(both(), 10), Err(990));
        assert_eq!(gauge.admit(both(), 1_000), Ok(()));
        assert_eq!(gauge.admit(both(), 2_000), Err(58_000));
    }

    #[test]
    fn passing_a_ceiling_with_a_silence_begins_it() {
        let mut gauge = Gauge::default();
        let ceiling = || vec![Ceiling { muted_ms: 600_000, ..Ceiling::new("robot", 1, 60_000) }];
        assert_eq!(gauge.admit(ceiling(), 0), Ok(()));
        assert_eq!(gauge.admit(ceiling(), 1), Err(600_000));
        assert_eq!(gauge.admit(ceiling(), 120_000), Err(480_001));
        assert_eq!(gauge.admit(ceiling(), 600_001), Ok(()));
    }

    #[test]
    fn lenient_ceilings_let_short_bursts_pass_and_hold_budgets() {
        let mut gauge = Gauge::held(Strictness::Lenient);
        let passed = (0..6).filter(|at| gauge.admit(one_a_second(), *at).is_ok()).count();
        assert_eq!(passed, 5);
        let budget = || vec![Ceiling::new("group", 2, 60_000)];
        assert_eq!((0..5).filter(|at| gauge.admit(budget(), *at).is_ok()).count(), 2);
    }

    #[test]
    fn the_busiest_window_slides() {
        assert_eq!(busiest(vec![59_000, 61_000, 0, 60_000], 60_000), 3);
        assert_eq!(busiest(vec![], 60_000), 0);
    }
}
