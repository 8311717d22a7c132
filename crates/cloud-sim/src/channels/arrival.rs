//! One HTTP request to a channel, taken apart before anybody looks at what it means.

use std::borrow::Cow;

use actix_web::HttpRequest;
use serde_json::{Map, Value};

use crate::call::parse_query;

/// A request, whole. Bodies are small here: the server refuses what is larger than it keeps.
pub(super) struct Arrival {
    pub(super) method: String,
    /// What follows the kind in the path, without the slash.
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    /// Names in lower case, in the order of arrival.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// Scheme and authority under which the client reached us: where redirects lead to.
    pub(super) origin: String,
}

impl Arrival {
    pub(super) fn of(request: &HttpRequest, path: &str, body: &[u8]) -> Self {
        let text = |value: &actix_web::http::header::HeaderValue| {
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        };
        Self {
            method: request.method().as_str().to_owned(),
            path: percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned(),
            query: parse_query(request.query_string()),
            headers: request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: body.to_vec(),
            origin: format!("http://{}", request.connection_info().host()),
        }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    pub(super) fn says_json(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("json"))
    }

    /// The body as a JSON object, whatever its content type claims.
    pub(super) fn json(&self) -> Option<Map<String, Value>> {
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(fields)) => Some(fields),
            _ => None,
        }
    }

    /// Parameters of the query and of the body, which is a JSON object or a form; the body's win.
    pub(super) fn parameters(&self) -> Option<Map<String, Value>> {
        let pairs = |pairs: &[(String, String)]| {
            pairs.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect()
        };
        let mut all: Map<String, Value> = pairs(&self.query);
        let body = if self.says_json() && !self.body.is_empty() {
            self.json()?
        } else {
            pairs(&parse_query(std::str::from_utf8(&self.body).ok()?))
        };
        all.extend(body);
        Some(all)
    }
}
