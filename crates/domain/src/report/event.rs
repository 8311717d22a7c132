//! What can have happened to a report. Names and shapes are for ever.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{day::Day, upcast::UPCASTERS};
use crate::{GrabId, TenantId, Timestamp, event::events, grab::Outcome, tenant::SuspensionReason};

events! {
    /// What can have happened to a report.
    UPCASTERS;
    Made = "report.made" v 1,
}

/// The report of a day was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Made {
    pub day: Day,
    /// Where the day is a day: minutes east of Greenwich.
    pub utc_offset_minutes: i16,
    /// What happened from here on was counted,
    pub from: Timestamp,
    /// up to here.
    pub to: Timestamp,
    pub figures: Figures,
    /// When it was made. States of tasks and tenants are those of this moment.
    pub at: Timestamp,
}

/// All that a report says. Lists are bounded; the sums never are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Over all tenants.
    pub all: Sums,
    /// Who got most, then who tried most, first.
    pub tenants: Vec<OfTenant>,
    /// Those that are not listed, together; absent when all are.
    pub others: Option<Others>,
    /// In the order of time, the latest ones; `all.obtained` counts all.
    pub obtained: Vec<Obtained>,
    /// By name, the first ones; `suspended_in_all` counts all.
    pub suspended: Vec<SuspendedTenant>,
    pub suspended_in_all: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Whose end is known, by when that was.
    pub attempts: u64,
    /// Those of them that ended in a fault.
    pub faults: u64,
    pub by_outcome: BTreeMap<Outcome, u64>,
    /// Preparations that failed. They are no attempts.
    pub failed_preparations: u64,
    /// Instances that were seen running.
    pub obtained: u64,
    pub tasks: Tasks,
}

/// How many tasks were in these states when the report was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tasks {
    /// Those that cool down as well.
    pub running: u64,
    pub paused: u64,
    pub succeeded: u64,
    pub failed: u64,
    pub needs_review: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfTenant {
    pub tenant: TenantId,
    pub name: String,
    pub sums: Sums,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Others {
    pub tenants: u64,
    pub sums: Sums,
}

/// An instance that was got on the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obtained {
    pub grab: GrabId,
    /// The task's name.
    pub name: String,
    pub tenant: TenantId,
    pub tenant_name: String,
    /// The cloud's id.
    pub instance: String,
    pub region: String,
    pub shape: String,
    pub public_ip: Option<String>,
    pub private_ip: Option<String>,
    pub at: Timestamp,
}

/// A tenant that may not act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspendedTenant {
    pub tenant: TenantId,
    pub name: String,
    pub reason: SuspensionReason,
}
