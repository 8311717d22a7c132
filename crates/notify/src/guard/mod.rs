//! Where the server may call. Addresses are given by users, and the server stands where they do not: inside a network, a cloud, a machine.
//!
//! A name is resolved, every address that is not the world's is dropped, and the connection goes to exactly what is left: there is no
//! second question that could be answered otherwise. What the operator allowed in `outbound.allow` is let through. Plain HTTP, plain SMTP
//! and unusual ports are for that alone.

mod allow;
mod nets;
mod ports;
mod resolver;

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use url::{Host, Url};

pub(crate) use self::ports::Purpose;
pub use self::resolver::Resolver;
use self::{allow::Allow, resolver::System};

/// Cheap to clone.
#[derive(Clone)]
pub struct Guard {
    allow: Arc<Allow>,
    resolver: Arc<dyn Resolver>,
}

/// What a connection may reach; decided by its address as it was written, held when the name is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Reach {
    /// The world, and the nets that are allowed.
    World,
    /// The nets that are allowed, and nothing else.
    Allowed(Blocked),
    /// Wherever it is: the operator named the host.
    Anywhere,
}

/// Why a call is not made. It does not say where a name was found to be: that would map the inside for whoever asks. It stands where the
/// other side's words would, which are in one language too; that the server may not call is said beside it in the reader's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Blocked {
    #[error("the address is not a public one, and `outbound.allow` does not name it")]
    Address,
    #[error("without encryption only what `outbound.allow` names may be called")]
    Plain,
    #[error("at this port only what `outbound.allow` names may be called")]
    Port,
}

/// Why there is no address to connect to.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(crate) enum Unreachable {
    #[error(transparent)]
    Blocked(#[from] Blocked),
    #[error("the name cannot be resolved")]
    Unknown,
}

/// What is to be connected to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer<'a> {
    pub(crate) host: &'a Host<String>,
    pub(crate) port: u16,
    pub(crate) encrypted: bool,
    pub(crate) purpose: Purpose,
}

impl Guard {
    /// `allow` as in the configuration's `outbound.allow`.
    pub fn new(allow: &[String]) -> Self {
        Self { allow: Arc::new(Allow::new(allow)), resolver: Arc::new(System) }
    }

    /// As `new`, asking somebody else where names are.
    #[must_use]
    pub fn with_resolver(mut self, resolver: Arc<dyn Resolver>) -> Self {
        self.resolver = resolver;
        self
    }

    /// How far a call may reach, by its address as it is written. A literal address is decided here, for nobody will resolve it.
    pub(crate) fn admit(&self, peer: Peer<'_>) -> Result<Reach, Blocked> {
        if self.allow.names(&plain(peer.host), peer.port) {
            return Ok(Reach::Anywhere);
        }
        let reach = if !peer.encrypted {
            Reach::Allowed(Blocked::Plain)
        } else if !ports::is_usual(peer.purpose, peer.port) {
            Reach::Allowed(Blocked::Port)
        } else {
            Reach::World
        };
        match literal(peer.host) {
            Some(address) => self.check(reach, address).map(|()| reach),
            None => Ok(reach),
        }
    }

    /// As `admit`, of an address of the web.
    pub(crate) fn admit_url(&self, url: &Url) -> Result<Reach, Blocked> {
        let host = url.host().ok_or(Blocked::Address)?.to_owned();
        let port = url.port_or_known_default().ok_or(Blocked::Port)?;
        let encrypted = url.scheme() == "https";
        self.admit(Peer { host: &host, port, encrypted, purpose: Purpose::Web })
    }

    /// The addresses of a name that may be connected to, of those that it has at this moment.
    pub(crate) async fn resolve(&self, reach: Reach, host: &str) -> Result<Vec<IpAddr>, Unreachable> {
        let found = self.resolver.resolve(host).await.map_err(|_| Unreachable::Unknown)?;
        let mut refused = None;
        let mut good = Vec::new();
        for address in found {
            match self.check(reach, address) {
                Ok(()) => good.push(address),
                Err(blocked) => refused = Some(blocked),
            }
        }
        match (good.is_empty(), refused) {
            (false, _) => Ok(good),
            (true, Some(blocked)) => Err(blocked.into()),
            (true, None) => Err(Unreachable::Unknown),
        }
    }

    /// As `resolve`, of a host as it is written, with its port.
    pub(crate) async fn sockets(&self, reach: Reach, peer: Peer<'_>) -> Result<Vec<SocketAddr>, Unreachable> {
        let addresses = match literal(peer.host) {
            Some(address) => vec![address],
            None => self.resolve(reach, &plain(peer.host)).await?,
        };
        Ok(addresses.into_iter().map(|address| SocketAddr::new(address, peer.port)).collect())
    }

    fn check(&self, reach: Reach, address: IpAddr) -> Result<(), Blocked> {
        match reach {
            Reach::Anywhere => Ok(()),
            _ if self.allow.holds(address) => Ok(()),
            Reach::World if nets::is_the_worlds(address) => Ok(()),
            Reach::World => Err(Blocked::Address),
            // Who asks for an address of the inside is told that, and not that encryption would help.
            Reach::Allowed(_) if !nets::is_the_worlds(address) => Err(Blocked::Address),
            Reach::Allowed(why) => Err(why),
        }
    }
}

fn literal(host: &Host<String>) -> Option<IpAddr> {
    match host {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(IpAddr::V4(*address)),
        Host::Ipv6(address) => Some(IpAddr::V6(*address)),
    }
}

/// Without the brackets of IPv6.
pub(crate) fn plain(host: &Host<String>) -> String {
    match host {
        Host::Domain(name) => name.clone(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    }
}

/// A host that is not part of an address, as addresses would have it: `0x7f.1` is 127.0.0.1 here as well.
pub(crate) fn host(text: &str) -> Option<Host<String>> {
    match text.trim().parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => Some(Host::Ipv4(address)),
        Ok(IpAddr::V6(address)) => Some(Host::Ipv6(address)),
        Err(_) => Host::parse(text.trim()).ok(),
    }
}

#[cfg(test)]
mod tests;
