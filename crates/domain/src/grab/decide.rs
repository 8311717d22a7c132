//! Command × state → events or refusal.

use super::{
    ABSENCE_MS, TOKEN_LIFE_MS,
    command::{Attempt, Command, Create, Ended, Settle},
    event::{
        AttemptAbsent, AttemptResent, AttemptSettled, AttemptStarted, Created, Event, Failed, GaveUp, Holder,
        InstanceLost, Paused, PreparationFailed, Resumed, Review, ReviewNeeded, Started, Stopped, Succeeded,
        SurplusSeen,
    },
    evolve::evolve,
    outcome::{Outcome, Reason, Verdict},
    refusal::Refusal,
    state::{Accepted, Action, Asked, Grab, Have, State, Wish},
};
use crate::{
    Aggregate, ProviderError, Timestamp,
    explain::{Violations, check_name},
};

impl Aggregate for Grab {
    const KIND: &'static str = "grab";
    const SNAPSHOT: u16 = 1;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        if self.order.is_none() {
            return match command {
                Command::Create(create) => open(*create),
                _ => Err(Refusal::NoSuchTask),
            };
        }
        match command {
            Command::Create(_) => Err(Refusal::AlreadyCreated),
            Command::Start { at } => self.start(at),
            Command::Pause { by, at } => self.pause(by, at),
            Command::Resume { by, at } => self.resume(by, at),
            Command::Stop { at } => self.stop(at),
            Command::FailPreparation { verdict, provider_error, at } => {
                Ok(self.fail_preparation(verdict, provider_error, at))
            }
            Command::Attempt(attempt) => self.attempt(*attempt),
            Command::Resend { number, at } => self.resend(number, at),
            Command::Absent { number, at } => self.absent(number, at),
            Command::Settle(settle) => Ok(self.settle(*settle)),
            Command::SeeRunning { instance, public_ip, private_ip, at } => {
                Ok(self.see_running(&instance, public_ip, private_ip, at))
            }
            Command::SeeEnded { instance, verdict, provider_error, at } => {
                Ok(self.see_ended(&instance, verdict, provider_error, at))
            }
            Command::SeeSurplus { instances, at } => Ok(vec![SurplusSeen { instances, at }.into()]),
            Command::GiveUp { why, at } => Ok(self.give_up(why, at)),
            Command::AskReview { why, at } => Ok(self.ask_review(why, at)),
        }
    }

    fn evolve(&mut self, event: &Event) {
        evolve(self, event);
    }
}

/// What people ask.
impl Grab {
    fn start(&self, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        match self.state() {
            State::Running | State::CoolingDown => Ok(vec![]),
            State::Pending | State::Stopped | State::Failed | State::NeedsReview => {
                Ok(vec![Started { at }.into()])
            }
            state @ (State::Paused | State::Succeeded) => {
                Err(Refusal::NotNow { action: Action::Start, state })
            }
        }
    }

    fn pause(&self, by: Holder, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        match (self.wish, by, self.state()) {
            (_, _, State::Running | State::CoolingDown) => Ok(vec![Paused { by, at }.into()]),
            // A person's hold outlasts the tenant's: a key that works again does not wake what a person paused.
            (Wish::Paused(Holder::Tenant), Holder::Person, State::Paused) => {
                Ok(vec![Paused { by, at }.into()])
            }
            (_, _, State::Paused) => Ok(vec![]),
            (_, Holder::Tenant, _) => Ok(vec![]),
            (_, Holder::Person, state) => Err(Refusal::NotNow { action: Action::Pause, state }),
        }
    }

    fn resume(&self, by: Holder, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        match (self.wish, by, self.state()) {
            (Wish::Paused(Holder::Tenant), Holder::Tenant, State::Paused) => Ok(vec![Resumed { at }.into()]),
            (_, Holder::Tenant, _) => Ok(vec![]),
            (_, Holder::Person, State::Paused) => Ok(vec![Resumed { at }.into()]),
            (_, Holder::Person, State::Running | State::CoolingDown) => Ok(vec![]),
            (_, Holder::Person, state) => Err(Refusal::NotNow { action: Action::Resume, state }),
        }
    }

    fn stop(&self, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        match self.state() {
            State::Stopped => Ok(vec![]),
            State::Running | State::CoolingDown | State::Paused | State::NeedsReview => {
                Ok(vec![Stopped { at }.into()])
            }
            state @ (State::Pending | State::Failed | State::Succeeded) => {
                Err(Refusal::NotNow { action: Action::Stop, state })
            }
        }
    }
}

/// What the hunter writes down.
impl Grab {
    fn attempt(&self, attempt: Attempt) -> Result<Vec<Event>, Refusal> {
        let Attempt { number, token, target, body_hash, at } = attempt;
        match (&self.have, self.wish) {
            (Have::Nothing, Wish::Standing) if number == self.next_number() => {
                Ok(vec![AttemptStarted { number, token, target, body_hash, at }.into()])
            }
            (_, _) => Err(Refusal::Overtaken),
        }
    }

