//! What the machine does, and what this process uses and carries: measured now and then, kept for a week, watched live.
//!
//! A measurement is a mean since the one before. The newest go to whoever watches; all go to a small SQLite file, in batches, by the
//! five seconds for two hours and by the minute for seven days. The file is not the log: nothing that Berth does hangs on it, it is
//! written all day, and a week later nobody wants it; the log is for what must never be lost. What is lost with the file is the
//! history alone.
//!
//! Time comes from a [`berth_actors::Clock`], the numbers from a [`Machine`] and a [`Carrier`], so that tests have a made-up machine.
//! Deliberately absent: thresholds and alarms, and any word of what the process is for.

mod figures;
mod local;
mod machine;
mod metrics;
mod pace;
mod sampler;
mod store;
#[cfg(test)]
mod tests;
mod thin;
mod watching;

pub use figures::{Figures, ProcessFigures, Sample};
pub use local::LocalMachine;
pub use machine::{Carried, Carrier, Flow, Machine, ProcessReading, Reading};
pub use metrics::{Metrics, Span};
pub use store::MetricsError;
pub use watching::Watching;
