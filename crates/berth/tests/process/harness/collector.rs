//! A collector of traces: it takes what is posted to it, as OTLP has it, and shows it.

use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::any_value,
    trace::v1::{Span, status::StatusCode},
};
use prost::Message;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

const TAKEN: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";

/// The head and the body of each.
type Requests = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

pub(crate) struct Collector {
    pub(crate) url: String,
    requests: Requests,
    task: JoinHandle<()>,
}

impl Collector {
    pub(crate) async fn taking() -> Self {
        Self::start(true).await
    }

    /// It reads what it is sent, and never says anything.
    pub(crate) async fn hanging() -> Self {
        Self::start(false).await
    }

    async fn start(answers: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Requests::default();
        let taken = requests.clone();
        let task = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(converse(connection, taken.clone(), answers));
            }
        });
        Self { url, requests, task }
    }

    /// The first lines of what was posted.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.requests.lock().unwrap().iter().map(|(head, _)| head.clone()).collect()
    }

    pub(crate) fn bodies(&self) -> Vec<Vec<u8>> {
        self.requests.lock().unwrap().iter().map(|(_, body)| body.clone()).collect()
    }

    pub(crate) fn spans(&self) -> Vec<Span> {
        let decoded = |body: Vec<u8>| ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
        let resources = self.bodies().into_iter().flat_map(|body| decoded(body).resource_spans);
        resources.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans).collect()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One request after the other, until the peer has no more.
async fn converse(mut connection: TcpStream, taken: Requests, answers: bool) {
    let mut waiting = Vec::new();
    loop {
        let Some(end) = waiting.windows(4).position(|four| four == b"\r\n\r\n") else {
            if connection.read_buf(&mut waiting).await.unwrap_or(0) == 0 {
                return;
            }
            continue;
        };
        let head = String::from_utf8_lossy(&waiting[..end]).into_owned();
        let length =
            head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let whole = end + 4 + length.unwrap_or(0_usize);
        while waiting.len() < whole {
            if connection.read_buf(&mut waiting).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let rest = waiting.split_off(whole);
        taken.lock().unwrap().push((head, waiting.split_off(end + 4)));
        waiting = rest;
        if answers {
            connection.write_all(TAKEN).await.ok();
        }
    }
}

/// What a span says under this name.
pub(crate) fn attribute(span: &Span, name: &str) -> Option<String> {
    let pair = span.attributes.iter().find(|pair| pair.key == name)?;
    match pair.value.as_ref()?.value.as_ref()? {
        any_value::Value::StringValue(text) => Some(text.clone()),
        any_value::Value::IntValue(number) => Some(number.to_string()),
        other => panic!("{name} is {other:?}"),
    }
}

pub(crate) fn has_failed(span: &Span) -> bool {
    span.status.as_ref().is_some_and(|status| status.code() == StatusCode::Error)
}
