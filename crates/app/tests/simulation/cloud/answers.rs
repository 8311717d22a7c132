//! The cloud's words.

use berth_domain::{Refused, Seconds, Trouble};

pub(super) fn refused(status: u16, code: &str, message: &str) -> Trouble {
    Trouble::Refused(Refused {
        status,
        code: code.into(),
        message: message.into(),
        request_id: Some("simulated/request".into()),
        ..Refused::default()
    })
}

pub(super) fn throttled(whole_tenancy: bool, retry_after_ms: Option<i64>) -> Trouble {
    let whom = if whole_tenancy { "tenant" } else { "user" };
    let Trouble::Refused(refused) =
        refused(429, "TooManyRequests", &format!("Too many requests for the {whom}"))
    else {
        unreachable!("it is a refusal")
    };
    let retry_after = retry_after_ms.map(|span| Seconds(u32::try_from(span / 1000).unwrap()));
    Trouble::Refused(Refused { retry_after, ..refused })
}

pub(super) fn no_room() -> Trouble {
    refused(500, "InternalError", "Out of host capacity.")
}

pub(super) fn out_of_place() -> Trouble {
    refused(409, "IncorrectState", "The instance is in a state that does not allow this.")
}

pub(super) fn collision() -> Trouble {
    refused(400, "InvalidParameter", "Retry token was used with another request: collision")
}

pub(super) fn consumed() -> Trouble {
    refused(409, "InvalidatedRetryToken", "The resource of this token was deleted.")
}

pub(super) fn limit() -> Trouble {
    refused(400, "LimitExceeded", "The following service limits were exceeded: standard-a1-core-count.")
}

pub(super) fn key_refused() -> Trouble {
    refused(401, "NotAuthenticated", "The required information to complete authentication was not provided.")
}

pub(super) fn not_found() -> Trouble {
    refused(404, "NotAuthorizedOrNotFound", "Authorization failed or requested resource not found.")
}

pub(super) fn faulty(kind: usize) -> Trouble {
    match kind {
        0 => refused(502, "", "<html>Bad Gateway</html>"),
        1 => refused(503, "None", "Service Unavailable"),
        2 => refused(504, "", "Gateway Time-out"),
        _ => refused(500, "InternalError", "An internal error occurred."),
    }
}

pub(super) fn unreachable() -> Trouble {
    Trouble::NotSent { what: "no route to host".into() }
}

pub(super) fn lost() -> Trouble {
    Trouble::Lost { what: "connection reset".into(), request_id: None }
}

/// What the judge's record calls it.
pub(super) fn words(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Refused(refused) => format!("{} {}", refused.status, refused.code),
        Trouble::NotSent { .. } => "not sent".into(),
        Trouble::Lost { .. } => "lost".into(),
    }
}
