//! One signed call over HTTP, and an exact record of what came back.
//!
//! Sends once: no retries, no redirects, no proxy from the environment. What it must be sure of is only one thing: may the
//! request have reached the cloud? It does not know what any operation means.

mod call;
mod exchange;
mod transport;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use berth_cloud::Turns;
use reqwest::header::HeaderValue;
use url::Url;

pub use self::call::{Call, Service};
pub use self::exchange::{Exchange, Failure, Reached};
pub use self::transport::{ProxyError, Transport, TransportError};
use crate::endpoints::Endpoints;
use crate::key::ApiKey;
use crate::sign::{Content, JSON, Request, sign};

/// Tells the time of day. An argument, so that tests can have a clock that is wrong.
pub type WallClock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// Who calls.
#[derive(Debug, Clone)]
pub struct Identity {
    pub tenancy: String,
    pub user: String,
    pub key: Arc<ApiKey>,
}

/// Speaks for one account to the services of one region. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    transport: Transport,
    endpoints: Endpoints,
    key_id: String,
    identity: Identity,
    clock: WallClock,
    pace: Option<Pace>,
}

/// The turns of every request after the first.
#[derive(Clone)]
struct Pace {
    turns: Arc<dyn Turns>,
    region: String,
    has_sent: Arc<AtomicBool>,
}

impl Client {
    pub fn new(transport: Transport, endpoints: Endpoints, identity: Identity, clock: WallClock) -> Self {
        let key_id = format!("{}/{}/{}", identity.tenancy, identity.user, identity.key.fingerprint());
        Self { transport, endpoints, key_id, identity, clock, pace: None }
    }

    /// Every request after the first, of this client and its clones together, waits for its own turn in the region.
    #[must_use]
    pub fn in_turns(self, turns: Arc<dyn Turns>, region: &str) -> Self {
        let pace = Pace { turns, region: region.to_owned(), has_sent: Arc::default() };
        Self { pace: Some(pace), ..self }
    }

    /// The root compartment of the account.
    pub fn tenancy(&self) -> &str {
        &self.identity.tenancy
    }

    pub fn user(&self) -> &str {
        &self.identity.user
    }

    /// Sends the call once. Every status that came back is an `Exchange`, also a 500; a `Failure` means that there is no
    /// whole answer, or that the call had no turn.
    pub async fn send(&self, call: &Call) -> Result<Exchange, Failure> {
        if let Some(pace) = &self.pace {
            pace.wait().await?;
        }
        let started = Instant::now();
        let request = self.request(call);
        let result = match self.transport.http().execute(request).await {
            Ok(response) => exchange::read(response, started, &self.clock).await,
            Err(error) => Err(Failure::of_sending(error, started.elapsed())),
        };
        trace(call, &result);
        result
    }

    fn request(&self, call: &Call) -> reqwest::Request {
        let url = call.url(&self.endpoints);
        let signed = self.signed_headers(call, &url);
        let mut request = reqwest::Request::new(call.method().clone(), url);
        let headers = request.headers_mut();
        headers.insert("accept", HeaderValue::from_static(JSON));
        headers.insert("content-type", HeaderValue::from_static(JSON));
        for (name, value) in signed.into_iter().chain(call.headers()) {
            let value = HeaderValue::try_from(value).unwrap_or_else(|_| HeaderValue::from_static(UNSENDABLE));
            headers.insert(name, value);
        }
        *request.body_mut() = call.body().map(|body| body.to_vec().into());
        request
    }

    fn signed_headers(&self, call: &Call, url: &Url) -> Vec<(&'static str, String)> {
        let date = httpdate::fmt_http_date((self.clock)());
        let content = call.body().map_or(Content::Absent, |bytes| Content::Body { media_type: JSON, bytes });
        let request = Request { method: call.method().as_str(), url, date: &date, content };
        sign(&self.key_id, &self.identity.key, &request).headers
    }
}

impl Pace {
    async fn wait(&self) -> Result<(), Failure> {
        if !self.has_sent.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let turn = self.turns.turn(&self.region).await;
        turn.map_err(|error| Failure::without_turn(&*error))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// Stands in for a value with line breaks, which only a made-up id can hold; the cloud refuses it.
const UNSENDABLE: &str = "-";

/// Paths hold ids only; bodies hold passwords and are never logged.
fn trace(call: &Call, result: &Result<Exchange, Failure>) {
    let (method, path) = (call.method(), call.path());
    match result {
        Ok(Exchange { status, request_id, duration, .. }) => {
            tracing::debug!(%method, %path, status, ?request_id, milliseconds = milliseconds(*duration), "cloud answered");
        }
        Err(Failure { what, reached, duration, .. }) => {
            tracing::debug!(%method, %path, what, ?reached, milliseconds = milliseconds(*duration), "cloud did not answer");
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
