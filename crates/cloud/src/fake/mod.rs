//! A cloud in memory that follows a script, for the tests of whoever uses the port.
//!
//! It keeps what a real one keeps: instances, and which token made which. It answers at once; time passes for an instance
//! by being looked at. What it was asked can be counted afterwards, as a judge outside would.

mod answer;
mod cloud;
mod seen;
mod state;

use std::sync::{Mutex, MutexGuard, PoisonError};

use berth_domain::Trouble;

pub use self::{
    answer::Answer,
    seen::{LaunchSeen, ReportSeen, StartSeen},
};
use self::{seen::Seen, state::State};
use crate::{Lifecycle, Limit, Room, Sighting};

/// The fake. `looks` is how often an instance must be looked at before it runs.
#[derive(Debug)]
pub struct FakeCloud {
    domains: Vec<String>,
    looks: u32,
    state: Mutex<State>,
}

/// What it does.
impl FakeCloud {
    /// Answers launches in this order, and grants every one after the script's end.
    pub fn new(script: impl IntoIterator<Item = Answer>) -> Self {
        let state = State { script: script.into_iter().collect(), ..State::default() };
        let domains = (1..=3).map(|number| format!("fake:AD-{number}")).collect();
        Self { domains, looks: 1, state: Mutex::new(state) }
    }

    #[must_use]
    pub fn with_domains(mut self, domains: &[&str]) -> Self {
        self.domains = domains.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    /// From now on every call is refused as a bad key is, or no more.
    pub fn reject_key(&self, rejected: bool) {
        self.state().key_rejected = rejected;
    }

    /// From now on nothing reaches the cloud, or everything does again.
    pub fn cut_off(&self, unreachable: bool) {
        self.state().unreachable = unreachable;
    }

    /// From now on every call is refused with this, or none any more: a closed account, a clock that is wrong.
    pub fn refuse_all(&self, trouble: Option<Trouble>) {
        self.state().refused_all = trouble;
    }

    /// From now on nobody is told who they are, but everything else; or everything again.
    pub fn refuse_identity(&self, trouble: Option<Trouble>) {
        self.state().identity_refused = trouble;
    }

    /// What is used of the limits, from now on; it says nothing of any before.
    pub fn set_limits(&self, limits: impl IntoIterator<Item = Limit>) {
        self.state().limits = limits.into_iter().collect();
    }

    /// From now on an instance cannot be seen, as if it had never been; its work request can.
    pub fn hide(&self, instance: &str) {
        if let Some(known) = self.state().known(instance) {
            known.hidden = true;
        }
    }

    /// From now on lists do not show what was launched, or do again.
    pub fn lag_lists(&self, lags: bool) {
        self.state().listing_lags = lags;
    }

    /// From now on launches whose name contains this are answered as too many, and do not take from the script; or no more.
    pub fn storm(&self, named: Option<&str>) {
        self.state().storm = named.map(str::to_owned);
    }

    /// The next launch whose name contains this arrives nowhere, and whoever makes it panics: a bug, as the caller may have one.
    pub fn bring_down(&self, named: &str) {
        self.state().brings_down = Some(named.to_owned());
    }

    /// From now on a network takes so many requests, and those after the first wait for their turns.
    pub fn lengthen_networks(&self, requests: u32) {
        self.state().network_requests = requests.saturating_sub(1);
    }

    pub fn then(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state().script.extend(answers);
    }

    /// From now on the report says this of a domain, whatever launches are answered. Before, it says `Unknown`.
    pub fn report(&self, domain: &str, room: Room) {
        self.state().rooms.insert((domain.to_owned(), None), room);
    }

    /// As `report`, for one shape alone.
    pub fn report_shape(&self, domain: &str, shape: &str, room: Room) {
        self.state().rooms.insert((domain.to_owned(), Some(shape.to_owned())), room);
    }

    /// From now on reports are answered so, or given again. Missing rights are `Answer::NO_POLICY`.
    pub fn refuse_reports(&self, answer: Option<Answer>) {
        self.state().reports_refused = answer;
    }

    /// Answers terminations in this order, and carries out every one after the script's end.
    pub fn answer_terminations(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state().terminations.extend(answers);
    }

    /// Answers starts in this order, and carries out every one after the script's end.
    pub fn answer_starts(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state().starts.extend(answers);
    }

    /// Somebody stops an instance.
    pub fn stop(&self, instance: &str) {
        self.set(instance, Lifecycle::Stopped);
    }

    /// From now on the cloud finds an instance no place: on its way up it stays as it is for ever.
    pub fn displace(&self, instance: &str) {
        if let Some(known) = self.state().known(instance) {
            known.placed = false;
        }
    }

    /// Somebody, or the cloud itself, ends an instance.
    pub fn end(&self, instance: &str) {
        self.set(instance, Lifecycle::Ended);
    }

    fn set(&self, instance: &str, lifecycle: Lifecycle) {
        if let Some(known) = self.state().known(instance) {
            known.sighting.lifecycle = lifecycle;
        }
    }
}

/// What it was asked, and what there is.
impl FakeCloud {
    /// Every launch request that arrived, in order, repeats included.
    pub fn launches(&self) -> Vec<LaunchSeen> {
        self.seen(|seen| seen.launches.clone())
    }

    /// Every question for a report that arrived, also those that were refused.
    pub fn reports(&self) -> Vec<ReportSeen> {
        self.seen(|seen| seen.reports.clone())
    }

    /// The instances whose termination was asked for, in order, repeats included.
    pub fn terminations(&self) -> Vec<String> {
        self.seen(|seen| seen.terminations.clone())
    }

    /// Every start that arrived, in order, repeats included.
    pub fn starts(&self) -> Vec<StartSeen> {
        self.seen(|seen| seen.starts.clone())
    }

    /// Instances that have not ended.
    pub fn alive(&self) -> Vec<Sighting> {
        let state = self.state();
        let living =
            state.instances.iter().filter(|instance| instance.sighting.lifecycle != Lifecycle::Ended);
        living.map(|instance| instance.sighting.clone()).collect()
    }

    pub fn networks_made(&self) -> usize {
        self.state().networks.len()
    }

    fn seen<Part>(&self, part: impl FnOnce(&Seen) -> Part) -> Part {
        part(&self.state().seen)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(&self) -> Result<MutexGuard<'_, State>, Trouble> {
        let state = self.state();
        if state.unreachable {
            return Err(Answer::Unreached.trouble().expect("unreached is a trouble"));
        }
        if state.key_rejected {
            return Err(Answer::REJECT_KEY.trouble().expect("a refusal is a trouble"));
        }
        match &state.refused_all {
            Some(trouble) => Err(trouble.clone()),
            None => Ok(state),
        }
    }
}
