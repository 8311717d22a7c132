//! What the simulator says back: an [`Answer`], or a [`Refusal`] that becomes one.
//!
//! The statuses, codes and messages of refusals are Oracle's published ones, or those seen in public reports.

use std::{borrow::Cow, time::Duration};

use serde_json::{Value, json};

/// One HTTP answer, and how it reaches the client.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
    /// Real time to wait before anything is sent.
    pub(crate) delay: Duration,
    /// Close the connection instead of sending anything.
    pub(crate) hang_up: Option<HangUp>,
}

#[derive(Debug)]
pub(crate) enum Body {
    Json(Value),
    /// Bytes that are no OCI answer, as a proxy in between may send them.
    Garbage(&'static str),
    Empty,
}

/// Why the line goes dead. The journal keeps the word in place of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HangUp {
    /// The request was carried out; only the answer is lost.
    Cut,
    /// Nothing was done.
    Drop,
}

impl HangUp {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Drop => "dropped",
        }
    }
}

impl Answer {
    fn with(status: u16, body: Body) -> Self {
        Self { status, headers: Vec::new(), body, delay: Duration::ZERO, hang_up: None }
    }

    pub(crate) fn json(body: Value) -> Self {
        Self::with(200, Body::Json(body))
    }

    /// What DELETE answers.
    pub(crate) fn no_content() -> Self {
        Self::with(204, Body::Empty)
    }

    /// A success whose body no client can read.
    pub(crate) fn garbage() -> Self {
        Self::with(200, Body::Garbage("<html><body>It works!</body></html>\u{0}"))
    }

    /// No answer at all, and nothing done.
    pub(crate) fn dropped() -> Self {
        Self { hang_up: Some(HangUp::Drop), ..Self::with(0, Body::Empty) }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// A request that was turned down: status, code and message as OCI words them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: Cow<'static, str>,
    /// Whole seconds for a `Retry-After` header, which OCI itself was not seen to send.
    pub(crate) retry_after: Option<u64>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into(), retry_after: None }
    }

    pub(crate) fn not_authenticated() -> Self {
        Self::new(
            401,
            "NotAuthenticated",
            "The required information to complete authentication was not provided or was incorrect.",
        )
    }

    /// An unknown object and one that the caller may not see look the same.
    pub(crate) fn not_found() -> Self {
        Self::new(404, "NotAuthorizedOrNotFound", "Authorization failed or requested resource not found.")
    }

    pub(crate) fn unknown_path() -> Self {
        Self::new(404, "NotFound", "The requested path does not exist.")
    }

    pub(crate) fn wrong_method() -> Self {
        Self::new(405, "MethodNotAllowed", "The method is not allowed for this path.")
    }

    pub(crate) fn unparsable(detail: &str) -> Self {
        let hint = "Incorrectly formatted request. Please refer to our documentation for help.";
        Self::new(400, "CannotParseRequest", format!("{hint} ({detail})"))
    }

    pub(crate) fn missing(parameter: &str) -> Self {
        Self::new(400, "MissingParameter", format!("{parameter} is required"))
    }

    pub(crate) fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "InvalidParameter", message)
    }

    pub(crate) fn incorrect_state(state: &str) -> Self {
        Self::new(409, "IncorrectState", format!("The resource is in the state {state}."))
    }

    pub(crate) fn stale_etag() -> Self {
        Self::new(412, "NoEtagMatch", "Precondition Failed")
    }

    pub(crate) fn shape_missing(shape: &str) -> Self {
        Self::new(404, "NotAuthorizedOrNotFound", format!("shape {shape} not found"))
    }

    pub(crate) fn limit_exceeded(names: &str) -> Self {
        Self::new(
            400,
            "LimitExceeded",
            format!(
                "The following service limits were exceeded: {names}. Request a service limit increase from the \
                 service limits page in the console. "
            ),
        )
    }

    pub(crate) fn retry_token_collision() -> Self {
        Self::invalid("Retry token collision: the token was used before with a different request.")
    }

    pub(crate) fn retry_token_invalidated() -> Self {
        Self::new(
            409,
            "InvalidatedRetryToken",
            "The retry token you provided was used in an earlier request that resulted in a system update, but a \
             subsequent operation has invalidated the token.",
        )
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let body = json!({ "code": refusal.code, "message": refusal.message });
        let mut answer = Self::with(refusal.status, Body::Json(body));
        if let Some(seconds) = refusal.retry_after {
            answer = answer.header("retry-after", seconds.to_string());
        }
        answer
    }
}
