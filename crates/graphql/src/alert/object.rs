//! An alert as clients see it.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use berth_app::alert::ToldAlert;
use berth_domain::alert::{AlertId, Rule, RuleName};
use berth_views::alert::{AlertRow, Spell};

use super::words::{AlertResolvedBy, AlertRuleName, AlertState, AlertUnit};
use crate::shared::{
    caller::language,
    page::connection,
    scalars::{DateTime, EventPosition, int},
    severity::Severity,
};

/// Before what the log calls it.
const PREFIX: &str = "alert_";

pub(super) fn id_of(id: &ID) -> Option<AlertId> {
    id.strip_prefix(PREFIX)?.parse().ok()
}

pub(super) fn text_of(id: AlertId) -> String {
    format!("{PREFIX}{id}")
}

#[derive(Clone)]
pub(crate) struct Alert(Arc<AlertRow>);

impl Alert {
    /// As a command left it, if the lists do not hold that yet.
    pub(super) fn told(told: ToldAlert, row: Option<AlertRow>) -> Self {
        let row = row.unwrap_or_else(|| AlertRow::unknown(told.id));
        if row.version >= told.done.version {
            return Self::from(row);
        }
        let (version, position) = (told.done.version, told.done.position);
        Self::from(AlertRow { version, position, alert: told.state, ..row })
    }

    fn rule_name(&self) -> Option<RuleName> {
        match self.0.id {
            AlertId::Rule(rule) => Some(rule),
            AlertId::External(_) => None,
        }
    }

    fn newest(&self) -> Option<&Spell> {
        self.0.spells.first()
    }
}

impl From<AlertRow> for Alert {
    fn from(row: AlertRow) -> Self {
        Self(Arc::new(row))
    }
}

/// An alert (告警): one for each rule, and one for each that somebody else's Alertmanager hands in. It is raised once for a cause, and
/// resolved by recovery or by hand.
#[Object]
impl Alert {
    /// `alert_…`, for ever.
    async fn id(&self) -> ID {
        ID(text_of(self.0.id))
    }

    /// The rule that raises it. Null for an alert from outside.
    async fn rule(&self) -> Option<AlertRuleName> {
        self.rule_name().map(AlertRuleName::from)
    }

    /// What it is about: of a rule in the caller's language, of others in the sender's words.
    async fn title(&self, ctx: &Context<'_>) -> String {
        match self.rule_name() {
            Some(rule) => rule.title().in_language(language(ctx)).to_owned(),
            None => self.newest().map(|spell| spell.name.clone()).unwrap_or_default(),
        }
    }

    /// Whether it goes on.
    async fn state(&self) -> AlertState {
        if self.0.alert.standing.is_some() { AlertState::Raised } else { AlertState::Resolved }
    }

    /// How much it matters, as it was raised last.
    async fn severity(&self) -> Severity {
        let known = self.newest().map(|spell| spell.severity);
        let rule = || self.rule_name().map(|rule| Rule::of(rule).severity);
        known.or_else(rule).unwrap_or_default().into()
    }

    /// What was measured when it was raised last. Null for an alert from outside.
    async fn value(&self) -> Option<f64> {
        self.newest().and_then(|spell| spell.value)
    }

    /// What it passed then. Null for an alert from outside.
    async fn threshold(&self) -> Option<f64> {
        self.newest().and_then(|spell| spell.threshold)
    }

    /// What both are counted in. Null for an alert from outside.
    async fn unit(&self) -> Option<AlertUnit> {
        self.rule_name().map(|rule| Rule::of(rule).unit.into())
    }

    /// In the sender's words. Null for a rule.
    async fn summary(&self) -> Option<&str> {
        self.newest().and_then(|spell| spell.summary.as_deref())
    }

    /// What its sender knows it by, by name. Empty for a rule.
    async fn labels(&self) -> Vec<AlertLabel> {
        let labels = self.newest().map(|spell| spell.labels.clone()).unwrap_or_default();
        labels.into_iter().map(|(name, value)| AlertLabel { name, value }).collect()
    }

    /// When it was raised last. Null when it never was.
    async fn raised_at(&self) -> Option<DateTime> {
        self.newest().map(|spell| DateTime(spell.raised_at))
    }

    /// When that was resolved. Null while it goes on.
    async fn resolved_at(&self) -> Option<DateTime> {
        self.newest().and_then(|spell| spell.resolved).map(|ended| DateTime(ended.at))
    }

    /// What that was resolved by. Null while it goes on.
    async fn resolved_by(&self) -> Option<AlertResolvedBy> {
        self.newest().and_then(|spell| spell.resolved).map(|ended| ended.by.into())
    }

    /// How often it was raised.
    async fn times(&self) -> i32 {
        int(self.0.alert.times)
    }

    /// The last times that it was raised, newest first, at most 20.
    async fn history(&self) -> Vec<AlertSpell> {
        self.0.spells.iter().map(AlertSpell::of).collect()
    }

    /// Its version. Send it as `expectedVersion` to change only what you saw.
    async fn version(&self) -> i32 {
        int(self.0.version.get())
    }

    /// The position of the last event about it.
    async fn position(&self) -> EventPosition {
        EventPosition(self.0.position)
    }
}

/// One word that the sender of an alert knows it by.
#[derive(SimpleObject)]
pub(crate) struct AlertLabel {
    /// What the label is called.
    name: String,
    /// What it says.
    value: String,
}

/// One time that an alert was raised.
#[derive(SimpleObject)]
pub(crate) struct AlertSpell {
    /// How much it mattered.
    severity: Severity,
    /// When it was raised.
    raised_at: DateTime,
    /// What was measured then. Null for an alert from outside.
    value: Option<f64>,
    /// What that passed. Null for an alert from outside.
    threshold: Option<f64>,
    /// In the sender's words. Null for a rule.
    summary: Option<String>,
    /// When it was resolved. Null while it goes on.
    resolved_at: Option<DateTime>,
    /// What it was resolved by. Null while it goes on.
    resolved_by: Option<AlertResolvedBy>,
    /// What was measured when it was over. Null where nobody measured.
    resolved_value: Option<f64>,
}

impl AlertSpell {
    fn of(spell: &Spell) -> Self {
        Self {
            severity: spell.severity.into(),
            raised_at: DateTime(spell.raised_at),
            value: spell.value,
            threshold: spell.threshold,
            summary: spell.summary.clone(),
            resolved_at: spell.resolved.map(|ended| DateTime(ended.at)),
            resolved_by: spell.resolved.map(|ended| ended.by.into()),
            resolved_value: spell.resolved.and_then(|ended| ended.value),
        }
    }
}

connection! {
    /// A page of alerts.
    AlertConnection,
    /// An alert in a page.
    AlertEdge of Alert {
        /// How many there are on all pages.
        async fn total_count(&self) -> i32 {
            int(self.0.total.unwrap_or_default())
        }

        /// The page is true as of this position.
        async fn position(&self) -> EventPosition {
            EventPosition(self.0.position)
        }
    }
}
