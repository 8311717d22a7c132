//! What a channel's lane does next. A lane sends one message at a time, so a target that hangs holds up itself and nobody else.

use std::collections::VecDeque;

use super::window::Window;
use crate::{DeliveryId, Timestamp, notice::Severity};

/// What there is more of than this is told in one message, also where there is room for each: nobody reads a flood.
const FLOOD: usize = 10;
/// What could not be delivered for so long is news no more.
const NEWS_MS: i64 = 24 * 3_600_000;
/// However long the other side wants to be left alone, it is asked again after this.
const LONGEST_PAUSE_MS: i64 = 3_600_000;
/// More than any window has room for.
const REMEMBERED: usize = 128;
/// One failure is that message's own; from the second in a row on it is the target's, which is then left alone for longer and longer.
const PAUSE_MS: [i64; 6] = [0, 1_000, 4_000, 15_000, 30_000, 60_000];

/// Everything on its way to one channel, and what was sent there lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// In the order in which they happened.
    waiting: VecDeque<Waiting>,
    /// When messages were sent lately, ascending: the moment of the answer, or that of the call where none came yet.
    sent: VecDeque<Timestamp>,
    failures_in_a_row: usize,
    paused_until: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub id: DeliveryId,
    /// Since when it could have been told.
    pub since: Timestamp,
    pub ready_at: Timestamp,
    pub severity: Severity,
}

/// What to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// One message, or several in one.
    Send(Vec<DeliveryId>),
    WaitUntil(Timestamp),
    Idle,
}

impl Lane {
    /// Takes one in, unless it is there.
    pub fn add(&mut self, waiting: Waiting) {
        if self.waiting.iter().all(|known| known.id != waiting.id) {
            self.waiting.push_back(waiting);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Those that have waited for longer than a day, whether they were tried or not.
    pub fn outdated(&self, now: Timestamp) -> Vec<DeliveryId> {
        let old = self.waiting.iter().filter(|waiting| now.since(waiting.since) > NEWS_MS);
        old.map(|waiting| waiting.id).collect()
    }

    /// Whoever would be told in quiet hours waits for their end: also who waited for something else until they began.
    pub fn hush(&mut self, not_before: impl Fn(Severity) -> Option<Timestamp>) {
        for waiting in &mut self.waiting {
            if let Some(at) = not_before(waiting.severity) {
                waiting.ready_at = waiting.ready_at.max(at);
            }
        }
    }

    /// Every one that waits.
    pub fn waiting(&self) -> impl Iterator<Item = DeliveryId> {
        self.waiting.iter().map(|waiting| waiting.id)
    }

    /// It was taken or given up.
    pub fn remove(&mut self, id: DeliveryId) {
        self.waiting.retain(|waiting| waiting.id != id);
    }

    /// It is to be tried again.
    pub fn put_off(&mut self, id: DeliveryId, ready_at: Timestamp) {
        for waiting in self.waiting.iter_mut().filter(|waiting| waiting.id == id) {
            waiting.ready_at = ready_at;
        }
    }

    /// A message went out, or is going out, at this moment.
    pub fn note_sent(&mut self, at: Timestamp) {
        let place = self.sent.partition_point(|sent| *sent <= at);
        self.sent.insert(place, at);
        if self.sent.len() > REMEMBERED {
            self.sent.pop_front();
        }
    }

    /// Its answer came later: that is when the other side may have counted it.
    pub fn note_answered(&mut self, began: Timestamp, at: Timestamp) {
        if let Some(place) = self.sent.iter().position(|sent| *sent == began) {
            self.sent.remove(place);
        }
        self.note_sent(at);
    }

    pub fn worked(&mut self) {
        self.failures_in_a_row = 0;
        self.paused_until = None;
    }

    /// Every message waits after failures in a row, and for as long as the other side asks.
    pub fn failed(&mut self, retry_after_ms: Option<u64>, at: Timestamp) {
        let pause = PAUSE_MS[self.failures_in_a_row.min(PAUSE_MS.len() - 1)];
        self.failures_in_a_row += 1;
        let wanted = retry_after_ms.map_or(0, |wait| i64::try_from(wait).unwrap_or(i64::MAX));
        self.paused_until = Some(at.plus_millis(pause.max(wanted).min(LONGEST_PAUSE_MS)));
    }

    /// What was said before this start: the other side wants to be left alone until then, or does not.
    pub fn rest(&mut self, until: Option<Timestamp>) {
        self.paused_until = until;
    }

    /// `most` may be told in one message.
    pub fn plan(&self, ceiling: &[Window], most: usize, now: Timestamp) -> Step {
        let Some(ready_at) = self.waiting.iter().map(|waiting| waiting.ready_at).min() else {
            return Step::Idle;
        };
        let soonest = [Some(ready_at), self.paused_until, self.free_at(ceiling, now)];
        let soonest = soonest.into_iter().flatten().max().unwrap_or(now);
        if soonest > now {
            return Step::WaitUntil(soonest);
        }
        let ready = self.waiting.iter().filter(|waiting| waiting.ready_at <= now).map(|waiting| waiting.id);
        let ready: Vec<_> = ready.collect();
        let joined = ready.len() > self.left(ceiling, now).min(FLOOD);
        let together = if joined { most.max(1) } else { 1 };
        Step::Send(ready.into_iter().take(together).collect())
    }

    /// When no window is full any more.
    fn free_at(&self, ceiling: &[Window], now: Timestamp) -> Option<Timestamp> {
        let full = ceiling.iter().filter_map(|window| {
            let within = self.within(*window, now);
            (within >= window.messages)
                .then(|| self.sent[self.sent.len() - window.messages].plus_millis(window.within_ms))
        });
        full.max()
    }

    /// How many more may go out, one by one, before a window is full in which there is room for several.
    fn left(&self, ceiling: &[Window], now: Timestamp) -> usize {
        let several = ceiling.iter().filter(|window| window.messages > 1);
        several
            .map(|window| window.messages.saturating_sub(self.within(*window, now)))
            .min()
            .unwrap_or(usize::MAX)
    }

    fn within(&self, window: Window, now: Timestamp) -> usize {
        self.sent.iter().rev().take_while(|sent| now.since(**sent) < window.within_ms).count()
    }
}
