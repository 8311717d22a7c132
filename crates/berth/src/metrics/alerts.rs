//! How many alerts are raised, for Prometheus. Alerts from outside bear names that others chose, so they are counted together.

use berth_domain::{
    alert::{AlertId, RULES},
    notice::Severity,
};
use berth_views::{Views, alert};
use prometheus_client::{
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};

/// Of others.
const EXTERNAL: &str = "external";

type Labels = [(&'static str, &'static str); 2];

#[derive(Default)]
pub(super) struct Alerts(Family<Labels, Gauge>);

impl Alerts {
    pub(super) fn register(&self, ours: &mut Registry) {
        ours.register("alerts_raised", "Alerts that are raised, by rule and severity", self.0.clone());
    }

    /// Every rule has its series from the beginning. Where the lists cannot be asked it stays as it was.
    pub(super) async fn ask(&self, views: &Views) {
        let raised = match alert::raised(views).await {
            Ok(raised) => raised,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a figure could not be read");
                return;
            }
        };
        let rules = RULES.iter().map(|rule| labels(rule.name.word(), rule.severity));
        let others = Severity::ALL.map(|severity| labels(EXTERNAL, severity));
        for labels in rules.chain(others) {
            self.0.get_or_create(&labels).set(0);
        }
        for row in &raised {
            let severity = row.alert.standing.as_ref().map(|standing| standing.severity).unwrap_or_default();
            let rule = match row.id {
                AlertId::Rule(rule) => rule.word(),
                AlertId::External(_) => EXTERNAL,
            };
            self.0.get_or_create(&labels(rule, severity)).inc();
        }
    }
}

fn labels(rule: &'static str, severity: Severity) -> Labels {
    let severity = match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Critical => "critical",
    };
    [("rule", rule), ("severity", severity)]
}
