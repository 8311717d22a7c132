//! What is said of each event of an alert.

use berth_domain::{
    Text,
    alert::{AlertId, Event, RuleName, raised_text, received_text, resolved_text, settings_text},
    notice::Severity,
};
use serde_json::json;

use super::{
    Category,
    Level::{self, Error, Info, Warn},
    Line,
};

/// `id` is the stream's: an adjustment does not say itself of which rule it is.
pub(super) fn line(id: &str, event: &Event) -> Line {
    match event {
        Event::Raised(raised) => {
            said(level(raised.severity), "alert.raised", raised_text(raised)).with(&json!({
                "rule": raised.rule,
                "value": raised.value,
                "threshold": raised.threshold,
                "severity": raised.severity,
            }))
        }
        Event::Received(received) => {
            said(level(received.severity), "alert.received", received_text(received)).with(&json!({
                "alert": received.name,
                "severity": received.severity,
                "labels": received.labels,
                "startsAt": received.starts_at,
            }))
        }
        Event::Resolved(resolved) => said(Info, "alert.resolved", resolved_text(resolved))
            .with(&json!({ "alert": resolved.name, "by": resolved.by, "value": resolved.value })),
        Event::Cleared(_) => {
            let name = rule(id).map_or_else(|| Text::new(id, id), RuleName::title);
            let english = format!("{}: the cause has gone", name.english);
            said(Info, "alert.cleared", Text::new(english, format!("{}：原因已消失", name.chinese)))
        }
        Event::Adjusted(adjusted) => {
            let text = rule(id).map_or_else(|| Text::new(id, id), |rule| settings_text(rule, adjusted));
            said(Info, "alert.adjusted", text).with(&json!({
                "rule": id,
                "threshold": adjusted.threshold,
                "forSeconds": adjusted.for_seconds,
                "enabled": adjusted.enabled,
            }))
        }
    }
}

fn said(level: Level, key: &'static str, text: Text) -> Line {
    Line::new(level, Category::System, key, text.english, text.chinese)
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Info => Info,
        Severity::Warning => Warn,
        Severity::Critical => Error,
    }
}

fn rule(id: &str) -> Option<RuleName> {
    match id.parse() {
        Ok(AlertId::Rule(rule)) => Some(rule),
        Ok(AlertId::External(_)) | Err(_) => None,
    }
}