    fn resend(&self, number: u32, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        match self.asked(number) {
            Some(asked)
                if self.wish == Wish::Standing
                    && asked.resends < super::RESENDS
                    && at.since(asked.at) < TOKEN_LIFE_MS =>
            {
                Ok(vec![AttemptResent { number, at }.into()])
            }
            _ => Err(Refusal::Overtaken),
        }
    }

    /// Two full listings a minute apart without it: it was never launched.
    fn absent(&self, number: u32, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        let Some(asked) = self.asked(number) else { return Err(Refusal::Overtaken) };
        match asked.first_absent_at {
            None => Ok(vec![AttemptAbsent { number, at }.into()]),
            Some(first) if at.since(first) < ABSENCE_MS => Ok(vec![]),
            Some(_) => Ok(self.settle_absent(asked, at)),
        }
    }

    fn settle_absent(&self, asked: &Asked, at: Timestamp) -> Vec<Event> {
        let outcome = match asked.doubt {
            Some(Reason::OutOfHostCapacity) => Outcome::Capacity,
            Some(Reason::CloudFault | Reason::CloudBusy) => Outcome::ServerFault,
            _ => Outcome::Network,
        };
        let verdict = Verdict { outcome, reason: asked.doubt.unwrap_or(Reason::AnswerLost) };
        let in_a_row = self.in_a_row(outcome);
        let settled = AttemptSettled {
            number: asked.number,
            availability_domain: asked.target.availability_domain.clone(),
            outcome,
            reason: verdict.reason,
            provider_error: None,
            request_id: None,
            duration_ms: 0,
            instance: None,
            work_request: None,
            in_a_row,
            not_before: Some(at.plus_millis(pause_after(verdict, in_a_row))),
            at,
        };
        self.with_end(settled)
    }

    fn settle(&self, settle: Settle) -> Vec<Event> {
        let Some(asked) = self.asked(settle.number) else { return self.settle_late(&settle) };
        let verdict = asked.conclude(settle.ended.verdict());
        let in_a_row = self.in_a_row(verdict.outcome);
        let (instance, work_request, provider_error, frozen) = match settle.ended {
            Ended::Accepted { instance, work_request } => (Some(instance), work_request, None, None),
            Ended::Not { provider_error, not_before, .. } => (None, None, Some(provider_error), not_before),
        };
        let pause = pause_after(verdict, in_a_row);
        let own = (pause > 0).then(|| settle.at.plus_millis(pause));
        let settled = AttemptSettled {
            number: settle.number,
            availability_domain: asked.target.availability_domain.clone(),
            outcome: verdict.outcome,
            reason: verdict.reason,
            request_id: settle
                .request_id
                .or_else(|| provider_error.as_ref().and_then(|e| e.request_id.clone())),
            provider_error,
            duration_ms: settle.duration_ms,
            instance,
            work_request,
            in_a_row,
            not_before: own.max(frozen),
            at: settle.at,
        };
        self.with_end(settled)
    }

    /// An answer to an attempt that is settled already. A grant is never lost: it is reported as surplus.
    fn settle_late(&self, settle: &Settle) -> Vec<Event> {
        match &settle.ended {
            Ended::Accepted { instance, .. } if !self.knows(instance) => {
                vec![SurplusSeen { instances: vec![instance.clone()], at: settle.at }.into()]
            }
            _ => vec![],
        }
    }

    /// A settlement, and the end of the task where it is one.
    fn with_end(&self, settled: AttemptSettled) -> Vec<Event> {
        let at = settled.at;
        let end: Option<Event> = match (self.wish, settled.reason, settled.outcome, settled.in_a_row) {
            (_, Reason::TokenConsumed, _, _) => Some(ReviewNeeded { why: Review::TokenConsumed, at }.into()),
            (_, _, Outcome::Accepted | Outcome::InDoubt, _) => None,
            (Wish::Standing, Reason::Quota, _, _) => Some(Failed { why: GaveUp::QuotaExceeded, at }.into()),
            (Wish::Standing, _, Outcome::Limit, 3..) => Some(Failed { why: GaveUp::LimitReached, at }.into()),
            (Wish::Standing, _, Outcome::Invalid, 2..) => {
                Some(Failed { why: GaveUp::RequestRefused, at }.into())
            }
            (Wish::Standing, _, _, _) if self.exhausted(settled.number) => {
                Some(Failed { why: GaveUp::AttemptsExhausted, at }.into())
            }
            (_, _, _, _) => None,
        };
        std::iter::once(settled.into()).chain(end).collect()
    }

    fn fail_preparation(&self, verdict: Verdict, provider_error: ProviderError, at: Timestamp) -> Vec<Event> {
        if self.wish != Wish::Standing || self.have != Have::Nothing {
            return vec![];
        }
        let in_a_row = self.in_a_row(verdict.outcome);
        let failed = PreparationFailed {
            outcome: verdict.outcome,
            reason: verdict.reason,
            provider_error,
            in_a_row,
            not_before: at.plus_millis(pause_after(verdict, in_a_row).max(5_000)),
            at,
        };
        let end = (verdict.outcome == Outcome::Invalid && in_a_row >= 2)
            .then(|| Failed { why: GaveUp::RequestRefused, at }.into());
        std::iter::once(failed.into()).chain(end).collect()
    }

