//! One WebSocket that carries one subscription, in the protocol `graphql-transport-ws`.
//!
//! The connection is made by the HTTP client and upgraded, so that TLS and proxies are set up in one place. It does not reconnect: the
//! feed does.

use std::{error::Error, time::Duration};

use futures::{SinkExt, StreamExt};
use reqwest::{Method, StatusCode, Upgraded, header};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        handshake::{client::generate_key, derive_accept_key},
        protocol::{CloseFrame, Role},
    },
};

use super::{Answer, Client, not_signed_in};
use crate::failure::Failure;

const PROTOCOL: &str = "graphql-transport-ws";
const OPEN_TIMEOUT: Duration = Duration::from_secs(10);
/// Three times the 15 s after which a feed sends an empty batch.
const SILENCE: Duration = Duration::from_secs(45);
/// There is one subscription on the connection, so any name will do.
const SUBSCRIPTION: &str = "1";

pub(super) struct Socket(WebSocketStream<Upgraded>);

/// Why a subscription ended.
pub(super) enum Ended {
    /// Worth another try.
    Lost(Box<dyn Error + Send + Sync>),
    /// Another try would end the same way.
    Refused(Failure),
}

/// What is said of a subscription.
pub(super) enum Told {
    /// `data`, and perhaps `errors` beside it.
    Answer(Value),
    /// It was refused, or broke off, for these errors.
    Errors(Value),
    End,
}

#[derive(Deserialize)]
struct Frame {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    payload: Value,
}

impl Socket {
    /// Connects, presents the token and subscribes with a request as it would be posted.
    pub(super) async fn open(client: &Client, request: &Value) -> Result<Self, Ended> {
        let opened = timeout(OPEN_TIMEOUT, async {
            let mut socket = Self::upgrade(client).await?;
            socket.introduce(client).await?;
            socket.send(json!({ "id": SUBSCRIPTION, "type": "subscribe", "payload": request })).await?;
            Ok(socket)
        });
        opened.await.unwrap_or_else(|_| Err(lost("no answer within 10 s")))
    }

    /// Connects and presents the token, and no more: to see whether that is possible.
    pub(super) async fn greet(client: &Client) -> Result<(), Ended> {
        let greeted = timeout(OPEN_TIMEOUT, async { Self::upgrade(client).await?.introduce(client).await });
        greeted.await.unwrap_or_else(|_| Err(lost("no answer within 10 s")))
    }

    /// The next value of the subscription's field.
    pub(super) async fn next(&mut self, client: &Client) -> Result<Value, Ended> {
        match self.hear().await? {
            Told::Answer(payload) => value_of(client, payload),
            Told::Errors(payload) => Err(refused(client, &payload)),
            Told::End => Err(lost("the server ended the feed")),
        }
    }

    /// What the server says next of the subscription, whatever it is.
    pub(super) async fn hear(&mut self) -> Result<Told, Ended> {
        loop {
            let Frame { kind, payload } = self.receive().await?;
            match kind.as_str() {
                "next" => return Ok(Told::Answer(payload)),
                "error" => return Ok(Told::Errors(payload)),
                "complete" => return Ok(Told::End),
                _ => {}
            }
        }
    }

