//! A measurement: what two looks at a machine tell of the time between them.

use std::time::Duration;

use berth_domain::Timestamp;

use crate::machine::{Carried, Flow, Reading};

/// Figures of a moment, or the mean of a span of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// When; of a mean, where its span begins.
    pub at: Timestamp,
    pub figures: Figures,
}

/// Bytes and counts are numbers with a fraction, because most of them are means.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// 0–100 of all cores together.
    pub cpu_percent: f64,
    pub memory_used_bytes: f64,
    pub memory_total_bytes: f64,
    /// Where the data lies.
    pub disk_used_bytes: f64,
    pub disk_total_bytes: f64,
    /// Of the device that the data lies on; absent where the system does not count it.
    pub disk_read_bytes_per_second: Option<f64>,
    pub disk_written_bytes_per_second: Option<f64>,
    /// Over all interfaces, the loopback too.
    pub network_received_bytes_per_second: f64,
    pub network_sent_bytes_per_second: f64,
    /// Over a minute; absent where the system has none.
    pub load_1: Option<f64>,
    pub process: ProcessFigures,
}

/// This process.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ProcessFigures {
    /// 0–100 of one core; several cores add up.
    pub cpu_percent: f64,
    pub resident_bytes: f64,
    pub read_bytes_per_second: f64,
    pub written_bytes_per_second: f64,
    /// Of a mean, what it was at the end.
    pub uptime_seconds: f64,
    pub actors: f64,
    pub subscriptions: f64,
    /// Over the last minute.
    pub events_per_second: f64,
    /// Of the slowest read model.
    pub projection_lag: f64,
}

/// How many numbers there are.
pub(crate) const COLUMNS: usize = 19;
/// Which of them is what it was last, rather than a mean.
pub(crate) const UPTIME: usize = 14;

/// What one look shows, and when it was.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    /// Since the process began.
    pub(crate) uptime: Duration,
    pub(crate) reading: Reading,
    pub(crate) carried: Carried,
}

impl Figures {
    /// What two looks tell, one after the other. The events are counted by whoever remembers a minute.
    pub(crate) fn between(earlier: &Look, later: &Look, events_per_second: f64) -> Self {
        let seconds = later.uptime.saturating_sub(earlier.uptime).as_secs_f64();
        let (before, now) = (&earlier.reading, &later.reading);
        let device = before.disk.zip(now.disk).map(|(before, now)| rates(before, now, seconds));
        let network = rates(before.network, now.network, seconds);
        Self {
            cpu_percent: now.cpu_percent,
            memory_used_bytes: float(now.memory_used),
            memory_total_bytes: float(now.memory_total),
            disk_used_bytes: float(now.disk_used),
            disk_total_bytes: float(now.disk_total),
            disk_read_bytes_per_second: device.map(|(read, _)| read),
            disk_written_bytes_per_second: device.map(|(_, written)| written),
            network_received_bytes_per_second: network.0,
            network_sent_bytes_per_second: network.1,
            load_1: now.load_1,
            process: ProcessFigures::between(earlier, later, events_per_second),
        }
    }

    /// In the order of the table's columns.
    pub(crate) fn to_columns(self) -> [Option<f64>; COLUMNS] {
        let process = self.process;
        [
            Some(self.cpu_percent),
            Some(self.memory_used_bytes),
            Some(self.memory_total_bytes),
            Some(self.disk_used_bytes),
            Some(self.disk_total_bytes),
            self.disk_read_bytes_per_second,
            self.disk_written_bytes_per_second,
            Some(self.network_received_bytes_per_second),
            Some(self.network_sent_bytes_per_second),
            self.load_1,
            Some(process.cpu_percent),
            Some(process.resident_bytes),
            Some(process.read_bytes_per_second),
            Some(process.written_bytes_per_second),
            Some(process.uptime_seconds),
            Some(process.actors),
            Some(process.subscriptions),
            Some(process.events_per_second),
            Some(process.projection_lag),
        ]
    }

    pub(crate) fn from_columns(columns: &[Option<f64>; COLUMNS]) -> Self {
        let number = |index: usize| columns[index].unwrap_or_default();
        Self {
            cpu_percent: number(0),
            memory_used_bytes: number(1),
            memory_total_bytes: number(2),
            disk_used_bytes: number(3),
            disk_total_bytes: number(4),
            disk_read_bytes_per_second: columns[5],
            disk_written_bytes_per_second: columns[6],
            network_received_bytes_per_second: number(7),
            network_sent_bytes_per_second: number(8),
            load_1: columns[9],
            process: ProcessFigures {
                cpu_percent: number(10),
                resident_bytes: number(11),
                read_bytes_per_second: number(12),
                written_bytes_per_second: number(13),
                uptime_seconds: number(UPTIME),
                actors: number(15),
                subscriptions: number(16),
                events_per_second: number(17),
                projection_lag: number(18),
            },
        }
    }
}

impl ProcessFigures {
    fn between(earlier: &Look, later: &Look, events_per_second: f64) -> Self {
        let seconds = later.uptime.saturating_sub(earlier.uptime).as_secs_f64();
        let (before, now) = (&earlier.reading.process, &later.reading.process);
        let busy = now.cpu.saturating_sub(before.cpu).as_secs_f64();
        let (read, written) = rates(before.disk, now.disk, seconds);
        Self {
            cpu_percent: ratio(busy, seconds) * 100.0,
            resident_bytes: float(now.resident),
            read_bytes_per_second: read,
            written_bytes_per_second: written,
            uptime_seconds: later.uptime.as_secs_f64(),
            actors: count(later.carried.actors),
            subscriptions: count(later.carried.subscriptions),
            events_per_second,
            projection_lag: float(later.carried.projection_lag),
        }
    }
}

/// A counter that began anew, as when an interface went away, has not grown.
fn rates(before: Flow, now: Flow, seconds: f64) -> (f64, f64) {
    let rate = |before: u64, now: u64| ratio(float(now.saturating_sub(before)), seconds);
    (rate(before.inward, now.inward), rate(before.outward, now.outward))
}

/// Two looks in one instant tell of no speed.
pub(crate) fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "exact to 2^53, which is nine petabytes")]
pub(crate) fn float(number: u64) -> f64 {
    number as f64
}

fn count(number: usize) -> f64 {
    float(u64::try_from(number).unwrap_or(u64::MAX))
}
