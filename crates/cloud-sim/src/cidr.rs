//! IPv4 networks, as far as VCNs and subnets need them.

use std::net::Ipv4Addr;

use crate::answer::Refusal;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cidr {
    base: u32,
    prefix: u32,
}

impl Cidr {
    /// `10.0.0.0/16`; between /16 and /30, as OCI allows, and without host bits.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let read = || {
            let (address, prefix) = text.split_once('/')?;
            let cidr =
                Self { base: address.parse::<Ipv4Addr>().ok()?.to_bits(), prefix: prefix.parse().ok()? };
            ((16..=30).contains(&cidr.prefix) && cidr.base & !cidr.mask() == 0).then_some(cidr)
        };
        read().ok_or_else(|| Refusal::invalid(format!("{text} is not a CIDR block from /16 to /30")))
    }

    fn mask(self) -> u32 {
        u32::MAX << (32 - self.prefix)
    }

    pub(crate) fn holds(self, other: Self) -> bool {
        other.prefix >= self.prefix && other.base & self.mask() == self.base
    }

    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.holds(other) || other.holds(self)
    }

    /// The host address of that number, wrapping around within the block; 1 is the router's.
    pub(crate) fn host(self, number: u64) -> String {
        let hosts = u64::from(!self.mask()) - 1;
        let number = u32::try_from(number % hosts).unwrap_or(0) + 1;
        Ipv4Addr::from_bits(self.base + number).to_string()
    }
}
