//! What requests and the operations in them took and came to, for whoever collects spans; see [`berth_app::SPANS`].

use std::time::Instant;

use actix_web::http::{Method, StatusCode};
use async_graphql::{
    Request, Response,
    parser::types::{DocumentOperations, ExecutableDocument, OperationType},
};
use berth_app::SPANS;
use tracing::Level;

use super::meters;

/// Names are for people to read; nobody reads a longer one.
const NAME_LENGTH: usize = 64;
/// The only path of which requests are told: the others give files, and say whether we live.
const TOLD: &str = "/graphql";

/// Runs from when it is made; without a beginning while nobody collects.
pub(super) struct Span(Option<Instant>);

impl Span {
    pub(super) fn begin() -> Self {
        Self(tracing::enabled!(target: SPANS, Level::TRACE).then(Instant::now))
    }

    /// The root of all that comes of the request. Of a WebSocket it is the handshake; its operations come later.
    pub(super) fn request(self, trace_id: &str, method: &Method, path: &str, status: StatusCode) {
        let Some(took_us) = self.took_us().filter(|_| path == TOLD) else { return };
        tracing::trace!(
            target: SPANS,
            span = %format_args!("{method} {path}"),
            root = true,
            took_us,
            request = trace_id,
            failed = status.is_server_error(),
            http.request.method = %method,
            http.response.status_code = status.as_u16(),
            url.path = path,
        );
    }

    pub(super) fn operation(
        self,
        trace_id: &str,
        kind: OperationType,
        name: Option<&str>,
        answer: &Response,
    ) {
        let Some(took_us) = self.took_us() else { return };
        let (kind, outcome, name) =
            (meters::word(kind), meters::outcome(&answer.errors), name.unwrap_or_default());
        tracing::trace!(
            target: SPANS,
            span = %format_args!("{kind} {name}").to_string().trim_end(),
            took_us,
            request = trace_id,
            failed = outcome == "fault",
            graphql.operation.type = kind,
            graphql.operation.name = name,
            berth.outcome = outcome,
        );
    }

    fn took_us(&self) -> Option<u64> {
        self.0.map(|began| u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX))
    }
}

/// What the operation is called that runs: one of those that are in the document, never a text that only stands beside it.
pub(super) fn operation_name(request: &Request, document: &ExecutableDocument) -> Option<String> {
    let name = match (&document.operations, &request.operation_name) {
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => operations.keys().next(),
        (DocumentOperations::Multiple(operations), Some(wanted)) => {
            operations.keys().find(|name| name.as_str() == wanted)
        }
        (DocumentOperations::Multiple(_), None) | (DocumentOperations::Single(_), _) => None,
    }?;
    Some(name.chars().take(NAME_LENGTH).collect())
}
