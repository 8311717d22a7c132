//! A measurement as clients see it.

use async_graphql::SimpleObject;
use berth_metrics::{Figures, ProcessFigures, Sample};

use crate::shared::scalars::{DateTime, Seconds};

/// One measurement of the machine and of this process, or the mean of several. Speeds are means since the measurement before.
#[derive(SimpleObject)]
pub(crate) struct SystemMetricsSample {
    /// When. Of a mean, where the time begins that it is taken over.
    time: DateTime,
    /// CPU of the machine, 0–100 of all cores together.
    cpu_percent: f64,
    /// Memory in use, bytes.
    memory_used_bytes: f64,
    /// Memory there is, bytes.
    memory_total_bytes: f64,
    /// Disk in use where the data lies, bytes.
    disk_used_bytes: f64,
    /// Disk there is, bytes.
    disk_total_bytes: f64,
    /// Read from the device that the data lies on, bytes a second. Null where the system does not count it.
    disk_read_bytes_per_second: Option<f64>,
    /// Written to the device that the data lies on, bytes a second. Null where the system does not count it.
    disk_write_bytes_per_second: Option<f64>,
    /// Received over all interfaces, the loopback too, bytes a second.
    network_rx_bytes_per_second: f64,
    /// Sent over all interfaces, the loopback too, bytes a second.
    network_tx_bytes_per_second: f64,
    /// Load average over a minute. Null where the system has none.
    load1: Option<f64>,
    /// This process.
    process: ProcessMetrics,
}

/// What this process uses and carries.
#[derive(SimpleObject)]
pub(crate) struct ProcessMetrics {
    /// CPU, 0–100 of one core; several cores add up.
    cpu_percent: f64,
    /// Resident memory, bytes.
    resident_bytes: f64,
    /// Read from storage, bytes a second.
    disk_read_bytes_per_second: f64,
    /// Written to storage, bytes a second.
    disk_write_bytes_per_second: f64,
    /// Time since start.
    uptime: Seconds,
    /// Actors awake.
    actors: i32,
    /// Open subscriptions.
    subscriptions: i32,
    /// Events appended a second, over the last minute.
    events_per_second: f64,
    /// Events the slowest read model is behind.
    projection_lag: i32,
}

impl From<Sample> for SystemMetricsSample {
    fn from(Sample { at, figures }: Sample) -> Self {
        let Figures { process, .. } = figures;
        Self {
            time: DateTime(at),
            cpu_percent: figures.cpu_percent,
            memory_used_bytes: figures.memory_used_bytes,
            memory_total_bytes: figures.memory_total_bytes,
            disk_used_bytes: figures.disk_used_bytes,
            disk_total_bytes: figures.disk_total_bytes,
            disk_read_bytes_per_second: figures.disk_read_bytes_per_second,
            disk_write_bytes_per_second: figures.disk_written_bytes_per_second,
            network_rx_bytes_per_second: figures.network_received_bytes_per_second,
            network_tx_bytes_per_second: figures.network_sent_bytes_per_second,
            load1: figures.load_1,
            process: process.into(),
        }
    }
}

impl From<ProcessFigures> for ProcessMetrics {
    fn from(figures: ProcessFigures) -> Self {
        Self {
            cpu_percent: figures.cpu_percent,
            resident_bytes: figures.resident_bytes,
            disk_read_bytes_per_second: figures.read_bytes_per_second,
            disk_write_bytes_per_second: figures.written_bytes_per_second,
            uptime: Seconds(whole(figures.uptime_seconds).cast_unsigned()),
            actors: whole(figures.actors),
            subscriptions: whole(figures.subscriptions),
            events_per_second: figures.events_per_second,
            projection_lag: whole(figures.projection_lag),
        }
    }
}

/// The nearest number that `Int` can say, from nought on.
#[expect(clippy::cast_possible_truncation, reason = "a float beyond the bounds becomes the bound")]
fn whole(number: f64) -> i32 {
    number.round().max(0.0) as i32
}
