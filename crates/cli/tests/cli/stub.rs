//! A GraphQL server of canned answers: HTTP and `graphql-transport-ws` on one port, by hand, so that it can break as real ones do.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, handshake::derive_accept_key, protocol::Role},
};

pub(crate) const TOKEN: &str = "berth_test-token";
const COOKIE: &str = "berth_session=abc";

/// What happens to one request or one subscription.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// `{"data": {"field": …}}`
    Data(Value),
    /// The whole answer as it stands.
    Answer(Value),
    /// `{"errors": [{"message": …, "extensions": {"code": …}}]}`
    Error(&'static str),
    /// The same as `Data`, with a session's cookie.
    SignedIn(Value),
    /// In place of a subscription's WebSocket this status of HTTP.
    NoSocket(u16),
    /// The connection is cut before an answer.
    Cut,
    /// These batches; then the connection is cut.
    BatchesThenCut(Vec<Value>),
    /// These whole answers; then the end.
    AnswersThenEnd(Vec<Value>),
    /// These batches; then silence.
    BatchesThenSilence(Vec<Value>),
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) operation: String,
    pub(crate) variables: Value,
    /// What the request says which of its operations is meant, if it does.
    pub(crate) named: Value,
}

#[derive(Clone)]
pub(crate) struct Stub {
    pub(crate) url: String,
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    replies: Mutex<VecDeque<(&'static str, Reply)>>,
    asked: Mutex<Vec<Asked>>,
    happened: Notify,
}

impl Stub {
    /// Answers one request after another: each must name the operation it is for.
    pub(crate) async fn start<const N: usize>(replies: [(&'static str, Reply); N]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::new(Inner { replies: Mutex::new(replies.into()), ..Inner::default() });
        let stub = Self { url, inner };
        let serving = stub.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.serve(stream).await });
            }
        });
        stub
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.inner.asked.lock().unwrap().clone()
    }

    /// The input of a command as it came, without the id that is new each time.
    pub(crate) fn sent(&self, index: usize) -> Value {
        let mut input = self.asked()[index].variables["input"].clone();
        input.as_object_mut().unwrap().remove("commandId");
        input
    }

    /// Waits until every reply was given.
    pub(crate) async fn all_given(&self) {
        while !self.inner.replies.lock().unwrap().is_empty() {
            self.inner.happened.notified().await;
        }
    }

    fn reply(&self, request: &Value) -> Reply {
        let query = request["query"].as_str().unwrap();
        let operation = query.split_whitespace().nth(1).unwrap().split('(').next().unwrap().to_owned();
        let (expected, reply) = self
            .inner
            .replies
            .lock()
            .unwrap()
            .pop_front()
            .unwrap_or_else(|| panic!("unexpected {operation}"));
        assert_eq!(operation, expected);
        crate::documents::check(query, &request["variables"]);
        let (variables, named) = (request["variables"].clone(), request["operationName"].clone());
        self.inner.asked.lock().unwrap().push(Asked { operation, variables, named });
        reply
    }

    /// What is said in place of the next subscription's WebSocket, if anything is.
    fn refused_upgrade(&self) -> Option<u16> {
        let mut replies = self.inner.replies.lock().unwrap();
        let Some((_, Reply::NoSocket(status))) = replies.front() else { return None };
        let status = *status;
        replies.pop_front();
        Some(status)
    }

    async fn serve(&self, mut stream: TcpStream) {
        while let Some((head, body)) = read_request(&mut stream).await {
            let key = header(&head, "sec-websocket-key");
            if let Some(key) = key {
                assert_eq!(header(&head, "sec-websocket-protocol").as_deref(), Some("graphql-transport-ws"));
                let bearer = format!("Bearer {TOKEN}");
                assert_eq!(header(&head, "authorization"), Some(bearer), "a stranger's socket");
                if let Some(status) = self.refused_upgrade() {
                    let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
                    stream.write_all(answer.as_bytes()).await.unwrap();
                    continue;
                }
                let accept = derive_accept_key(key.as_bytes());
                let answer = format!(
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
                return self.feed(WebSocketStream::from_raw_socket(stream, Role::Server, None).await).await;
            }
            let by_token = header(&head, "authorization").as_deref() == Some(&format!("Bearer {TOKEN}"));
            let by_cookie = header(&head, "cookie").as_deref() == Some(COOKIE);
            let signs_in = String::from_utf8_lossy(&body).contains("sessionCreate");
            let mut more = String::new();
            let (status, body) = if by_token != by_cookie || signs_in {
                match self.reply(&serde_json::from_slice(&body).unwrap()) {
                    Reply::Data(value) => (200, json!({ "data": { "field": value } })),
                    Reply::SignedIn(value) => {
                        more = format!("Set-Cookie: {COOKIE}; HttpOnly; SameSite=Strict\r\n");
                        (200, json!({ "data": { "field": value } }))
                    }
                    Reply::Answer(answer) => (200, answer),
                    Reply::Error(code) => (200, error(code)),
                    _ => return self.inner.happened.notify_one(),
                }
            } else {
                (401, error("UNAUTHENTICATED"))
            };
            let body = body.to_string();
            let answer = format!("HTTP/1.1 {status} X\r\n{more}Content-Length: {}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).await.unwrap();
            self.inner.happened.notify_one();
        }
    }

    async fn feed(&self, mut socket: WebSocketStream<TcpStream>) {
        let init = receive(&mut socket).await;
        assert_eq!(init["payload"]["token"], TOKEN);
        send(&mut socket, json!({ "type": "connection_ack" })).await;
        let subscribe = receive(&mut socket).await;
        let (answers, cut) = match self.reply(&subscribe["payload"]) {
            Reply::BatchesThenCut(batches) => (in_data(batches), true),
            Reply::BatchesThenSilence(batches) => (in_data(batches), false),
            Reply::AnswersThenEnd(answers) => {
                for payload in answers {
                    send(&mut socket, json!({ "id": subscribe["id"], "type": "next", "payload": payload }))
                        .await;
                }
                send(&mut socket, json!({ "id": subscribe["id"], "type": "complete" })).await;
                (Vec::new(), false)
            }
            Reply::Error(code) => {
                let errors = error(code)["errors"].clone();
                send(&mut socket, json!({ "id": subscribe["id"], "type": "error", "payload": errors })).await;
                (Vec::new(), false)
            }
            other => panic!("{other:?} is no reply to a subscription"),
        };
        for payload in answers {
            send(&mut socket, json!({ "id": subscribe["id"], "type": "next", "payload": payload })).await;
        }
        // A pong says that what was sent before the ping was read.
        socket.send(Message::Ping("read".into())).await.unwrap();
        while !matches!(socket.next().await, Some(Ok(Message::Pong(_))) | None) {}
        self.inner.happened.notify_one();
        if !cut {
            while socket.next().await.is_some() {}
        }
    }
}

fn in_data(batches: Vec<Value>) -> Vec<Value> {
    batches.into_iter().map(|batch| json!({ "data": { "field": batch } })).collect()
}

fn error(code: &str) -> Value {
    json!({ "data": null, "errors": [{ "message": "it did not work", "extensions": { "code": code } }] })
}

async fn send(socket: &mut WebSocketStream<TcpStream>, frame: Value) {
    socket.send(Message::text(frame.to_string())).await.unwrap();
}

async fn receive(socket: &mut WebSocketStream<TcpStream>) -> Value {
    let message = socket.next().await.unwrap().unwrap();
    serde_json::from_str(message.to_text().unwrap()).unwrap()
}

async fn read_request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let length: usize = header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = bytes.split_off(end);
    while body.len() < length {
        stream.read_buf(&mut body).await.ok()?;
    }
    Some((head, body))
}

fn header(head: &str, name: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}
