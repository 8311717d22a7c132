//! The body of a request, read ourselves: async-graphql's extractor has no limit, and actix's limits do not reach it.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    http::header::CONTENT_TYPE,
    web::{BytesMut, Payload},
};
use futures::StreamExt;

use super::refused::Refused;

/// The largest body.
pub(super) const LIMIT: usize = 256 * 1024;
/// And of somebody nobody knows: a sign-in is short.
pub(super) const STRANGERS_LIMIT: usize = 16 * 1024;

/// One GraphQL request out of exactly `application/json`; a list of them is refused. Never holds more than `limit` bytes and one chunk.
pub(super) async fn read(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
    patience: Duration,
) -> Result<async_graphql::Request, Refused> {
    let text = text(request, payload, limit, patience).await?;
    // `Request` would also be read from a JSON array, its fields in order.
    if text.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(Refused::NotARequest);
    }
    serde_json::from_slice(&text).map_err(|_| Refused::NotARequest)
}

/// The text of a body out of exactly `application/json`.
pub(super) async fn text(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
    patience: Duration,
) -> Result<BytesMut, Refused> {
    if !is_json(request) {
        return Err(Refused::NotJson);
    }
    tokio::time::timeout(patience, gather(payload, limit)).await.map_err(|_| Refused::BodyTooSlow)?
}

async fn gather(mut payload: Payload, limit: usize) -> Result<BytesMut, Refused> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Refused::NotARequest)?;
        if body.len() + chunk.len() > limit {
            return Err(Refused::BodyTooBig);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The one parameter that passes is the one that says what JSON is anyway.
fn is_json(request: &HttpRequest) -> bool {
    let mut headers = request.headers().get_all(CONTENT_TYPE);
    let (Some(header), None) = (headers.next(), headers.next()) else { return false };
    let text = header.to_str().unwrap_or_default().to_ascii_lowercase();
    let mut parts = text.split(';').map(str::trim);
    parts.next() == Some("application/json")
        && parts.all(|parameter| matches!(parameter, "charset=utf-8" | "charset=\"utf-8\""))
}
