//! Request signing, "Signature version 1": draft-cavage-http-signatures-08 with RSA-SHA256.
//!
//! A pure function from what is about to be sent to the headers that must go with it. It knows no clock and no network,
//! so the official SDK's own signatures are its tests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use url::{Position, Url};

use crate::key::ApiKey;

/// What is signed. Everything here must go out exactly as given: the signature covers the bytes on the wire.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// In any case: the signing string takes it in lower case.
    pub method: &'a str,
    pub url: &'a Url,
    /// RFC 7231 date in GMT, as `Sun, 05 Jan 2025 21:31:40 GMT`.
    pub date: &'a str,
    pub content: Content<'a>,
}

/// How the body is bound to the signature.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// GET, HEAD and DELETE: no body, and no header of one is signed.
    Absent,
    /// POST, PUT and PATCH, also with an empty body.
    Body { media_type: &'a str, bytes: &'a [u8] },
    /// As `Body`, with a digest that the caller computed earlier and that is taken at its word.
    BodyWithDigest { media_type: &'a str, bytes: &'a [u8], sha256: &'a str },
}

/// The headers that must be sent, with the signing string for those who compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub signing_string: String,
    pub signature: String,
    /// `date`, `host`, `authorization`, and for a body its length, type and digest. Names in lower case.
    pub headers: Vec<(&'static str, String)>,
}

impl Signed {
    /// The value of one of the headers.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// The media type of every body that the cloud takes from us.
pub const JSON: &str = "application/json";

/// Signs a request. `key_id` is `tenancy/user/fingerprint`.
pub fn sign(key_id: &str, key: &ApiKey, request: &Request<'_>) -> Signed {
    let mut headers = vec![("date", request.date.to_owned()), ("host", host(request.url))];
    headers.extend(content_headers(request.content));
    let signing_string = signing_string(&request_target(request), &headers);
    let signature = STANDARD.encode(key.sign(signing_string.as_bytes()));
    headers.push(("authorization", authorization(key_id, &headers, &signature)));
    Signed { signing_string, signature, headers }
}

/// The digest that goes into `x-content-sha256`.
pub fn digest(body: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(body))
}

/// The authority of the URL, with the port unless it is the scheme's own.
fn host(url: &Url) -> String {
    url[Position::BeforeHost..Position::AfterPort].to_owned()
}

fn request_target(request: &Request<'_>) -> String {
    let path_and_query = &request.url[Position::BeforePath..Position::AfterQuery];
    format!("{} {path_and_query}", request.method.to_ascii_lowercase())
}

fn content_headers(content: Content<'_>) -> Vec<(&'static str, String)> {
    let (media_type, bytes, sha256) = match content {
        Content::Absent => return Vec::new(),
        Content::Body { media_type, bytes } => (media_type, bytes, digest(bytes)),
        Content::BodyWithDigest { media_type, bytes, sha256 } => (media_type, bytes, sha256.to_owned()),
    };
    vec![
        ("content-length", bytes.len().to_string()),
        ("content-type", media_type.to_owned()),
        ("x-content-sha256", sha256),
    ]
}

/// All official SDKs put the request target second; the order is free as long as the list of names agrees.
fn signing_string(request_target: &str, headers: &[(&'static str, String)]) -> String {
    let mut lines: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    lines.insert(1, format!("(request-target): {request_target}"));
    lines.join("\n")
}

fn authorization(key_id: &str, headers: &[(&'static str, String)], signature: &str) -> String {
    let mut names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    names.insert(1, "(request-target)");
    format!(
        "Signature version=\"1\",headers=\"{}\",keyId=\"{key_id}\",algorithm=\"rsa-sha256\",signature=\"{signature}\"",
        names.join(" ")
    )
}
