//! The one who looks. Everybody who watches shares it.

use std::sync::Arc;

use berth_actors::Clock;
use berth_domain::Timestamp;
use tokio::{task::spawn_blocking, time::Instant};

use crate::{
    figures::{Figures, Look, Sample},
    machine::{Carrier, Machine, Reading},
    pace::Pace,
};

/// With nobody watching.
pub(crate) const UNWATCHED_MS: i64 = 5_000;
/// Looks come so long after the full second, so that one that comes a little early still belongs to it.
const AFTER_MS: i64 = 50;
/// Looks that are closer together tell little of the time between them.
const CLOSEST_MS: i64 = 500;

/// The newest measurement, and what the machine showed then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Newest {
    pub(crate) sample: Sample,
    pub(crate) reading: Reading,
}

pub(crate) struct Sampler {
    /// Absent while it looks, and after it panicked.
    machine: Option<Box<dyn Machine>>,
    carrier: Arc<dyn Carrier>,
    clock: Clock,
    began: Instant,
    before: Option<Look>,
    pace: Pace,
}

impl Sampler {
    pub(crate) fn new(
        machine: Box<dyn Machine>,
        carrier: Arc<dyn Carrier>,
        clock: Clock,
        began: Instant,
    ) -> Self {
        Self { machine: Some(machine), carrier, clock, began, before: None, pace: Pace::default() }
    }

    /// Looks, and tells of the time since the look before. Nothing after the first look, nor once the machine has failed.
    pub(crate) async fn measure(&mut self) -> Option<Newest> {
        let mut machine = self.machine.take()?;
        let looked = spawn_blocking(move || {
            let reading = machine.read();
            (machine, reading)
        });
        let (machine, reading) = looked.await.ok()?;
        self.machine = Some(machine);
        let uptime = self.clock.instant().duration_since(self.began);
        let later = Look { uptime, reading, carried: self.carrier.carried() };
        let pace = self.pace.note(uptime, later.carried.head);
        let earlier = self.before.replace(later.clone())?;
        let at = Timestamp::from_millis(self.clock.now_ms());
        let sample = Sample { at, figures: Figures::between(&earlier, &later, pace) };
        Some(Newest { sample, reading: later.reading })
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.machine.is_none()
    }
}

/// How long from a moment to the next look, when somebody wants one every so many milliseconds. Looks come at multiples of that, so that
/// each span of the history has its own.
pub(crate) fn pause_ms(now: Timestamp, every_ms: i64) -> i64 {
    let pause = every_ms - (now.millis() - AFTER_MS).rem_euclid(every_ms);
    if pause < CLOSEST_MS { pause + every_ms } else { pause }
}
