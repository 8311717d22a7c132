//! What a cloud's refusal means: one pure table, a row a line, first match wins.
//!
//! OCI says "no room" with a 500 whose code is shared with real faults, so capacity is told by the message alone; no
//! other row trusts a message where a status or code will do. Sources: Oracle's API Errors page, Oracle's Compute known
//! issues ("Out of host capacity"), and answers quoted in public issues of oci-cli and of several grabbers.

use super::outcome::{
    Outcome::{
        Accepted, Auth, Capacity, InDoubt, Invalid, Limit, Network, ServerFault, ShapeUnavailable, Throttled,
    },
    Reason, Verdict,
};
use crate::reply::{Refused, Trouble};

/// A clock this far off explains a 401. OCI refuses at 5 minutes; our measure is rough by a few seconds.
const SKEW_SECONDS: i64 = 270;

/// Tells what a failed launch means. A pure table: the same words give the same verdict, always.
pub fn classify(trouble: &Trouble) -> Verdict {
    let (outcome, reason) = match trouble {
        Trouble::NotSent { .. } => (Network, Reason::NotReached),
        Trouble::Lost { .. } => (InDoubt, Reason::AnswerLost),
        Trouble::Refused(refused) => read(refused),
    };
    Verdict { outcome, reason }
}

/// Whether a call that only looked was let in; absent when it was neither let in nor turned away, but failed.
pub fn answers(trouble: Option<&Trouble>) -> Option<bool> {
    match trouble.map(|trouble| classify(trouble).outcome) {
        None => Some(true),
        Some(Auth | Invalid | ShapeUnavailable) => Some(false),
        Some(Capacity | Throttled | Limit | ServerFault | Network | InDoubt | Accepted) => None,
    }
}

