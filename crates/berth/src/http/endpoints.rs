//! Which path leads where.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, Responder,
    http::{
        StatusCode,
        header::{ACCEPT, CONTENT_TYPE, HeaderValue, SEC_WEBSOCKET_PROTOCOL, UPGRADE},
    },
    rt,
    web::{self, Data, Payload, ServiceConfig},
};
use async_graphql::{Response, parser::types::OperationType};
use async_graphql_actix_web::GraphQLResponse;
use std::sync::Arc;

use super::{
    Shared, alertmanager, assets, body, caller, downloads, engine, health, origin, outbox,
    protocol::SUBPROTOCOL,
    refused::Refused,
    socket::{self, Handshake},
    wrapping::TraceId,
};

pub(super) fn configure(services: &mut ServiceConfig) {
    services
        .service(web::resource("/graphql").get(upgrade).post(graphql).default_service(web::to(wrong_method)))
        .service(
            web::resource("/hooks/alertmanager")
                .post(alertmanager::receive)
                .default_service(web::to(wrong_method)),
        )
        .route("/healthz", web::get().to(health::alive))
        .route("/readyz", web::get().to(health::ready))
        .route("/api/events.jsonl", web::get().to(downloads::events))
        .route("/api/projections.jsonl", web::get().to(downloads::rows))
        .route("/schema.graphql", web::get().to(schema))
        .route("/page.css", web::get().to(assets::style))
        .route("/graphiql", web::get().to(assets::to_the_playground))
        .route("/graphiql/{path:.*}", web::get().to(assets::playground))
        .default_service(web::to(assets::console));
}

async fn graphql(request: HttpRequest, payload: Payload, shared: Data<Shared>) -> HttpResponse {
    match execute(&request, payload, &shared).await {
        Ok(response) => answer(&request, response),
        Err(refused) => refuse(&request, &refused),
    }
}

/// What is cheap to ask is asked first: whoever shows a wrong token, or asks too often, does not make us read a body.
async fn execute(request: &HttpRequest, payload: Payload, shared: &Shared) -> Result<Response, Refused> {
    if shared.drain.is_draining() {
        return Err(Refused::Draining);
    }
    origin::check(request)?;
    let asker = caller::asker(request, shared, trace_id(request))?;
    let limit = if asker.guest.is_some() { body::LIMIT } else { body::STRANGERS_LIMIT };
    let query = body::read(request, payload, limit, shared.patience.body).await?;
    let asker = caller::still(asker, shared)?;
    let prepared = shared.engine.prepare(query, &asker)?;
    if prepared.operation == OperationType::Subscription {
        return Err(Refused::SubscriptionOverPost);
    }
    Ok(shared.engine.once(prepared).await)
}

/// Who does not ask for GraphQL's own media type gets plain JSON, as every client reads it.
fn answer(request: &HttpRequest, response: Response) -> HttpResponse {
    let status = status_of(&response);
    let mut answer = GraphQLResponse::from(response).respond_to(request);
    *answer.status_mut() = status;
    let accepted = request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    if !accepted.into_iter().any(|value| value.contains("application/graphql-response+json")) {
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    answer
}

fn status_of(response: &Response) -> StatusCode {
    let has = |code| response.errors.iter().any(|error| engine::code_of(error) == Some(code));
    if has("UNAUTHENTICATED") {
        StatusCode::UNAUTHORIZED
    } else if has("UNAVAILABLE") {
        StatusCode::SERVICE_UNAVAILABLE
    } else if engine::is_request_error(response) && has("BAD_QUERY") {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    }
}

async fn upgrade(request: HttpRequest, payload: Payload, shared: Data<Shared>) -> HttpResponse {
    open(&request, payload, shared).unwrap_or_else(|refused| refuse(&request, &refused))
}

fn open(request: &HttpRequest, payload: Payload, shared: Data<Shared>) -> Result<HttpResponse, Refused> {
    if !request.headers().contains_key(UPGRADE) {
        return Err(Refused::WrongMethod);
    }
    if shared.drain.is_draining() {
        return Err(Refused::Draining);
    }
    origin::check(request)?;
    if !offers_subprotocol(request) {
        return Err(Refused::NoSubprotocol);
    }
    let (guest, visit) = caller::at_handshake(request, &shared)?;
    let seat = shared.seats.take(guest.as_ref(), &visit).map_err(|_| Refused::TooManySocketsOfOne)?;
    let permit = Arc::clone(&shared.sockets).try_acquire_owned().map_err(|_| Refused::TooManySockets)?;
    let (answer, session, frames) = actix_ws::handle_with_protocols(request, payload, &[SUBPROTOCOL])
        .map_err(|_| Refused::NotWebSocket)?;
    let (outbox, answer) = outbox::between(session, answer);
    let (locale, trace_id) = (caller::locale(request), trace_id(request));
    let handshake = Handshake { guest, locale, trace_id, visit, permit, seat };
    rt::spawn(socket::run(shared, outbox, frames, handshake));
    Ok(answer)
}

fn offers_subprotocol(request: &HttpRequest) -> bool {
    let headers = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL);
    headers
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|offered| offered.trim() == SUBPROTOCOL)
}

async fn wrong_method(request: HttpRequest) -> HttpResponse {
    refuse(&request, &Refused::WrongMethod)
}

/// The schema is public: it is in the repository too.
async fn schema(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    if let Err(refused) = caller::anybody(&request, &shared) {
        return refuse(&request, &refused);
    }
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(shared.schema.clone())
}

pub(super) fn refuse(request: &HttpRequest, refused: &Refused) -> HttpResponse {
    refused.answer(caller::locale(request), &trace_id(request))
}

fn trace_id(request: &HttpRequest) -> String {
    request.extensions().get::<TraceId>().map(|trace_id| trace_id.0.clone()).unwrap_or_default()
}
