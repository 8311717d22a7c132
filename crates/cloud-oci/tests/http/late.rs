//! What the asynchronous half of a launch says when it fails, read as the answer to a launch would be.

use berth_cloud::Cloud as _;
use berth_domain::grab::{Outcome, Reason, classify};
use berth_domain::{ProviderError, Refused, Trouble};
use serde_json::json;

use crate::recorded::REGION;
use crate::server::{Server, account, answer};

/// The words of a work request that failed with this error.
async fn words(code: &str, message: &str) -> ProviderError {
    let errors = json!([{"code": code, "message": message, "timestamp": "x"}]).to_string();
    let failed = answer(200, &[], br#"{"status":"FAILED"}"#);
    let server = Server::start([failed, answer(200, &[], errors.as_bytes())]).await;
    server.cloud().work_request(&account(), REGION, "w").await.unwrap().errors.remove(0)
}

#[tokio::test]
async fn a_late_no_is_read_as_the_same_words_in_an_answer() {
    let cases = [
        (
            "LimitExceeded",
            "The following service limits were exceeded: a1.",
            Outcome::Limit,
            Reason::ServiceLimit,
        ),
        ("QuotaExceeded", "", Outcome::Limit, Reason::Quota),
        ("NotAuthorized", "", Outcome::Auth, Reason::NotPermitted),
        ("NotAuthenticated", "", Outcome::Auth, Reason::KeyRejected),
        ("NotAuthorizedOrNotFound", "", Outcome::Auth, Reason::NotAuthorizedOrNotFound),
        ("NotAuthorizedOrNotFound", "shape A not found", Outcome::ShapeUnavailable, Reason::DomainLacksShape),
        ("SignUpRequired", "", Outcome::Auth, Reason::SignUpRequired),
        ("InvalidParameter", "", Outcome::Invalid, Reason::BadRequest),
        ("IncorrectState", "", Outcome::ServerFault, Reason::CloudBusy),
        ("TooManyRequests", "", Outcome::Throttled, Reason::ThrottledUser),
        ("InternalError", "Out of host capacity.", Outcome::Capacity, Reason::OutOfHostCapacity),
        ("InternalError", "An internal error occurred.", Outcome::InDoubt, Reason::CloudFault),
    ];
    for (code, message, outcome, reason) in cases {
        let words = words(code, message).await;
        let status = words.status.unwrap_or_else(|| panic!("{code} has no status"));
        let refused = Refused { status, code: words.code, message: words.message, ..Refused::default() };
        let verdict = classify(&Trouble::Refused(refused));
        assert_eq!((verdict.outcome, verdict.reason), (outcome, reason), "{code} {message:?}");
    }
}

#[tokio::test]
async fn a_code_that_nobody_knows_has_no_status() {
    assert_eq!(words("SomethingNew", "").await.status, None);
}

#[tokio::test]
async fn late_words_are_cut_as_those_of_an_answer_are() {
    let words = words(&"c".repeat(3000), &"词".repeat(3000)).await;
    assert_eq!((words.code.chars().count(), words.message.chars().count()), (500, 500));
}