    fn see_running(
        &self,
        instance: &str,
        public_ip: Option<String>,
        private_ip: Option<String>,
        at: Timestamp,
    ) -> Vec<Event> {
        let Some(accepted) = self.accepted(instance) else { return vec![] };
        let succeeded = Succeeded {
            number: accepted.number,
            instance: accepted.instance.clone(),
            availability_domain: accepted.availability_domain.clone(),
            public_ip,
            private_ip,
            at,
        };
        vec![succeeded.into()]
    }

    fn see_ended(
        &self,
        instance: &str,
        verdict: Verdict,
        provider_error: Option<ProviderError>,
        at: Timestamp,
    ) -> Vec<Event> {
        let Some(accepted) = self.accepted(instance) else { return vec![] };
        let lost = InstanceLost {
            number: accepted.number,
            instance: accepted.instance.clone(),
            outcome: verdict.outcome,
            reason: verdict.reason,
            provider_error,
            at,
        };
        vec![lost.into()]
    }

    /// What is still in the air when its tenant is removed can be found out by nobody but a person.
    fn give_up(&self, why: GaveUp, at: Timestamp) -> Vec<Event> {
        let review = (why == GaveUp::TenantRemoved).then(|| self.ask_review(Review::NotFoundOut, at));
        let failed: Vec<Event> = match (&self.have, self.wish) {
            (Have::Held(_), _) | (_, Wish::GivenUp(_) | Wish::CalledOff) => vec![],
            (_, _) => vec![Failed { why, at }.into()],
        };
        failed.into_iter().chain(review.into_iter().flatten()).collect()
    }

    fn ask_review(&self, why: Review, at: Timestamp) -> Vec<Event> {
        match self.have {
            Have::Asked(_) | Have::Accepted(_) => vec![ReviewNeeded { why, at }.into()],
            Have::Nothing | Have::Held(_) | Have::Unclear(_) => vec![],
        }
    }

    fn asked(&self, number: u32) -> Option<&Asked> {
        match &self.have {
            Have::Asked(asked) if asked.number == number => Some(asked),
            _ => None,
        }
    }

    fn accepted(&self, instance: &str) -> Option<&Accepted> {
        match &self.have {
            Have::Accepted(accepted) if accepted.instance == instance => Some(accepted),
            _ => None,
        }
    }

    fn knows(&self, instance: &str) -> bool {
        match &self.have {
            Have::Accepted(accepted) => accepted.instance == instance,
            Have::Held(held) => held.instance == instance,
            Have::Nothing | Have::Asked(_) | Have::Unclear(_) => false,
        }
    }

    fn in_a_row(&self, outcome: Outcome) -> u32 {
        match self.streak {
            Some((last, times)) if last == outcome => times.saturating_add(1),
            _ => 1,
        }
    }

    /// Whether the attempt of this number was the last that the schedule allows since the start.
    pub(super) fn exhausted(&self, number: u32) -> bool {
        let most = self.order.as_ref().map_or(0, |order| order.schedule.max_attempts);
        most > 0 && number.saturating_sub(self.tally.before_start) >= most
    }
}

impl Asked {
    /// Once the request went out more than once, or its answer was lost, a "no" is no proof: it may come from before the
    /// token was looked up, or be a refusal of the repeat alone. Only a grant, or a token that is used up, concludes; else
    /// the listings decide.
    fn conclude(&self, verdict: Verdict) -> Verdict {
        let doubtful = self.resends > 0 || self.doubt.is_some();
        match (verdict.outcome, verdict.reason) {
            (Outcome::Accepted, _) | (_, Reason::TokenConsumed) => verdict,
            (_, _) if doubtful => Verdict { outcome: Outcome::InDoubt, ..verdict },
            (_, _) => verdict,
        }
    }
}

/// How long an outcome asks to wait, in milliseconds; 0 leaves it to the interval.
fn pause_after(verdict: Verdict, in_a_row: u32) -> i64 {
    let doubling =
        |first: i64, most: i64| first.saturating_mul(1 << in_a_row.saturating_sub(1).min(20)).min(most);
    match verdict.outcome {
        Outcome::Capacity | Outcome::Throttled | Outcome::ShapeUnavailable => 0,
        Outcome::InDoubt | Outcome::Accepted => 0,
        // A limit named between misses is often a false alarm: wait, then look again.
        Outcome::Limit => 600_000,
        // New keys take time, clocks are set right: a few tries over some ten minutes.
        Outcome::Auth => doubling(120_000, 480_000),
        Outcome::Invalid => 60_000,
        Outcome::ServerFault | Outcome::Network => doubling(5_000, 300_000),
    }
}

fn open(create: Create) -> Result<Vec<Event>, Refusal> {
    let mut violations = Violations::default();
    check_name(&mut violations, &create.name, &["name"]);
    create.spec.check(&mut violations);
    create.schedule.check(create.min_interval, &mut violations);
    violations.into_result().map_err(Refusal::Invalid)?;
    let Create { tenant, name, spec, schedule, at, .. } = create;
    Ok(vec![Created { tenant, name, spec, schedule, at }.into()])
}
