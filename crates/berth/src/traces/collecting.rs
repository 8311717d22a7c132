//! Listens to what is told of spans, and to nothing else.

use std::{sync::Arc, time::SystemTime};

use berth_app::SPANS;
use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::trace::{BatchSpanProcessor, SpanProcessor};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::{
    Layer,
    filter::{Filtered, Targets},
    layer::Context,
    registry::LookupSpan,
};

use super::told::Told;

/// Takes part in logging beside the outputs.
pub(crate) struct Collecting {
    processor: Arc<BatchSpanProcessor>,
    scope: InstrumentationScope,
}

impl Collecting {
    pub(super) fn new(processor: Arc<BatchSpanProcessor>) -> Self {
        let scope = InstrumentationScope::builder("berth").with_version(env!("CARGO_PKG_VERSION")).build();
        Self { processor, scope }
    }

    /// With all other targets shut, so that nothing else is looked at for its sake.
    pub(crate) fn filtered<S>(self) -> Filtered<Self, Targets, S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        self.with_filter(Targets::new().with_target(SPANS, Level::TRACE))
    }
}

impl<S: Subscriber> Layer<S> for Collecting {
    /// Puts it into the queue, or drops it when that is full.
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut told = Told::default();
        event.record(&mut told);
        self.processor.on_end(told.over_at(SystemTime::now(), self.scope.clone()));
    }
}
