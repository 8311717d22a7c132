//! The table of what is watched, with what holds until a person says otherwise.

use super::{rule_name::RuleName, settings::Settings};
use crate::notice::Severity;

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    pub name: RuleName,
    pub source: Source,
    pub severity: Severity,
    pub unit: Unit,
    pub side: Side,
    pub threshold: f64,
    /// It must be so for this long before anybody is told.
    pub for_seconds: u32,
    /// What the value must come back by, as a part of the threshold, before it counts as over: who hovers at a threshold is told once.
    pub slack: f64,
    /// It must be over for this long.
    pub calm_seconds: u32,
    pub scope: Scope,
}

/// Whose trouble it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Requests,
    Machine,
    Server,
    Hunt,
}

/// Which side of the threshold is the wrong one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Above,
    Below,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Percent,
    Seconds,
    Events,
    Instances,
    Tasks,
}

/// Where a rule holds by itself. Elsewhere a person may turn it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Everywhere,
    Production,
}

/// Every rule there is, in the order of their names' table.
pub const RULES: [Rule; RuleName::ALL.len()] = {
    use RuleName::{
        AttemptFaults, AttemptsInDoubt, ClockSkew, Connections, Cpu, Disk, ErrorRate, Instances, Memory,
        ProjectionLag, ResponseTime, StalledTasks, Storage,
    };
    use Severity::{Critical, Warning};
    use Source::{Hunt, Machine, Requests, Server};
    use Unit::{Events, Percent, Seconds, Tasks};
    [
        rule(ErrorRate, Requests, Critical, 5.0, Percent, 60).easing(0.2),
        rule(ResponseTime, Requests, Warning, 1.0, Seconds, 60).easing(0.2),
        rule(Cpu, Machine, Warning, 80.0, Percent, 300),
        rule(Memory, Machine, Warning, 85.0, Percent, 300),
        rule(Disk, Machine, Critical, 90.0, Percent, 60).easing(0.02),
        rule(Connections, Server, Warning, 80.0, Percent, 60),
        rule(Instances, Hunt, Critical, 3.0, Unit::Instances, 60).least(),
        rule(ProjectionLag, Server, Warning, 10_000.0, Events, 60).easing(0.5),
        rule(AttemptsInDoubt, Hunt, Critical, 300.0, Seconds, 0).easing(0.2),
        rule(AttemptFaults, Hunt, Warning, 50.0, Percent, 300).easing(0.2),
        rule(ClockSkew, Machine, Warning, 30.0, Seconds, 0).easing(0.5),
        rule(StalledTasks, Hunt, Critical, 0.0, Tasks, 60),
        rule(Storage, Server, Critical, 10.0, Seconds, 0).easing(0.5),
    ]
};

const fn rule(
    name: RuleName,
    source: Source,
    severity: Severity,
    threshold: f64,
    unit: Unit,
    for_seconds: u32,
) -> Rule {
    let (side, scope) = (Side::Above, Scope::Everywhere);
    Rule { name, source, severity, unit, side, threshold, for_seconds, slack: 0.05, calm_seconds: 60, scope }
}

impl Rule {
    /// The row of a name: both are in one order, which a test holds.
    pub const fn of(name: RuleName) -> &'static Self {
        &RULES[name as usize]
    }

    const fn easing(self, slack: f64) -> Self {
        Self { slack, ..self }
    }

    /// What is too few, where there must be some.
    const fn least(self) -> Self {
        Self { side: Side::Below, scope: Scope::Production, slack: 0.0, ..self }
    }

    /// What holds when nobody has adjusted anything.
    pub const fn standard(&self, production: bool) -> Settings {
        let enabled = match self.scope {
            Scope::Everywhere => true,
            Scope::Production => production,
        };
        Settings { threshold: self.threshold, for_seconds: self.for_seconds, enabled }
    }

    /// On the wrong side of the threshold.
    pub fn is_past(&self, threshold: f64, value: f64) -> bool {
        match self.side {
            Side::Above => value > threshold,
            Side::Below => value < threshold,
        }
    }

    /// So far on the right side that it may count as over. Between the two it is neither.
    pub fn is_back(&self, threshold: f64, value: f64) -> bool {
        match self.side {
            Side::Above => value <= threshold * (1.0 - self.slack),
            Side::Below => value >= threshold * (1.0 + self.slack),
        }
    }
}
