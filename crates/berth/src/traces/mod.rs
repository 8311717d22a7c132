//! Spans on their way to a collector, by OTLP over HTTP. Off unless a collector is named; then nothing here is made, and who tells of spans
//! finds that nobody listens.
//!
//! Whoever tells of one only puts it into a queue. A collector that is slow, hangs or is away costs spans, and nothing else.

mod collecting;
mod exporter;
mod told;
mod watched;

pub(crate) use collecting::Collecting;
pub(crate) use exporter::{ExportError, Exporting};
pub(crate) use watched::WatchedCloud;
