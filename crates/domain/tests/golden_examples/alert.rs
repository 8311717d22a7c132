//! What can have happened to an alert.

use std::collections::BTreeMap;

use berth_domain::{
    alert::{Adjusted, By, Cleared, Event, Raised, Received, Resolved, RuleName},
    notice::Severity,
};

use super::at;

pub(crate) fn alert_examples() -> Vec<Event> {
    let labels = BTreeMap::from([("instance".to_owned(), "10.0.0.5:9100".to_owned())]);
    vec![
        Raised { rule: RuleName::Cpu, severity: Severity::Warning, value: 92.5, threshold: 80.0, at: at(0) }
            .into(),
        Received {
            name: "InstanceDown".into(),
            severity: Severity::Critical,
            summary: "主机已失联 5 分钟".into(),
            labels,
            starts_at: at(-300),
            at: at(1),
        }
        .into(),
        Resolved {
            name: "cpu".into(),
            severity: Severity::Warning,
            by: By::Recovery,
            value: Some(12.25),
            threshold: Some(80.0),
            summary: Some("说明".into()),
            at: at(2),
        }
        .into(),
        Cleared { at: at(3) }.into(),
        Adjusted { threshold: 70.0, for_seconds: 60, enabled: true, at: at(4) }.into(),
    ]
}
