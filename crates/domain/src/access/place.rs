//! Where somebody asks from, wherever places are counted: requests, sockets, guesses.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

/// Addresses that one person can have at will are one place: an IPv6 network of 64 bits. An IPv4 address is the same place when it is
/// written as one of IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(IpAddr);

impl Place {
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => {
                let [one, two, three, four, ..] = address.segments();
                Ipv6Addr::new(one, two, three, four, 0, 0, 0, 0).into()
            }
            address @ IpAddr::V4(_) => address,
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => address.fmt(f),
            IpAddr::V6(network) => write!(f, "{network}/64"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(address: &str) -> String {
        Place::of(address.parse().expect("the tests write lawful addresses")).to_string()
    }

    #[test]
    fn what_one_person_can_have_at_will_is_one_place() {
        assert_eq!(place("2001:db8:1:2::7"), "2001:db8:1:2::/64");
        assert_eq!(place("2001:db8:1:2:ffff:ffff:ffff:ffff"), place("2001:db8:1:2::"));
        assert_ne!(place("2001:db8:1:3::7"), place("2001:db8:1:2::7"));
    }

    #[test]
    fn an_address_of_ipv4_is_the_same_place_in_either_writing() {
        assert_eq!(place("::ffff:192.0.2.7"), "192.0.2.7");
        assert_ne!(place("::ffff:192.0.2.8"), place("192.0.2.7"));
    }
}
