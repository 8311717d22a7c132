//! The codes of top-level errors, as a table: the number that programs of the first releases know them by, and the HTTP status that each
//! stands for.
//!
//! 10000–19999 the system, 20000–29999 who asks, 30000–39999 what is asked, 40000–49999 rules, 50000–59999 the world outside.

use async_graphql::{ErrorExtensionValues, ServerError, Value, indexmap::IndexMap};

use super::engine::code_of;

pub(super) struct Row {
    pub(super) code: &'static str,
    number: i32,
    status: u16,
}

const fn row(code: &'static str, number: i32, status: u16) -> Row {
    Row { code, number, status }
}

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    row("INTERNAL", 10000, 500),
    row("RATE_LIMITED", 10001, 429),
    row("UNAVAILABLE", 10002, 503),
    row("BEHIND", 10003, 503),
    row("NEEDS_UPGRADE", 10004, 500),
    row("UNAUTHENTICATED", 20001, 401),
    row("FORBIDDEN", 20003, 403),
    row("BAD_QUERY", 30000, 400),
    row("BAD_INPUT", 30001, 422),
    row("QUERY_TOO_COMPLEX", 30002, 422),
    row("NOT_FOUND", 40000, 404),
];

/// What is about the error itself, and not a detail of it.
const OWN: [&str; 7] = ["code", "numericCode", "error", "httpStatus", "traceId", "requestId", "details"];

/// The code as the table spells it, if it is there.
pub(super) fn known(code: &str) -> Option<&'static str> {
    TABLE.iter().map(|row| row.code).find(|known| *known == code)
}

/// Whether it is we who failed, and not whoever asks. A code that is not in the table counts as a fault inside, as its number says.
pub(super) fn is_fault(code: &str) -> bool {
    TABLE.iter().find(|row| row.code == code).unwrap_or(&TABLE[0]).status >= 500
}

/// Gives an error that has a code all that belongs to it.
pub(super) fn complete(error: &mut ServerError, request: &str) {
    let Some(code) = code_of(error).map(str::to_owned) else { return };
    let row = TABLE.iter().find(|row| row.code == code).unwrap_or(&TABLE[0]);
    let details = details(error.extensions.as_ref());
    let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
    extensions.set("numericCode", row.number);
    extensions.set("error", code.to_lowercase());
    extensions.set("httpStatus", i32::from(row.status));
    extensions.set("requestId", request);
    extensions.set("details", Value::Object(details));
}

fn details(extensions: Option<&ErrorExtensionValues>) -> IndexMap<async_graphql::Name, Value> {
    let json = extensions.and_then(|extensions| serde_json::to_value(extensions).ok());
    let Some(serde_json::Value::Object(fields)) = json else { return IndexMap::new() };
    let fields = fields.into_iter().filter(|(key, _)| !OWN.contains(&key.as_str()));
    fields
        .map(|(key, value)| (async_graphql::Name::new(key), Value::from_json(value).unwrap_or_default()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_number_of_its_own_in_one_of_the_ranges() {
        let mut numbers: Vec<_> = TABLE.iter().map(|row| row.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), TABLE.len());
        assert!(numbers.iter().all(|number| (10_000..60_000).contains(number)));
    }

    #[test]
    fn an_error_tells_its_number_its_request_and_its_details() {
        let mut error = ServerError::new("too deep", None);
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", "QUERY_TOO_COMPLEX");
        extensions.set("limit", 16);
        error.extensions = Some(extensions);
        complete(&mut error, "0123");
        let json = serde_json::to_value(error.extensions).unwrap();
        assert_eq!(json["numericCode"], 30002);
        assert_eq!(json["error"], "query_too_complex");
        assert_eq!(json["requestId"], "0123");
        assert_eq!(json["details"], serde_json::json!({ "limit": 16 }));
    }
}
