use std::{
    collections::BTreeMap,
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use url::Url;

use super::{Blocked, Guard, Peer, Purpose, Reach, Resolver, Unreachable, host};

fn guard(allow: &[&str]) -> Guard {
    Guard::new(&allow.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>())
}

fn admit(guard: &Guard, url: &str) -> Result<Reach, Blocked> {
    guard.admit_url(&Url::parse(url).unwrap())
}

/// Every spelling of an address that `inet_aton`, browsers or libraries were ever seen to take.
const SPELLINGS: &[&str] = &[
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0x0.0x0.0x1",
    "0X7F.1",
    "0177.0.0.1",
    "017700000001",
    "0177.0x0.1",
    "0",
    "0.0.0.0",
    "127。0。0。1",
    "127．0．0．1",
    "127｡0｡0｡1",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "%31%32%37.0.0.1",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:0001]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fec0::1]",
    "[ff02::1]",
    "10.0.0.1",
    "10.1",
    "167772161",
    "012.0.0.1",
    "0xa000001",
    "172.16.0.1",
    "172.31.255.254",
    "2886729729",
    "192.168.0.1",
    "192.168.1",
    "3232235521",
    "0xc0a80001",
    "0300.0250.0.1",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0xa9.0xfe.0xa9.0xfe",
    "0251.0376.0251.0376",
    "169.254.43518",
    "100.100.100.200",
    "1684301000",
    "168.63.129.16",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "4294967295",
];

#[test]
fn no_spelling_of_an_inside_address_is_let_through() {
    assert!(SPELLINGS.len() >= 60);
    let guard = guard(&[]);
    for spelling in SPELLINGS {
        for scheme in ["https", "http"] {
            let url = Url::parse(&format!("{scheme}://{spelling}:8443/x"));
            // What is no address at all is refused before the guard is asked.
            let Ok(url) = url else { continue };
            assert_eq!(guard.admit_url(&url), Err(Blocked::Address), "{url} of {spelling}");
        }
    }
}

#[test]
fn a_mail_server_is_held_to_the_same() {
    let guard = guard(&[]);
    for spelling in SPELLINGS {
        let Some(host) = host(spelling) else { continue };
        let peer = Peer { host: &host, port: 465, encrypted: true, purpose: Purpose::Mail };
        assert_eq!(guard.admit(peer), Err(Blocked::Address), "{spelling}");
    }
    assert!(host("::1").is_some());
}

#[test]
fn the_world_is_called_encrypted_and_at_usual_ports() {
    let guard = guard(&[]);
    for (url, expected) in [
        ("https://hooks.example/x", Ok(Reach::World)),
        ("https://1.1.1.1/", Ok(Reach::World)),
        ("https://[2606:4700::1111]:8443/", Ok(Reach::World)),
        ("http://hooks.example/", Ok(Reach::Allowed(Blocked::Plain))),
        ("http://1.1.1.1/", Err(Blocked::Plain)),
        ("https://hooks.example:22/", Ok(Reach::Allowed(Blocked::Port))),
        ("https://1.1.1.1:6667/", Err(Blocked::Port)),
    ] {
        assert_eq!(admit(&guard, url), expected, "{url}");
    }
}

#[test]
fn what_the_operator_allows_may_be_called_as_it_is() {
    let guard = guard(&["loopback", "10.1.0.0/16", "relay.internal:2500", "old.internal"]);
    let allowed = Reach::Allowed(Blocked::Plain);
    for (url, expected) in [
        ("http://127.0.0.1:8080/", Ok(allowed)),
        ("http://[::1]/", Ok(allowed)),
        ("http://10.1.2.3:81/", Ok(allowed)),
        ("https://10.2.0.1/", Err(Blocked::Address)),
        ("http://relay.internal:2500/", Ok(Reach::Anywhere)),
        ("http://relay.internal:2501/", Ok(allowed)),
        ("http://old.internal./", Ok(Reach::Anywhere)),
    ] {
        assert_eq!(admit(&guard, url), expected, "{url}");
    }
}

struct Table(BTreeMap<&'static str, Vec<&'static str>>);

#[async_trait]
impl Resolver for Table {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let found = self.0.get(host).ok_or(io::ErrorKind::NotFound)?;
        Ok(found.iter().map(|text| text.parse().unwrap()).collect())
    }
}

async fn resolved(allow: &[&str], reach: Reach, addresses: &[&'static str]) -> Result<Vec<String>, Blocked> {
    let table = Table([("a.example", addresses.to_vec())].into());
    let guard = guard(allow).with_resolver(Arc::new(table));
    match guard.resolve(reach, "a.example").await {
        Ok(found) => Ok(found.iter().map(ToString::to_string).collect()),
        Err(Unreachable::Blocked(blocked)) => Err(blocked),
        Err(Unreachable::Unknown) => Ok(vec![]),
    }
}

#[tokio::test]
async fn of_a_names_addresses_only_the_worlds_are_left() {
    let mixed = ["10.0.0.1", "1.1.1.1", "::1", "2606:4700::1111", "169.254.169.254"];
    assert_eq!(resolved(&[], Reach::World, &mixed).await.unwrap(), ["1.1.1.1", "2606:4700::1111"]);
    assert_eq!(resolved(&[], Reach::World, &["127.0.0.1", "::1"]).await, Err(Blocked::Address));
    let both = resolved(&["10.0.0.0/8"], Reach::World, &["10.0.0.1", "1.1.1.1"]).await;
    assert_eq!(both.unwrap(), ["10.0.0.1", "1.1.1.1"]);
    let plain = Reach::Allowed(Blocked::Plain);
    assert_eq!(resolved(&["10.0.0.0/8"], plain, &["10.0.0.1", "1.1.1.1"]).await.unwrap(), ["10.0.0.1"]);
    assert_eq!(resolved(&[], plain, &["1.1.1.1"]).await, Err(Blocked::Plain));
    assert_eq!(resolved(&[], Reach::Anywhere, &["127.0.0.1"]).await.unwrap(), ["127.0.0.1"]);
    assert!(resolved(&[], Reach::World, &[]).await.unwrap().is_empty());
}

/// Answers otherwise every time that it is asked.
struct Turncoat(AtomicUsize);

#[async_trait]
impl Resolver for Turncoat {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let turn = self.0.fetch_add(1, Ordering::Relaxed);
        Ok(vec![if turn.is_multiple_of(2) { [1, 1, 1, 1].into() } else { [127, 0, 0, 1].into() }])
    }
}

#[tokio::test]
async fn each_answer_is_looked_at_and_none_is_asked_for_twice() {
    let resolver = Arc::new(Turncoat(AtomicUsize::new(0)));
    let guard = guard(&[]).with_resolver(resolver.clone());
    for turn in 0..100 {
        let found = guard.resolve(Reach::World, "a.example").await;
        assert_eq!(found.is_ok(), turn % 2 == 0);
        assert!(found.unwrap_or_default().iter().all(|address| !address.is_loopback()));
    }
    assert_eq!(resolver.0.load(Ordering::Relaxed), 100);
}
