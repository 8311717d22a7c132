//! The pools of connections under all calls: one for each reach and proxy, made when it is first needed.
//!
//! Thousands of channels share a handful: each holds the system's certificates.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_lc_rs::digest::{SHA256, digest};
use reqwest::{
    Client, Proxy,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect, retry,
};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::{
    guard::{Guard, Purpose, Reach, Unreachable},
    request::Unlawful,
};

/// How long somebody is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Until there is a connection.
    pub connect: Duration,
    /// Until there is an answer.
    pub total: Duration,
    /// Until a mail server has taken a mail.
    pub mail: Duration,
}

/// RFC 5321, 4.5.3.2.6, asks for ten minutes after the final dot: a server that looks for viruses first has the mail already, and whoever
/// gives up sends it again and again. Nobody but the channel's own lane waits, and it has others to send, so two have to do.
const MAIL: Duration = Duration::from_mins(2);

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), total: Duration::from_secs(10), mail: MAIL }
    }
}

/// Shorter than most servers', so that a connection that is just being closed is seldom used.
const IDLE: Duration = Duration::from_secs(30);
const IDLE_TO_A_HOST: usize = 2;

/// Proxies are given by users; beyond so many all are made anew.
const MOST: usize = 16;

pub(crate) struct Clients {
    guard: Guard,
    patience: Patience,
    made: Mutex<HashMap<Key, Client>>,
}

/// The proxy's address stands as its hash: it may hold a password, and this lives as long as the process.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    reach: Reach,
    proxy: Option<Vec<u8>>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum NoClient {
    #[error(transparent)]
    Unlawful(#[from] Unlawful),
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    #[error("cannot set up connections")]
    Broken,
}

impl Clients {
    pub(crate) fn new(guard: Guard, patience: Patience) -> Self {
        Self { guard, patience, made: Mutex::default() }
    }

    /// What may call this address, straight or through a proxy.
    pub(crate) async fn to(&self, url: &Url, proxy: Option<&SecretString>) -> Result<Client, NoClient> {
        let reach = self.guard.admit_url(url).map_err(Unreachable::from)?;
        let Some(proxy) = proxy else {
            return self.made(Key { reach, proxy: None }, None);
        };
        let through = Through::new(&self.guard, proxy)?;
        if through.resolves() && !is_telegrams(url) {
            self.look(reach, url).await?;
        }
        let hash = digest(&SHA256, proxy.expose_secret().as_bytes()).as_ref().to_vec();
        self.made(Key { reach, proxy: Some(hash) }, Some(through))
    }

    /// A proxy that resolves names itself connects where it likes, so this is as much as can be seen from here: a name that lies inside for us
    /// is not given to it. One that we cannot resolve is: that is what such proxies are for. And Telegram's own name is not asked for, since
    /// where it is blocked it is often said to be somewhere inside.
    async fn look(&self, reach: Reach, url: &Url) -> Result<(), Unreachable> {
        let Some(url::Host::Domain(name)) = url.host() else { return Ok(()) };
        match self.guard.resolve(reach, name).await {
            Err(Unreachable::Blocked(blocked)) => Err(blocked.into()),
            _ => Ok(()),
        }
    }

    fn made(&self, key: Key, through: Option<Through>) -> Result<Client, NoClient> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = made.get(&key) {
            return Ok(client.clone());
        }
        let client = self.make(key.reach, through)?;
        if made.len() >= MOST {
            made.clear();
        }
        made.insert(key, client.clone());
        Ok(client)
    }

    /// HTTP/1.1 only: a request is on the wire in whole or not at all, and h2 would tell heads to who traces everything.
    fn make(&self, reach: Reach, through: Option<Through>) -> Result<Client, NoClient> {
        let mut resolver = Guarded { guard: self.guard.clone(), reach, proxy: None };
        let mut builder = Client::builder()
            .no_proxy()
            .http1_only()
            .retry(retry::never())
            .redirect(redirect::Policy::none())
            .referer(false)
            .user_agent(concat!("berth/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(self.patience.connect)
            .timeout(self.patience.total)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_TO_A_HOST);
        if let Some(through) = through {
            resolver.proxy = Some((through.host, through.reach));
            builder = builder.proxy(through.proxy);
        }
        builder.dns_resolver(Arc::new(resolver)).build().map_err(|_| NoClient::Broken)
    }
}

fn is_telegrams(url: &Url) -> bool {
    url.scheme() == "https" && url.host_str() == Some("api.telegram.org")
}

/// A proxy that may be called.
struct Through {
    proxy: Proxy,
    scheme: String,
    host: String,
    reach: Reach,
}

impl Through {
    /// The proxy itself is a call like any other: to the world encrypted, or where the operator allows. SOCKS has no encryption of its own, so
    /// it is judged by what goes through it, which always is TLS unless the operator allowed otherwise.
    fn new(guard: &Guard, proxy: &SecretString) -> Result<Self, NoClient> {
        let url = Url::parse(proxy.expose_secret().trim()).map_err(|_| Unlawful::Proxy)?;
        let port = match url.scheme() {
            "http" | "https" => url.port_or_known_default(),
            "socks5" | "socks5h" => url.port().or(Some(1080)),
            _ => None,
        };
        let (Some(port), Some(host)) = (port, url.host_str().and_then(written)) else {
            return Err(Unlawful::Proxy.into());
        };
        let peer = crate::guard::Peer { host: &host, port, encrypted: true, purpose: Purpose::Web };
        let reach = guard.admit(peer).map_err(Unreachable::from)?;
        let scheme = url.scheme().to_owned();
        let name = crate::guard::plain(&host);
        let proxy = Proxy::all(canonical(url, &host)?).map_err(|_| Unlawful::Proxy)?;
        Ok(Self { proxy, scheme, host: name, reach })
    }

    /// Whether it, and not we, asks where names are.
    fn resolves(&self) -> bool {
        self.scheme != "socks5"
    }
}

/// URLs of schemes that browsers do not know keep their host as it was written: `socks5://0x7f.1` is 127.0.0.1 only when it is called.
fn written(host: &str) -> Option<url::Host<String>> {
    let decoded = percent_encoding::percent_decode_str(host).decode_utf8().ok()?;
    url::Host::parse(&decoded).ok()
}

fn canonical(mut url: Url, host: &url::Host<String>) -> Result<Url, Unlawful> {
    url.set_host(Some(&host.to_string())).map_err(|_| Unlawful::Proxy)?;
    Ok(url)
}

/// Gives the connector what the guard leaves of a name's addresses. Literal addresses never come here.
struct Guarded {
    guard: Guard,
    reach: Reach,
    /// What is reached differently.
    proxy: Option<(String, Reach)>,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.guard.clone();
        let reach = match &self.proxy {
            Some((host, reach)) if host.eq_ignore_ascii_case(name.as_str()) => *reach,
            _ => self.reach,
        };
        Box::pin(async move {
            let addresses = guard.resolve(reach, name.as_str()).await?;
            let sockets = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(sockets) as Addrs)
        })
    }
}
