//! State × time → the next step. Thinking returns a value; the hunter's hands carry it out.

use super::{
    ABSENCE_MS, RESENDS, TOKEN_LIFE_MS,
    event::{GaveUp, Review},
    outcome::Reason,
    state::{Asked, Grab, Have, Order, Wish},
};
use crate::{GrabId, Timestamp, id::spread};

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Read what an attempt needs: domains, image, network.
    Prepare,
    AttemptNow {
        number: u32,
        availability_domain: String,
    },
    /// Ask again with the same token and the same bytes.
    Resend {
        number: u32,
    },
    /// Look for the instance by name and tag.
    LookFor {
        number: u32,
    },
    /// See whether the accepted instance runs and has its address.
    Follow {
        instance: String,
    },
    WaitUntil(Timestamp),
    GiveUp(GaveUp),
    AskReview(Review),
    /// Nothing until somebody wakes it.
    Rest,
}

/// What the plan is told about the world.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    pub id: GrabId,
    pub now: Timestamp,
    /// When this process began to act for the task: what fell due before is spread out, not done at once.
    pub awake_since: Timestamp,
    pub tenant_may_act: bool,
    /// The region's availability domains, once known.
    pub domains: Option<&'a [String]>,
}

/// A domain without the shape is asked again after a day.
const DROPPED_FOR_MS: i64 = 86_400_000;
/// A first attempt comes within this time of the start, or within the interval where that is shorter.
const FIRST_WITHIN_MS: i64 = 10_000;
/// A tenant that may not act is looked at again after this, whatever event of its may have been missed.
const TENANT_PAUSE_MS: i64 = 60_000;
/// How long an answer is waited for before a lost attempt is asked again; doubles each time.
const RESEND_PAUSE_MS: i64 = 2_000;

impl Grab {
    /// The next step. Depends on nothing but its arguments.
    pub fn plan(&self, around: Surroundings<'_>) -> Step {
        let Some(order) = &self.order else { return Step::Rest };
        match (&self.have, self.wish) {
            (Have::Held(_) | Have::Unclear(_), _) => Step::Rest,
            (Have::Accepted(accepted), _) => Step::Follow { instance: accepted.instance.clone() },
            (Have::Asked(asked), wish) => find_out(asked, wish, self.not_before, around.now),
            (Have::Nothing, Wish::Standing) => self.hunt(order, around),
            (Have::Nothing, Wish::Unspoken | Wish::Paused(_) | Wish::CalledOff | Wish::GivenUp(_)) => {
                Step::Rest
            }
        }
    }

    /// When the next attempt is due; absent unless the task runs. Drives countdowns and the due-time index.
    pub fn next_attempt_at(&self, id: GrabId, awake_since: Timestamp) -> Option<Timestamp> {
        let order = self.order.as_ref()?;
        match (&self.have, self.wish) {
            (Have::Nothing, Wish::Standing) => Some(self.due(order, id, awake_since)),
            _ => None,
        }
    }

    fn hunt(&self, order: &Order, around: Surroundings<'_>) -> Step {
        if order.schedule.deadline.is_some_and(|deadline| around.now >= deadline) {
            return Step::GiveUp(GaveUp::DeadlinePassed);
        }
        // The last attempt may have ended while the task was held, or in an instance that was then lost.
        if self.exhausted(self.tally.attempts) {
            return Step::GiveUp(GaveUp::AttemptsExhausted);
        }
        if !around.tenant_may_act {
            return Step::WaitUntil(around.now.plus_millis(TENANT_PAUSE_MS));
        }
        let due = self.due(order, around.id, around.awake_since);
        if around.now < due {
            return Step::WaitUntil(order.schedule.deadline.map_or(due, |deadline| due.min(deadline)));
        }
        let Some(domains) = around.domains else { return Step::Prepare };
        match self.next_domain(order, domains, around.now) {
            Some(domain) => {
                Step::AttemptNow { number: self.next_number(), availability_domain: domain.to_owned() }
            }
            None => Step::GiveUp(GaveUp::NoDomainOffersShape),
        }
    }

    /// Interval and jitter from the last attempt. Both phase and jitter hang on the task's id alone, so that tasks do
    /// not march in step and a replay gives the same times.
    fn due(&self, order: &Order, id: GrabId, awake_since: Timestamp) -> Timestamp {
        let interval = order.schedule.interval.millis();
        let started = self.started_at.unwrap_or(order.created_at);
        let regular = match &self.last {
            Some(last) if last.at >= started => last.at.plus_millis(jittered(order, id, last.number)),
            _ => started.plus_millis(phase(id, interval.min(FIRST_WITHIN_MS))),
        };
        let due = regular.max(self.not_before.unwrap_or(regular));
        if due < awake_since { awake_since.plus_millis(phase(id, interval)) } else { due }
    }

    /// The domain after the last one tried, in the order of the list, leaving out those without the shape.
    fn next_domain<'a>(&self, order: &'a Order, known: &'a [String], now: Timestamp) -> Option<&'a str> {
        let wanted = &order.spec.availability_domains;
        let domains = if wanted.is_empty() { known } else { wanted.as_slice() };
        let last = self
            .last
            .as_ref()
            .and_then(|last| domains.iter().position(|name| *name == last.availability_domain));
        let first = last.map_or(0, |index| index + 1);
        let offers =
            |name: &&String| self.dropped.get(*name).is_none_or(|at| now.since(*at) >= DROPPED_FOR_MS);
        (0..domains.len())
            .map(|step| &domains[(first + step) % domains.len()])
            .find(offers)
            .map(String::as_str)
    }
}

/// An attempt is out and we did not see it end: ask again with its own token, then look for it, and never buy anew.
fn find_out(asked: &Asked, wish: Wish, not_before: Option<Timestamp>, now: Timestamp) -> Step {
    let number = asked.number;
    let token_lives = now.since(asked.at) < TOKEN_LIFE_MS;
    let may_resend = wish == Wish::Standing && token_lives && asked.doubt != Some(Reason::TokenCollision);
    if may_resend && asked.resends < RESENDS {
        let pause = if asked.doubt.is_none() { 0 } else { RESEND_PAUSE_MS << asked.resends };
        let due = asked.sent_at.plus_millis(pause).max(not_before.unwrap_or_default());
        return if now < due { Step::WaitUntil(due) } else { Step::Resend { number } };
    }
    match asked.first_absent_at {
        None => Step::LookFor { number },
        Some(first) if now.since(first) < ABSENCE_MS => Step::WaitUntil(first.plus_millis(ABSENCE_MS)),
        Some(_) if token_lives => Step::LookFor { number },
        Some(_) => Step::AskReview(Review::NotFoundOut),
    }
}

/// A fixed place within a span, spread evenly over ids.
fn phase(id: GrabId, span_ms: i64) -> i64 {
    let span = span_ms.max(1).unsigned_abs();
    i64::try_from(id.hash() % span).expect("a remainder of an i64 fits an i64")
}

/// The interval, longer or shorter by at most the jitter, different for each attempt.
fn jittered(order: &Order, id: GrabId, number: u32) -> i64 {
    let interval = order.schedule.interval.millis();
    let reach = interval * i64::from(order.schedule.jitter_percent) / 100;
    if reach == 0 {
        return interval;
    }
    let drawn = spread(u128::from(id.hash()) << 32 | u128::from(number));
    let within =
        i64::try_from(drawn % (2 * reach.unsigned_abs() + 1)).expect("a remainder of an i64 fits an i64");
    interval - reach + within
}
