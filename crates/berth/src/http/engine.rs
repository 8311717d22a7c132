//! The schema behind one door: a request goes in, an answer comes out that is fit for the outside.
//!
//! Any executor will do; its type ends here, so that nothing of HTTP is compiled once more for each schema.

use std::{
    any::Any,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use async_graphql::{
    Data, ErrorExtensionValues, Executor, Request, Response, ServerError, Value, parser::types::OperationType,
};
use berth_graphql::Alike;
use futures::{
    FutureExt, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};

use super::{
    answer::{Answer, asked},
    caller::Asker,
    codes,
    documents::Documents,
    guard::QueryLimits,
    meters::Meters,
    refused::Refused,
    span::{self, Span},
};

/// What resolvers find in their context for one operation.
pub(super) type RequestData = Arc<dyn Fn(&Asker) -> Data + Send + Sync>;

pub(super) struct Engine {
    executor: Box<dyn Execute>,
    data: RequestData,
    documents: Documents,
    patience: Patience,
    meters: Meters,
}

/// How long an operation may take, and before it whoever sends it. A mutation may call a cloud.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub query: Duration,
    pub mutation: Duration,
    /// For the head of a request to arrive.
    pub headers: Duration,
    /// For its body to arrive.
    pub body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            query: Duration::from_secs(5),
            mutation: Duration::from_mins(1),
            headers: Duration::from_secs(5),
            body: Duration::from_secs(10),
        }
    }
}

/// A request that passed the guard.
pub(super) struct Prepared {
    request: Request,
    pub(super) operation: OperationType,
    /// What its author calls it.
    name: Option<String>,
    caller: Asker,
    /// Of a subscription to one thing.
    alike: Option<Arc<Alike>>,
}

impl Engine {
    pub(super) fn new(
        executor: impl Executor,
        data: RequestData,
        limits: QueryLimits,
        patience: Patience,
    ) -> Self {
        Self {
            executor: Box::new(executor),
            data,
            documents: Documents::new(limits),
            patience,
            meters: Meters::default(),
        }
    }

    pub(super) fn metered(self, meters: Meters) -> Self {
        Self { meters, ..self }
    }

    pub(super) fn prepare(&self, mut request: Request, caller: &Asker) -> Result<Prepared, Refused> {
        let inspected = self.documents.inspect(&request.query).map_err(Refused::Query);
        if let Err(refused) = &inspected {
            self.meters.errors(&[refused.error(caller.locale, &caller.trace_id)]);
        }
        let inspected = inspected?;
        // Without a clear operation the executor only refuses, whichever kind it is taken for.
        let operation =
            inspected.operation(request.operation_name.as_deref()).unwrap_or(OperationType::Query);
        let caller = Asker { alone: inspected.roots == 1, ..caller.clone() };
        request.data = (self.data)(&caller);
        let alike = (operation == OperationType::Subscription && caller.alone)
            .then(|| Arc::new(Alike::new(&asked(&request, &inspected.document, &caller))));
        if let Some(alike) = &alike {
            request.data.insert(alike.clone());
        }
        let name = span::operation_name(&request, &inspected.document);
        request.set_parsed_query(inspected.document.clone());
        if caller.guest.is_none() {
            // The schema is no secret, but reading it whole costs more than a stranger may cost.
            request = request.disable_introspection();
        }
        Ok(Prepared { request, operation, name, caller, alike })
    }

