//! The words of `graphql-transport-ws`, version 1, as enisdenjo/graphql-ws writes them down in its PROTOCOL.md.

use actix_ws::{CloseCode, CloseReason};
use async_graphql::{Request, ServerError};
use serde::{Deserialize, Serialize};

use super::answer::Answer;

pub(super) const SUBPROTOCOL: &str = "graphql-transport-ws";

/// What a client may say. Anything else closes the socket with 4400.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ClientMessage {
    ConnectionInit {
        #[serde(default)]
        payload: Option<Greeting>,
    },
    Ping,
    Pong,
    Subscribe {
        id: String,
        payload: Box<Request>,
    },
    Complete {
        id: String,
    },
}

/// What we read of the payload of `connection_init`; clients put other things there too.
#[derive(Default, Deserialize)]
pub(super) struct Greeting {
    pub(super) token: Option<String>,
    /// Overrides the `Accept-Language` of the handshake, which a page cannot choose.
    pub(super) locale: Option<String>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage<'a> {
    ConnectionAck,
    Pong,
    Next { id: &'a str, payload: &'a Answer },
    Error { id: &'a str, payload: &'a [ServerError] },
    Complete { id: &'a str },
}

impl ServerMessage<'_> {
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("answers have only string keys")
    }
}

/// How a conversation ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Farewell {
    /// The peer is gone or does not read; there is nobody to tell.
    Gone,
    /// The peer closed, and gets its close back.
    Returned,
    GoingAway,
    ProtocolError,
    NotText,
    TooBig,
    BadMessage,
    Unauthorized,
    /// The session or the token lets nobody in any more. Clients take 4401 for final, and ask their person to sign in.
    SignedOut,
    Forbidden,
    InitTimeout,
    Duplicate(String),
    TooManyInits,
    /// Of one user.
    TooManySockets,
}

impl Farewell {
    /// The words stay within the 123 bytes that a close frame has for them.
    pub(super) fn reason(&self) -> Option<CloseReason> {
        let (code, words) = match self {
            Self::Gone => return None,
            Self::Returned => (CloseCode::Normal, ""),
            Self::GoingAway => (CloseCode::Away, "the server is shutting down"),
            Self::ProtocolError => (CloseCode::Protocol, ""),
            Self::NotText => (CloseCode::Unsupported, "messages must be JSON text"),
            Self::TooBig => (CloseCode::Size, "a message is larger than 64 KiB"),
            Self::BadMessage => (CloseCode::Other(4400), "not a message of graphql-transport-ws"),
            Self::Unauthorized => (CloseCode::Other(4401), "Unauthorized"),
            Self::SignedOut => (CloseCode::Other(4401), "signed out"),
            Self::Forbidden => (CloseCode::Other(4403), "Forbidden"),
            Self::InitTimeout => (CloseCode::Other(4408), "Connection initialisation timeout"),
            Self::Duplicate(id) => {
                let description =
                    format!("Subscriber for {} already exists", id.chars().take(20).collect::<String>());
                return Some(CloseReason { code: CloseCode::Other(4409), description: Some(description) });
            }
            Self::TooManyInits => (CloseCode::Other(4429), "Too many initialisation requests"),
            Self::TooManySockets => (CloseCode::Other(4429), "Too many open sockets"),
        };
        Some(CloseReason { code, description: Some(words.to_owned()) })
    }
}
