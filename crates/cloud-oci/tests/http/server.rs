//! A server that does exactly what a test tells it, and remembers every request byte for byte.

use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use berth_cloud::{Account, Credential};
use berth_cloud_oci::OciCloud;
use berth_cloud_oci::client::{Client, Identity, Transport, WallClock};
use berth_cloud_oci::endpoints::Endpoints;
use berth_cloud_oci::key::ApiKey;
use berth_domain::TenantId;
use secrecy::SecretString;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// What happens to the next request.
#[derive(Clone)]
pub(crate) enum Reaction {
    /// These bytes are sent, and the connection is closed.
    Answer(Vec<u8>),
    /// These bytes are sent, and the next request is awaited on the same connection.
    Keep(Vec<u8>),
    /// The connection is closed without an answer.
    Cut,
    /// The connection stays open and nothing is said.
    Silence,
    /// These bytes are sent, and then nothing more, with the connection open.
    Stall(Vec<u8>),
    /// The first bytes are sent once and the second again and again, until the other side has had enough.
    Flood(Vec<u8>, Vec<u8>),
}

/// One request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    pub(crate) fn query(&self) -> Vec<(String, String)> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) base: Url,
    seen: Arc<Mutex<Vec<Seen>>>,
    flooded: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) async fn start(reactions: impl IntoIterator<Item = Reaction>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let server = Self { base, seen: Arc::default(), flooded: Arc::default() };
        let (seen, flooded) = (Arc::clone(&server.seen), Arc::clone(&server.flooded));
        let mut reactions: VecDeque<Reaction> = reactions.into_iter().collect();
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                while let Some(request) = read(&mut stream).await {
                    seen.lock().unwrap().push(request);
                    match reactions.pop_front().unwrap_or_else(|| answer(404, &[], b"{}")) {
                        Reaction::Keep(bytes) => {
                            drop(stream.write_all(&bytes).await);
                            continue;
                        }
                        Reaction::Answer(bytes) => drop(stream.write_all(&bytes).await),
                        Reaction::Cut => {}
                        Reaction::Silence => open.push(stream),
                        Reaction::Stall(bytes) => {
                            drop(stream.write_all(&bytes).await);
                            open.push(stream);
                        }
                        Reaction::Flood(first, again) => flood(&mut stream, &first, &again, &flooded).await,
                    }
                    break;
                }
            }
        });
        server
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// How many bytes of a flood were taken, by the other side or by what lies between.
    pub(crate) fn flooded(&self) -> usize {
        self.flooded.load(Ordering::SeqCst)
    }

    pub(crate) fn cloud(&self) -> OciCloud {
        OciCloud::overridden(Endpoints::overridden(&self.base).unwrap(), clock())
    }

    pub(crate) fn client(&self) -> Client {
        self.client_over(Transport::direct().unwrap())
    }

    pub(crate) fn client_over(&self, transport: Transport) -> Client {
        let endpoints = Endpoints::overridden(&self.base).unwrap();
        Client::new(transport, endpoints, identity(), clock())
    }
}

fn clock() -> WallClock {
    Arc::new(|| SystemTime::UNIX_EPOCH + Duration::from_secs(NOW))
}

/// The moment that the clients of these tests take for now: Sun, 05 Jan 2025 21:31:40 GMT.
pub(crate) const NOW: u64 = 1_736_112_700;

pub(crate) const TENANCY: &str =
    "ocid1.tenancy.oc1..aaaaaaaatttttttttttttttttttttttttttttttttttttttttttttttttttt";
pub(crate) const USER: &str = "ocid1.user.oc1..aaaaaaaauuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu";

pub(crate) fn identity() -> Identity {
    let pem = fs::read(fixtures().join("keys/test_key.pem")).unwrap();
    let key = Arc::new(ApiKey::from_pem(&pem, None).unwrap());
    Identity { tenancy: TENANCY.to_owned(), user: USER.to_owned(), key }
}

/// The account of the recordings.
pub(crate) fn account() -> Account {
    Account {
        tenant: TenantId::from_parts(1, 1),
        revision: 1,
        tenancy: TENANCY.to_owned(),
        user: USER.to_owned(),
        fingerprint: identity().key.fingerprint().to_owned(),
        home_region: "ap-tokyo-1".to_owned(),
        credential: Credential { private_key: key_text("test_key.pem"), passphrase: None },
        proxy: None,
        turns: None,
    }
}

pub(crate) fn key_text(name: &str) -> SecretString {
    SecretString::from(fs::read_to_string(fixtures().join("keys").join(name)).unwrap())
}

/// One call of the official SDK with its answer.
pub(crate) fn recording(name: &str) -> Value {
    let bytes = fs::read(fixtures().join("recorded").join(format!("{name}.json"))).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// The names of the recordings that begin so.
pub(crate) fn recordings(prefix: &str) -> Vec<String> {
    let entries = fs::read_dir(fixtures().join("recorded")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names = names.filter_map(|name| name.strip_suffix(".json").map(str::to_owned));
    names.filter(|name| name.starts_with(prefix)).collect()
}

fn fixtures() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"))
}

/// A whole answer in JSON.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Reaction {
    let length = body.len().to_string();
    let own =
        [("Content-Type", "application/json"), ("Connection", "close"), ("Content-Length", length.as_str())];
    let lines: Vec<String> =
        own.iter().chain(headers).map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!("HTTP/1.1 {status} Said\r\n{}\r\n", lines.concat());
    Reaction::Answer([head.as_bytes(), body].concat())
}

/// Never more than this, should the other side take all.
const WHOLE_FLOOD: usize = 200 * 1024 * 1024;

async fn flood(stream: &mut TcpStream, first: &[u8], again: &[u8], flooded: &AtomicUsize) {
    if stream.write_all(first).await.is_err() {
        return;
    }
    while flooded.load(Ordering::SeqCst) < WHOLE_FLOOD && stream.write_all(again).await.is_ok() {
        flooded.fetch_add(again.len(), Ordering::SeqCst);
    }
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let mut seen = parse_head(str::from_utf8(&bytes[..head_end]).unwrap());
    let length: usize = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    while bytes.len() < head_end + 4 + length {
        stream.read_buf(&mut bytes).await.unwrap();
    }
    seen.body = bytes.split_off(head_end + 4);
    Some(seen)
}

fn parse_head(head: &str) -> Seen {
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap().split(' ');
    let headers = lines.map(|line| line.split_once(": ").unwrap());
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    let method = words.next().unwrap().to_owned();
    Seen { method, target: words.next().unwrap().to_owned(), headers, body: Vec::new() }
}
