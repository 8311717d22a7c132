//! A client of the GraphQL API: questions and commands over HTTP, feeds over one WebSocket each.

mod download;
mod feed;
mod http;
mod operation;
mod session;
mod websocket;

use std::{fmt, time::Duration};

use berth_domain::Language;
use reqwest::{Method, RequestBuilder, Url, header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use self::{
    feed::{Feed, News},
    operation::{Answered, Operation},
};
use crate::{
    failure::{Exit, Failure},
    global::{self, Global},
    words,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Speaks to one server on behalf of one token. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    endpoint: Url,
    token: Option<SecretString>,
    /// Of a session that was opened here, in place of a token.
    cookie: Option<SecretString>,
    language: Language,
    verbose: bool,
}

/// A place in the server's log. Positions only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position(u64);

impl Client {
    /// Reads the token and prepares; nothing is sent yet.
    pub(crate) fn new(global: &Global, language: Language) -> Result<Self, Failure> {
        let server = global.server()?;
        let token = global.find_token(&server)?;
        let mut builder = reqwest::Client::builder()
            // The upgrade to a WebSocket needs HTTP/1.1, and one connection is enough for the rest.
            .http1_only()
            .connect_timeout(CONNECT_TIMEOUT)
            // A redirect would carry the token to who knows where.
            .redirect(reqwest::redirect::Policy::none());
        if global::is_local(&server) {
            builder = builder.no_proxy();
            if server.scheme() == "http" {
                // Reading the system's certificates would be most of the time a command takes.
                builder = builder.tls_certs_only([]);
            }
        }
        let http = builder.build().map_err(Failure::strange)?;
        let endpoint = server.join("/graphql").map_err(Failure::strange)?;
        Ok(Self { http, endpoint, token, cookie: None, language, verbose: global.verbose })
    }

    pub(crate) fn server(&self) -> String {
        self.endpoint.origin().ascii_serialization()
    }

    /// A request in the caller's language that shows who sends it.
    fn request(&self, method: Method, url: Url) -> RequestBuilder {
        let language = match self.language {
            Language::English => "en",
            Language::Chinese => "zh-CN",
        };
        let mut request = self.http.request(method, url).header(header::ACCEPT_LANGUAGE, language);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token.expose_secret());
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie.expose_secret());
        }
        request
    }

    /// Says on stderr what goes out. Never with variables: they may hold secrets.
    fn tell_what_is_sent(&self, document: &str, remark: fmt::Arguments<'_>) {
        if self.verbose {
            let name = document.split(['(', '{']).next().unwrap_or_default().trim();
            eprintln!("{name}: {remark}");
        }
    }

    fn not_reached(&self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
        let message = words::not_reached(&self.server());
        Failure::new(Exit::NotReached, message, Some(words::start_a_server())).because(cause)
    }

    /// Why the server lets nobody in like this.
    fn not_let_in(&self) -> Failure {
        if self.token.is_some() {
            return not_signed_in();
        }
        Failure::new(Exit::NotAllowed, words::no_token(), Some(words::where_tokens_are()))
    }

    /// The failure behind the first of the top-level errors, which mean that nothing was answered.
    fn failure_of(&self, errors: &[TopLevelError]) -> Option<Failure> {
        let error = errors.first()?;
        let message = crate::failure::same(&error.message);
        Some(match error.extensions.code.as_deref() {
            Some("UNAUTHENTICATED") => self.not_let_in(),
            Some("FORBIDDEN") => Failure::new(Exit::NotAllowed, message, None),
            Some("UNAVAILABLE") => Failure::new(Exit::NotReached, words::not_ready(&self.server()), None),
            Some("BAD_INPUT") => Failure::new(Exit::Refused, message, None),
            Some("NOT_FOUND") => Failure::not_found(message),
            Some("BAD_QUERY") => Failure::strange(error.message.clone()),
            _ => {
                let trace = error.extensions.request_id.as_deref().map(words::trace);
                Failure::new(Exit::Failed, words::server_failed(&error.message), trace)
            }
        })
    }
}

fn not_signed_in() -> Failure {
    Failure::new(Exit::NotAllowed, words::not_signed_in(), Some(words::where_tokens_are()))
}

/// What a GraphQL server sends back.
#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(default)]
    data: Value,
    #[serde(default)]
    errors: Vec<TopLevelError>,
}

#[derive(Debug, Deserialize)]
struct TopLevelError {
    message: String,
    #[serde(default)]
    extensions: Extensions,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Extensions {
    code: Option<String>,
    request_id: Option<String>,
}

impl Answer {
    /// The one field every document of ours asks for.
    fn field(self) -> Option<Value> {
        match self.data {
            Value::Object(fields) => fields.into_iter().next().map(|(_, value)| value),
            _ => None,
        }
    }
}

impl Position {
    /// The position a batch, page or object is true as of.
    pub(crate) fn of(value: &Value) -> Result<Self, Failure> {
        Self::deserialize(&value["position"]).map_err(Failure::strange)
    }

    pub(crate) fn number(self) -> u64 {
        self.0
    }
}

impl std::str::FromStr for Position {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// On the wire a decimal string, because it may pass 2^53.
impl Serialize for Position {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