    /// Runs a query or a mutation. Given up in time, it is dropped; a command that reached its actor is carried out all the same.
    pub(super) fn once(&self, prepared: Prepared) -> BoxFuture<'static, Response> {
        let Prepared { request, operation, name, caller, .. } = prepared;
        let (patience, late) = match operation {
            OperationType::Mutation => (self.patience.mutation, Refused::CommandTimedOut),
            OperationType::Query | OperationType::Subscription => {
                (self.patience.query, Refused::QueryTimedOut)
            }
        };
        let answer = AssertUnwindSafe(self.executor.once(request)).catch_unwind();
        let (meters, began, span) = (self.meters.clone(), Instant::now(), Span::begin());
        async move {
            let response = match tokio::time::timeout(patience, answer).await {
                Ok(Ok(response)) => seal(response, &caller),
                Ok(Err(panic)) => panicked(panic.as_ref(), &caller),
                Err(_) => refused(&late, &caller),
            };
            meters.operation(operation, began.elapsed(), &response);
            span.operation(&caller.trace_id, operation, name.as_deref(), &response);
            response
        }
        .boxed()
    }

    /// Runs any operation; a query is a stream of one. A panic ends it with one last answer.
    pub(super) fn stream(&self, prepared: Prepared) -> BoxStream<'static, Answer> {
        if prepared.operation != OperationType::Subscription {
            return stream::once(self.once(prepared)).map(|response| Answer::of(response, None)).boxed();
        }
        let Prepared { caller, alike, .. } = prepared;
        let answers = AssertUnwindSafe(self.executor.stream(prepared.request)).catch_unwind();
        let (meters, open) = (self.meters.clone(), self.meters.subscription());
        answers
            .map(move |answer| {
                // Kept for as long as the stream is.
                let _counted = &open;
                let response = answer.map_or_else(
                    |panic| panicked(panic.as_ref(), &caller),
                    |response| seal(response, &caller),
                );
                meters.errors(&response.errors);
                Answer::of(response, alike.as_deref())
            })
            .boxed()
    }
}

trait Execute: Send + Sync {
    fn once(&self, request: Request) -> BoxFuture<'static, Response>;
    fn stream(&self, request: Request) -> BoxStream<'static, Response>;
}

impl<E: Executor> Execute for E {
    fn once(&self, request: Request) -> BoxFuture<'static, Response> {
        let executor = self.clone();
        async move { executor.execute(request).await }.boxed()
    }

    fn stream(&self, request: Request) -> BoxStream<'static, Response> {
        self.execute_stream(request, None)
    }
}

/// Whether nothing was executed, which the WebSocket protocol tells apart from an answer with errors in it.
pub(super) fn is_request_error(response: &Response) -> bool {
    response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}

pub(super) fn code_of(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

/// Gives every error a code. One that a resolver raised without a code was not meant for the outside: it goes to the log, and the
/// caller gets its number.
fn seal(mut response: Response, caller: &Asker) -> Response {
    for error in &mut response.errors {
        if code_of(error).is_some() {
            codes::complete(error, &caller.trace_id);
            continue;
        }
        if let Some(code) = code_for(error) {
            error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code);
            codes::complete(error, &caller.trace_id);
            continue;
        }
        tracing::error!(trace_id = caller.trace_id, path = ?error.path, error = error.message, "a resolver failed");
        let masked = Refused::Internal.error(caller.locale, &caller.trace_id);
        (error.message, error.extensions, error.source) = (masked.message, masked.extensions, None);
    }
    response
}

/// What async-graphql itself says, known by its words because it gives no codes; the tests notice should they change.
fn code_for(error: &ServerError) -> Option<&'static str> {
    match error.message.as_str() {
        "Query is nested too deep." | "Query is too complex." => Some("QUERY_TOO_COMPLEX"),
        _ if error.path.is_empty() => Some("BAD_QUERY"),
        message if message.starts_with("Failed to parse \"") && error.source.is_none() => Some("BAD_QUERY"),
        _ => None,
    }
}

fn refused(refused: &Refused, caller: &Asker) -> Response {
    Response::from_errors(vec![refused.error(caller.locale, &caller.trace_id)])
}

fn panicked(panic: &(dyn Any + Send), caller: &Asker) -> Response {
    let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref().copied());
    tracing::error!(trace_id = caller.trace_id, panic = words, "a resolver panicked");
    refused(&Refused::Internal, caller)
}
