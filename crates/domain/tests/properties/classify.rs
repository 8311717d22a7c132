//! What holds for every answer that a cloud, or whoever stands between, could give to a launch.

use berth_domain::{
    Refused, Trouble,
    grab::{Outcome, Verdict, classify},
};
use proptest::{prelude::*, sample::select};

/// Messages as they were seen, and what only resembles them.
#[rustfmt::skip]
const MESSAGES: &[&str] = &[
    "Out of host capacity.", "Out of capacity for shape VM.Standard.A1.Flex in availability domain AD-1.",
    "An internal error occurred.", "Too many requests for the user", "Too many requests for the tenant",
    "User-rate limit exceeded.", "The following service limits were exceeded: standard-a1-core-count.",
    "Retry token collision", "shape VM.Standard.A1.Flex not found", "bootVolumeQuota limit reached",
    "Authorization failed or requested resource not found.", "Failed to verify the HTTP(S) Signature",
    "capacity", "host capacity", "Out of host", "Out of memory", "out-of-host-capacity", "Out of host  capacity",
    "<html>502 Bad Gateway</html>", "",
];
#[rustfmt::skip]
const CODES: &[&str] = &[
    "InternalError", "InternalServerError", "TooManyRequests", "LimitExceeded", "QuotaExceeded", "InvalidParameter",
    "CannotParseRequest", "MissingParameter", "RelatedResourceNotAuthorizedOrNotFound", "NotAuthenticated",
    "SignUpRequired", "NotAllowed", "NotAuthorized", "NotAuthorizedOrNotFound", "NotFound", "IncorrectState",
    "LockConflict", "InvalidatedRetryToken", "Conflict", "NoEtagMatch", "ServiceUnavailable", "IdcsConversionError", "",
];
/// Codes of the vendor's own list that mean nothing else. None was ever seen on a launch.
const CAPACITY_CODES: &[&str] = &["SeOutOfCapacity", "OutOfHostCapacity", "OutOfCapacity"];

fn message() -> impl Strategy<Value = String> {
    let seen = || select(MESSAGES.to_vec()).prop_map(str::to_owned);
    prop_oneof![
        4 => seen(),
        1 => ("\\PC{0,30}", seen(), "\\PC{0,30}").prop_map(|(before, seen, after)| before + &seen + &after),
        1 => "(?s).{0,60}",
    ]
}

fn code() -> impl Strategy<Value = String> {
    prop_oneof![6 => select(CODES.to_vec()).prop_map(str::to_owned), 1 => "[A-Za-z]{0,20}"]
}

fn status() -> impl Strategy<Value = u16> {
    prop_oneof![3 => select(vec![400, 401, 402, 403, 404, 409, 412, 429, 500, 501, 502, 503, 504]), 1 => 100_u16..1000]
}

fn refused() -> impl Strategy<Value = Refused> {
    let skew = prop_oneof![Just(None), any::<i32>().prop_map(|seconds| Some(i64::from(seconds)))];
    (status(), code(), message(), skew).prop_map(|(status, code, message, clock_skew)| Refused {
        status,
        code,
        message,
        clock_skew,
        ..Refused::default()
    })
}

fn verdict(refused: &Refused) -> Verdict {
    classify(&Trouble::Refused(refused.clone()))
}

fn tells_of_capacity(message: &str) -> bool {
    let message = message.to_lowercase();
    message.contains("out of host capacity") || message.contains("out of capacity")
}

/// The same letters, some of them in the other case.
fn recased(text: &str, upper: &[bool]) -> String {
    let letters = text.chars().zip(upper.iter().cycle());
    let recase = |(letter, upper): (char, &bool)| {
        if *upper { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
    };
    letters.map(recase).collect()
}

proptest! {
    #![proptest_config(crate::config(2000))]

    #[test]
    fn only_the_message_tells_of_capacity(refused in refused()) {
        let by_code = CAPACITY_CODES.contains(&refused.code.as_str());
        let expected = tells_of_capacity(&refused.message) || by_code;
        prop_assert_eq!(verdict(&refused).outcome == Outcome::Capacity, expected);
    }

    #[test]
    fn the_words_of_capacity_count_whatever_stands_around_them(
        refused in refused(),
        words in select(vec!["out of host capacity", "out of capacity"]),
        upper in prop::collection::vec(any::<bool>(), 1..30),
        (before, after) in ("\\PC{0,40}", "\\PC{0,40}"),
    ) {
        let message = format!("{before}{}{after}", recased(words, &upper));
        prop_assert_eq!(verdict(&Refused { message, ..refused }).outcome, Outcome::Capacity);
    }

    #[test]
    fn case_and_white_space_around_change_no_verdict(
        refused in refused(),
        upper in prop::collection::vec(any::<bool>(), 1..30),
        (before, after) in ("[ \t\r\n]{0,6}", "[ \t\r\n]{0,6}"),
    ) {
        let message = format!("{before}{}{after}", recased(&refused.message, &upper));
        prop_assert_eq!(verdict(&Refused { message, ..refused.clone() }), verdict(&refused));
    }

    #[test]
    fn no_refusal_is_a_grant_and_what_is_no_refusal_is_in_doubt(refused in refused()) {
        let outcome = verdict(&refused).outcome;
        prop_assert_ne!(outcome, Outcome::Accepted);
        let is_refusal = refused.status >= 400 || outcome == Outcome::Capacity;
        prop_assert!(is_refusal || outcome == Outcome::InDoubt, "{} {:?}", refused.status, outcome);
    }

    #[test]
    fn what_was_heard_of_a_broken_answer_proves_nothing(what in message(), request_id in prop::option::of("[A-Z/]{1,20}")) {
        let lost = classify(&Trouble::Lost { what: what.clone(), request_id });
        prop_assert_eq!(lost.outcome, Outcome::InDoubt);
        prop_assert_eq!(classify(&Trouble::NotSent { what }).outcome, Outcome::Network);
    }
}
