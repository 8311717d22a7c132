//! A web server that says one thing to everybody, and counts who comes.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What everybody gets.
#[derive(Clone)]
pub(crate) enum Manner {
    /// Status line and heads, without the line's end, and the body.
    Says(String, String),
    /// This status, and all that was sent, as it came.
    Echoes(u16),
    /// A body without end.
    Babbles,
    /// Nothing at all; the connection stays.
    Hangs,
    /// The connection is closed at once.
    Closes,
}

impl Manner {
    pub(crate) fn status(status: u16, body: &str) -> Self {
        Self::Says(format!("HTTP/1.1 {status} X"), body.to_owned())
    }
}

pub(crate) struct Web {
    pub(crate) address: SocketAddr,
    seen: Arc<Seen>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    requests: Mutex<Vec<String>>,
}

impl Web {
    /// On a free port of this machine.
    pub(crate) async fn start(manner: Manner) -> Self {
        Self::at(([127, 0, 0, 1], 0).into(), manner).await.unwrap()
    }

    pub(crate) async fn at(address: SocketAddr, manner: Manner) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let seen = Arc::new(Seen::default());
        let task = tokio::spawn(serve(listener, manner, seen.clone()));
        Ok(Self { address, seen, task })
    }

    /// Two of them at the same port of two addresses.
    pub(crate) async fn twins(
        first: impl Into<IpAddr>,
        second: impl Into<IpAddr>,
        manner: Manner,
    ) -> (Self, Self) {
        let (first, second) = (first.into(), second.into());
        loop {
            let one = Self::at((first, 0).into(), manner.clone()).await.unwrap();
            // Somebody else may have that port there; then another is tried.
            if let Ok(other) = Self::at((second, one.address.port()).into(), manner.clone()).await {
                return (one, other);
            }
        }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, manner: Manner, seen: Arc<Seen>) {
    while let Ok((stream, _)) = listener.accept().await {
        seen.connections.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(converse(stream, manner.clone(), seen.clone()));
    }
}

async fn converse(mut stream: TcpStream, manner: Manner, seen: Arc<Seen>) {
    if matches!(manner, Manner::Closes) {
        return;
    }
    let request = request(&mut stream).await;
    seen.requests.lock().unwrap().push(request.clone());
    let (head, body) = match manner {
        Manner::Says(head, body) => (head, body),
        Manner::Echoes(status) => (format!("HTTP/1.1 {status} X"), request),
        Manner::Babbles => return babble(stream).await,
        Manner::Hangs => return std::future::pending().await,
        Manner::Closes => unreachable!("it did not listen"),
    };
    let length = body.len();
    let answer = format!("{head}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// Until nobody listens any more.
async fn babble(mut stream: TcpStream) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await;
    while stream.write_all(&[b'x'; 8192]).await.is_ok() {}
}

/// As far as it makes sense: a whole request, or what came of none.
async fn request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut chunk = [0; 8192];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return text,
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
        }
    }
}