    /// The token is shown here already: until `connection_init` a socket is a stranger's, and of those there may be few.
    async fn upgrade(client: &Client) -> Result<Self, Ended> {
        let key = generate_key();
        let request = client
            .request(Method::GET, client.endpoint.clone())
            .header(header::CONNECTION, "Upgrade")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_VERSION, "13")
            .header(header::SEC_WEBSOCKET_KEY, &key)
            .header(header::SEC_WEBSOCKET_PROTOCOL, PROTOCOL);
        let response = request.send().await.map_err(|error| lost(error.without_url()))?;
        match response.status() {
            StatusCode::SWITCHING_PROTOCOLS => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(Ended::Refused(not_signed_in())),
            // Too much of it now says nothing of a while later.
            status if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => {
                return Err(Ended::Refused(Failure::strange(format!(
                    "HTTP {status} in place of a WebSocket"
                ))));
            }
            status => return Err(lost(format!("HTTP {status} in place of a WebSocket"))),
        }
        let accepted =
            response.headers().get(header::SEC_WEBSOCKET_ACCEPT).map(|value| value.as_bytes().to_vec());
        if accepted.as_deref() != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
            return Err(lost("the answer to the upgrade is not for us"));
        }
        let stream = response.upgrade().await.map_err(lost)?;
        Ok(Self(WebSocketStream::from_raw_socket(stream, Role::Client, None).await))
    }

    async fn introduce(&mut self, client: &Client) -> Result<(), Ended> {
        let token = client.token.as_ref().map(|token| token.expose_secret().to_owned());
        self.send(json!({ "type": "connection_init", "payload": { "token": token } })).await?;
        while self.receive().await?.kind != "connection_ack" {}
        Ok(())
    }

    /// The next frame of the protocol. Answers the server's pings on the way.
    async fn receive(&mut self) -> Result<Frame, Ended> {
        loop {
            let message =
                timeout(SILENCE, self.0.next()).await.map_err(|_| lost("nothing heard for 45 s"))?;
            match message.transpose().map_err(lost)? {
                None => return Err(lost("the server closed the connection")),
                Some(Message::Close(frame)) => return Err(closed(frame)),
                Some(Message::Text(text)) => {
                    let frame: Frame = serde_json::from_str(&text)
                        .map_err(|error| Ended::Refused(Failure::strange(error)))?;
                    if frame.kind != "ping" {
                        return Ok(frame);
                    }
                    self.send(json!({ "type": "pong" })).await?;
                }
                // tungstenite answers pings of the WebSocket itself.
                Some(_) => {}
            }
        }
    }

    async fn send(&mut self, frame: Value) -> Result<(), Ended> {
        self.0.send(Message::text(frame.to_string())).await.map_err(lost)
    }
}

fn lost(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Ended {
    Ended::Lost(cause.into())
}

/// async-graphql closes with 1002 and the error's words where the protocol says 4401 or 4403, so both are understood.
fn closed(frame: Option<CloseFrame>) -> Ended {
    let Some(frame) = frame else { return lost("the server closed the connection") };
    let code = u16::from(frame.code);
    if matches!(code, 4401 | 4403) || (code == 1002 && frame.reason.contains("UNAUTHENTICATED")) {
        return Ended::Refused(not_signed_in());
    }
    if matches!(code, 1002 | 1003 | 1007 | 4400 | 4406 | 4409) {
        return Ended::Refused(Failure::strange(format!("closed with {code} {}", frame.reason)));
    }
    lost(format!("closed with {code} {}", frame.reason))
}

fn value_of(client: &Client, payload: Value) -> Result<Value, Ended> {
    let answer: Answer =
        serde_json::from_value(payload).map_err(|error| Ended::Refused(Failure::strange(error)))?;
    if !answer.errors.is_empty() {
        return Err(ended_by(client, &answer.errors));
    }
    answer.field().ok_or_else(|| Ended::Refused(Failure::strange("neither data nor errors")))
}

/// The payload of an `error` frame is a list of errors.
fn refused(client: &Client, payload: &Value) -> Ended {
    match Vec::deserialize(payload) {
        Ok(errors) => ended_by(client, &errors),
        Err(error) => Ended::Refused(Failure::strange(error)),
    }
}

fn ended_by(client: &Client, errors: &[super::TopLevelError]) -> Ended {
    let code = errors.first().and_then(|error| error.extensions.code.as_deref());
    match client.failure_of(errors) {
        _ if code == Some("UNAVAILABLE") => lost("the server is not ready"),
        _ if code == Some("RATE_LIMITED") => lost("the server was asked too much"),
        Some(failure) => Ended::Refused(failure),
        None => lost("an error without words"),
    }
}
