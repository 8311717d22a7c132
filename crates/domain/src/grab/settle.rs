//! What the hunter writes down of attempts and preparations, and what follows from how they ended.

use super::{
    ABSENCE_MS, FAULTS_TO_ALARM, RESENDS, TOKEN_LIFE_MS,
    command::{Attempt, Ended, Settle},
    event::{
        AlarmRaised, AttemptAbsent, AttemptResent, AttemptSettled, AttemptStarted, Event, Failed, GaveUp,
        Holder, Paused, PreparationFailed, Review, ReviewNeeded, SurplusSeen,
    },
    outcome::{Outcome, Reason, Verdict},
    refusal::Refusal,
    state::{Asked, Grab, Have, Wish},
};
use crate::{ProviderError, Timestamp, Trouble};

/// Rights that are missing are asked for so often before the task is held.
const REFUSALS: u32 = 3;

/// How a try ended.
pub(super) struct Ending<'a> {
    pub(super) verdict: Verdict,
    pub(super) in_a_row: u32,
    pub(super) words: Option<&'a ProviderError>,
    pub(super) at: Timestamp,
}

impl Grab {
    pub(super) fn attempt(&self, attempt: Attempt) -> Result<Vec<Event>, Refusal> {
        let Attempt { number, token, target, body_hash, at } = attempt;
        let serves = self.order.as_ref().is_some_and(|order| order.goal.is_served_by(&target.deed));
        if serves && self.is_free_to_try() && number == self.next_number() && self.suspicion.is_none() {
            Ok(vec![AttemptStarted { number, token, target, body_hash, at }.into()])
        } else {
            Err(Refusal::Overtaken)
        }
    }

    pub(super) fn resend(&self, number: u32, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        match self.asked(number) {
            Some(asked)
                if self.wish == Wish::Standing
                    && !asked.target.starts()
                    && asked.resends < RESENDS
                    && at.since(asked.at) < TOKEN_LIFE_MS =>
            {
                Ok(vec![AttemptResent { number, at }.into()])
            }
            _ => Err(Refusal::Overtaken),
        }
    }

