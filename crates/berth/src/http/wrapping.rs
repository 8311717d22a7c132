//! What every answer gets, whoever made it: a request id and the headers that tell a browser to be careful. And one line in the log.

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{Service, ServiceRequest, ServiceResponse},
    http::header::{self, HeaderName, HeaderValue},
    web::Data,
};

use super::{Shared, span::Span};

/// Put into an answer whose maker has set some of these headers itself, and means it.
pub(super) struct OwnHeaders;

/// Ours alone; one that a client sends is not looked at, so that nobody writes into the log.
pub(super) struct TraceId(pub(super) String);

/// Where TLS is, browsers do not come without it again, and no page that opened ours reaches into it. Over plain HTTP a browser believes
/// neither, and complains of the second on its console.
const BEHIND_TLS: [(HeaderName, &str); 2] = [
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

pub(super) fn wrap<B, S>(
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<B>, Error>> + use<B, S>
where
    B: MessageBody,
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    let (trace_id, span) = (format!("{:016x}", rand::random::<u64>()), Span::begin());
    let (method, path) = (request.method().clone(), request.path().to_owned());
    request.extensions_mut().insert(TraceId(trace_id.clone()));
    let shared = request.app_data::<Data<Shared>>();
    let meters = shared.map(|shared| shared.meters.clone());
    let behind_tls = shared.is_some_and(|shared| shared.behind_proxy);
    let answer = service.call(request);
    async move {
        let mut answer = answer.await?;
        if let Some(meters) = meters {
            meters.request(answer.status().as_u16());
        }
        span.request(&trace_id, &method, &path, answer.status());
        // The query of the address is not logged: people put secrets there.
        tracing::debug!(trace_id, %method, path, status = answer.status().as_u16(), "a request was answered");
        let own = answer.response().extensions().contains::<OwnHeaders>();
        let headers = answer.headers_mut();
        for (name, value) in HEADERS {
            if !(own && headers.contains_key(&name)) {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
        if behind_tls {
            for (name, value) in BEHIND_TLS {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
        let trace_id = HeaderValue::from_str(&trace_id).expect("hexadecimal digits are a lawful header");
        headers.insert(HeaderName::from_static("x-request-id"), trace_id);
        Ok(answer)
    }
}
