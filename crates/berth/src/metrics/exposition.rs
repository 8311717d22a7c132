//! Everything that is counted and measured, in the text that Prometheus reads. No label names anybody, and none can grow without bound.

use std::{fmt, sync::atomic::AtomicU64};

use berth_metrics::Metrics;
use berth_views::{ViewError, grab};
use prometheus_client::{
    encoding::text::encode,
    metrics::{
        counter::Counter,
        family::Family,
        gauge::{Atomic as _, Gauge},
        info::Info,
    },
    registry::{Registry, Unit},
};

use super::Carrying;

type Float = Gauge<f64, AtomicU64>;

/// Asks everybody anew each time that it is read.
pub(crate) struct Exposition {
    registry: Registry,
    figures: Figures,
    carrying: Carrying,
    metrics: Metrics,
}

/// What is set before each reading; what is counted counts itself.
#[derive(Default)]
struct Figures {
    head: Float,
    lag: Family<[(&'static str, &'static str); 1], Float>,
    actors: Gauge,
    running: Float,
    in_doubt: Float,
    resident: Float,
    cpu: Counter<f64, AtomicU64>,
}

impl Exposition {
    /// `began_ms` is when the process began to serve.
    pub(crate) fn new(carrying: Carrying, metrics: Metrics, commit: &str, began_ms: i64) -> Self {
        let (mut registry, figures) = (Registry::default(), Figures::default());
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let build = Info::new([("version", version), ("commit", commit.to_owned())]);
        let ours = registry.sub_registry_with_prefix("berth");
        ours.register("build", "What is running", build);
        carrying.meters.register(ours);
        figures.register(ours);
        figures.register_process(&mut registry, began_ms);
        Self { registry, figures, carrying, metrics }
    }

    /// The text, true as of now; what this process takes is true as of the last measurement.
    pub(crate) async fn text(&self) -> Result<String, fmt::Error> {
        let figures = &self.figures;
        figures.head.set(float(self.carrying.head().get()));
        for (name, lag) in self.carrying.lags() {
            figures.lag.get_or_create(&[("projection", name)]).set(float(lag));
        }
        figures.actors.set(i64::try_from(self.carrying.app.alive()).unwrap_or(i64::MAX));
        figures.running.set(known(grab::running_count(&self.carrying.views).await));
        figures.in_doubt.set(known(grab::in_doubt_count(&self.carrying.views).await));
        if let Some(process) = self.metrics.process() {
            figures.resident.set(float(process.resident));
            figures.cpu.inner().set(process.cpu.as_secs_f64());
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl Figures {
    fn register(&self, registry: &mut Registry) {
        registry.register("log_position", "Position of the newest event", self.head.clone());
        let lag = "Events that a read model is behind the log";
        registry.register("projection_lag", lag, self.lag.clone());
        registry.register("actors_awake", "Actors that are awake", self.actors.clone());
        registry.register("tasks_running", "Tasks that hold one of the places", self.running.clone());
        let in_doubt = "Attempts of which nobody knows yet what came of them";
        registry.register("attempts_in_doubt", in_doubt, self.in_doubt.clone());
    }

    /// Under the names that everybody uses.
    fn register_process(&self, registry: &mut Registry, began_ms: i64) {
        let resident = self.resident.clone();
        registry.register_with_unit("process_resident_memory", "Resident memory", Unit::Bytes, resident);
        registry.register_with_unit("process_cpu", "CPU time used", Unit::Seconds, self.cpu.clone());
        let began = Float::default();
        began.set(float(u64::try_from(began_ms).unwrap_or_default()) / 1000.0);
        registry.register_with_unit("process_start_time", "When it began, since 1970", Unit::Seconds, began);
    }
}

/// Not a number is how Prometheus says that nobody knows.
fn known(count: Result<u64, ViewError>) -> f64 {
    count.map_or_else(
        |error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "a figure could not be read");
            f64::NAN
        },
        float,
    )
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus has no other numbers")]
fn float(number: u64) -> f64 {
    number as f64
}
