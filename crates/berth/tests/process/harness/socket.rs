//! One subscription over a WebSocket, in the protocol `graphql-transport-ws`.

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};

use super::{Client, DEADLINE};

pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Subscribes; the token goes into `connection_init`.
    pub(crate) async fn subscribe(client: &Client, query: &str, variables: Value) -> Self {
        let address = format!("{}/graphql", client.url().replacen("http", "ws", 1));
        let mut request = address.into_client_request().unwrap();
        request
            .headers_mut()
            .insert("sec-websocket-protocol", HeaderValue::from_static("graphql-transport-ws"));
        let (stream, _) = connect_async(request).await.unwrap();
        let mut socket = Self(stream);
        socket.send(json!({ "type": "connection_init", "payload": { "token": client.token } })).await;
        assert_eq!(socket.receive().await.unwrap()["type"], "connection_ack");
        let payload = json!({ "query": query, "variables": variables });
        socket.send(json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
        socket
    }

    async fn send(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    /// The data of the next message. None when the connection broke.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        let mut message = self.receive().await?;
        assert_eq!(message["type"], "next", "{message}");
        assert!(message["payload"]["errors"].is_null(), "{message}");
        Some(message["payload"]["data"].take())
    }

    async fn receive(&mut self) -> Option<Value> {
        loop {
            match timeout(DEADLINE, self.0.next()).await.expect("the feed speaks in time")? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                // The library answers pings itself.
                Ok(_) => {}
            }
        }
    }
}
