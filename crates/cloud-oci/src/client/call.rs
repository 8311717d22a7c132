//! One call before it is signed: service, method, path, query, headers and body.
//!
//! Ids are untrusted text, so every path segment and query value is percent-encoded here and nowhere else.

use std::fmt;

use aws_lc_rs::rand;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde::Serialize;
use url::Url;

use crate::endpoints::Endpoints;

/// Which of the region's hosts is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Compute, network, work requests; paths begin with `/20160918`.
    Core,
    /// Paths begin with `/20160918` as well.
    Identity,
    /// Paths begin with `/20190729`.
    Limits,
}

/// A call as data. Sent again, it is the same but for its `opc-request-id` and date.
#[derive(Clone)]
pub struct Call {
    service: Service,
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
    headers: Vec<(&'static str, String)>,
}

impl Call {
    pub fn get(service: Service, segments: &[&str]) -> Self {
        Self::new(service, Method::GET, segments)
    }

    pub fn delete(service: Service, segments: &[&str]) -> Self {
        Self::new(service, Method::DELETE, segments)
    }

    pub fn post(service: Service, segments: &[&str], body: &impl Serialize) -> Self {
        Self::post_bytes(service, segments, json(body))
    }

    pub fn put(service: Service, segments: &[&str], body: &impl Serialize) -> Self {
        Self { body: Some(json(body)), ..Self::new(service, Method::PUT, segments) }
    }

    /// As `post`, of a body that is JSON already.
    pub fn post_bytes(service: Service, segments: &[&str], body: Vec<u8>) -> Self {
        Self { body: Some(body), ..Self::new(service, Method::POST, segments) }
    }

    /// Adds a parameter to the query.
    #[must_use]
    pub fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Asking again with the same token and the same body within 24 hours acts once.
    #[must_use]
    pub fn retry_token(self, token: &str) -> Self {
        self.header("opc-retry-token", token)
    }

    /// Fails with 412 unless the resource still has this etag.
    #[must_use]
    pub fn if_match(self, etag: &str) -> Self {
        self.header("if-match", etag)
    }

    pub(super) fn method(&self) -> &Method {
        &self.method
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn body(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    pub(super) fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = self.headers.clone();
        headers.push(("opc-request-id", new_request_id()));
        headers
    }

    pub(super) fn url(&self, endpoints: &Endpoints) -> Url {
        let base = match self.service {
            Service::Core => endpoints.iaas(),
            Service::Identity => endpoints.identity(),
            Service::Limits => endpoints.limits(),
        };
        let mut url = base.clone();
        url.set_path(&self.path);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        url
    }

    fn new(service: Service, method: Method, segments: &[&str]) -> Self {
        let version = match service {
            Service::Core | Service::Identity => "/20160918",
            Service::Limits => "/20190729",
        };
        let path = segments.iter().fold(version.to_owned(), |path, segment| path + "/" + &encoded(segment));
        Self { service, method, path, query: Vec::new(), body: None, headers: Vec::new() }
    }

    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// Leaves out query and body, which may hold a password.
impl fmt::Debug for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Call({} {})", self.method, self.path)
    }
}

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An id of nothing or of dots alone would name another resource than meant; a dash names none.
fn encoded(segment: &str) -> String {
    if segment.chars().all(|letter| letter == '.') {
        return "-".to_owned();
    }
    utf8_percent_encode(segment, UNRESERVED).to_string()
}

fn json(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("our own bodies are structs of plain fields, which JSON can hold")
}

/// 32 hexadecimal digits, as the SDK sends them; the answer's id begins with them.
fn new_request_id() -> String {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).expect("the system has random numbers");
    format!("{:032X}", u128::from_be_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{Call, Service};
    use crate::endpoints::Endpoints;

    fn url_of(call: &Call) -> String {
        let base = Url::parse("http://127.0.0.1:1").unwrap();
        call.url(&Endpoints::overridden(&base).unwrap()).to_string()
    }

    #[test]
    fn no_id_reaches_another_path_or_host() {
        let hostile = [
            "", ".", "..", "...", "../x", "a/b", "a?b", "a#b", "a%2fb", "%2e%2e", "//evil", "\\..\\x",
            "@evil", "a\r\nb", "东京",
        ];
        for id in hostile {
            let url = Url::parse(&url_of(&Call::get(Service::Core, &["instances", id]))).unwrap();
            let segments: Vec<&str> = url.path_segments().unwrap().collect();
            assert_eq!(segments.len(), 3, "{url}");
            assert_eq!(&segments[..2], ["20160918", "instances"], "{url}");
            assert!(!segments[2].is_empty(), "{url}");
            assert_eq!((url.host_str(), url.query(), url.fragment()), (Some("127.0.0.1"), None, None));
        }
    }

    #[test]
    fn queries_are_encoded_as_the_sdk_encodes_them() {
        let call = Call::get(Service::Limits, &["x"])
            .query("availabilityDomain", "vHPv:AP-TOKYO-1-AD-1")
            .query("page", "a+/= b");
        assert_eq!(
            url_of(&call),
            "http://127.0.0.1:1/20190729/x?availabilityDomain=vHPv%3AAP-TOKYO-1-AD-1&page=a%2B%2F%3D+b"
        );
    }

    #[test]
    fn each_sending_has_a_request_id_of_its_own() {
        let call = Call::get(Service::Core, &["x"]);
        let (first, second) = (call.headers(), call.headers());
        assert_ne!(first, second);
        assert_eq!(first[0].1.len(), 32);
    }
}
