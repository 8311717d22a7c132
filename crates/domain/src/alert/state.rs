//! What the rules remember of an alert, and nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    event::{Adjusted, By, Event, Raised, Received},
    settings::Settings,
};
use crate::{Timestamp, notice::Severity};

/// One alert as its events make it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Absent while the rule is as the table has it, and for an alert from outside.
    pub settings: Option<Settings>,
    /// Present while it is raised.
    pub standing: Option<Box<Standing>>,
    /// It was resolved by hand, and its cause went on: that cause raises it no more.
    pub waived: bool,
    /// The beginning of the last cause that was handed in from outside.
    pub heard: Option<Timestamp>,
    /// How often it was raised.
    pub times: u32,
}

/// An alert that is raised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    pub name: String,
    pub severity: Severity,
    pub value: Option<f64>,
    pub threshold: Option<f64>,
    pub summary: Option<String>,
    pub labels: BTreeMap<String, String>,
    pub since: Timestamp,
}

impl Standing {
    pub(super) fn raised(raised: &Raised) -> Self {
        Self {
            name: raised.rule.to_string(),
            severity: raised.severity,
            value: Some(raised.value),
            threshold: Some(raised.threshold),
            summary: None,
            labels: BTreeMap::new(),
            since: raised.at,
        }
    }

    fn received(received: &Received) -> Self {
        Self {
            name: received.name.clone(),
            severity: received.severity,
            value: None,
            threshold: None,
            summary: Some(received.summary.clone()),
            labels: received.labels.clone(),
            since: received.at,
        }
    }
}

impl Alert {
    fn raise(&mut self, standing: Standing) {
        self.standing = Some(Box::new(standing));
        self.waived = false;
        self.times = self.times.saturating_add(1);
    }

    fn adjust(&mut self, adjusted: &Adjusted) {
        let Adjusted { threshold, for_seconds, enabled, .. } = *adjusted;
        self.settings = Some(Settings { threshold, for_seconds, enabled });
        // Nobody looks whether the cause of a rule that is off has gone: who turns it on again wants to be told.
        self.waived &= enabled;
    }
}

pub(super) fn evolve(alert: &mut Alert, event: &Event) {
    match event {
        Event::Raised(raised) => alert.raise(Standing::raised(raised)),
        Event::Received(received) => {
            alert.raise(Standing::received(received));
            alert.heard = Some(received.starts_at);
        }
        Event::Resolved(resolved) => {
            alert.standing = None;
            alert.waived = resolved.by == By::Hand;
        }
        Event::Cleared(_) => alert.waived = false,
        Event::Adjusted(adjusted) => alert.adjust(adjusted),
    }
}
