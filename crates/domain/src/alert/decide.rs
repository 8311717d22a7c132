//! Command × state → events or refusal.

use super::{
    event::{Adjusted, By, Cleared, Event, Raised, Received, Resolved},
    outside::Outside,
    refusal::Refusal,
    rule::Rule,
    rule_name::RuleName,
    settings::Settings,
    state::{Alert, Standing, evolve},
};
use crate::{Aggregate, Timestamp, access::Act};

/// What may be asked of an alert.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// What the rule watches is past its threshold, and has been for long enough.
    Raise {
        rule: RuleName,
        value: f64,
        threshold: f64,
        at: Timestamp,
    },
    /// It has been over for long enough; without a value, nobody watches it any more.
    Recover {
        value: Option<f64>,
        at: Timestamp,
    },
    /// Somebody else's alert fires.
    Receive {
        outside: Box<Outside>,
        at: Timestamp,
    },
    /// Somebody else's alert is over. Some senders do not say when that was.
    End {
        starts_at: Timestamp,
        ends_at: Option<Timestamp>,
        at: Timestamp,
    },
    /// A person has seen to it.
    Resolve {
        at: Timestamp,
    },
    Adjust(Adjustment),
}

/// What a person changes of a rule; what is absent stays.
#[derive(Clone, Debug, PartialEq)]
pub struct Adjustment {
    pub rule: RuleName,
    /// What held while nobody had adjusted anything: hangs on how this server is configured.
    pub standard: Settings,
    pub threshold: Option<f64>,
    pub for_seconds: Option<u32>,
    pub enabled: Option<bool>,
    pub at: Timestamp,
}

impl Aggregate for Alert {
    const KIND: &'static str = "alert";
    const SNAPSHOT: u16 = 1;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn act(command: &Command) -> Act {
        match command {
            Command::Raise { .. } | Command::Recover { .. } => Act::Inside,
            Command::Receive { .. } | Command::End { .. } | Command::Resolve { .. } => Act::HandleAlerts,
            Command::Adjust(_) => Act::KeepAlerts,
        }
    }

    fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match (command, self.standing.as_deref()) {
            // What stands stays, whatever beginning is told: who watches the same thing from elsewhere saw it begin at another moment.
            (Command::Raise { .. } | Command::Receive { .. }, Some(_)) => Ok(vec![]),
            (Command::Raise { rule, value, threshold, at }, None) => {
                Ok(self.raised(rule, value, threshold, at))
            }
            (Command::Receive { outside, at }, None) => Ok(self.received(*outside, at)),
            (Command::Recover { value, at }, Some(standing)) => {
                Ok(vec![resolved(standing, By::Recovery, value, at)])
            }
            (Command::Recover { at, .. }, None) => Ok(self.cleared(at)),
            (Command::End { starts_at, ends_at, .. }, _) if self.heard_since(starts_at, ends_at) => {
                Ok(vec![])
            }
            (Command::End { at, .. }, Some(standing)) => Ok(vec![resolved(standing, By::Recovery, None, at)]),
            (Command::End { at, .. }, None) => Ok(self.cleared(at)),
            (Command::Resolve { at }, Some(standing)) => Ok(vec![resolved(standing, By::Hand, None, at)]),
            (Command::Resolve { .. }, None) if self.times > 0 => Ok(vec![]),
            (Command::Resolve { .. }, None) => Err(Refusal::NoSuchAlert),
            (Command::Adjust(adjustment), standing) => self.adjusted(&adjustment, standing),
        }
    }

    fn evolve(&mut self, event: &Event) {
        evolve(self, event);
    }
}

impl Alert {
    fn raised(&self, rule: RuleName, value: f64, threshold: f64, at: Timestamp) -> Vec<Event> {
        let off = self.settings.is_some_and(|settings| !settings.enabled);
        if self.waived || off {
            return Vec::new();
        }
        let severity = Rule::of(rule).severity;
        vec![Raised { rule, severity, value, threshold, at }.into()]
    }

    /// Alertmanager repeats what goes on: a cause that was heard of is not heard of again, also after somebody has seen to it.
    fn received(&self, outside: Outside, at: Timestamp) -> Vec<Event> {
        let Outside { name, severity, summary, labels, starts_at } = outside;
        if self.heard.is_some_and(|heard| heard >= starts_at) {
            return Vec::new();
        }
        vec![Received { name, severity, summary, labels, starts_at, at }.into()]
    }

    /// What these words speak of was over before the cause that was heard of last began, so they are late. An earlier beginning alone does
    /// not say so where the end is known: of one cause Alertmanager tells the earliest beginning that it has learnt of so far.
    fn heard_since(&self, starts_at: Timestamp, ends_at: Option<Timestamp>) -> bool {
        self.heard.is_some_and(|heard| starts_at < heard && ends_at.is_none_or(|ends_at| ends_at <= heard))
    }

    fn cleared(&self, at: Timestamp) -> Vec<Event> {
        if self.waived { vec![Cleared { at }.into()] } else { Vec::new() }
    }

    fn adjusted(&self, adjustment: &Adjustment, standing: Option<&Standing>) -> Result<Vec<Event>, Refusal> {
        let before = self.settings.unwrap_or(adjustment.standard);
        let after = Settings {
            threshold: adjustment.threshold.unwrap_or(before.threshold),
            for_seconds: adjustment.for_seconds.unwrap_or(before.for_seconds),
            enabled: adjustment.enabled.unwrap_or(before.enabled),
        };
        after.check(Rule::of(adjustment.rule)).map_err(Refusal::Invalid)?;
        if after == before {
            return Ok(Vec::new());
        }
        let at = adjustment.at;
        let Settings { threshold, for_seconds, enabled } = after;
        // Nobody would find out any more that it is over.
        let over = standing.filter(|_| !enabled).map(|standing| resolved(standing, By::Hand, None, at));
        Ok(over.into_iter().chain([Adjusted { threshold, for_seconds, enabled, at }.into()]).collect())
    }
}

fn resolved(standing: &Standing, by: By, value: Option<f64>, at: Timestamp) -> Event {
    Resolved {
        name: standing.name.clone(),
        severity: standing.severity,
        by,
        value,
        threshold: standing.threshold,
        summary: standing.summary.clone(),
        at,
    }
    .into()
}
