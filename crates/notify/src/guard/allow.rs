//! What the operator allowed beside the world: `loopback`, a net such as `10.1.0.0/16`, an address, a host, each host and address with a
//! port if only that is meant.

use std::net::IpAddr;

use ipnet::IpNet;

/// What names nothing is left out: it allows nothing.
#[derive(Debug, Default)]
pub(super) struct Allow {
    nets: Vec<IpNet>,
    hosts: Vec<(String, Option<u16>)>,
}

impl Allow {
    pub(super) fn new(entries: &[String]) -> Self {
        let mut allow = Self::default();
        for entry in entries {
            allow.add(entry.trim().to_ascii_lowercase().as_str());
        }
        allow
    }

    /// Whether the address lies in a net that is allowed, whatever the port.
    pub(super) fn holds(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.nets.iter().any(|net| net.contains(&address))
    }

    /// Whether the host itself is named. Then it may be anywhere: the operator trusts whoever says where it is.
    pub(super) fn names(&self, host: &str, port: u16) -> bool {
        let host = canonical(host);
        self.hosts.iter().any(|(name, only)| *name == host && only.is_none_or(|only| only == port))
    }

    fn add(&mut self, entry: &str) {
        if entry == "loopback" {
            self.nets.extend(["127.0.0.0/8", "::1/128"].iter().filter_map(|net| net.parse::<IpNet>().ok()));
        } else if let Ok(net) = entry.parse::<IpNet>() {
            self.nets.push(net.trunc());
        } else if let Ok(address) = bare(entry).parse::<IpAddr>() {
            self.nets.push(IpNet::from(address.to_canonical()));
        } else if let Some((host, port)) = entry.rsplit_once(':') {
            if let Ok(port) = port.parse() {
                self.hosts.push((canonical(host), Some(port)));
            }
        } else if !entry.is_empty() {
            self.hosts.push((canonical(entry), None));
        }
    }
}

fn bare(text: &str) -> &str {
    text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text)
}

/// A name as URLs have it, an address in its usual spelling.
fn canonical(host: &str) -> String {
    let host = bare(host).trim_end_matches('.').to_ascii_lowercase();
    host.parse::<IpAddr>().map(|address| address.to_canonical().to_string()).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::Allow;

    fn allow(entries: &[&str]) -> Allow {
        Allow::new(&entries.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn nets_and_addresses_are_held() {
        let allow = allow(&["loopback", "10.1.2.3/16", "192.168.1.5", "[fd00::1]", "fd12::/16"]);
        for held in [
            "127.0.0.1",
            "127.9.9.9",
            "::1",
            "::ffff:127.0.0.1",
            "10.1.255.255",
            "192.168.1.5",
            "fd00::1",
            "fd12::9",
        ] {
            assert!(allow.holds(held.parse().unwrap()), "{held}");
        }
        for other in ["10.2.0.0", "192.168.1.6", "fd00::2", "::2", "8.8.8.8"] {
            assert!(!allow.holds(other.parse().unwrap()), "{other}");
        }
    }

    #[test]
    fn hosts_are_named_with_their_port_or_with_all() {
        let allow = allow(&[
            "Mail.Internal",
            "hooks.internal:8080",
            "192.168.1.5:9000",
            "[fd00::1]:25",
            "",
            ":",
            "x:y",
        ]);
        assert!(allow.names("mail.internal", 25) && allow.names("MAIL.internal.", 587));
        assert!(allow.names("hooks.internal", 8080) && !allow.names("hooks.internal", 8081));
        assert!(allow.names("192.168.1.5", 9000) && !allow.names("192.168.1.5", 80));
        assert!(allow.names("fd00::1", 25) && !allow.names("evil.mail.internal", 25));
        assert!(!allow.names("", 80) && !allow.holds("192.168.1.5".parse().unwrap()));
    }
}
