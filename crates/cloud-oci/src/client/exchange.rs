//! What came back of one call, or why nothing did.

use std::error::Error as _;
use std::time::{Duration, Instant, SystemTime};

use reqwest::Response;
use reqwest::header::HeaderMap;

use super::WallClock;

/// A whole answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub status: u16,
    pub request_id: Option<String>,
    /// The cloud's own clock, from the `Date` header.
    pub date: Option<SystemTime>,
    /// The cloud's clock minus ours in seconds, when the answer came.
    pub clock_skew: Option<i64>,
    /// In seconds. OCI was never seen to send one; honoured if it comes.
    pub retry_after: Option<u32>,
    pub next_page: Option<String>,
    pub work_request_id: Option<String>,
    pub etag: Option<String>,
    /// From the first byte sent to the last received, by the monotonic clock.
    pub duration: Duration,
    /// The body as it came, at most `MAX_BODY` bytes.
    pub body: Vec<u8>,
}

impl Exchange {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as text for a record, at most 64 KiB of it.
    pub fn raw(&self) -> String {
        let kept = &self.body[..self.body.len().min(MAX_RAW)];
        String::from_utf8_lossy(kept).into_owned()
    }
}

/// Whether the cloud may have acted on a call that gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// No connection came about, so nothing was sent.
    No,
    /// It may have arrived in whole.
    Perhaps,
}

/// There is no whole answer.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What went wrong, with its causes, in one line. Holds no URL.
    pub what: String,
    pub reached: Reached,
    /// Known if the answer began and broke off.
    pub request_id: Option<String>,
    pub duration: Duration,
}

impl Failure {
    pub(super) fn of_sending(error: reqwest::Error, duration: Duration) -> Self {
        let never_sent = error.is_connect() || error.is_builder();
        let reached = if never_sent { Reached::No } else { Reached::Perhaps };
        Self { what: in_one_line(error), reached, request_id: None, duration }
    }

    pub(super) fn without_turn(error: &dyn std::error::Error) -> Self {
        let what = error.to_string();
        Self { what, reached: Reached::No, request_id: None, duration: Duration::ZERO }
    }

    fn of_reading(what: String, request_id: Option<String>, duration: Duration) -> Self {
        Self { what, reached: Reached::Perhaps, request_id, duration }
    }
}

const MAX_RAW: usize = 64 * 1024;

/// Lists of images are some hundred kilobytes; nothing we ask for is near this.
const MAX_BODY: usize = 8 * 1024 * 1024;

/// Reads the whole answer. Breaking off half-way is a failure, for half a list is no list.
pub(super) async fn read(
    mut response: Response,
    started: Instant,
    clock: &WallClock,
) -> Result<Exchange, Failure> {
    let now = clock();
    let status = response.status().as_u16();
    let headers = std::mem::take(response.headers_mut());
    let request_id = id(&headers, "opc-request-id");
    let fail = |what| Failure::of_reading(what, request_id.clone(), started.elapsed());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| fail(in_one_line(error)))? {
        if body.len() + chunk.len() > MAX_BODY {
            return Err(fail("the answer is over 8 MiB".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    let date = text(&headers, "date").and_then(|date| httpdate::parse_http_date(&date).ok());
    Ok(Exchange {
        status,
        date,
        clock_skew: date.map(|date| seconds_between(now, date)),
        retry_after: text(&headers, "retry-after").and_then(|seconds| seconds.trim().parse().ok()),
        next_page: text(&headers, "opc-next-page").filter(|page| !page.is_empty()),
        work_request_id: id(&headers, "opc-work-request-id"),
        etag: text(&headers, "etag"),
        request_id,
        duration: started.elapsed(),
        body,
    })
}

/// The longest header value that is kept.
const MAX_HEADER: usize = 1024;

/// The longest id that is kept: it goes into events.
const MAX_ID: usize = 255;

fn id(headers: &HeaderMap, name: &str) -> Option<String> {
    text(headers, name).filter(|id| id.len() <= MAX_ID)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    (value.len() <= MAX_HEADER).then(|| value.to_owned())
}

fn seconds_between(ours: SystemTime, theirs: SystemTime) -> i64 {
    let whole = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    match theirs.duration_since(ours) {
        Ok(ahead) => whole(ahead),
        Err(behind) => -whole(behind.duration()),
    }
}

/// The error and its causes. The URL is taken out: it may hold a proxy's password or an account's ids.
fn in_one_line(error: reqwest::Error) -> String {
    let error = error.without_url();
    let timed_out = error.is_timeout();
    let mut parts = vec![if timed_out { "timed out".to_owned() } else { error.to_string() }];
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !parts.contains(&text) {
            parts.push(text);
        }
        source = cause.source();
    }
    parts.join(": ")
}
