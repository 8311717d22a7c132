//! Mail, by somebody else's client and by hand.

use std::net::SocketAddr;

use berth_cloud_sim::channels::{Answer, Delivery, Kind, Sink, Standing};
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::MultiPart,
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

use crate::client::{Client, NOON_MS};

const SUBJECT: &str = "抢到了 <a*b> — 一个很长的主题，长到一行的编码词装不下，所以要分成好几个编码词";
const BODY: &str = "第一行\n.以点开头的行\n..两点\nname: <b>&amp;=3D\n\u{1F600}";

fn letter(to: &[&str]) -> Message {
    let builder = Message::builder()
        .message_id(Some("<delivery_1@berth>".to_owned()))
        .from("泊位 <berth@example.org>".parse().expect("an address"))
        .subject(SUBJECT);
    let to = to.iter().fold(builder, |builder, to| builder.to(to.parse().expect("an address")));
    to.multipart(MultiPart::alternative_plain_html(BODY.to_owned(), "<p>html</p>".to_owned()))
        .expect("a mail")
}

fn transport(address: SocketAddr, tls: Tls) -> AsyncSmtpTransport<Tokio1Executor> {
    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("localhost").port(address.port()).tls(tls).build()
}

fn trusted(client: &Client) -> TlsParameters {
    let smtp = client.running.smtp.as_ref().expect("mail is taken");
    let certificate = Certificate::from_pem(smtp.certificate_pem.as_bytes()).expect("a certificate");
    TlsParameters::builder("localhost".to_owned())
        .add_root_certificate(certificate)
        .build()
        .expect("parameters")
}

fn seen(client: &Client) -> Vec<Delivery> {
    client.channels().deliveries()
}

#[tokio::test]
async fn a_mail_arrives_in_chinese_whatever_the_security() {
    let client = Client::new().await;
    let smtp = client.running.smtp.clone().expect("mail is taken");
    for (address, tls) in [
        (smtp.plain, Tls::None),
        (smtp.starttls, Tls::Required(trusted(&client))),
        (smtp.tls, Tls::Wrapper(trusted(&client))),
    ] {
        client.channels().forget();
        transport(address, tls).send(letter(&["a@example.org", "b@example.org"])).await.expect("it is taken");
        let seen = seen(&client);
        assert_eq!(
            seen.iter().map(|one| one.to.as_str()).collect::<Vec<_>>(),
            ["a@example.org", "b@example.org"]
        );
        assert_eq!((seen[0].title.as_deref(), seen[0].text.as_str()), (Some(SUBJECT), BODY));
        assert_eq!((seen[0].key.as_deref(), seen[0].at_ms), (Some("delivery_1@berth"), NOON_MS));
        let from = seen[0].headers.iter().find(|(name, _)| name == "from").map(|(_, value)| value.as_str());
        assert_eq!(from, Some("泊位 <berth@example.org>"));
        assert!(seen[0].accepted && !seen[0].duplicate);
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts_stops_the_client() {
    let client = Client::new().await;
    let smtp = client.running.smtp.clone().expect("mail is taken");
    let parameters = TlsParameters::new("localhost".to_owned()).expect("parameters");
    assert!(transport(smtp.tls, Tls::Wrapper(parameters)).send(letter(&["a@example.org"])).await.is_err());
    assert!(seen(&client).is_empty());
}

#[tokio::test]
async fn who_must_log_in_is_held_to_it() {
    let client = Client::new().await;
    client.channels().set_sink(Kind::Email, "login:berth", Sink::signed("pass 密"));
    let smtp = client.running.smtp.clone().expect("mail is taken");
    let mail = |password: Option<&str>| {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("localhost")
            .port(smtp.starttls.port())
            .tls(Tls::Required(trusted(&client)));
        match password {
            Some(password) => builder.credentials(Credentials::new("berth".into(), password.into())).build(),
            None => builder.build(),
        }
    };
    let codes = async |password| {
        let sent = mail(password).send(letter(&["a@example.org"])).await;
        sent.err().and_then(|why| why.status()).map(|code| code.to_string())
    };
    assert_eq!(codes(None).await.as_deref(), Some("530"));
    assert_eq!(codes(Some("wrong")).await.as_deref(), Some("535"));
    assert_eq!(codes(Some("pass 密")).await, None);
    assert_eq!(seen(&client).len(), 1);
}

#[tokio::test]
async fn scripts_spoil_any_stage() {
    let script = r#"channels = { rule = [
        { kind = "email", method = "rcpt", to = "full@example.org", steps = ["fault 452 \"4.2.2 Mailbox full\""] },
        { kind = "email", method = "connect", steps = ["ok x 2", "fault 421", "ok"] },
        { kind = "email", steps = ["throttle", "gone", "cut", "ok"] },
    ] }"#;
    let client = Client::playing(script).await;
    let smtp = client.running.smtp.clone().expect("mail is taken");
    let send = async |to: &str| {
        let sent = transport(smtp.plain, Tls::None).send(letter(&[to])).await;
        sent.map_err(|why| why.status().map_or_else(|| "no answer".to_owned(), |code| code.to_string()))
    };
    let mut codes = Vec::new();
    for to in [
        "full@example.org",
        "a@example.org",
        "a@example.org",
        "a@example.org",
        "a@example.org",
        "a@example.org",
    ] {
        codes.push(send(to).await.err());
    }
    let wanted = [Some("452"), Some("450"), Some("421"), Some("550"), Some("no answer"), None];
    assert_eq!(codes.iter().map(Option::as_deref).collect::<Vec<_>>(), wanted);
    let came: Vec<_> = seen(&client).iter().map(|one| (one.accepted, one.duplicate, one.answer)).collect();
    let wanted = [
        (false, false, Answer::Status(450)),
        (false, false, Answer::Status(550)),
        (true, false, Answer::Closed),
        (true, true, Answer::Status(250)),
    ];
    assert_eq!(came, wanted);
}

