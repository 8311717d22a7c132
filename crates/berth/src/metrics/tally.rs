//! What is counted as the log grows: events by their names, and how attempts ended. Counted from the moment that the process began, as
//! Prometheus wants it; what was before is in the log, and the statistics tell of it.

use std::{sync::Arc, time::Duration};

use berth_domain::{
    event::Event as _,
    grab::{Event, Outcome},
};
use berth_store::{Log, Position, Recorded, follow};
use futures::StreamExt;
use prometheus_client::{
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::{Registry, Unit},
};

/// In seconds: a cloud answers within these, or not at all.
const STEPS: [f64; 9] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];
/// After the log could not be read.
const PAUSE: Duration = Duration::from_secs(5);

/// Clones share the counts.
#[derive(Clone)]
pub(super) struct Tally {
    events: Family<[(&'static str, String); 1], Counter>,
    attempts: Family<[(&'static str, &'static str); 1], Counter>,
    took: Histogram,
}

impl Default for Tally {
    /// Every outcome is there from the beginning: of a series that appears with its first event, that event is not seen to have been added.
    fn default() -> Self {
        let attempts = Family::default();
        for outcome in Outcome::ALL {
            drop(attempts.get_or_create(&[("outcome", outcome.word())]));
        }
        Self { events: Family::default(), attempts, took: Histogram::new(STEPS) }
    }
}

impl Tally {
    pub(super) fn register(&self, ours: &mut Registry) {
        ours.register("events", "Events appended, by name", self.events.clone());
        let attempts = "Attempts that ended, by outcome; one in doubt counts again when it is known";
        ours.register("attempts", attempts, self.attempts.clone());
        let took = "How long the cloud took to answer an attempt";
        ours.register_with_unit("attempt_duration", took, Unit::Seconds, self.took.clone());
    }

    /// Follows the log for as long as it is open.
    pub(super) async fn run(self, log: Arc<dyn Log>, mut after: Position) {
        loop {
            let mut batches = std::pin::pin!(follow(log.clone(), after));
            let failed = loop {
                match batches.next().await {
                    Some(Ok(batch)) => {
                        after = batch.position;
                        batch.events.iter().for_each(|recorded| self.count(recorded));
                    }
                    Some(Err(error)) => break error,
                    None => return,
                }
            };
            tracing::warn!(error = &failed as &dyn std::error::Error, "the log cannot be counted; it waits");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// One that this release does not know is counted by its name alone.
    fn count(&self, recorded: &Recorded) {
        self.events.get_or_create(&[("event", recorded.name.clone())]).inc();
        if recorded.name != SETTLED {
            return;
        }
        let Ok(Event::AttemptSettled(settled)) =
            Event::decode(&recorded.name, recorded.schema, &recorded.data)
        else {
            return;
        };
        self.attempts.get_or_create(&[("outcome", settled.outcome.word())]).inc();
        self.took.observe(Duration::from_millis(settled.duration_ms.into()).as_secs_f64());
    }
}

/// The only event that is looked into.
const SETTLED: &str = "grab.attempt_settled";
