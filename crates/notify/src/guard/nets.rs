//! Which addresses belong to the whole world. All others are somebody's own: a machine's, a network's, a cloud's inside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// What of IPv4 is not the world's. Written as octets, so that no address can be misspelt into none.
const NOT_THE_WORLD_V4: &[([u8; 4], u8, &str)] = &[
    ([0, 0, 0, 0], 8, "this network; Linux takes 0.0.0.0 for itself"),
    ([10, 0, 0, 0], 8, "private"),
    ([100, 64, 0, 0], 10, "behind a carrier's NAT; 100.100.100.200 tells Aliyun's machines their secrets"),
    ([127, 0, 0, 0], 8, "this machine"),
    ([168, 63, 129, 16], 32, "tells Azure's machines about themselves"),
    ([169, 254, 0, 0], 16, "this link; 169.254.169.254 tells most clouds' machines their secrets"),
    ([172, 16, 0, 0], 12, "private"),
    ([192, 0, 0, 0], 24, "protocols; 192.0.0.192 tells Oracle's older machines about themselves"),
    ([192, 0, 2, 0], 24, "examples"),
    ([192, 88, 99, 0], 24, "relays into IPv6"),
    ([192, 168, 0, 0], 16, "private"),
    ([198, 18, 0, 0], 15, "benchmarks"),
    ([198, 51, 100, 0], 24, "examples"),
    ([203, 0, 113, 0], 24, "examples"),
    ([224, 0, 0, 0], 4, "many at once"),
    ([240, 0, 0, 0], 4, "reserved, and everybody at once"),
];

/// The world's part of IPv6 …
const THE_WORLD_V6: ([u16; 8], u8) = ([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// … and what is not the world's all the same. What lies outside of it (`::1`, mapped and translated IPv4, `fc00::/7`, `fe80::/10`,
/// `fec0::/10`, `ff00::/8`) is stopped by that already, and stands here for who reads.
const NOT_THE_WORLD_V6: &[([u16; 8], u8, &str)] = &[
    ([0, 0, 0, 0, 0, 0, 0, 0], 96, "unspecified, this machine, and IPv4 in an old spelling"),
    ([0, 0, 0, 0, 0, 0xffff, 0, 0], 96, "IPv4 in another spelling"),
    ([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96, "IPv4 behind a translator"),
    ([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, "IPv4 behind a translator of one's own"),
    ([0x100, 0, 0, 0, 0, 0, 0, 0], 64, "nowhere"),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, "protocols, among them Teredo"),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, "examples"),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, "IPv4 in IPv6"),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, "examples"),
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, "private; fd00:ec2::254 tells Amazon's machines their secrets"),
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, "this link"),
    ([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, "this site"),
    ([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, "many at once"),
];

/// Whether the address belongs to the whole world.
pub(super) fn is_the_worlds(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            !NOT_THE_WORLD_V4.iter().any(|(net, length, _)| within_v4(*net, *length, address))
        }
        IpAddr::V6(address) => {
            let (net, length) = THE_WORLD_V6;
            within_v6(net, length, address)
                && !NOT_THE_WORLD_V6.iter().any(|(net, length, _)| within_v6(*net, *length, address))
        }
    }
}

fn within_v4(net: [u8; 4], length: u8, address: Ipv4Addr) -> bool {
    Ipv4Net::new_assert(Ipv4Addr::from(net), length).contains(&address)
}

fn within_v6(net: [u16; 8], length: u8, address: Ipv6Addr) -> bool {
    Ipv6Net::new_assert(Ipv6Addr::from(net), length).contains(&address)
}

#[cfg(test)]
mod tests {
    use super::is_the_worlds;

    #[test]
    fn what_is_somebodys_own_is_not_the_worlds() {
        for own in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "5f00::1",
            "4000::1",
        ] {
            assert!(!is_the_worlds(own.parse().unwrap()), "{own}");
        }
    }

    #[test]
    fn what_is_beside_it_is() {
        for world in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "168.63.129.15",
            "168.63.129.17",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2400:3200::1",
            "2a00:1450::1",
        ] {
            assert!(is_the_worlds(world.parse().unwrap()), "{world}");
        }
    }
}
