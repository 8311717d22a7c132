//! An alert in somebody else's words, cut to what is kept: what is sent in is not ours to trust, and an event is for ever.

use std::collections::BTreeMap;

use crate::{Timestamp, notice::Severity};

/// In characters, each.
const NAME_LENGTH: usize = 100;
const SUMMARY_LENGTH: usize = 500;
const LABEL_LENGTH: usize = 64;
const VALUE_LENGTH: usize = 256;
const LABELS: usize = 32;

/// What a sender says of an alert that fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    pub(super) name: String,
    pub(super) severity: Severity,
    pub(super) summary: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) starts_at: Timestamp,
}

impl Outside {
    /// Too long is cut rather than refused: an alert with a long text is still an alert.
    pub fn new(
        name: &str,
        severity: Severity,
        summary: &str,
        labels: &BTreeMap<String, String>,
        starts_at: Timestamp,
    ) -> Self {
        let name = cut(name, NAME_LENGTH);
        let name = if name.is_empty() { "?".to_owned() } else { name };
        let labels = labels.iter().take(LABELS);
        let labels = labels.map(|(label, value)| (cut(label, LABEL_LENGTH), cut(value, VALUE_LENGTH)));
        Self { name, severity, summary: cut(summary, SUMMARY_LENGTH), labels: labels.collect(), starts_at }
    }
}

/// What the label `severity` says, in whichever of the usual words.
pub fn severity_of(label: Option<&str>) -> Severity {
    match label.map(|word| word.trim().to_ascii_lowercase()).as_deref() {
        Some("critical" | "page" | "error" | "emergency" | "fatal" | "high") => Severity::Critical,
        Some("info" | "information" | "none" | "low" | "debug") => Severity::Info,
        _ => Severity::Warning,
    }
}

/// On one line, since it goes into lines, and without what steers a terminal.
fn cut(text: &str, length: usize) -> String {
    let plain = text.trim().chars().map(|each| if each.is_control() { ' ' } else { each });
    let mut kept: String = plain.clone().take(length).collect();
    if plain.count() > length {
        kept.pop();
        kept.push('…');
    }
    kept
}
