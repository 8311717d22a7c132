//! Where figures come from, as a port.

use std::collections::BTreeMap;

use async_trait::async_trait;
use berth_domain::alert::RuleName;

/// Reads what rules watch. Asked every ten seconds, so it must be cheap.
#[async_trait]
pub trait Gauges: Send + Sync {
    /// The figures of these rules; one that could not be found out is left out, and then its rule neither raises nor resolves.
    async fn readings(&self, wanted: &[RuleName]) -> Readings;
}

/// Figures in the units of their rules.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readings(BTreeMap<RuleName, f64>);

impl Readings {
    pub fn set(&mut self, rule: RuleName, value: Option<f64>) {
        if let Some(value) = value {
            self.0.insert(rule, value);
        }
    }

    pub fn get(&self, rule: RuleName) -> Option<f64> {
        self.0.get(&rule).copied()
    }
}
