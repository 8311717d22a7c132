//! Our own webhook: JSON, signed, with a key by which whoever gets it twice knows it.

use berth_domain::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::{
    Letter,
    request::{Request, Unlawful, address},
    sign,
    text::clean,
};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(crate) fn request(
    url: &str,
    secret: Option<&str>,
    letter: &Letter,
    now_ms: i64,
) -> Result<Request, Unlawful> {
    let body = json!({
        "id": letter.key,
        "time": time(letter),
        "topic": letter.topic,
        "severity": letter.severity,
        "title": letter.heading(),
        "text": clean(&letter.text()),
        "facts": letter.facts,
    });
    Ok(signed(Request::json(address(url)?, &body), secret, letter, now_ms))
}

/// As RFC 3339.
pub(super) fn time(letter: &Letter) -> String {
    Timestamp::from_millis(letter.time_ms).to_string()
}

/// The time is when it is sent, not when it happened: whoever checks it wants to know how old the call is.
pub(super) fn signed(mut request: Request, secret: Option<&str>, letter: &Letter, now_ms: i64) -> Request {
    let id = key(letter);
    let seconds = now_ms.div_euclid(1000);
    request.headers.push(("Idempotency-Key", id.clone()));
    request.headers.push(("X-Berth-Timestamp", seconds.to_string()));
    if let Some(secret) = secret {
        let signature = sign::webhook(secret, &id, seconds, &request.body);
        request.headers.push(("X-Berth-Signature", signature));
    }
    request
}

/// The letter's key as it may stand in a head.
pub(super) fn key(letter: &Letter) -> String {
    utf8_percent_encode(&letter.key, UNRESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::request;
    use crate::{
        Letter,
        samples::{HOSTILE, hostile, letter},
        sign,
        text::one_line,
    };

    #[test]
    fn a_letter_is_json_with_a_signature_over_all_of_it() {
        let request = request("https://a.example/x?y=1", Some("key"), &letter(), 1_700_000_001_999).unwrap();
        assert_eq!(request.url.as_str(), "https://a.example/x?y=1");
        let signature = sign::webhook("key", "delivery_01KA2B3C4D5", 1_700_000_001, &request.body);
        assert_eq!(
            request.headers,
            [
                ("Idempotency-Key", "delivery_01KA2B3C4D5".to_owned()),
                ("X-Berth-Timestamp", "1700000001".to_owned()),
                ("X-Berth-Signature", signature),
            ]
        );
        let body: Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!(
            body,
            json!({
                "id": "delivery_01KA2B3C4D5",
                "time": "2023-11-14T22:13:20.000Z",
                "topic": "TASK_SUCCEEDED",
                "severity": "warning",
                "title": "Got it: web-1",
                "text": "Address: 203.0.113.7\n任务：web\n#B3C4D5",
                "facts": { "task": "grab_1" },
            })
        );
    }

    #[test]
    fn without_a_secret_there_is_no_signature() {
        let request = request("https://a.example/", None, &letter(), 0).unwrap();
        assert!(request.headers.iter().all(|(name, _)| *name != "X-Berth-Signature"));
    }

    #[test]
    fn hostile_texts_stay_texts_and_a_hostile_key_stays_one_head() {
        let hostile = Letter { key: HOSTILE.to_owned(), ..hostile() };
        let request = request("https://a.example/", None, &hostile, 0).unwrap();
        let body: Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!((&body["title"], &body["facts"][HOSTILE]), (&json!(one_line(HOSTILE)), &json!(HOSTILE)));
        assert!(request.headers[0].1.chars().all(|each| each.is_ascii_graphic()));
    }
}
