//! A rule of alerts as clients see it.

use async_graphql::{Context, Object};
use berth_app::alert::{Alerts, ToldAlert};
use berth_domain::alert::{self, AlertId, Rule, RuleName, Settings};
use berth_store::{Position, Version};
use berth_views::alert::AlertRow;

use super::words::{AlertRuleName, AlertSide, AlertSource, AlertUnit};
use crate::shared::{
    caller::language,
    scalars::{EventPosition, Seconds, int},
    severity::Severity,
};

/// One row of the table of rules, as it holds now.
pub(crate) struct AlertRule {
    rule: &'static Rule,
    settings: Settings,
    standard: Settings,
    raised: bool,
    version: Version,
    position: Position,
}

impl AlertRule {
    pub(super) fn of(alerts: &Alerts, name: RuleName, row: Option<&AlertRow>) -> Self {
        let place = row.map_or((Version::NONE, Position::START), |row| (row.version, row.position));
        Self::new(alerts, name, row.map(|row| &row.alert), place)
    }

    pub(super) fn told(alerts: &Alerts, name: RuleName, told: &ToldAlert) -> Self {
        Self::new(alerts, name, Some(&told.state), (told.done.version, told.done.position))
    }

    fn new(
        alerts: &Alerts,
        name: RuleName,
        alert: Option<&alert::Alert>,
        (version, position): (Version, Position),
    ) -> Self {
        let standard = alerts.standard(name);
        Self {
            rule: Rule::of(name),
            settings: alert.and_then(|alert| alert.settings).unwrap_or(standard),
            standard,
            raised: alert.is_some_and(|alert| alert.standing.is_some()),
            version,
            position,
        }
    }
}

/// A rule: what is watched, from where on it is too much, and for how long it must be so.
#[Object]
impl AlertRule {
    /// What it watches.
    async fn name(&self) -> AlertRuleName {
        self.rule.name.into()
    }

    /// The same in the caller's language.
    async fn title(&self, ctx: &Context<'_>) -> String {
        self.rule.name.title().in_language(language(ctx)).to_owned()
    }

    /// The id of the alert that it raises.
    async fn alert_id(&self) -> async_graphql::ID {
        async_graphql::ID(super::object::text_of(AlertId::Rule(self.rule.name)))
    }

    /// Whose trouble it is.
    async fn source(&self) -> AlertSource {
        self.rule.source.into()
    }

    /// How much its alert matters.
    async fn severity(&self) -> Severity {
        self.rule.severity.into()
    }

    /// What its figures are counted in.
    async fn unit(&self) -> AlertUnit {
        self.rule.unit.into()
    }

    /// Which side of the threshold is the wrong one.
    async fn side(&self) -> AlertSide {
        self.rule.side.into()
    }

    /// From where on it is too much, or too little.
    async fn threshold(&self) -> f64 {
        self.settings.threshold
    }

    /// It must be so for this long.
    async fn lasts(&self) -> Seconds {
        Seconds(self.settings.for_seconds)
    }

    /// Whether it is watched.
    async fn enabled(&self) -> bool {
        self.settings.enabled
    }

    /// The threshold while nobody adjusts it.
    async fn usual_threshold(&self) -> f64 {
        self.standard.threshold
    }

    /// How long it must last while nobody adjusts it.
    async fn usual_lasts(&self) -> Seconds {
        Seconds(self.standard.for_seconds)
    }

    /// Whether it is watched while nobody adjusts it.
    async fn usual_enabled(&self) -> bool {
        self.standard.enabled
    }

    /// Whether its alert is raised.
    async fn raised(&self) -> bool {
        self.raised
    }

    /// Its version. Send it as `expectedVersion` to change only what you saw.
    async fn version(&self) -> i32 {
        int(self.version.get())
    }

    /// The position of the last event about it; 0 before the first.
    async fn position(&self) -> EventPosition {
        EventPosition(self.position)
    }
}
