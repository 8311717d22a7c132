//! However it fails and however much is traced, no secret is told: in no line of any crate, no error, no `Debug`.
//!
//! It is a program of its own, for it listens to everything that its process traces.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "shared with the other tests, which use what is left")]
mod support;

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use berth_domain::channel::Security;
use berth_notify::{Bot, Dispatcher, Listener as _, Notifier as _, Patience, Target};
use futures::future::join_all;
use secrecy::SecretString;
use support::{
    Names, guard,
    letters::{NOW, letter, mail, web_targets},
    mail::Mail,
    web::{Manner, Web},
};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// Stands in every secret, and in nothing else; as it is and as SMTP and proxies encode it.
const TRACES: &[&str] = &["c4n4ry", "YzRuNHJ5", "M0bjRyeS", "jNG40cnkt", "C4N4RY"];

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Lines {
    fn taken(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}

fn find(text: &str) -> Vec<&str> {
    text.lines().filter(|line| TRACES.iter().any(|trace| line.contains(trace))).collect()
}

fn dispatcher(allow: &[&str]) -> Dispatcher {
    let names = Names::of([("mail.example", [127, 0, 0, 1])]);
    let soon = Duration::from_secs(2);
    let patience = Patience { connect: soon, total: soon, mail: soon };
    let dispatcher = Dispatcher::with_patience(guard(allow).with_resolver(Arc::new(names)), patience);
    dispatcher.with_server_chan("http://127.0.0.1:1")
}

fn proxied(api_base: &str, proxy: &str) -> Target {
    Target::Telegram {
        token: SecretString::from("123456:c4n4ry-BOT-token"),
        chat: "1".to_owned(),
        api_base: api_base.to_owned(),
        proxy: Some(SecretString::from(proxy)),
    }
}

/// Every kind of channel, and every kind of proxy, at one place.
fn targets(base: &str) -> Vec<Target> {
    let authority = base.rsplit('/').next().unwrap();
    let mut targets = web_targets(base);
    for scheme in ["http", "https", "socks5", "socks5h"] {
        for api_base in [base, "https://127.0.0.1:1", "https://api.telegram.org"] {
            targets.push(proxied(api_base, &format!("{scheme}://user:c4n4ry%2Fproxy@{authority}")));
        }
    }
    targets.push(Target::ServerChan { send_key: SecretString::from("SCTc4n4ryKEY") });
    targets.push(Target::Slack { webhook: SecretString::from("https://u:c4n4ry@127.0.0.1/") });
    targets.push(Target::Slack { webhook: SecretString::from("c4n4ry, no address at all") });
    targets
}

/// To all at once: many of them hang.
async fn send(dispatcher: &Dispatcher, targets: &[Target], told: &mut Vec<String>) {
    let letter = letter();
    let outcomes = join_all(targets.iter().map(|target| dispatcher.send(target, &letter, NOW))).await;
    for (target, outcome) in targets.iter().zip(outcomes) {
        let shown = outcome.as_ref().err().map(ToString::to_string);
        told.push(format!("{target:?} {outcome:?} {shown:?}"));
    }
}

/// In each way in which a call can fail, and in the one in which it can go well.
async fn everything(told: &mut Vec<String>) {
    let closed = Web::start(Manner::Closes).await.base();
    let webs = [
        Web::start(Manner::Echoes(200)).await,
        Web::start(Manner::Echoes(400)).await,
        Web::start(Manner::Echoes(500)).await,
        Web::start(Manner::Closes).await,
        Web::start(Manner::Hangs).await,
        Web::start(Manner::Says("HTTP/1.1 302 X\r\nlocation: /elsewhere".to_owned(), String::new())).await,
        Web::start(Manner::Says("no HTTP at all".to_owned(), String::new())).await,
    ];
    let (own, world) = (dispatcher(&["loopback"]), dispatcher(&[]));
    for base in webs.iter().map(Web::base).chain([closed]) {
        let encrypted = base.replace("http:", "https:");
        send(&own, &[targets(&base), targets(&encrypted)].concat(), told).await;
        let bot = Bot { token: SecretString::from("123456:c4n4ry-BOT-token"), api_base: base, proxy: None };
        told.push(format!("{:?}", own.updates(&bot, 0, 0).await));
    }
    let blocked = [targets("https://127.0.0.1:1"), targets("https://nowhere.example")].concat();
    send(&world, &blocked, told).await;
    mails(told).await;
}

async fn mails(told: &mut Vec<String>) {
    for security in [Security::Tls, Security::Starttls, Security::None] {
        for reply in [
            "235 welcome",
            "535 AGJlcnRoAGM0bjRyeS1NQUlMLXBhc3M= c4n4ry-MAIL-pass",
            "no SMTP c4n4ry-MAIL-pass",
        ] {
            let server = Mail::start("mail.example", security, vec![("AUTH", reply)]).await;
            let mut dispatcher = dispatcher(&["loopback"]);
            dispatcher.believe(&server.root);
            let target = mail("mail.example", server.address.port(), security);
            send(&dispatcher, &[target], told).await;
            assert!(server.seen().iter().any(|line| line.contains("AUTH PLAIN")), "{:?}", server.seen());
        }
    }
}

#[tokio::test]
async fn no_secret_is_told_however_it_goes() {
    let lines = Lines::default();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("trace"))
        .with_writer(lines.clone())
        .with_ansi(false)
        .init();
    tracing::info!("c4n4ry is heard");
    let mut told = Vec::new();
    everything(&mut told).await;
    let traced = lines.taken();
    for speaking in ["TRACE", "hyper_util", "reqwest", "rustls", "berth_notify"] {
        assert!(traced.contains(speaking), "{speaking} is not listened to");
    }
    let heard = find(&traced);
    assert_eq!(heard.len(), 1, "{heard:#?}");
    assert!(heard[0].contains("c4n4ry is heard"));
    assert_eq!(find(&told.join("\n")), Vec::<&str>::new());
}
