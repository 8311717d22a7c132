//! Who sees all calls and all events from outside, and says what was unlawful. Shares no rule with Berth.

mod calls;
mod events;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt::Write as _,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, MutexGuard},
};

use berth_domain::{GrabId, TenantId, grab::Grab};
use berth_store::{Position, Version};

pub(crate) use calls::{Call, Heard};

use crate::time::Time;

/// How many lines of a run's end are shown when it fails. `BERTH_SHOWN` asks for more.
const SHOWN: usize = 60;
/// A call that had passed its turn when a throttle answer came may still go out: its attempt is being written down.
const GRACE_MS: i64 = 50;

pub(crate) struct Judge {
    pub(crate) time: Arc<Time>,
    ceiling: f64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    violations: Vec<String>,
    hasher: DefaultHasher,
    last_lines: VecDeque<String>,
    shown: usize,
    calls: u64,
    launches: u64,
    calls_of: BTreeMap<usize, VecDeque<i64>>,
    freezes: Vec<calls::Freeze>,
    /// When a tenant last heard that it, or all of it, is to slow down.
    throttled_at: BTreeMap<(usize, bool), i64>,
    launching: BTreeMap<GrabId, Vec<String>>,
    shown_running: BTreeSet<String>,
    /// What each task is said to have got.
    obtained: BTreeMap<GrabId, BTreeSet<String>>,
    seen: Position,
    versions: BTreeMap<String, Version>,
    tenants: BTreeMap<TenantId, usize>,
    names: BTreeMap<GrabId, usize>,
    grabs: BTreeMap<GrabId, Grab>,
    open: BTreeMap<GrabId, events::Open>,
    tokens: BTreeMap<String, GrabId>,
    by_display_name: BTreeMap<String, GrabId>,
    answers: BTreeMap<String, Position>,
    /// How many calls left in each second, for the herd.
    per_second: BTreeMap<i64, u32>,
}

impl Judge {
    pub(crate) fn new(time: Arc<Time>, ceiling: f64) -> Self {
        let asked = std::env::var("BERTH_SHOWN").ok().and_then(|text| text.parse().ok());
        let state = State { shown: asked.unwrap_or(SHOWN), ..State::default() };
        Self { time, ceiling, state: Mutex::new(state) }
    }

    /// A life of the process begins.
    pub(crate) fn new_life(&self) {
        let wall_start = self.time.wall_start();
        let mut state = self.state();
        state.launching.clear();
        let known = std::mem::take(&mut state.freezes);
        state.freezes = known.into_iter().filter_map(|freeze| freeze.remembered(wall_start)).collect();
        state.tell(self.time.now(), "a life of the process begins");
    }

    pub(crate) fn note(&self, what: &str) {
        self.state().tell(self.time.now(), what);
    }

    pub(crate) fn accuse(&self, what: &str) {
        self.state().accuse(self.time.now(), what);
    }

    /// Every answer to one command is the same, however often it is given.
    pub(crate) fn answered(&self, command: &str, position: Position) {
        let mut state = self.state();
        let first = *state.answers.entry(command.to_owned()).or_insert(position);
        state.tell(self.time.now(), &format!("{command} is answered {position}"));
        if first != position {
            let what = format!("{command} was answered {first} before, and {position} now");
            state.accuse(self.time.now(), &what);
        }
    }

    pub(crate) fn violations(&self) -> Vec<String> {
        self.state().violations.clone()
    }

    /// The same for the same run.
    pub(crate) fn hash(&self) -> u64 {
        self.state().hasher.finish()
    }

    /// Calls and launches so far.
    pub(crate) fn counted(&self) -> (u64, u64) {
        let state = self.state();
        (state.calls, state.launches)
    }

    pub(crate) fn last_lines(&self) -> Vec<String> {
        self.state().last_lines.iter().cloned().collect()
    }

    pub(crate) fn grabs(&self) -> BTreeMap<GrabId, Grab> {
        self.state().grabs.clone()
    }

    /// The last event that was in the log.
    pub(crate) fn seen(&self) -> Position {
        self.state().seen
    }

    /// How many calls each second saw.
    pub(crate) fn per_second(&self) -> BTreeMap<i64, u32> {
        self.state().per_second.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl State {
    fn tell(&mut self, now: i64, what: &str) {
        let mut line = String::new();
        write!(line, "{:>8}.{:03} {what}", now / 1000, now % 1000).unwrap();
        line.hash(&mut self.hasher);
        if self.last_lines.len() == self.shown {
            self.last_lines.pop_front();
        }
        self.last_lines.push_back(line);
    }

    fn accuse(&mut self, now: i64, what: &str) {
        self.tell(now, &format!("UNLAWFUL: {what}"));
        self.violations.push(what.to_owned());
    }

    /// Short, and the same in each run.
    fn name(&mut self, id: GrabId) -> String {
        let next = self.names.len() + 1;
        format!("grab#{}", self.names.entry(id).or_insert(next))
    }
}
