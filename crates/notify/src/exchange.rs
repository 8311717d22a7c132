//! One request carried to the other side, and its answer, as much of it as is read.

use std::{
    error::Error,
    time::{Duration, UNIX_EPOCH},
};

use reqwest::{Client, Response, header::CONTENT_TYPE};

use crate::{
    Kind,
    clients::NoClient,
    guard::Unreachable,
    request::{Reply, Request},
};

/// There is no answer: what that means, and why.
pub(crate) type NoReply = (Kind, String);

/// How much of an answer is read.
pub(crate) const ANSWER: usize = 64 * 1024;

/// Sends once. `patience` stands in the place of the client's own, for those who are asked to wait.
pub(crate) async fn post(
    client: &Client,
    request: Request,
    most: usize,
    patience: Option<Duration>,
    now_ms: i64,
) -> Result<Reply, NoReply> {
    let mut builder = client.post(request.url).header(CONTENT_TYPE, request.content_type).body(request.body);
    for (name, value) in request.headers {
        builder = builder.header(name, value);
    }
    if let Some(patience) = patience {
        builder = builder.timeout(patience);
    }
    let response = builder.send().await.map_err(of_sending)?;
    let status = response.status().as_u16();
    let retry_after_ms = retry_after(&response, now_ms);
    Ok(Reply { status, retry_after_ms, body: read(response, most).await })
}

/// As far as it comes: what breaks off half-way has a status all the same, and half a JSON is none.
async fn read(mut response: Response, most: usize) -> String {
    let mut body = Vec::new();
    while body.len() < most
        && let Ok(Some(chunk)) = response.chunk().await
    {
        body.extend_from_slice(&chunk);
    }
    body.truncate(most);
    String::from_utf8_lossy(&body).into_owned()
}

/// In seconds, or the moment itself.
fn retry_after(response: &Response, now_ms: i64) -> Option<u64> {
    wait(response.headers().get("retry-after")?.to_str().ok()?.trim(), now_ms)
}

fn wait(text: &str, now_ms: i64) -> Option<u64> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(seconds.saturating_mul(1000));
    }
    let until = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let until = i64::try_from(until.as_millis()).ok()?;
    Some(until.saturating_sub(now_ms).try_into().unwrap_or(0))
}

/// The address is taken out of what is told: it may be a secret in itself.
fn of_sending(error: reqwest::Error) -> NoReply {
    let error = error.without_url();
    match cause::<Unreachable>(&error) {
        Some(Unreachable::Blocked(blocked)) => return (Kind::Blocked, blocked.to_string()),
        Some(unknown @ Unreachable::Unknown) => return (Kind::PASSING, unknown.to_string()),
        None => {}
    }
    // A request that cannot even be built, such as with a head that is none, will not be built tomorrow.
    let kind = if error.is_builder() { Kind::Refused } else { Kind::PASSING };
    let words = if error.is_timeout() { "timed out".to_owned() } else { in_one_line(&error) };
    (kind, words)
}

pub(crate) fn without_client(error: &NoClient) -> NoReply {
    let kind = match error {
        NoClient::Unreachable(Unreachable::Blocked(_)) => Kind::Blocked,
        NoClient::Unlawful(_) => Kind::Refused,
        NoClient::Unreachable(Unreachable::Unknown) | NoClient::Broken => Kind::PASSING,
    };
    (kind, error.to_string())
}

/// An error or what it came from, if that is one of ours.
fn cause<'a, E: Error + Copy + 'static>(error: &'a (dyn Error + 'static)) -> Option<E> {
    let mut next: Option<&'a (dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(*found);
        }
        next = error.source();
    }
    None
}

/// An error and all that it came from.
pub(crate) fn in_one_line(error: &dyn Error) -> String {
    let mut parts = vec![error.to_string()];
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

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn how_long_to_wait_is_told_in_seconds_or_by_the_clock() {
        assert_eq!(wait("35", 0), Some(35_000));
        assert_eq!(wait("99999999999999999999", 0), None);
        assert_eq!(wait("18446744073709551615", 0), Some(u64::MAX));
        assert_eq!(wait("Tue, 14 Nov 2023 22:13:30 GMT", 1_700_000_000_000), Some(10_000));
        assert_eq!(wait("Tue, 14 Nov 2023 22:13:10 GMT", 1_700_000_000_000), Some(0));
        assert_eq!(wait("soon", 0), None);
    }
}
