//! Command × state → events or refusal.

use super::{
    command::{Command, Outcome, Settlement},
    event::{Begun, Event, Failed, GivenUp, Sent, Why},
    refusal::Refusal,
    state::{Delivery, Stage, evolve},
};
use crate::{Aggregate, DeliveryId, Timestamp, access::Act};

/// A message that could not be delivered for so long is news no more.
const GIVE_UP_AFTER_MS: i64 = 24 * 3_600_000;
/// However long the other side wants to be left alone.
const HOUR_MS: i64 = 3_600_000;
/// How long it waits after the first, second, … try that did not work; the last holds for all others.
const BACK_OFF_MS: [i64; 7] = [1_000, 5_000, 15_000, 60_000, 180_000, 600_000, 1_800_000];

impl Aggregate for Delivery {
    const KIND: &'static str = "delivery";
    const SNAPSHOT: u16 = 1;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn act(_: &Command) -> Act {
        Act::Inside
    }

    fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match (command, self.stage) {
            (Command::Queue(_), _) if self.queued.is_some() => Ok(vec![]),
            (Command::Queue(queue), _) => Ok(vec![(*queue).into()]),
            _ if self.queued.is_none() => Err(Refusal::NeverQueued),
            (Command::Begin { digest, at }, Stage::Waiting | Stage::Out | Stage::Retrying(_)) => {
                Ok(vec![Begun { attempt: self.attempts + 1, digest, at }.into()])
            }
            (Command::Settle { id, settlement, at }, Stage::Out) => {
                Ok(vec![self.settled(id, settlement, at)])
            }
            (Command::GiveUp { why, at }, Stage::Waiting | Stage::Out | Stage::Retrying(_)) => {
                let (words, attempt) = (String::new(), self.attempts);
                Ok(vec![GivenUp { why, attempt, status: None, words, duration_ms: 0, at }.into()])
            }
            (Command::GiveUp { .. }, Stage::Sent | Stage::GivenUp(_)) => Ok(vec![]),
            (Command::Begin { .. } | Command::Settle { .. }, _) => Err(Refusal::OutOfPlace),
        }
    }

    fn evolve(&mut self, event: &Event) {
        evolve(self, event);
    }
}

impl Delivery {
    fn settled(&self, id: DeliveryId, settlement: Settlement, at: Timestamp) -> Event {
        let Settlement { outcome, status, words, duration_ms } = settlement;
        let attempt = self.attempts;
        let give_up = |why, words| GivenUp { why, attempt, status, words, duration_ms, at }.into();
        match outcome {
            Outcome::Taken => Sent { attempt, status, words, duration_ms, at }.into(),
            Outcome::Never(why) => give_up(why, words),
            Outcome::Passing { retry_after_ms } => {
                let retry_at = self.retry_at(id, retry_after_ms, at);
                let since = self.queued.as_ref().map_or(at, |queued| queued.not_before.unwrap_or(queued.at));
                if retry_at.since(since) > GIVE_UP_AFTER_MS {
                    return give_up(Why::TooLong, words);
                }
                Failed { attempt, status, words, duration_ms, retry_at, at }.into()
            }
        }
    }

    /// Longer from try to try, each delivery a little differently, and never before the other side wants it.
    fn retry_at(&self, id: DeliveryId, retry_after_ms: Option<u64>, at: Timestamp) -> Timestamp {
        let tries = usize::try_from(self.attempts.saturating_sub(1)).unwrap_or(usize::MAX);
        let usual = BACK_OFF_MS[tries.min(BACK_OFF_MS.len() - 1)];
        let spread = i64::try_from(id.hash() % 1_000).unwrap_or(0) * usual / 5_000;
        let wanted = retry_after_ms.map_or(0, |wait| i64::try_from(wait).unwrap_or(i64::MAX)).min(HOUR_MS);
        at.plus_millis((usual + spread).max(wanted))
    }
}
