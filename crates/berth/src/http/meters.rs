//! What the port counts. Counting never waits and never fails. Labels are words of ours, so there are never many.

use std::{sync::Arc, time::Duration};

use async_graphql::{Response, ServerError, parser::types::OperationType};
use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

use super::{
    answered::{Answered, Answering},
    codes, engine,
};

/// In seconds: from what is answered from memory to the most patience there is.
const STEPS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 60.0];
/// What an error counts as whose code is not in the table, so that no resolver can make labels.
const OTHER: &str = "OTHER";

/// The outcome of what we are to blame for.
const FAULT: &str = "fault";

type Labels<const N: usize> = [(&'static str, &'static str); N];

/// Clones share the counts.
#[derive(Clone, Debug)]
pub struct Meters {
    requests: Family<[(&'static str, u16); 1], Counter>,
    operations: Family<Labels<2>, Histogram>,
    errors: Family<Labels<1>, Counter>,
    sockets: Gauge,
    subscriptions: Gauge,
    answering: Arc<Answering>,
}

impl Default for Meters {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            operations: Family::new_with_constructor(|| Histogram::new(STEPS)),
            errors: Family::default(),
            sockets: Gauge::default(),
            subscriptions: Gauge::default(),
            answering: Arc::default(),
        }
    }
}

impl Meters {
    /// Lets them be read through a registry.
    pub fn register(&self, registry: &mut Registry) {
        let requests = self.requests.clone();
        registry.register("http_requests", "HTTP requests answered, by status", requests);
        let (name, help) = ("operation_duration", "How long queries and mutations took, by kind and outcome");
        registry.register_with_unit(name, help, Unit::Seconds, self.operations.clone());
        registry.register("graphql_errors", "Errors in GraphQL answers, by code", self.errors.clone());
        registry.register("sockets_open", "Open WebSockets", self.sockets.clone());
        registry.register("subscriptions_open", "Open subscriptions", self.subscriptions.clone());
    }

    /// How many subscriptions are open.
    pub fn subscriptions(&self) -> usize {
        usize::try_from(self.subscriptions.get()).unwrap_or_default()
    }

    /// How many sockets are open.
    pub fn sockets(&self) -> usize {
        usize::try_from(self.sockets.get()).unwrap_or_default()
    }

    /// How queries and mutations were answered so far.
    pub fn answered(&self) -> Answered {
        self.answering.so_far()
    }

    pub(super) fn request(&self, status: u16) {
        self.requests.get_or_create(&[("status", status)]).inc();
    }

    /// A query or a mutation was answered.
    pub(super) fn operation(&self, kind: OperationType, took: Duration, answer: &Response) {
        let outcome = outcome(&answer.errors);
        self.answering.count(took, outcome == FAULT);
        self.operations
            .get_or_create(&[("kind", word(kind)), ("outcome", outcome)])
            .observe(took.as_secs_f64());
        self.errors(&answer.errors);
    }

    pub(super) fn errors(&self, errors: &[ServerError]) {
        for error in errors {
            let code = engine::code_of(error).and_then(codes::known).unwrap_or(OTHER);
            self.errors.get_or_create(&[("code", code)]).inc();
        }
    }

    /// A socket is open until this is dropped.
    pub(super) fn socket(&self) -> Open {
        Open::new(&self.sockets)
    }

    /// A subscription is open until this is dropped.
    pub(super) fn subscription(&self) -> Open {
        Open::new(&self.subscriptions)
    }
}

/// What an answer comes to: a mistake of whoever asked is no fault of ours, and a fault is told even among mistakes.
pub(super) fn outcome(errors: &[ServerError]) -> &'static str {
    match errors {
        [] => "ok",
        errors if errors.iter().any(|error| engine::code_of(error).is_none_or(codes::is_fault)) => FAULT,
        _ => "error",
    }
}

/// Counts for one as long as it lives.
pub(super) struct Open(Gauge);

impl Open {
    fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

pub(super) fn word(kind: OperationType) -> &'static str {
    match kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::ErrorExtensionValues;
    use prometheus_client::encoding::text::encode;

    use super::*;

    fn error(code: &str) -> ServerError {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", code);
        let mut error = ServerError::new("no", None);
        error.extensions = Some(extensions);
        error
    }

    #[test]
    fn errors_are_told_apart_by_the_codes_of_the_table_and_by_no_other() {
        let (meters, mut registry) = (Meters::default(), Registry::default());
        meters.register(&mut registry);
        let said: Vec<_> = codes::TABLE.iter().map(|row| row.code).chain(["MADE_UP", "THIS TOO"]).collect();
        meters.errors(&said.iter().map(|code| error(code)).collect::<Vec<_>>());
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        for row in codes::TABLE {
            assert!(text.contains(&format!("{{code=\"{}\"}} 1\n", row.code)), "{}: {text}", row.code);
        }
        assert!(text.contains("{code=\"OTHER\"} 2\n") && !text.contains("MADE_UP"), "{text}");
    }

    #[test]
    fn what_we_are_to_blame_for_is_a_fault_and_what_the_asker_is_to_blame_for_is_none() {
        let of = |codes: &[&str]| outcome(&codes.iter().map(|code| error(code)).collect::<Vec<_>>());
        assert_eq!(of(&[]), "ok");
        for mistake in ["BAD_QUERY", "BAD_INPUT", "FORBIDDEN", "UNAUTHENTICATED", "RATE_LIMITED", "NOT_FOUND"]
        {
            assert_eq!(of(&[mistake]), "error", "{mistake}");
            assert_eq!(of(&[mistake, "INTERNAL"]), "fault", "{mistake}");
        }
        for fault in ["INTERNAL", "UNAVAILABLE", "BEHIND", "NEEDS_UPGRADE", "MADE_UP"] {
            assert_eq!(of(&[fault]), "fault", "{fault}");
        }
        assert_eq!(outcome(&[ServerError::new("without a code", None)]), "fault");
    }
}
