//! Where the three services of a region are reached.
//!
//! Built from the table of regions, or overridden to a simulator on this very machine. There is no third way: a request
//! signed with an account's key never goes to a host that somebody typed.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::region::Region;

/// The base URLs of one region. Paths begin with the API's date and are given by each operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    iaas: Url,
    identity: Url,
    limits: Url,
}

impl Endpoints {
    /// The provider's own hosts for this region.
    pub fn official(region: Region) -> Self {
        let (id, domain) = (region.id(), region.domain());
        Self {
            iaas: from_table(&format!("https://iaas.{id}.{domain}")),
            identity: from_table(&format!("https://identity.{id}.oci.{domain}")),
            limits: from_table(&format!("https://limits.{id}.oci.{domain}")),
        }
    }

    /// All services at one address on this machine, for simulators. Refuses every host that is not a loopback.
    pub fn overridden(base: &Url) -> Result<Self, EndpointError> {
        check_scheme(base)?;
        check_loopback(base)?;
        check_bare(base)?;
        Ok(Self { iaas: base.clone(), identity: base.clone(), limits: base.clone() })
    }

    /// Compute, network and work requests.
    pub fn iaas(&self) -> &Url {
        &self.iaas
    }

    /// Users, tenancies, regions and availability domains.
    pub fn identity(&self) -> &Url {
        &self.identity
    }

    /// What the account may use.
    pub fn limits(&self) -> &Url {
        &self.limits
    }
}

/// Why an address may not take the place of the provider's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error("the endpoint must begin with http:// or https://")]
    Scheme,
    #[error("the endpoint must be on this machine: 127.0.0.0/8, ::1 or localhost")]
    NotLoopback,
    #[error("the endpoint must be a bare address, without user, path, query or fragment")]
    NotBare,
}

impl EndpointError {
    /// The same sentence in Chinese.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Scheme => "端点必须以 http:// 或 https:// 开头",
            Self::NotLoopback => "端点必须在本机：127.0.0.0/8、::1 或 localhost",
            Self::NotBare => "端点只能是地址，不能含用户、路径、查询或片段",
        }
    }
}

fn from_table(text: &str) -> Url {
    Url::parse(text).expect("ids and domains of the table are plain host names, as a test holds")
}

fn check_scheme(base: &Url) -> Result<(), EndpointError> {
    if matches!(base.scheme(), "http" | "https") { Ok(()) } else { Err(EndpointError::Scheme) }
}

/// `localhost` is taken by name: the resolver is told to answer it on this machine (RFC 6761).
fn check_loopback(base: &Url) -> Result<(), EndpointError> {
    let is_loopback = match base.host() {
        Some(Host::Ipv4(address)) => Ipv4Addr::is_loopback(&address),
        Some(Host::Ipv6(address)) => Ipv6Addr::is_loopback(&address),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if is_loopback { Ok(()) } else { Err(EndpointError::NotLoopback) }
}

fn check_bare(base: &Url) -> Result<(), EndpointError> {
    let has_user = !base.username().is_empty() || base.password().is_some();
    let has_more = base.path() != "/" || base.query().is_some() || base.fragment().is_some();
    if has_user || has_more { Err(EndpointError::NotBare) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{EndpointError, Endpoints};
    use crate::region::Region;

    fn overridden(text: &str) -> Result<Endpoints, EndpointError> {
        Endpoints::overridden(&Url::parse(text).unwrap())
    }

    #[test]
    fn the_services_of_tokyo_are_where_the_sdk_finds_them() {
        let endpoints = Endpoints::official(Region::find("nrt").unwrap());
        assert_eq!(endpoints.iaas().as_str(), "https://iaas.ap-tokyo-1.oraclecloud.com/");
        assert_eq!(endpoints.identity().as_str(), "https://identity.ap-tokyo-1.oci.oraclecloud.com/");
        assert_eq!(endpoints.limits().as_str(), "https://limits.ap-tokyo-1.oci.oraclecloud.com/");
    }

    #[test]
    fn a_simulator_on_this_machine_may_take_their_place() {
        for text in
            ["http://127.0.0.1:8080", "https://127.9.9.9", "http://[::1]:1", "http://localhost:18080/"]
        {
            assert!(overridden(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn no_other_host_may() {
        let outside = [
            "http://0.0.0.0",
            "http://10.0.0.1",
            "http://169.254.169.254",
            "http://[::]",
            "http://[::ffff:127.0.0.1]",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://xlocalhost",
            "http://1.1.1.1",
            "https://iaas.ap-tokyo-1.oraclecloud.com",
            "http://127.0.0.1@example.com",
            "http://localhost.",
        ];
        for text in outside {
            assert_eq!(overridden(text), Err(EndpointError::NotLoopback), "{text}");
        }
        assert_eq!(overridden("ftp://127.0.0.1"), Err(EndpointError::Scheme));
        for text in
            ["http://me:pw@127.0.0.1", "http://127.0.0.1/x", "http://127.0.0.1?x", "http://127.0.0.1#x"]
        {
            assert_eq!(overridden(text), Err(EndpointError::NotBare), "{text}");
        }
    }
}
