//! What is seen of an accepted instance, from the cloud's yes until it runs or has ended.

use super::{
    event::{Event, InstanceLost, InstanceObtained, ReleaseAsked, Succeeded},
    outcome::{Outcome, Reason, Verdict},
    refusal::Refusal,
    settle::{Ending, pause_after},
    state::{Accepted, Grab, Have, Held},
};
use crate::{ProviderError, Timestamp};

/// An accepted instance that has no place after so long will hardly find one: the cloud had no room, and did not say so.
pub const PLACED_WITHIN_MS: i64 = 600_000;
/// Between two requests to end the same instance.
const RELEASE_PAUSE_MS: i64 = 60_000;
/// So long after the last request to end it, an instance that runs is believed to stay.
const RELEASE_TAKES_MS: i64 = 300_000;

impl Accepted {
    /// Whether it has waited for a place so long that it is to be released, if it still has none.
    pub fn release_is_due(&self, now: Timestamp) -> bool {
        let rested = !self.release_was_asked_within(RELEASE_PAUSE_MS, now);
        // Nor does anybody know how long ago it was accepted, if that is yet to come.
        !(0..PLACED_WITHIN_MS).contains(&now.since(self.at)) && rested
    }

    /// A request of a moment that is yet to come was made before somebody set the clock back, nobody knows how long ago.
    fn release_was_asked_within(&self, span_ms: i64, now: Timestamp) -> bool {
        self.release_asked_at.is_some_and(|at| (0..span_ms).contains(&now.since(at)))
    }
}

impl Grab {
    pub(super) fn ask_release(&self, instance: &str, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        match self.accepted(instance) {
            // What was there before us is never ended by us.
            Some(accepted) if accepted.release_is_due(at) && !self.starts() => {
                let (number, instance) = (accepted.number, accepted.instance.clone());
                Ok(vec![ReleaseAsked { number, instance, at }.into()])
            }
            Some(_) | None => Err(Refusal::Overtaken),
        }
    }

    /// An instance that was about to be ended may be seen running for a moment. That is no success. Nor is one of several, before the last.
    pub(super) fn see_running(
        &self,
        instance: &str,
        public_ip: Option<String>,
        private_ip: Option<String>,
        at: Timestamp,
    ) -> Vec<Event> {
        let Some(accepted) = self.accepted(instance) else { return vec![] };
        if accepted.release_was_asked_within(RELEASE_TAKES_MS, at) {
            return vec![];
        }
        let seen = accepted.seen(public_ip, private_ip, at);
        let held = self.held.len() + 1;
        vec![if held < self.wanted() { obtained(seen, held).into() } else { succeeded(seen, at).into() }]
    }

    /// What we released for want of a place is a miss, whatever words the cloud finds for its end.
    pub(super) fn see_ended(
        &self,
        instance: &str,
        verdict: Verdict,
        provider_error: Option<ProviderError>,
        at: Timestamp,
    ) -> Vec<Event> {
        let Some(accepted) = self.accepted(instance) else { return vec![] };
        let released = Verdict { outcome: Outcome::Capacity, reason: Reason::NeverPlaced };
        let verdict = accepted.release_asked_at.map_or(verdict, |_| released);
        let in_a_row = self.in_a_row(verdict.outcome);
        let ended = Ending { verdict, in_a_row, words: provider_error.as_ref(), at };
        let follows = self.ends(&ended).or_else(|| self.alarm(&ended));
        let pause = pause_after(verdict, in_a_row);
        let lost = InstanceLost {
            number: accepted.number,
            instance: accepted.instance.clone(),
            outcome: verdict.outcome,
            reason: verdict.reason,
            provider_error,
            in_a_row,
            not_before: (pause > 0).then(|| at.plus_millis(pause)),
            at,
        };
        std::iter::once(lost.into()).chain(follows).collect()
    }

    pub(super) fn accepted(&self, instance: &str) -> Option<&Accepted> {
        match &self.have {
            Have::Accepted(accepted) if accepted.instance == instance => Some(accepted),
            _ => None,
        }
    }

    pub(super) fn knows(&self, instance: &str) -> bool {
        self.accepted(instance).is_some() || self.holds(instance)
    }
}

impl Accepted {
    /// As it is held from now on.
    fn seen(&self, public_ip: Option<String>, private_ip: Option<String>, at: Timestamp) -> Held {
        Held {
            number: self.number,
            region: self.region.clone(),
            availability_domain: self.availability_domain.clone(),
            size: self.size,
            instance: self.instance.clone(),
            public_ip,
            private_ip,
            at,
        }
    }
}

fn obtained(seen: Held, held: usize) -> InstanceObtained {
    let Held { number, availability_domain, instance, public_ip, private_ip, at, .. } = seen;
    let held = u32::try_from(held).unwrap_or(u32::MAX);
    InstanceObtained { number, instance, availability_domain, public_ip, private_ip, held, at }
}

/// With the last of the instances all are there.
pub(super) fn succeeded(last: Held, at: Timestamp) -> Succeeded {
    let Held { number, availability_domain, instance, public_ip, private_ip, .. } = last;
    Succeeded { number, instance, availability_domain, public_ip, private_ip, at }
}
