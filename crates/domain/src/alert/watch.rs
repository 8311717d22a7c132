//! Rule × what was seen × a reading → what is to be told. Time is an argument: durations on the clock that nobody can set.

use super::{decide::Command, rule::Rule, settings::Settings, state::Alert};
use crate::Timestamp;

/// Since when a rule's condition holds, and since when it does not. In memory: after a restart the time begins anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    past_since: Option<u64>,
    back_since: Option<u64>,
}

/// What is watched.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub rule: &'a Rule,
    /// That hold now.
    pub settings: Settings,
    pub alert: &'a Alert,
}

/// A moment on both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds since any beginning, on the clock that nobody can set.
    pub steady_ms: u64,
    /// For what is written down.
    pub at: Timestamp,
}

impl Seen {
    /// Nothing is known where nothing was measured: what lasted until then begins anew.
    fn next(self, case: &Case<'_>, value: Option<f64>, steady_ms: u64) -> Self {
        let (rule, threshold) = (case.rule, case.settings.threshold);
        let past = value.is_some_and(|value| rule.is_past(threshold, value));
        let back = value.is_some_and(|value| !past && rule.is_back(threshold, value));
        let since = |before: Option<u64>| Some(before.unwrap_or(steady_ms));
        Self {
            past_since: past.then(|| since(self.past_since)).flatten(),
            back_since: back.then(|| since(self.back_since)).flatten(),
        }
    }
}

/// What is known after a reading, and what is to be told because of it.
///
/// The command is given again with each reading until the state says that it was carried out: whoever could not tell the log tries again.
pub fn watch(seen: Seen, case: Case<'_>, reading: Option<f64>, now: Now) -> (Seen, Option<Command>) {
    let Case { rule, settings, alert } = case;
    let open = alert.standing.is_some() || alert.waived;
    if !settings.enabled {
        // Turned off by the configuration, while nobody looked: nobody would find out any more that it is over.
        return (Seen::default(), open.then_some(Command::Recover { value: None, at: now.at }));
    }
    let value = reading.filter(|value| value.is_finite());
    let seen = seen.next(&case, value, now.steady_ms);
    let lasted = |since: Option<u64>, seconds: u32| {
        since.is_some_and(|since| now.steady_ms.saturating_sub(since) >= u64::from(seconds) * 1000)
    };
    let command = match value {
        Some(value) if !open && lasted(seen.past_since, settings.for_seconds) => {
            Some(Command::Raise { rule: rule.name, value, threshold: settings.threshold, at: now.at })
        }
        Some(value) if open && lasted(seen.back_since, rule.calm_seconds) => {
            Some(Command::Recover { value: Some(value), at: now.at })
        }
        _ => None,
    };
    (seen, command)
}
