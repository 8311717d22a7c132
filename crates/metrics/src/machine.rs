//! Where numbers come from, as ports. Numbers that only grow are told as they stand: how fast they grow is found out here.

use std::time::Duration;

/// A machine, and this process on it.
pub trait Machine: Send {
    /// Looks at everything once. May block for as long as the system takes to answer.
    fn read(&mut self) -> Reading;
}

/// What one look at a machine shows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// Since the look before, 0–100 of all cores together.
    pub cpu_percent: f64,
    pub memory_used: u64,
    pub memory_total: u64,
    /// Where the data lies.
    pub disk_used: u64,
    pub disk_total: u64,
    /// Of the device that the data lies on; absent where the system does not count it.
    pub disk: Option<Flow>,
    /// Of all interfaces, the loopback too.
    pub network: Flow,
    /// Over a minute; absent where the system has none.
    pub load_1: Option<f64>,
    pub process: ProcessReading,
}

/// This process, as the system sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProcessReading {
    /// Since it began.
    pub cpu: Duration,
    pub resident: u64,
    /// To and from storage, as far as the system charges it to this process.
    pub disk: Flow,
}

/// Bytes both ways since some beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Read, or received.
    pub inward: u64,
    /// Written, or sent.
    pub outward: u64,
}

/// What this process carries, known to whoever put it together. Asked at every measurement, so it must be cheap.
pub trait Carrier: Send + Sync {
    fn carried(&self) -> Carried;
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Actors awake.
    pub actors: usize,
    /// Open subscriptions.
    pub subscriptions: usize,
    /// The position of the newest event.
    pub head: u64,
    /// How many positions the slowest read model is behind that.
    pub projection_lag: u64,
}
