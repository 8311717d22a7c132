//! What the rules of alerts watch, read from those who know it. What cannot be found out is left out, and said nowhere: its own alert,
//! or the one who asks next, tells of it.

mod lists;
mod recent;

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use berth_actors::Clock;
use berth_app::alert::{Gauges, Readings};
use berth_domain::{Timestamp, alert::RuleName};
use berth_metrics::{Metrics, Reading};
use berth_store::{Condition, Connections};

use crate::{http::Answered, metrics::Carrying};
use lists::Lists;
use recent::{Hours, Recent, Tried};

/// Requests are counted over this long.
const REQUESTS: Duration = Duration::from_mins(5);
/// Attempts, and how the clock went, over this long.
const HUNT: Duration = Duration::from_mins(10);
/// Of fewer requests or attempts a share says nothing: one of three is no third.
const FEWEST_REQUESTS: u64 = 20;
const FEWEST_ATTEMPTS: u64 = 10;
/// An answer that was this quick is slow to nobody.
const QUICK_SECONDS: f64 = 0.1;

/// Where connections are scarce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scarce {
    /// Those to the server that keeps the log.
    Database,
    /// Sockets, of so many.
    Sockets(usize),
}

pub(crate) struct Instruments {
    carrying: Carrying,
    metrics: Metrics,
    scarce: Scarce,
    clock: Clock,
    recent: Mutex<Recent>,
}

impl Instruments {
    pub(crate) fn new(carrying: Carrying, metrics: Metrics, scarce: Scarce, clock: Clock) -> Self {
        Self { carrying, metrics, scarce, clock, recent: Mutex::default() }
    }
}

#[async_trait]
impl Gauges for Instruments {
    async fn readings(&self, wanted: &[RuleName]) -> Readings {
        // Connections come first: the other questions take some.
        let connections = self.connections();
        let wanted: BTreeSet<_> = wanted.iter().copied().collect();
        let Carrying { views, began, .. } = &self.carrying;
        let lists = Lists { views, head: self.carrying.head(), now: self.now(), began: *began };
        let (tasks, tried) = tokio::join!(lists.tasks(&wanted), lists.tried(&wanted));
        let mut readings = Readings::default();
        for (rule, value) in tasks {
            readings.set(rule, Some(value));
        }
        self.by_memory(&wanted, tried.as_ref(), &mut readings);
        readings.set(RuleName::Connections, connections);
        readings
    }
}

impl Instruments {
    /// What is known at once.
    fn by_memory(&self, wanted: &BTreeSet<RuleName>, tried: Option<&Hours>, readings: &mut Readings) {
        let now = self.clock.instant();
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let answered = recent.requests.within(now, REQUESTS, self.carrying.meters.answered());
        let machine = self.metrics.reading();
        let offset_ms = self.clock.now_ms().saturating_sub(recent.steady_ms(now));
        for rule in wanted {
            let value = match rule {
                RuleName::ErrorRate => share(answered.faults, answered.count(), FEWEST_REQUESTS),
                RuleName::ResponseTime => response_time(&answered),
                RuleName::Cpu => machine.map(|machine| machine.cpu_percent),
                RuleName::Memory => machine.and_then(memory),
                RuleName::Disk => machine.and_then(disk),
                RuleName::ProjectionLag => Some(float(
                    self.carrying.lags().into_iter().map(|(_, lag)| lag).max().unwrap_or_default(),
                )),
                RuleName::AttemptFaults => tried.and_then(|hours| {
                    let Tried { attempts, faults } = recent.attempts(now, HUNT, hours);
                    share(faults, attempts, FEWEST_ATTEMPTS)
                }),
                RuleName::ClockSkew => Some(seconds(recent.strayed(now, HUNT, offset_ms))),
                RuleName::Storage => {
                    let well = *self.carrying.log.condition().borrow() == Condition::Well;
                    Some(recent.outages.look(now, well).as_secs_f64())
                }
                RuleName::Connections
                | RuleName::Instances
                | RuleName::AttemptsInDoubt
                | RuleName::StalledTasks => continue,
            };
            readings.set(*rule, value);
        }
    }

    fn connections(&self) -> Option<f64> {
        match self.scarce {
            Scarce::Database => {
                let Connections { in_use, most } = self.carrying.log.connections();
                percent(in_use.into(), most.into())
            }
            Scarce::Sockets(most) => percent(count(self.carrying.meters.sockets()), count(most)),
        }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.now_ms())
    }
}

fn memory(reading: Reading) -> Option<f64> {
    percent(reading.memory_used, reading.memory_total)
}

fn disk(reading: Reading) -> Option<f64> {
    percent(reading.disk_used, reading.disk_total)
}

/// Of few there is none to tell, or what goes on would be told as over. No fault is none, of however few: so its alert ends with the traffic.
fn share(faults: u64, all: u64, fewest: u64) -> Option<f64> {
    if faults == 0 {
        return Some(0.0);
    }
    percent(faults, all).filter(|_| all >= fewest)
}

/// The same of time: of few it is told only that none of them took any.
fn response_time(answered: &Answered) -> Option<f64> {
    if answered.count() >= FEWEST_REQUESTS {
        return Some(answered.percentile(95.0));
    }
    (answered.percentile(100.0) <= QUICK_SECONDS).then_some(0.0)
}

/// Of nothing there is no share.
fn percent(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| float(part) / float(whole) * 100.0)
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn seconds(milliseconds: i64) -> f64 {
    float(milliseconds.max(0).unsigned_abs()) / 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "exact to 2^53, which no figure of ours reaches")]
fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_few_a_share_says_nothing_unless_there_is_no_fault_to_tell_of() {
        assert_eq!(share(5, 20, 20), Some(25.0));
        assert_eq!(share(19, 19, 20), None);
        assert_eq!(share(1, 19, 20), None);
        assert_eq!(share(0, 19, 20), Some(0.0));
        assert_eq!(share(0, 0, 20), Some(0.0), "with the traffic its alert ends");
    }

    #[test]
    fn of_few_answers_only_is_said_that_all_were_quick_or_that_there_were_none() {
        let slow = response_time(&Answered::example(&[3_000; 20])).unwrap();
        assert!((1.0..=5.0).contains(&slow), "{slow}");
        assert_eq!(response_time(&Answered::example(&[3_000; 19])), None);
        assert_eq!(response_time(&Answered::example(&[3, 3, 101])), None);
        assert_eq!(response_time(&Answered::example(&[3, 3, 100])), Some(0.0));
        assert_eq!(response_time(&Answered::example(&[])), Some(0.0));
    }
}
