//! The pool of connections under all calls.
//!
//! One for all accounts that go direct, and one for each proxy in use: thousands of accounts must not mean thousands of
//! certificate stores.

use std::time::Duration;

use reqwest::{Proxy, redirect, retry};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TOTAL_TIMEOUT: Duration = Duration::from_mins(1);

/// Shorter than any server's: a connection that the other side is just closing would leave a launch in doubt.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// A pool of connections. Cheap to clone; clones share it. Making one reads the system's certificates, which takes some
/// milliseconds.
#[derive(Debug, Clone)]
pub struct Transport(reqwest::Client);

impl Transport {
    /// Goes straight to the cloud, whatever proxy the environment names.
    pub fn direct() -> Result<Self, TransportError> {
        Self::build(builder())
    }

    /// Goes through a proxy: `http://`, `https://`, `socks5://` or `socks5h://`, with user and password if it wants them.
    pub fn through(proxy: &SecretString) -> Result<Self, ProxyError> {
        let proxy = checked(proxy.expose_secret())?;
        Self::build(builder().proxy(proxy)).map_err(|_| ProxyError::NotAnAddress)
    }

    /// Whether `through` would take this address. Builds nothing.
    pub fn check_proxy(proxy: &SecretString) -> Result<(), ProxyError> {
        checked(proxy.expose_secret()).map(drop)
    }

    /// As `direct`, with a shorter patience, for tests of time-outs.
    #[doc(hidden)]
    pub fn with_total_timeout(timeout: Duration) -> Result<Self, TransportError> {
        Self::build(builder().timeout(timeout))
    }

    pub(super) fn http(&self) -> &reqwest::Client {
        &self.0
    }

    fn build(builder: reqwest::ClientBuilder) -> Result<Self, TransportError> {
        Ok(Self(builder.build().map_err(|source| TransportError { source: source.without_url() })?))
    }
}

/// The system's certificates or its resolver could not be loaded.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up connections to the cloud")]
pub struct TransportError {
    source: reqwest::Error,
}

/// Why an address is not a proxy that can be used. Never repeats the address: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    #[error("the proxy must be an address like socks5://host:port")]
    NotAnAddress,
    #[error("the proxy must begin with http://, https://, socks5:// or socks5h://")]
    Scheme,
}

impl ProxyError {
    /// The same sentence in Chinese.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::NotAnAddress => "代理地址应形如 socks5://主机:端口",
            Self::Scheme => "代理地址必须以 http://、https://、socks5:// 或 socks5h:// 开头",
        }
    }
}

/// HTTP/1.1 only, as the official SDK speaks it: then a request is on the wire in whole or not at all.
fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .no_proxy()
        .http1_only()
        .retry(retry::never())
        .redirect(redirect::Policy::none())
        .referer(false)
        .user_agent(concat!("berth/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TOTAL_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(16)
}

fn checked(text: &str) -> Result<Proxy, ProxyError> {
    let url = Url::parse(text).map_err(|_| ProxyError::NotAnAddress)?;
    if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") {
        return Err(ProxyError::Scheme);
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(ProxyError::NotAnAddress);
    }
    Proxy::all(url).map_err(|_| ProxyError::NotAnAddress)
}
