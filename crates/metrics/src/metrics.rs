//! The handle: who measures, who watches, and what is kept.

use std::{path::Path, sync::Arc, time::Duration};

use berth_actors::Clock;
use berth_domain::Timestamp;
use tokio::{
    sync::{Mutex, watch},
    time::Instant,
};

use crate::{
    figures::Sample,
    machine::{Carrier, Machine, Reading},
    sampler::{Newest, Sampler, pause_ms},
    store::{MetricsError, Store},
    thin::{COARSE_KEPT_MS, FINE_KEPT_MS, FINE_MS, Grid, Mean, Thinner, kept_ms},
    watching::{Wanted, Watching, cadence_ms},
};

const WRITE_EVERY: Duration = Duration::from_mins(1);
const HOUR_MS: i64 = 3_600_000;
/// Spans that may wait for a disk that takes nothing: as many as are kept.
const WAITING_SPANS: usize = 1_440;
const _: () = assert!(FINE_KEPT_MS / FINE_MS == 1_440);

/// A time that somebody asks about. Without an end it is until now, without a beginning all that is kept before its end; with neither it
/// is the last hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

/// Clones share one sampler and one file.
#[derive(Clone)]
pub struct Metrics {
    shared: Arc<Shared>,
    clock: Clock,
    began: Instant,
}

pub(crate) struct Shared {
    pub(crate) newest: watch::Sender<Option<Newest>>,
    pub(crate) wanted: watch::Sender<Wanted>,
    kept: Mutex<Kept>,
}

/// What is written down, and what will be.
struct Kept {
    store: Store,
    waiting: Thinner,
}

impl Metrics {
    /// Keeps its history in `path`, which is opened when it is first written or asked. Measures nothing before [`Metrics::run`].
    pub fn new(path: &Path, clock: Clock) -> Self {
        let kept = Kept { store: Store::new(path), waiting: Thinner::new(Grid::every(FINE_MS)) };
        let shared = Shared {
            newest: watch::Sender::default(),
            wanted: watch::Sender::default(),
            kept: Mutex::new(kept),
        };
        Self { shared: Arc::new(shared), clock, began: clock.instant() }
    }

    /// Measures until `shutdown` resolves, then writes what was not written yet and closes the file.
    pub async fn run(
        &self,
        machine: Box<dyn Machine>,
        carrier: Arc<dyn Carrier>,
        shutdown: impl Future<Output = ()> + Send,
    ) {
        let sampler = Sampler::new(machine, carrier, self.clock, self.began);
        tokio::select! {
            () = shutdown => {}
            () = self.keep_measuring(sampler) => tracing::error!("the machine cannot be measured any more"),
        }
        let mut kept = self.shared.kept.lock().await;
        kept.write(self.now(), Timestamp::LATEST).await;
        kept.store.close().await;
    }

    /// At most so many means within a time, oldest first; where nothing was measured there is none.
    pub async fn history(&self, span: Span, points: u32) -> Result<Vec<Sample>, MetricsError> {
        let now = self.now();
        let (from, to) = span.ends(now);
        if from >= to || points == 0 {
            return Ok(Vec::new());
        }
        let kept_ms = kept_ms(from, now);
        let mut thinner = Thinner::new(Grid::of(from, to, points, kept_ms));
        let mut kept = self.shared.kept.lock().await;
        kept.store.read(kept_ms, (from, to), &mut thinner).await?;
        let waiting = kept.waiting.means().into_iter();
        waiting.filter(|mean| (from..to).contains(&mean.sample.at)).for_each(|mean| thinner.take(mean));
        Ok(thinner.means().into_iter().map(|mean| mean.sample).collect())
    }

    /// Watches, being told every so many seconds, which is at least one.
    pub fn watch(&self, every_seconds: u32) -> Watching {
        Watching::new(self.shared.clone(), every_seconds.max(1))
    }

    /// The machine and this process as they were last looked at, at most five seconds ago. Nothing before the first measurement.
    pub fn reading(&self) -> Option<Reading> {
        self.shared.newest.borrow().map(|newest| newest.reading)
    }

    /// Resolves when nothing is being written just now.
    #[cfg(test)]
    pub(crate) async fn written(&self) {
        drop(self.shared.kept.lock().await);
    }

    /// Ends only when the machine fails.
    async fn keep_measuring(&self, mut sampler: Sampler) {
        sampler.measure().await;
        let mut wanted = self.shared.wanted.subscribe();
        let mut written = self.clock.instant();
        while !sampler.has_failed() {
            let every_ms = cadence_ms(&wanted.borrow_and_update());
            tokio::select! {
                () = self.clock.sleep(self.pause(every_ms)) => {}
                _ = wanted.changed() => continue,
            }
            let Some(newest) = sampler.measure().await else { continue };
            self.shared.newest.send_replace(Some(newest));
            let mut kept = self.shared.kept.lock().await;
            kept.waiting.take(Mean::of_one(newest.sample));
            if self.clock.instant().duration_since(written) >= WRITE_EVERY {
                written = self.clock.instant();
                // The span that is not over yet waits for the rest of it.
                let begun = Grid::every(FINE_MS).begin_of(newest.sample.at);
                kept.write(newest.sample.at, begun).await;
            }
        }
    }

    fn pause(&self, every_ms: i64) -> Duration {
        Duration::from_millis(u64::try_from(pause_ms(self.now(), every_ms)).unwrap_or_default())
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.now_ms())
    }
}

impl Kept {
    /// Writes the spans that begin before a moment. What cannot be written waits for the next time.
    async fn write(&mut self, now: Timestamp, before: Timestamp) {
        let mut fine = self.waiting.means();
        fine.retain(|mean| mean.sample.at < before);
        if fine.is_empty() {
            return;
        }
        match self.store.write(&fine, now).await {
            Ok(()) => self.waiting.forget_before(before),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the metrics could not be written; they wait"
                );
                self.waiting.keep_newest(WAITING_SPANS);
            }
        }
    }
}

impl Span {
    /// Nothing older than what is kept is looked for.
    fn ends(self, now: Timestamp) -> (Timestamp, Timestamp) {
        let oldest = now.plus_millis(-COARSE_KEPT_MS);
        let to = self.to.unwrap_or_else(|| now.plus_millis(1)).min(now.plus_millis(1));
        let from = match self {
            Self { from: None, to: None } => now.plus_millis(-HOUR_MS),
            Self { from, .. } => from.unwrap_or(oldest),
        };
        (from.max(oldest), to)
    }
}