/// A conversation by hand: each line sent is answered by the code beside it.
async fn converse(address: SocketAddr, lines: &[(&str, &str)]) {
    let mut stream = BufReader::new(TcpStream::connect(address).await.expect("it listens"));
    for (line, code) in lines {
        stream.write_all(line.as_bytes()).await.expect("it reads");
        let answer = answer(&mut stream).await;
        assert!(answer.starts_with(code), "{line:?} was answered {answer:?}");
    }
}

async fn answer(stream: &mut BufReader<TcpStream>) -> String {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.expect("it answers");
        if line.as_bytes().get(3) != Some(&b'-') {
            return line;
        }
    }
}

#[tokio::test]
async fn the_order_of_commands_is_kept_and_what_breaks_rules_is_refused() {
    let client = Client::new().await;
    client.channels().set_sink(
        Kind::Email,
        "gone@x.org",
        Sink { standing: Standing::Gone, ..Sink::default() },
    );
    let smtp = client.running.smtp.clone().expect("mail is taken");
    let long = format!("x: {}\r\n.\r\n", "y".repeat(1_000));
    let conversation = [
        ("", "220"),
        ("MAIL FROM:<a@x.org>\r\n", "503"),
        ("EHLO me\r\n", "250"),
        ("DATA\r\n", "503"),
        ("MAIL FROM:<a@x.org> SIZE=99999999\r\n", "552"),
        ("MAIL FROM:<抢@x.org>\r\n", "553"),
        ("MAIL FROM:<抢@x.org> SMTPUTF8\r\n", "250"),
        ("RCPT TO:<gone@x.org>\r\n", "550"),
        ("RCPT TO:<somebody>\r\n", "501"),
        ("DATA\r\n", "503"),
        ("RCPT TO:<b@x.org>\r\n", "250"),
        ("DATA\r\n", "354"),
        ("bare\nline\r\n.\r\n", "554"),
        ("RCPT TO:<b@x.org>\r\n", "503"),
        ("MAIL FROM:<>\r\nRCPT TO:<b@x.org>\r\n", "250"),
        ("DATA\r\n", "250"),
        ("", "354"),
        (&long, "554"),
        ("NOOP\r\n", "250"),
        ("TURN\r\n", "502"),
        ("STARTTLS\r\n", "502"),
        ("QUIT\r\n", "221"),
    ];
    converse(smtp.plain, &conversation).await;
    assert!(seen(&client).is_empty());
    converse(smtp.starttls, &[("", "220"), ("EHLO me\r\n", "250"), ("AUTH PLAIN AGEAYg==\r\n", "538")]).await;
}

#[tokio::test]
async fn who_hangs_at_mail_is_let_go_at_the_end() {
    let client = Client::playing("channels = { rule = [{ kind = \"email\", steps = [\"hang\"] }] }").await;
    let smtp = client.running.smtp.clone().expect("mail is taken");
    let hanging =
        tokio::spawn(async move { transport(smtp.plain, Tls::None).send(letter(&["a@example.org"])).await });
    let arrived = async {
        while client.channels().deliveries().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), arrived).await.expect("it arrives");
    assert!(!hanging.is_finished());
    client.running.stop().await;
    assert!(hanging.await.expect("it ends").is_err());
}
