//! Nothing inside is ever connected to.

use std::{
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use berth_domain::channel::Security;
use berth_notify::{Bot, Dispatcher, Kind, Listener as _, Notifier as _, Resolver, Target};
use secrecy::SecretString;

use crate::support::{
    Names, dispatcher, guard,
    letters::{NOW, letter, mail, web_targets},
    web::{Manner, Web},
};

/// Spellings of 127.0.0.1, and names that lead there.
const INSIDE: &[&str] = &[
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "127。0。0。1",
    "１２７.0.0.1",
    "127.0.0.1.",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "0.0.0.0",
    "localhost",
    "localhost.",
    "inside.example",
];

fn names() -> Arc<Names> {
    let mut names = Names::of([("inside.example", [127, 0, 0, 1])]);
    for localhost in ["localhost", "localhost."] {
        names.0.insert(localhost, vec![[127, 0, 0, 1].into(), std::net::Ipv6Addr::LOCALHOST.into()]);
    }
    Arc::new(names)
}

#[tokio::test]
async fn no_kind_of_channel_reaches_inside_by_any_spelling() {
    let web = Web::start(Manner::status(200, "secret of the inside")).await;
    let dispatcher = Dispatcher::new(guard(&[]).with_resolver(names()));
    let port = web.address.port();
    for host in INSIDE {
        for scheme in ["http", "https"] {
            let mut targets = web_targets(&format!("{scheme}://{host}:{port}"));
            targets.push(mail(host, port, Security::None));
            targets.push(mail(host, 465, Security::Tls));
            for target in targets {
                let failure = dispatcher.send(&target, &letter(), NOW).await.unwrap_err();
                assert_eq!(failure.kind, Kind::Blocked, "{scheme} {host} {target:?}: {}", failure.words);
                assert!(
                    !failure.words.contains("inside") && !failure.words.contains("127."),
                    "{}",
                    failure.words
                );
            }
        }
    }
    assert_eq!(web.connections(), 0);
}

#[tokio::test]
async fn the_same_addresses_are_called_where_the_operator_allows_it() {
    let web = Web::start(Manner::status(200, r#"{"ok":true,"errcode":0,"code":0}"#)).await;
    let dispatcher = Dispatcher::new(guard(&["loopback"]).with_resolver(names()));
    for host in ["127.0.0.1", "0x7f.1", "inside.example"] {
        let targets = web_targets(&format!("http://{host}:{}", web.address.port()));
        let wanted = targets.len() - 1;
        let mut taken = 0;
        for target in targets {
            taken += usize::from(dispatcher.send(&target, &letter(), NOW).await.is_ok());
        }
        // All but Bark, whose code for good is another.
        assert_eq!(taken, wanted, "{host}");
    }
    assert_eq!(web.connections(), web_targets("http://x").len() * 3);
}

#[tokio::test]
async fn neither_a_telegram_proxy_nor_what_lies_behind_it_is_inside() {
    let web = Web::start(Manner::status(200, "x")).await;
    let port = web.address.port();
    let outside = Dispatcher::new(guard(&[]).with_resolver(names()));
    let telegram = |api_base: &str, proxy: String| Target::Telegram {
        token: SecretString::from("1:a"),
        chat: "1".to_owned(),
        api_base: api_base.to_owned(),
        proxy: Some(SecretString::from(proxy)),
    };
    for scheme in ["http", "https", "socks5", "socks5h"] {
        for host in INSIDE {
            let target = telegram("https://api.telegram.org", format!("{scheme}://u:p@{host}:{port}"));
            let failure = outside.send(&target, &letter(), NOW).await.unwrap_err();
            assert_ne!(failure.kind, Kind::Refused, "{scheme} {host}");
        }
    }
    assert_eq!(web.connections(), 0);
    // A proxy in a net of our own reaches the world, and nothing else.
    let own = Dispatcher::new(
        guard(&["127.0.0.1/32"]).with_resolver(Arc::new(Names::of([("meta.example", [169, 254, 169, 254])]))),
    );
    for api_base in
        ["https://169.254.169.254", "http://169.254.169.254", "https://meta.example", "https://10.0.0.1"]
    {
        for scheme in ["http", "socks5", "socks5h"] {
            let target = telegram(api_base, format!("{scheme}://127.0.0.1:{port}"));
            let failure = own.send(&target, &letter(), NOW).await.unwrap_err();
            assert_eq!(failure.kind, Kind::Blocked, "{scheme} {api_base}: {}", failure.words);
        }
    }
    assert_eq!(web.connections(), 0);
    let through = telegram("https://api.telegram.org", format!("http://127.0.0.1:{port}"));
    assert!(own.send(&through, &letter(), NOW).await.is_err());
    assert_eq!(web.requests()[0].lines().next(), Some("CONNECT api.telegram.org:443 HTTP/1.1"));
}

#[tokio::test]
async fn who_listens_for_a_bot_is_held_to_the_same() {
    let web = Web::start(Manner::status(200, r#"{"ok":true,"result":[]}"#)).await;
    let bot = Bot { token: SecretString::from("1:a"), api_base: web.base(), proxy: None };
    assert_eq!(dispatcher(&[]).updates(&bot, 0, 0).await.unwrap_err().kind, Kind::Blocked);
    assert_eq!(web.connections(), 0);
}

/// Says one address, then another, then the one again.
struct Turncoat {
    addresses: [IpAddr; 2],
    turn: AtomicUsize,
}

#[async_trait]
impl Resolver for Turncoat {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Ok(vec![self.addresses[self.turn.fetch_add(1, Ordering::SeqCst) % 2]])
    }
}

/// 127.0.0.2 stands for the world here: it is allowed, and 127.0.0.1 is not.
#[tokio::test]
async fn a_name_that_changes_its_mind_leads_nowhere_but_where_it_was_looked_at() {
    let (world, inside) = Web::twins([127, 0, 0, 2], [127, 0, 0, 1], Manner::status(200, "ok")).await;
    let turncoat =
        Arc::new(Turncoat { addresses: [[127, 0, 0, 2].into(), [127, 0, 0, 1].into()], turn: 0.into() });
    let dispatcher = Dispatcher::new(guard(&["127.0.0.2"]).with_resolver(turncoat.clone()));
    let url = format!("http://rebinding.example:{}/", world.address.port());
    let target = Target::Webhook { url, secret: None };
    for turn in 0..100 {
        let outcome =
            dispatcher.send(&target, &letter(), NOW).await.map(|_| ()).map_err(|failure| failure.kind);
        assert_eq!(outcome, if turn % 2 == 0 { Ok(()) } else { Err(Kind::Blocked) }, "{turn}");
    }
    assert_eq!((world.connections(), inside.connections()), (50, 0));
    let (world, inside) = Web::twins([127, 0, 0, 2], [127, 0, 0, 1], Manner::Closes).await;
    let mails = mail("rebinding.example", world.address.port(), Security::None);
    for turn in 0..100 {
        let failure = dispatcher.send(&mails, &letter(), NOW).await.unwrap_err();
        assert_eq!(failure.kind == Kind::Blocked, turn % 2 == 1, "{turn}: {}", failure.words);
    }
    assert_eq!((world.connections(), inside.connections()), (50, 0));
    assert_eq!(turncoat.turn.load(Ordering::SeqCst), 200);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let inside = Web::start(Manner::status(200, "secret of the inside")).await;
    for status in [301, 302, 303, 307, 308] {
        let head = format!("HTTP/1.1 {status} X\r\nlocation: {}/x", inside.base());
        let world = Web::start(Manner::Says(head, String::new())).await;
        for target in web_targets(&world.base()) {
            let failure = dispatcher(&["loopback"]).send(&target, &letter(), NOW).await.unwrap_err();
            assert_eq!((failure.kind, failure.status), (Kind::Refused, Some(status)), "{target:?}");
        }
    }
    assert_eq!(inside.connections(), 0);
}
