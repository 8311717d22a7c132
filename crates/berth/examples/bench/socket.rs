//! A subscriber over a WebSocket, in the protocol `graphql-transport-ws`: one that reads, or one that stops reading.

use std::collections::HashSet;

use anyhow::{Context as _, Result, bail};
use berth_domain::Timestamp;
use futures::{SinkExt as _, StreamExt as _};
use serde::Deserialize;
use serde_json::{Value, json};
use socket2::SockRef;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue},
};

use crate::server::Api;

/// What the kernel keeps for whoever does not read would hold a minute of events, so it is told to keep little, and they ask for more.
const NARROW_BUFFER: u32 = 4096;
const NARROW_SEGMENTS: u32 = 536;

const TAIL: &str = "subscription($after: EventPosition) {
    eventAppended(after: $after) { events { position time type } }
}";

const WHOLE_TAIL: &str = "subscription($after: EventPosition) {
    eventAppended(after: $after) {
        events { position time type id streamId version schemaVersion actor causationId correlationId summary data }
    }
}";

/// How much the kernel keeps between the server and us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pipe {
    Wide,
    Narrow,
}

/// One that is told every event after a position.
pub(crate) struct Socket(WebSocketStream<TcpStream>);

/// An event as it was told: where it is, and when it was written by the server's clock, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    pub(crate) position: u64,
    pub(crate) written: i64,
}

#[derive(Deserialize)]
struct Next {
    payload: Payload,
}

#[derive(Deserialize)]
struct Payload {
    data: Data,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    event_appended: Batch,
}

#[derive(Deserialize)]
struct Batch {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    position: String,
    time: String,
}

impl Socket {
    pub(crate) async fn subscribe(api: &Api, after: u64, pipe: Pipe) -> Result<Self> {
        let stream = connect(api.authority(), pipe).await?;
        let mut request = format!("ws://{}/graphql", api.authority()).into_client_request()?;
        let protocol = HeaderValue::from_static("graphql-transport-ws");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        // Said here already: of whom nobody knows a server takes only some.
        let token = HeaderValue::from_str(&format!("Bearer {}", api.token()))?;
        request.headers_mut().insert("authorization", token);
        let mut socket = Self(client_async(request, stream).await?.0);
        socket.say(&json!({ "type": "connection_init", "payload": { "token": api.token() } })).await?;
        let greeting = socket.hear().await?.context("the server hung up")?;
        if serde_json::from_str::<Value>(&greeting)?["type"] != "connection_ack" {
            bail!("the server answered {greeting}");
        }
        let query = if pipe == Pipe::Narrow { WHOLE_TAIL } else { TAIL };
        let payload = json!({ "query": query, "variables": { "after": after.to_string() } });
        socket.say(&json!({ "type": "subscribe", "id": "1", "payload": payload })).await?;
        Ok(socket)
    }

    /// The events of the next message. None when the connection ended.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Told>>> {
        let Some(text) = self.hear().await? else { return Ok(None) };
        let next: Next = serde_json::from_str(&text).with_context(|| format!("not a batch: {text}"))?;
        next.payload.data.event_appended.events.iter().map(Event::read).collect::<Result<_>>().map(Some)
    }

    /// On our side.
    pub(crate) fn port(&self) -> Result<u16> {
        Ok(self.0.get_ref().local_addr()?.port())
    }

    async fn say(&mut self, message: &Value) -> Result<()> {
        Ok(self.0.send(Message::text(message.to_string())).await?)
    }

    /// However a connection ends, it ended: one that was let go in the middle of a message is broken off.
    async fn hear(&mut self) -> Result<Option<String>> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Ok(Some(text.as_str().to_owned())),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(None),
                // The library answers pings itself.
                Some(Ok(_)) => {}
            }
        }
    }
}

impl Event {
    fn read(&self) -> Result<Told> {
        let written = Timestamp::parse(&self.time).context("an event has a time")?;
        Ok(Told { position: self.position.parse()?, written: written.millis() })
    }
}

/// Whether the other side still holds any of the connections of these ports, by the kernel's table: a line each, with the address on that
/// side, on ours, and the state, in hexadecimal.
pub(crate) fn any_connected(ports: &HashSet<u16>) -> Result<bool> {
    const ESTABLISHED: &str = "01";
    let table = std::fs::read_to_string("/proc/net/tcp")?;
    let port =
        |address: &str| address.split_once(':').and_then(|(_, port)| u16::from_str_radix(port, 16).ok());
    Ok(table.lines().skip(1).any(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        fields.get(3) == Some(&ESTABLISHED)
            && fields.get(2).and_then(|address| port(address)).is_some_and(|port| ports.contains(&port))
    }))
}

async fn connect(authority: &str, pipe: Pipe) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if pipe == Pipe::Narrow {
        // Both must be said before the handshake, which tells them to the other side.
        socket.set_recv_buffer_size(NARROW_BUFFER)?;
        SockRef::from(&socket).set_tcp_mss(NARROW_SEGMENTS)?;
    }
    Ok(socket.connect(authority.parse()?).await?)
}
