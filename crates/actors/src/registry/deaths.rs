//! Who died when, and whether once more is allowed. Pure: time arrives with the question.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    hash::Hash,
    time::Duration,
};

use tokio::time::Instant;

/// How often an actor that panicked is brought back before its id is quarantined.
#[derive(Clone, Copy, Debug)]
pub struct Respawn {
    /// This many times …
    pub times: usize,
    /// … within this long.
    pub within: Duration,
}

impl Default for Respawn {
    fn default() -> Self {
        Self { times: 5, within: Duration::from_mins(1) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Respawn,
    Quarantine,
}

#[derive(Debug)]
pub(super) struct Deaths<Id> {
    budget: Respawn,
    recent: HashMap<Id, VecDeque<Instant>>,
    quarantined: HashSet<Id>,
}

impl<Id: Clone + Eq + Hash> Deaths<Id> {
    pub(super) fn new(budget: Respawn) -> Self {
        Self { budget, recent: HashMap::new(), quarantined: HashSet::new() }
    }

    /// Writes a death down and says what follows.
    pub(super) fn record(&mut self, id: &Id, now: Instant) -> Verdict {
        self.forget_old(now);
        let recent = self.recent.entry(id.clone()).or_default();
        recent.push_back(now);
        if recent.len() <= self.budget.times {
            return Verdict::Respawn;
        }
        self.recent.remove(id);
        self.quarantined.insert(id.clone());
        Verdict::Quarantine
    }

    pub(super) fn is_quarantined(&self, id: &Id) -> bool {
        self.quarantined.contains(id)
    }

    pub(super) fn quarantined(&self) -> Vec<Id> {
        self.quarantined.iter().cloned().collect()
    }

    /// Lifts a quarantine, with a full budget again. Answers whether there was one.
    pub(super) fn release(&mut self, id: &Id) -> bool {
        self.quarantined.remove(id)
    }

    /// Deaths are rare, so looking at all of them at each one is cheap, and an id that recovered costs nothing.
    fn forget_old(&mut self, now: Instant) {
        let within = self.budget.within;
        self.recent.retain(|_, deaths| {
            deaths.retain(|at| now.duration_since(*at) < within);
            !deaths.is_empty()
        });
    }
}
