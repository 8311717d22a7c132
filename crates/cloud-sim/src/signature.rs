//! Verifies request signatures: draft-cavage-http-signatures-08 with `rsa-sha256`, as OCI asks for it.
//!
//! Every official SDK writes the fields of `Authorization` in another order, so it is parsed and never compared. The
//! signing string is rebuilt from the bytes that came in: the raw request target and the headers, never a re-encoding.
//! Clients are told one thing for every failure, as the real service does; the journal keeps the reason.

use std::time::{Duration, SystemTime};

use actix_web::http::header::HeaderMap;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::keys::Callers;

/// A clock further off than this is refused.
const SKEW: Duration = Duration::from_mins(5);

/// What a signature is checked against.
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a str,
    /// Path and query exactly as sent.
    pub(crate) target: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// Why a request is not authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unauthenticated {
    #[error("there is no Authorization header")]
    NoAuthorization,
    #[error("the Authorization header is not understood")]
    Malformed,
    #[error("a header that must be signed is not")]
    TooFewHeaders,
    #[error("a signed header was not sent")]
    HeaderNotSent,
    #[error("the date is missing or not an HTTP date")]
    NoDate,
    #[error("the clock is more than five minutes off")]
    Skewed,
    #[error("the body does not have the digest that was signed")]
    WrongDigest,
    #[error("no such key")]
    UnknownKey,
    #[error("the signature does not match")]
    WrongSignature,
}

/// The number of the caller's profile, if its signature is right at the time `now`.
pub(crate) fn verify(
    request: &Signed<'_>,
    callers: &Callers,
    now: SystemTime,
) -> Result<usize, Unauthenticated> {
    let header = header(request.headers, "authorization").ok_or(Unauthenticated::NoAuthorization)?;
    let claim = Claim::parse(&header).ok_or(Unauthenticated::Malformed)?;
    claim.check_headers(request.method)?;
    check_date(request, &claim, now)?;
    check_digest(request)?;
    let caller = callers
        .profiles
        .iter()
        .position(|profile| profile.key_id() == claim.key_id)
        .ok_or(Unauthenticated::UnknownKey)?;
    let text = signing_string(request, &claim.headers).ok_or(Unauthenticated::HeaderNotSent)?;
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &callers.public_key)
        .verify(text.as_bytes(), &claim.signature)
        .map_err(|_| Unauthenticated::WrongSignature)?;
    Ok(caller)
}

/// The fingerprint part of the `keyId`, for the journal; present even where the signature is wrong.
pub(crate) fn fingerprint(headers: &HeaderMap) -> Option<String> {
    let claim = Claim::parse(&header(headers, "authorization")?)?;
    claim.key_id.rsplit('/').next().map(str::to_owned)
}

struct Claim {
    key_id: String,
    /// Lower-case names, in the order in which they were signed.
    headers: Vec<String>,
    signature: Vec<u8>,
}

impl Claim {
    fn parse(header: &str) -> Option<Self> {
        let (scheme, fields) = header.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("signature") {
            return None;
        }
        let fields = quoted_fields(fields)?;
        let field = |name: &str| {
            fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
        };
        if field("algorithm").is_some_and(|algorithm| algorithm != "rsa-sha256")
            || field("version").is_some_and(|version| version != "1")
        {
            return None;
        }
        Some(Self {
            key_id: field("keyId")?.to_owned(),
            headers: field("headers")?.split_whitespace().map(str::to_ascii_lowercase).collect(),
            signature: STANDARD.decode(field("signature")?).ok()?,
        })
    }

    fn signs(&self, name: &str) -> bool {
        self.headers.iter().any(|header| header == name)
    }

    fn check_headers(&self, method: &str) -> Result<(), Unauthenticated> {
        let dated = self.signs("date") || self.signs("x-date");
        let with_body = matches!(method, "POST" | "PUT" | "PATCH");
        let always = ["(request-target)", "host"];
        let body: &[&str] =
            if with_body { &["content-length", "content-type", "x-content-sha256"] } else { &[] };
        let complete = always.iter().chain(body).all(|name| self.signs(name));
        if dated && complete { Ok(()) } else { Err(Unauthenticated::TooFewHeaders) }
    }
}

/// `name="value"` pairs between commas; no value of a signature holds a quote.
fn quoted_fields(mut text: &str) -> Option<Vec<(&str, &str)>> {
    let mut fields = Vec::new();
    loop {
        let (name, rest) = text.split_once('=')?;
        let (value, rest) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
        fields.push((name.trim(), value));
        match rest.trim_start().strip_prefix(',') {
            Some(more) => text = more,
            None => return rest.trim().is_empty().then_some(fields),
        }
    }
}

/// `x-date` stands in for `date` where a client cannot set the latter.
fn check_date(request: &Signed<'_>, claim: &Claim, now: SystemTime) -> Result<(), Unauthenticated> {
    let name = if claim.signs("x-date") { "x-date" } else { "date" };
    let text = header(request.headers, name).ok_or(Unauthenticated::NoDate)?;
    let sent = httpdate::parse_http_date(&text).map_err(|_| Unauthenticated::NoDate)?;
    let off = now.duration_since(sent).unwrap_or_else(|earlier| earlier.duration());
    if off > SKEW { Err(Unauthenticated::Skewed) } else { Ok(()) }
}

fn check_digest(request: &Signed<'_>) -> Result<(), Unauthenticated> {
    let Some(claimed) = header(request.headers, "x-content-sha256") else { return Ok(()) };
    let digest = STANDARD.encode(Sha256::digest(request.body));
    if claimed == digest { Ok(()) } else { Err(Unauthenticated::WrongDigest) }
}

fn signing_string(request: &Signed<'_>, names: &[String]) -> Option<String> {
    let lines: Option<Vec<_>> =
        names.iter().map(|name| Some(format!("{name}: {}", part(request, name)?))).collect();
    Some(lines?.join("\n"))
}

fn part(request: &Signed<'_>, name: &str) -> Option<String> {
    match name {
        "(request-target)" => Some(format!("{} {}", request.method.to_ascii_lowercase(), request.target)),
        _ => header(request.headers, name),
    }
}

/// All values of a header, joined as the draft says; `None` when it was not sent.
fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let values: Vec<_> =
        headers.get_all(name).filter_map(|value| value.to_str().ok()).map(str::trim).collect();
    (!values.is_empty()).then(|| values.join(", "))
}
