//! What the rules of alerts watch, read from those who know it. What cannot be found out is left out, and said nowhere: its own alert,
//! or the one who asks next, tells of it.

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
use berth_views::{
    Span, grab,
    statistics::{By, Filter, Moment},
};

use crate::metrics::Carrying;
use recent::{Hours, Recent, Tried};

/// Requests are counted over this long.
const REQUESTS: Duration = Duration::from_mins(5);
/// Attempts, and how the clock went, over this long.
const HUNT: Duration = Duration::from_mins(10);
/// Of fewer requests or attempts a share says nothing: one of three is no third.
const FEWEST_REQUESTS: u64 = 20;
const FEWEST_ATTEMPTS: u64 = 10;
const HOUR_MS: i64 = 3_600_000;

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
        let tried = if wanted.contains(&RuleName::AttemptFaults) { self.tried().await } else { None };
        let mut readings = Readings::default();
        for rule in &wanted {
            if let Some(value) = self.by_views(*rule).await {
                readings.set(*rule, Some(value));
            }
        }
        self.by_memory(&wanted, tried.as_ref(), &mut readings);
        readings.set(RuleName::Connections, connections);
        readings
    }
}

impl Instruments {
    /// What takes a question to the lists.
    async fn by_views(&self, rule: RuleName) -> Option<f64> {
        let views = &self.carrying.views;
        match rule {
            RuleName::Instances => grab::held_count(views).await.ok().map(float),
            RuleName::AttemptsInDoubt => {
                let oldest = grab::oldest_doubt(views).await.ok()?;
                Some(oldest.map_or(0.0, |since| seconds(self.now().since(since))))
            }
            RuleName::StalledTasks => grab::stalled_count(views, self.now()).await.ok().map(float),
            RuleName::ErrorRate
            | RuleName::ResponseTime
            | RuleName::Cpu
            | RuleName::Memory
            | RuleName::Disk
            | RuleName::Connections
            | RuleName::ProjectionLag
            | RuleName::AttemptFaults
            | RuleName::ClockSkew
            | RuleName::Storage => None,
        }
    }

    /// What is known at once.
    fn by_memory(&self, wanted: &BTreeSet<RuleName>, tried: Option<&Hours>, readings: &mut Readings) {
        let now = self.clock.instant();
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let answered = recent.requests.within(now, REQUESTS, self.carrying.meters.answered());
        let enough = answered.count() >= FEWEST_REQUESTS;
        let machine = self.metrics.reading();
        let offset_ms = self.clock.now_ms().saturating_sub(recent.steady_ms(now));
        for rule in wanted {
            let value = match rule {
                RuleName::ErrorRate => {
                    Some(percent(answered.faults, answered.count()).filter(|_| enough).unwrap_or(0.0))
                }
                RuleName::ResponseTime => Some(if enough { answered.percentile(95.0) } else { 0.0 }),
                RuleName::Cpu => machine.map(|machine| machine.cpu_percent),
                RuleName::Memory => machine.and_then(memory),
                RuleName::Disk => machine.and_then(disk),
                RuleName::ProjectionLag => Some(float(
                    self.carrying.lags().into_iter().map(|(_, lag)| lag).max().unwrap_or_default(),
                )),
                RuleName::AttemptFaults => tried.map(|hours| fault_share(recent.attempts(now, HUNT, hours))),
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

    /// How the attempts of this hour and the one before ended: within the last ten minutes nothing else changed.
    async fn tried(&self) -> Option<Hours> {
        let from = Timestamp::from_millis((self.now().millis() / HOUR_MS - 1) * HOUR_MS);
        let filter = Filter { span: Span { from: Some(from), to: None }, ..Filter::default() };
        let mut moment = Moment::of(&self.carrying.views).await.ok()?;
        let groups = moment.grouped(By::Hour, &filter).await.ok()?;
        let tried = |attempts, faults| Tried { attempts, faults };
        Some(
            groups
                .into_iter()
                .map(|group| (group.hour, tried(group.totals.attempts, group.totals.faults)))
                .collect(),
        )
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

fn fault_share(tried: Tried) -> f64 {
    let share = percent(tried.faults, tried.attempts).filter(|_| tried.attempts >= FEWEST_ATTEMPTS);
    share.unwrap_or(0.0)
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
