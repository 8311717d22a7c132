//! The schema as it is served: what a request asked to have done is on record before anybody is told what came of it.
//!
//! A mutation runs as a task of its own: whoever does not wait for its end does not keep it from being carried out, nor from being recorded.

use std::{any::Any, panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{
    Data, Error, ErrorExtensions, Executor, Pos, Request, Response, parser::types::OperationType,
};
use berth_app::{App, Denied};
use berth_domain::Text;
use futures::{
    FutureExt, StreamExt,
    stream::{self, BoxStream},
};

use crate::{
    schema::{Dependencies, Roots},
    shared::{caller::Caller, fault, minutes::Minutes},
};

/// Clones share everything.
#[derive(Clone)]
pub struct Schema {
    roots: Roots,
    dependencies: Arc<Dependencies>,
}

impl Schema {
    pub(crate) fn new(roots: Roots, dependencies: Arc<Dependencies>) -> Self {
        Self { roots, dependencies }
    }

    pub async fn execute(&self, mut request: Request) -> Response {
        if !changes_something(&mut request) {
            return self.roots.execute(request).await;
        }
        let own = self.clone();
        let carried_out = tokio::spawn(async move { own.carry_out(request).await });
        match carried_out.await {
            Ok(response) => response,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => ended(),
            },
        }
    }

    /// Of a query or a mutation there is one answer.
    pub fn execute_stream(&self, mut request: Request) -> BoxStream<'static, Response> {
        if changes_something(&mut request) {
            let own = self.clone();
            return stream::once(async move { own.execute(request).await }).boxed();
        }
        self.roots.execute_stream(request).boxed()
    }

    async fn carry_out(&self, mut request: Request) -> Response {
        let minutes = Minutes::default();
        request.data.insert(minutes.clone());
        let caller = request
            .data
            .get(&std::any::TypeId::of::<Caller>())
            .and_then(|data| data.downcast_ref::<Caller>());
        let caller = caller.cloned();
        let answer = AssertUnwindSafe(self.roots.execute(request)).catch_unwind().await;
        let response =
            answer.unwrap_or_else(|panic| minutes.broken_off(panicked(caller.as_ref(), panic.as_ref())));
        match self.record(&minutes, caller.as_ref(), &response).await {
            Ok(()) => response,
            Err(denied) => unrecorded(caller.as_ref(), &denied),
        }
    }

    async fn record(
        &self,
        minutes: &Minutes,
        caller: Option<&Caller>,
        response: &Response,
    ) -> Result<(), Denied> {
        let now = (self.dependencies.server.now)();
        for record in minutes.records(caller, response, now) {
            self.app().trail.record(record).await?;
        }
        Ok(())
    }

    fn app(&self) -> &App {
        &self.dependencies.app
    }
}

#[async_trait::async_trait]
impl Executor for Schema {
    async fn execute(&self, request: Request) -> Response {
        self.execute(request).await
    }

    fn execute_stream(&self, request: Request, _: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        self.execute_stream(request)
    }
}

/// The runtime went while the mutation was under way. What became of it, whoever asks again under the same id learns.
fn ended() -> Response {
    let error = fault::coded("UNAVAILABLE", "the server is shutting down");
    Response::from_errors(vec![error.into_server_error(Pos::default())])
}

/// The panic's own words are for the log alone.
fn panicked(caller: Option<&Caller>, panic: &(dyn Any + Send)) -> Error {
    let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref().copied());
    let (language, request) =
        caller.map(|caller| (caller.language, caller.request.as_str())).unwrap_or_default();
    tracing::error!(trace_id = request, panic = words, "a mutation panicked");
    let text = Text::new(
        "something went wrong inside; the log has more under this traceId",
        "内部错误；日志中可按 traceId 查到详情",
    );
    let error = fault::coded("INTERNAL", text.in_language(language));
    error.extend_with(|_, extensions| extensions.set("traceId", request))
}

/// A document that does not parse changes nothing.
fn changes_something(request: &mut Request) -> bool {
    let Ok(document) = request.parsed_query() else { return false };
    document.operations.iter().any(|(_, operation)| operation.node.ty == OperationType::Mutation)
}

/// It was done, or refused; what cannot be put on record is not answered as if it were.
fn unrecorded(caller: Option<&Caller>, denied: &Denied) -> Response {
    let language = caller.map(|caller| caller.language).unwrap_or_default();
    let error = match denied {
        Denied::Fault(fault) => fault::of_fault(language, fault),
        other => fault::internal(language, other),
    };
    Response::from_errors(vec![error.into_server_error(Pos::default())])
}
