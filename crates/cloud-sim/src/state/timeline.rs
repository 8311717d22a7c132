//! The states of a thing over time. Nothing ticks: a state is looked up when it is asked for.

use std::time::Duration;

use crate::clock::{Moment, milliseconds};

/// States and the moments at which they begin, in order; never empty.
#[derive(Debug, Clone)]
pub(crate) struct Timeline {
    steps: Vec<(Moment, &'static str)>,
}

impl Timeline {
    /// Begins now in `first`; the others follow after their delays from now.
    pub(crate) fn starting(now: Moment, first: &'static str, then: &[(Duration, &'static str)]) -> Self {
        let mut timeline = Self { steps: vec![(now, first)] };
        timeline.extend(now, then);
        timeline
    }

    /// Forgets what was to come and takes this course instead.
    pub(crate) fn turn(&mut self, now: Moment, first: &'static str, then: &[(Duration, &'static str)]) {
        self.steps.retain(|(at, _)| *at <= now);
        self.steps.push((now, first));
        self.extend(now, then);
    }

    fn extend(&mut self, now: Moment, then: &[(Duration, &'static str)]) {
        self.steps
            .extend(then.iter().map(|(after, state)| (now.saturating_add(milliseconds(*after)), *state)));
    }

    pub(crate) fn at(&self, now: Moment) -> &'static str {
        self.steps.iter().rev().find(|(at, _)| *at <= now).unwrap_or(&self.steps[0]).1
    }

    /// Whether another state is to come.
    pub(crate) fn goes_on(&self, now: Moment) -> bool {
        self.steps.iter().any(|(at, _)| *at > now)
    }

    /// When the state is, or was, first entered; `None` if it never is.
    pub(crate) fn entered(&self, state: &str) -> Option<Moment> {
        self.steps.iter().find(|(_, name)| *name == state).map(|(at, _)| *at)
    }
}