    /// Two full listings a minute apart without it: it was never launched.
    pub(super) fn absent(&self, number: u32, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        let Some(asked) = self.asked(number) else { return Err(Refusal::Overtaken) };
        match asked.first_absent_at {
            None => Ok(vec![AttemptAbsent { number, at }.into()]),
            Some(first) if (0..ABSENCE_MS).contains(&at.since(first)) => Ok(vec![]),
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

    pub(super) fn settle(&self, settle: Settle) -> Vec<Event> {
        let Some(asked) = self.asked(settle.number) else { return self.settle_late(&settle) };
        let ended = self.unless_held(settle.ended);
        let verdict = asked.conclude(self.read(ended.verdict()));
        let in_a_row = self.in_a_row(verdict.outcome);
        let (instance, work_request, provider_error, frozen) = match ended {
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

    /// What is held already is no answer to another attempt: what came of this one must still be found out.
    fn unless_held(&self, ended: Ended) -> Ended {
        match ended {
            Ended::Accepted { instance, .. } if self.holds(&instance) => {
                let verdict = Verdict { outcome: Outcome::InDoubt, reason: Reason::TokenCollision };
                let what = format!("{instance} was named, which the task has already");
                let provider_error = Trouble::Lost { what, request_id: None }.provider_error();
                Ended::Not { verdict, provider_error, not_before: None }
            }
            ended => ended,
        }
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

    /// A settlement, and what follows from it.
    fn with_end(&self, settled: AttemptSettled) -> Vec<Event> {
        let exhausted = self.exhausted(settled.number);
        let verdict = Verdict { outcome: settled.outcome, reason: settled.reason };
        let ended = Ending {
            verdict,
            in_a_row: settled.in_a_row,
            words: settled.provider_error.as_ref(),
            at: settled.at,
        };
        let used_up = || exhausted.then(|| self.used_up(&ended)).flatten();
        let follows = self.ends(&ended).or_else(used_up).or_else(|| self.alarm(&ended));
        std::iter::once(settled.into()).chain(follows).collect()
    }

    pub(super) fn fail_preparation(
        &self,
        verdict: Verdict,
        provider_error: ProviderError,
        at: Timestamp,
    ) -> Vec<Event> {
        if !self.is_free_to_try() {
            return vec![];
        }
        let verdict = self.read(verdict);
        let in_a_row = self.in_a_row(verdict.outcome);
        let ended = Ending { verdict, in_a_row, words: Some(&provider_error), at };
        let follows = self.ends(&ended).or_else(|| self.alarm(&ended));
        let failed = PreparationFailed {
            outcome: verdict.outcome,
            reason: verdict.reason,
            provider_error,
            in_a_row,
            not_before: at.plus_millis(pause_after(verdict, in_a_row).max(5_000)),
            at,
        };
        std::iter::once(failed.into()).chain(follows).collect()
    }

    /// What is still in the air when its tenant is removed can be found out by nobody but a person.
    pub(super) fn give_up(&self, why: GaveUp, at: Timestamp) -> Vec<Event> {
        let review = (why == GaveUp::TenantRemoved).then(|| self.ask_review(Review::NotFoundOut, at));
        let failed: Vec<Event> = match self.wish {
            _ if self.has_all() => vec![],
            Wish::GivenUp(_) | Wish::CalledOff => vec![],
            _ => vec![Failed { why, detail: None, at }.into()],
        };
        failed.into_iter().chain(review.into_iter().flatten()).collect()
    }

    pub(super) fn ask_review(&self, why: Review, at: Timestamp) -> Vec<Event> {
        match self.have {
            Have::Asked(_) | Have::Accepted(_) => vec![ReviewNeeded { why, at }.into()],
            Have::Nothing | Have::Unclear(_) => vec![],
        }
    }

    fn asked(&self, number: u32) -> Option<&Asked> {
        match &self.have {
            Have::Asked(asked) if asked.number == number => Some(asked),
            _ => None,
        }
    }

    pub(super) fn in_a_row(&self, outcome: Outcome) -> u32 {
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

/// What follows from how a try ended.
impl Grab {
    /// The end of the task, or a hold, where it is one.
    pub(super) fn ends(&self, ended: &Ending<'_>) -> Option<Event> {
        let Ending { verdict: Verdict { outcome, reason }, in_a_row, words, at } = *ended;
        let gave_up = |why| {
            let detail = words.map(|words| words.message.clone()).filter(|words| !words.is_empty());
            Some(Failed { why, detail, at }.into())
        };
        match (self.wish, reason, outcome) {
            (_, Reason::TokenConsumed, _) => Some(ReviewNeeded { why: Review::TokenConsumed, at }.into()),
            (_, _, Outcome::Accepted | Outcome::InDoubt) => None,
            (Wish::Standing, Reason::Quota, _) => gave_up(GaveUp::QuotaExceeded),
            (Wish::Standing, Reason::MissingResource, _) if self.starts() => gave_up(GaveUp::InstanceGone),
            (Wish::Standing, _, Outcome::Invalid) if in_a_row >= 2 => gave_up(GaveUp::RequestRefused),
            (Wish::Standing, _, Outcome::Auth) if reason.lacks_rights() && in_a_row >= REFUSALS => {
                Some(Paused { by: Holder::Permission, at }.into())
            }
            (_, _, _) => None,
        }
    }

    /// Faults have piled up, of whatever kind.
    pub(super) fn alarm(&self, ended: &Ending<'_>) -> Option<Event> {
        let Ending { verdict: Verdict { outcome, reason }, words, at, .. } = *ended;
        let faults = self.faults_in_a_row.saturating_add(1);
        let raised = AlarmRaised { faults, outcome, reason, provider_error: words.cloned(), at };
        let counts = outcome.is_fault() && outcome != Outcome::InDoubt && self.wish == Wish::Standing;
        (counts && faults == FAULTS_TO_ALARM).then(|| raised.into())
    }

    fn used_up(&self, ended: &Ending<'_>) -> Option<Event> {
        let open = matches!(ended.verdict.outcome, Outcome::Accepted | Outcome::InDoubt);
        let failed = Failed { why: GaveUp::AttemptsExhausted, detail: None, at: ended.at };
        (self.wish == Wish::Standing && !open).then(|| failed.into())
    }

    /// "Not authorised or not found" once more, after the account was seen to answer: what the request names is not there.
    fn read(&self, verdict: Verdict) -> Verdict {
        match (verdict.reason, self.streak) {
            (Reason::NotAuthorizedOrNotFound, Some((Outcome::Invalid, _))) => {
                Verdict { outcome: Outcome::Invalid, reason: Reason::MissingResource }
            }
            (_, _) => verdict,
        }
    }
}

impl Asked {
    /// Once the request went out more than once, or its answer was lost, a "no" is no proof: it may come from before the
    /// token was looked up, or be a refusal of the repeat alone. Only a grant, or a token that is used up, concludes; else
    /// the listings decide.
    fn conclude(&self, verdict: Verdict) -> Verdict {
        if self.target.starts() {
            return conclude_start(verdict);
        }
        let doubtful = self.resends > 0 || self.doubt.is_some();
        match (verdict.outcome, verdict.reason) {
            (Outcome::Accepted, _) | (_, Reason::TokenConsumed) => verdict,
            (_, _) if doubtful => Verdict { outcome: Outcome::InDoubt, ..verdict },
            (_, _) => verdict,
        }
    }
}

/// A start is refused as out of place when the instance runs already, is still being stopped, or has ended: it shows on the
/// instance, which is looked at. Whoever looked says how it is.
fn conclude_start(verdict: Verdict) -> Verdict {
    match verdict.reason {
        Reason::CloudBusy | Reason::Conflict | Reason::TokenConsumed | Reason::TokenCollision => {
            Verdict { outcome: Outcome::InDoubt, reason: Reason::CloudBusy }
        }
        _ => verdict,
    }
}

/// How long an outcome asks to wait, in milliseconds; 0 leaves it to the interval.
pub(super) fn pause_after(verdict: Verdict, in_a_row: u32) -> i64 {
    let doubling =
        |first: i64, most: i64| first.saturating_mul(1 << in_a_row.saturating_sub(1).min(20)).min(most);
    match verdict.outcome {
        Outcome::Capacity | Outcome::Throttled | Outcome::ShapeUnavailable => 0,
        Outcome::InDoubt | Outcome::Accepted => 0,
        // A limit named between misses is often a false alarm: wait, then look again.
        Outcome::Limit => 600_000,
        // New keys take time, clocks are set right: three tries over ten minutes.
        Outcome::Auth => doubling(200_000, 400_000),
        Outcome::Invalid => 60_000,
        Outcome::ServerFault | Outcome::Network => doubling(5_000, 300_000),
    }
}
