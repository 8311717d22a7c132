//! What came back when a call to a cloud did not succeed, whoever the cloud is.

use serde::{Deserialize, Serialize};

use crate::Seconds;

/// The longest part of a cloud's message that is kept, in characters.
const MESSAGE_LENGTH: usize = 500;

/// Why a call gave no result. Sorted by the one thing that matters: may the cloud have acted?
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The cloud answered, and said no.
    Refused(Refused),
    /// Nothing reached the cloud: name look-up, connection or handshake failed. It has not acted.
    NotSent { what: String },
    /// The request may have arrived, the answer is missing or unreadable. It may have acted.
    Lost { what: String, request_id: Option<String> },
}

/// A refusal in the cloud's own words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refused {
    pub status: u16,
    pub code: String,
    pub message: String,
    pub request_id: Option<String>,
    pub retry_after: Option<Seconds>,
    /// The cloud's clock minus ours, in seconds, by its `Date` header.
    pub clock_skew: Option<i64>,
}

/// The cloud's words as they are kept in events and shown to people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderError {
    /// HTTP status; absent when there was no answer.
    pub status: Option<u16>,
    pub code: String,
    pub message: String,
    pub request_id: Option<String>,
}

impl Trouble {
    /// The words to keep; messages are cut at 500 characters.
    pub fn provider_error(&self) -> ProviderError {
        let cut = |text: &str| text.chars().take(MESSAGE_LENGTH).collect::<String>();
        match self {
            Self::Refused(refused) => ProviderError {
                status: Some(refused.status),
                code: cut(&refused.code),
                message: cut(&refused.message),
                request_id: refused.request_id.clone(),
            },
            Self::NotSent { what } => {
                ProviderError { status: None, code: "NotSent".into(), message: cut(what), request_id: None }
            }
            Self::Lost { what, request_id } => ProviderError {
                status: None,
                code: "AnswerLost".into(),
                message: cut(what),
                request_id: request_id.clone(),
            },
        }
    }

    pub fn retry_after(&self) -> Option<Seconds> {
        match self {
            Self::Refused(refused) => refused.retry_after,
            Self::NotSent { .. } | Self::Lost { .. } => None,
        }
    }
}
