//! Everything that is counted and measured, in the text that Prometheus reads. No label names anybody, and none can grow without bound.

use std::{fmt, sync::atomic::AtomicU64};

use berth_actors::Clock;
use berth_domain::Timestamp;
use berth_metrics::Metrics;
use berth_store::{Condition, Connections};
use berth_views::grab;
use prometheus_client::{
    encoding::text::encode,
    metrics::{family::Family, gauge::Gauge, info::Info},
    registry::{Registry, Unit},
};

use super::{Carrying, alerts::Alerts, machine::Machine, tally::Tally};

pub(super) type Float = Gauge<f64, AtomicU64>;

/// Asks everybody anew each time that it is read.
pub(crate) struct Exposition {
    registry: Registry,
    figures: Figures,
    machine: Machine,
    tally: Tally,
    carrying: Carrying,
    metrics: Metrics,
}

/// What is set before each reading; what is counted counts itself.
#[derive(Default)]
struct Figures {
    head: Float,
    log_bytes: Float,
    writable: Gauge,
    lag: Named<Float>,
    connections: Named<Gauge>,
    most_connections: Named<Gauge>,
    actors: Gauge,
    running: Float,
    in_doubt: Float,
    stalled: Float,
    clock: Float,
    alerts: Alerts,
}

type Named<Figure> = Family<[(&'static str, &'static str); 1], Figure>;

impl Exposition {
    /// `began_ms` is when the process began to serve.
    pub(crate) fn new(carrying: Carrying, metrics: Metrics, commit: &str, began_ms: i64) -> Self {
        let (mut registry, figures) = (Registry::default(), Figures::default());
        let (machine, tally) = (Machine::default(), Tally::default());
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let build = Info::new([("version", version), ("commit", commit.to_owned())]);
        let ours = registry.sub_registry_with_prefix("berth");
        ours.register("build", "What is running", build);
        carrying.meters.register(ours);
        figures.register(ours);
        tally.register(ours);
        machine.register(ours);
        machine.register_process(&mut registry);
        let began = Float::default();
        began.set(seconds(began_ms));
        registry.register_with_unit("process_start_time", "When it began, since 1970", Unit::Seconds, began);
        Self { registry, figures, machine, tally, carrying, metrics }
    }

    /// Counts what is appended from now on, for as long as the log is open.
    pub(super) fn counting(&self) -> impl Future<Output = ()> + Send + use<> {
        self.tally.clone().run(self.carrying.log.clone(), self.carrying.head())
    }

    /// The text as `OpenMetrics` has it, true as of now; what the machine and this process take is true as of the last measurement.
    pub(crate) async fn text(&self) -> Result<String, fmt::Error> {
        self.figures.ask(&self.carrying).await;
        if let Some(reading) = self.metrics.reading() {
            self.machine.show(reading);
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl Figures {
    fn register(&self, ours: &mut Registry) {
        ours.register("log_position", "Position of the newest event", self.head.clone());
        let bytes = "What the log takes on its disk";
        ours.register_with_unit("log_size", bytes, Unit::Bytes, self.log_bytes.clone());
        let writable = "Whether the log takes anything: 0 while its storage is full or away";
        ours.register("log_writable", writable, self.writable.clone());
        let lag = "Events that a read model is behind the log";
        ours.register("projection_lag", lag, self.lag.clone());
        let connections = "Connections that read a database just now";
        ours.register("database_connections", connections, self.connections.clone());
        let most = "Connections that may read a database at once";
        ours.register("database_connections_most", most, self.most_connections.clone());
        ours.register("actors_awake", "Actors that are awake", self.actors.clone());
        ours.register("tasks_running", "Tasks that hold one of the places", self.running.clone());
        let stalled = "Running tasks whose next attempt is long overdue";
        ours.register("tasks_stalled", stalled, self.stalled.clone());
        let in_doubt = "Attempts of which nobody knows yet what came of them";
        ours.register("attempts_in_doubt", in_doubt, self.in_doubt.clone());
        self.alerts.register(ours);
        let clock = "What the clock of the machine shows, since 1970";
        ours.register_with_unit("clock", clock, Unit::Seconds, self.clock.clone());
    }

    /// Connections come first: the other questions take some.
    async fn ask(&self, carrying: &Carrying) {
        self.connect("log", carrying.log.connections());
        self.connect("views", carrying.views.connections());
        self.head.set(float(carrying.head().get()));
        self.log_bytes.set(known(carrying.log.size_bytes().await));
        self.writable.set((*carrying.log.condition().borrow() == Condition::Well).into());
        for (name, lag) in carrying.lags() {
            self.lag.get_or_create(&[("projection", name)]).set(float(lag));
        }
        self.actors.set(i64::try_from(carrying.app.alive()).unwrap_or(i64::MAX));
        let views = &carrying.views;
        self.alerts.ask(views).await;
        self.running.set(known(grab::running_count(views).await));
        self.in_doubt.set(known(grab::in_doubt_count(views).await));
        let now_ms = Clock::system().now_ms();
        let now = Timestamp::from_millis(now_ms);
        self.stalled.set(known(grab::stalled_count(views, carrying.began, now).await));
        self.clock.set(seconds(now_ms));
    }

    fn connect(&self, database: &'static str, Connections { in_use, most }: Connections) {
        self.connections.get_or_create(&[("database", database)]).set(in_use.into());
        self.most_connections.get_or_create(&[("database", database)]).set(most.into());
    }
}

/// Not a number is how Prometheus says that nobody knows.
fn known<E: std::error::Error + 'static>(count: Result<u64, E>) -> f64 {
    count.map_or_else(
        |error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "a figure could not be read");
            f64::NAN
        },
        float,
    )
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus has no other numbers")]
pub(super) fn float(number: u64) -> f64 {
    number as f64
}

fn seconds(milliseconds: i64) -> f64 {
    float(milliseconds.try_into().unwrap_or_default()) / 1000.0
}
