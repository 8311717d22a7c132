//! Where a request came from.

use std::net::IpAddr;

use berth_domain::access::Place;

/// Where a request came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// The address of whoever asks; absent on the machine itself.
    pub address: Option<IpAddr>,
    /// What their program says it is.
    pub agent: String,
}

/// What is said of requests without an address.
const LOCAL: &str = "local";

impl Visit {
    /// The address as text, for people.
    pub fn from(&self) -> String {
        self.address.map_or_else(|| LOCAL.to_owned(), |address| address.to_string())
    }

    /// As far as [`Visit::from`] tells; nothing of what it cannot have said.
    pub(super) fn told(from: &str) -> Option<Self> {
        let address = if from == LOCAL { None } else { Some(from.parse().ok()?) };
        Some(Self { address, agent: String::new() })
    }

    /// Where its guesses are counted; absent on the machine itself.
    pub(super) fn place(&self) -> Option<Place> {
        self.address.map(Place::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visit_is_known_again_from_what_was_kept_of_it() {
        for address in [None, Some("192.0.2.7"), Some("2001:db8::1")] {
            let address = address.map(|address| address.parse().unwrap());
            let visit = Visit { address, agent: String::new() };
            assert_eq!(Visit::told(&visit.from()), Some(visit));
        }
        assert_eq!(Visit::told("somewhere"), None);
    }
}
