//! What an answer leaves open, and what looking into it finds. No attempt goes out before somebody has looked.
//!
//! Clouds name limits of which nothing is used, and answer a closed account and a wrong id with the same words. Neither is believed
//! unseen, and neither is tried blindly again and again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    event::{AccessProbed, Event, Failed, GaveUp, LimitChecked},
    outcome::{Outcome, Reason},
    spec::{Size, Spec},
    state::Grab,
};
use crate::{Timestamp, tenant::Limit};

/// Why the next attempt must wait until somebody has looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suspicion {
    /// A service limit was named. It may be a false alarm.
    Limit,
    /// "Not authorised or not found": an id is wrong, or the account is suspended.
    Account,
}

/// A closed account stays closed for longer than this; the tenant is halted meanwhile.
const CLOSED_PAUSE_MS: i64 = 600_000;
/// What is not there may be there a moment later, read anew.
const CONFIRM_PAUSE_MS: i64 = 60_000;

impl Suspicion {
    /// What an answer leaves open.
    pub(super) fn raised_by(outcome: Outcome, reason: Reason) -> Option<Self> {
        match (outcome, reason) {
            (Outcome::Limit, Reason::ServiceLimit) => Some(Self::Limit),
            (Outcome::Auth, Reason::NotAuthorizedOrNotFound) => Some(Self::Account),
            (_, _) => None,
        }
    }
}

impl Grab {
    /// A limit that is really used up ends the task. Else it goes on, and has said so.
    pub(super) fn see_limits(&self, limits: Vec<Limit>, found: Option<String>, at: Timestamp) -> Vec<Event> {
        if !self.suspects(Suspicion::Limit) {
            return vec![];
        }
        // What it has got uses the limit by right: only what was lost sight of says what became of an attempt.
        let found = found.filter(|instance| !self.holds(instance));
        let spec = self.order.as_ref().and_then(|order| order.goal.launch());
        let short = spec.map(|spec| shortages(spec, &limits)).unwrap_or_default();
        let used_up = found.is_none() && !short.is_empty();
        // Each region has limits of its own, and only one was looked at.
        let is_only_region = spec.is_some_and(|spec| spec.regions.len() == 1);
        let detail = Some(short).filter(|_| used_up && is_only_region);
        let false_alarms = self.false_limits.saturating_add(u32::from(!used_up && found.is_none()));
        let checked = LimitChecked { limits, used_up, instance: found, false_alarms, at };
        let failed = detail
            .map(|short| Failed { why: GaveUp::LimitReached, detail: Some(short.join(", ")), at }.into());
        std::iter::once(checked.into()).chain(failed).collect()
    }

    /// Both refused: the account is closed, and its tenant draws the consequence. Else an id is wrong: tried once more.
    pub(super) fn see_access(&self, identity: bool, shapes: bool, at: Timestamp) -> Vec<Event> {
        if !self.suspects(Suspicion::Account) {
            return vec![];
        }
        let pause = if identity || shapes { CONFIRM_PAUSE_MS } else { CLOSED_PAUSE_MS };
        vec![AccessProbed { identity, shapes, not_before: at.plus_millis(pause), at }.into()]
    }

    fn suspects(&self, suspicion: Suspicion) -> bool {
        self.suspicion == Some(suspicion) && self.is_free_to_try()
    }
}

impl AccessProbed {
    /// Neither call was answered: the cloud has closed the account.
    pub fn account_is_closed(&self) -> bool {
        !self.identity && !self.shapes
    }
}

/// The limits that leave too little for the size wanted last, in whichever of the domains, as people read them; none when something
/// fits somewhere.
fn shortages(spec: &Spec, limits: &[Limit]) -> Vec<String> {
    let domains: BTreeSet<_> =
        limits.iter().filter_map(|limit| limit.availability_domain.as_deref()).collect();
    let domains = if domains.is_empty() { vec![""] } else { domains.into_iter().collect() };
    let sizes = if spec.sizes.is_empty() { vec![None] } else { spec.sizes.iter().map(Some).collect() };
    let places =
        domains.iter().flat_map(|domain| sizes.iter().map(move |size| lacking(*size, domain, limits)));
    let places: Vec<_> = places.collect();
    if places.iter().any(Vec::is_empty) {
        return vec![];
    }
    places.into_iter().next_back().unwrap_or_default()
}

/// What is counted in a domain holds there, what is counted in the region everywhere.
fn lacking(size: Option<&Size>, domain: &str, limits: &[Limit]) -> Vec<String> {
    let here =
        limits.iter().filter(|limit| limit.availability_domain.as_deref().is_none_or(|of| of == domain));
    let short = here.filter(|limit| limit.total - limit.used < needed(size, &limit.name));
    short.map(|limit| format!("{} {}/{}", limit.name, limit.used, limit.total)).collect()
}

/// How much of a limit an instance takes. Clouds count cores, gigabytes of memory, or instances.
fn needed(size: Option<&Size>, limit: &str) -> f64 {
    match size {
        Some(size) if limit.contains("memory") => size.memory_gb,
        Some(size) if limit.contains("core") => size.ocpus,
        Some(_) | None => 1.0,
    }
}