fn read(refused: &Refused) -> (super::Outcome, Reason) {
    let message = refused.message.to_lowercase();
    let says = |words: &str| message.contains(words);
    let skewed = refused.clock_skew.is_some_and(|seconds| seconds.abs() >= SKEW_SECONDS);

    match (refused.status, refused.code.as_str()) {
        (_, _) if says("out of host capacity") || says("out of capacity") => {
            (Capacity, Reason::OutOfHostCapacity)
        }
        (_, "SeOutOfCapacity" | "OutOfHostCapacity" | "OutOfCapacity") => {
            (Capacity, Reason::OutOfHostCapacity)
        }

        (429, _) if says("for the tenant") => (Throttled, Reason::ThrottledTenancy),
        (429, _) => (Throttled, Reason::ThrottledUser),

        (400, "LimitExceeded") => (Limit, Reason::ServiceLimit),
        (400, "QuotaExceeded") => (Limit, Reason::Quota),
        (400, "RelatedResourceNotAuthorizedOrNotFound") => (Invalid, Reason::MissingResource),
        (400, _) if says("retry token") || says("retry-token") => (InDoubt, Reason::TokenCollision),
        (400, _) => (Invalid, Reason::BadRequest),

        (401, _) if skewed => (Auth, Reason::ClockSkew),
        (401, _) => (Auth, Reason::KeyRejected),
        (402, _) | (403, "SignUpRequired") => (Auth, Reason::SignUpRequired),
        (403, "NotAllowed") => (Auth, Reason::HomeRegionOnly),
        (403, _) => (Auth, Reason::NotPermitted),

        (404, "NotAuthorizedOrNotFound") if says("shape") && says("not found") => {
            (ShapeUnavailable, Reason::DomainLacksShape)
        }
        (404, "NotAuthorizedOrNotFound") => (Auth, Reason::NotAuthorizedOrNotFound),
        (404, _) => (Invalid, Reason::MissingResource),

        (409, "InvalidatedRetryToken") => (Invalid, Reason::TokenConsumed),
        (409, "IncorrectState" | "LockConflict" | "ExternalServerIncorrectState") => {
            (ServerFault, Reason::CloudBusy)
        }
        (409, _) => (Invalid, Reason::Conflict),

        (501, _) => (Invalid, Reason::BadRequest),
        (status, _) if status >= 500 => (InDoubt, Reason::CloudFault),
        (status, _) if status >= 400 => (Invalid, Reason::BadRequest),
        // An answer that is neither success nor refusal, a redirect say, was made by somebody in between.
        (_, _) => (InDoubt, Reason::AnswerLost),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grab::Outcome;

    const OUT: &str = "Out of host capacity.";
    const OR_NOT_FOUND: &str = "Authorization failed or requested resource not found.";

    /// Every row of the error table, as clouds were seen to answer.
    #[rustfmt::skip]
    const ROWS: &[(u16, &str, &str, Outcome, Reason)] = &[
        (500, "InternalError", OUT, Capacity, Reason::OutOfHostCapacity),
        (500, "InternalError", "OUT OF HOST CAPACITY", Capacity, Reason::OutOfHostCapacity),
        (500, "InternalError", "An internal error occurred.", InDoubt, Reason::CloudFault),
        (500, "InternalServerError", "", InDoubt, Reason::CloudFault),
        (500, "", "Out of capacity for shape VM.Standard.A1.Flex in availability domain AD-1.", Capacity, Reason::OutOfHostCapacity),
        (400, "SeOutOfCapacity", "no", Capacity, Reason::OutOfHostCapacity),
        (429, "TooManyRequests", "Too many requests for the user", Throttled, Reason::ThrottledUser),
        (429, "TooManyRequests", "Too many requests for the tenant", Throttled, Reason::ThrottledTenancy),
        (429, "TooManyRequests", "User-rate limit exceeded.", Throttled, Reason::ThrottledUser),
        (429, "IdcsConversionError", "", Throttled, Reason::ThrottledUser),
        (400, "LimitExceeded", "The following service limits were exceeded: standard-a1-core-count.", Limit, Reason::ServiceLimit),
        (400, "QuotaExceeded", "bootVolumeQuota limit reached", Limit, Reason::Quota),
        (400, "InvalidParameter", "Invalid imageId", Invalid, Reason::BadRequest),
        (400, "CannotParseRequest", "", Invalid, Reason::BadRequest),
        (400, "MissingParameter", "", Invalid, Reason::BadRequest),
        (400, "RelatedResourceNotAuthorizedOrNotFound", "subnet", Invalid, Reason::MissingResource),
        (400, "InvalidParameter", "Retry token collision", InDoubt, Reason::TokenCollision),
        (401, "NotAuthenticated", "Failed to verify the HTTP(S) Signature", Auth, Reason::KeyRejected),
        (402, "SignUpRequired", "", Auth, Reason::SignUpRequired),
        (403, "SignUpRequired", "", Auth, Reason::SignUpRequired),
        (403, "NotAuthorized", "", Auth, Reason::NotPermitted),
        (403, "NotAllowed", "This operation must be directed at the home region.", Auth, Reason::HomeRegionOnly),
        (404, "NotAuthorizedOrNotFound", "shape VM.Standard.A1.Flex not found", ShapeUnavailable, Reason::DomainLacksShape),
        (404, "NotAuthorizedOrNotFound", OR_NOT_FOUND, Auth, Reason::NotAuthorizedOrNotFound),
        (404, "NotFound", "", Invalid, Reason::MissingResource),
        (405, "MethodNotAllowed", "", Invalid, Reason::BadRequest),
        (409, "IncorrectState", "", ServerFault, Reason::CloudBusy),
        (409, "LockConflict", "", ServerFault, Reason::CloudBusy),
        (409, "InvalidatedRetryToken", "", Invalid, Reason::TokenConsumed),
        (409, "Conflict", "", Invalid, Reason::Conflict),
        (412, "NoEtagMatch", "", Invalid, Reason::BadRequest),
        (413, "RequestEntityTooLarge", "", Invalid, Reason::BadRequest),
        (422, "UnprocessableEntity", "", Invalid, Reason::BadRequest),
        (501, "MethodNotImplemented", "", Invalid, Reason::BadRequest),
        (502, "", "<html>", InDoubt, Reason::CloudFault),
        (503, "None", "", InDoubt, Reason::CloudFault),
        (504, "", "", InDoubt, Reason::CloudFault),
        (302, "", "", InDoubt, Reason::AnswerLost),
    ];

    #[test]
    fn every_row_of_the_error_table_is_read_as_it_should_be() {
        for (status, code, message, outcome, reason) in ROWS {
            let refused = Refused {
                status: *status,
                code: (*code).into(),
                message: (*message).into(),
                ..Refused::default()
            };
            let verdict = classify(&Trouble::Refused(refused));
            assert_eq!((verdict.outcome, verdict.reason), (*outcome, *reason), "{status} {code} {message:?}");
        }
    }

    #[test]
    fn a_wrong_clock_is_told_from_a_wrong_key() {
        let skewed = |seconds| {
            Trouble::Refused(Refused {
                status: 401,
                code: "NotAuthenticated".into(),
                clock_skew: Some(seconds),
                ..Refused::default()
            })
        };
        assert_eq!(classify(&skewed(-400)).reason, Reason::ClockSkew);
        assert_eq!(classify(&skewed(400)).reason, Reason::ClockSkew);
        assert_eq!(classify(&skewed(3)).reason, Reason::KeyRejected);
    }

    #[test]
    fn a_request_that_never_left_is_no_doubt_and_a_lost_answer_is() {
        assert_eq!(classify(&Trouble::NotSent { what: "dns".into() }).outcome, Network);
        assert_eq!(classify(&Trouble::Lost { what: "reset".into(), request_id: None }).outcome, InDoubt);
    }
}
