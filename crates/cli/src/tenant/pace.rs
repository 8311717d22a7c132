//! How fast a tenant may call its cloud, in one line.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::ProviderError;
use crate::{console::Console, words};

#[derive(Deserialize)]
pub(super) struct Pace {
    tenancy: Budget,
    regions: Vec<Budget>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Budget {
    region: Option<String>,
    rate: f64,
    ceiling: f64,
    frozen_until: Option<DateTime<Utc>>,
    reason: Option<String>,
    provider_error: Option<ProviderError>,
}

impl Pace {
    /// The tenancy first, then each region; what was slowed down says why.
    pub(super) fn line(&self, console: &Console) -> String {
        let budgets = std::iter::once(&self.tenancy).chain(&self.regions);
        budgets.map(|budget| budget.words(console)).collect::<Vec<_>>().join(" · ")
    }
}

impl Budget {
    fn words(&self, console: &Console) -> String {
        let rate = words::calls_a_second(self.region.as_deref(), self.rate, self.ceiling);
        let mut line = console.say(&rate).to_owned();
        if let Some(until) = self.frozen_until {
            line.push_str(console.say(&words::frozen_until(&console.moments.moment(until))));
        }
        if let Some(reason) = self.reason.as_ref().filter(|_| self.rate < self.ceiling) {
            let error = self.provider_error.as_ref().map(|error| format!(": {}", error.words()));
            line.extend([" (", reason, &error.unwrap_or_default(), ")"]);
        }
        line
    }
}
