//! A span as it is told: the fields of one event, and what a collector makes of them.

use std::{
    fmt::Debug,
    time::{Duration, SystemTime},
};

use opentelemetry::{
    InstrumentationScope, KeyValue, SpanId, TraceFlags, TraceId, Value,
    trace::{SpanContext, SpanKind, Status, TraceState},
};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use tracing::field::{Field, Visit};

/// Longer texts are cut: what is worth reading is at the beginning.
const TEXT_LENGTH: usize = 256;

/// Fields that are about the span itself are taken by name; every other is an attribute of it.
#[derive(Default)]
pub(super) struct Told {
    name: String,
    request: String,
    root: bool,
    failed: bool,
    took: Duration,
    attributes: Vec<KeyValue>,
}

impl Told {
    /// The trace bears the request's id, so that whoever has that from an answer or from the log finds it: sixteen digits behind sixteen
    /// noughts. Its root bears it too, and all else that is of the request hangs on the root. What no request brought is a trace by itself.
    pub(super) fn over_at(self, end: SystemTime, scope: InstrumentationScope) -> SpanData {
        let request = u64::from_str_radix(&self.request, 16).ok().filter(|id| *id != 0);
        let own = request.filter(|_| self.root).unwrap_or_else(nonzero);
        let trace = request.map_or_else(|| u128::from(nonzero()) << 64 | u128::from(nonzero()), u128::from);
        let parent = request.filter(|_| !self.root).map_or(SpanId::INVALID, SpanId::from);
        SpanData {
            span_context: SpanContext::new(
                TraceId::from(trace),
                SpanId::from(own),
                TraceFlags::SAMPLED,
                false,
                TraceState::default(),
            ),
            parent_span_id: parent,
            parent_span_is_remote: false,
            span_kind: if self.root { SpanKind::Server } else { SpanKind::Internal },
            name: self.name.into(),
            start_time: end.checked_sub(self.took).unwrap_or(end),
            end_time: end,
            attributes: self.attributes,
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: if self.failed { Status::error("") } else { Status::Unset },
            instrumentation_scope: scope,
        }
    }

    fn attribute(&mut self, field: &Field, value: impl Into<Value>) {
        self.attributes.push(KeyValue::new(field.name(), value));
    }
}

impl Visit for Told {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "span" => self.name = cut(value),
            "request" => value.clone_into(&mut self.request),
            _ if value.is_empty() => {}
            _ => self.attribute(field, cut(value)),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        match field.name() {
            "root" => self.root = value,
            "failed" => self.failed = value,
            _ => self.attribute(field, value),
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "took_us" => self.took = Duration::from_micros(value),
            _ => self.attribute(field, i64::try_from(value).unwrap_or(i64::MAX)),
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.attribute(field, value);
    }

    /// Of what is told with `%`, too.
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            // Every event has one, and ours say nothing in it.
            "message" => {}
            _ => self.record_str(field, &format!("{value:?}")),
        }
    }
}

fn cut(text: &str) -> String {
    text.chars().take(TEXT_LENGTH).collect()
}

/// Nought stands for none.
fn nonzero() -> u64 {
    rand::random::<u64>().max(1)
}
