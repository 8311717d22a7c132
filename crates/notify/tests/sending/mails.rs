//! Mails given to a server that proves who it is.

use std::{sync::Arc, time::Duration};

use berth_domain::channel::Security;
use berth_notify::{Dispatcher, Kind, Notifier as _, Patience};

use crate::support::{
    Names, guard,
    letters::{NOW, letter, mail},
    mail::{Mail, Replies},
};

/// Knows the server by name, and believes what vouches for it.
fn dispatcher(server: &Mail) -> Dispatcher {
    let names = Names::of([("mail.example", [127, 0, 0, 1]), ("other.example", [127, 0, 0, 1])]);
    let mut dispatcher = Dispatcher::new(guard(&["loopback"]).with_resolver(Arc::new(names)));
    assert!(dispatcher.believe(&server.root));
    dispatcher
}

#[tokio::test]
async fn a_mail_is_taken_by_each_kind_of_connection() {
    for security in [Security::Tls, Security::Starttls, Security::None] {
        let server = Mail::start("mail.example", security, vec![]).await;
        let target = mail("mail.example", server.address.port(), security);
        let receipt = dispatcher(&server).send(&target, &letter(), NOW).await.unwrap();
        assert_eq!((receipt.status, receipt.words.as_str()), (Some(250), "2.0.0 queued as 7"));
        let seen = server.seen();
        for wanted in [
            "MAIL FROM:<berth@b.example>",
            "RCPT TO:<a@c.example>",
            "RCPT TO:<d@e.example>",
            "Message-ID: <delivery_01KA2B3C4D5@b.example>",
        ] {
            assert!(seen.iter().any(|line| line.contains(wanted)), "{wanted} in {seen:#?}");
        }
        let clear =
            seen.iter().any(|line| line.starts_with("plain: AUTH") || line.starts_with("plain: MAIL"));
        assert_eq!(clear, security == Security::None, "{security:?}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_prove_who_it_is_hears_nothing() {
    for security in [Security::Tls, Security::Starttls] {
        let server = Mail::start("mail.example", security, vec![]).await;
        let port = server.address.port();
        let believing = dispatcher(&server);
        let failure =
            believing.send(&mail("other.example", port, security), &letter(), NOW).await.unwrap_err();
        assert_eq!(failure.kind, Kind::PASSING, "{}", failure.words);
        let stranger = Mail::start("mail.example", security, vec![]).await;
        let target = mail("mail.example", stranger.address.port(), security);
        assert!(believing.send(&target, &letter(), NOW).await.is_err());
        let heard = [server.seen(), stranger.seen()].concat();
        assert!(heard.iter().all(|line| !line.contains("AUTH") && !line.contains("MAIL")), "{heard:#?}");
    }
}

#[tokio::test]
async fn encryption_that_is_not_offered_is_not_done_without() {
    let server = Mail::start("mail.example", Security::None, vec![]).await;
    let target = mail("mail.example", server.address.port(), Security::Starttls);
    let failure = dispatcher(&server).send(&target, &letter(), NOW).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Refused, "{}", failure.words);
    assert!(server.seen().iter().all(|line| !line.contains("AUTH")));
}

#[tokio::test]
async fn a_recipient_that_is_refused_for_good_keeps_the_mail_from_nobody_else() {
    let refused = vec![("RCPT TO:<a@c.example>", "550 5.1.1 nobody")];
    let server = Mail::start("mail.example", Security::None, refused).await;
    let target = mail("mail.example", server.address.port(), Security::None);
    let receipt = dispatcher(&server).send(&target, &letter(), NOW).await.unwrap();
    assert_eq!((receipt.status, receipt.left_out), (Some(250), 1));
    assert_eq!(receipt.words, "2.0.0 queued as 7");

    let later = vec![("RCPT TO:<a@c.example>", "550 5.1.1 nobody"), ("RCPT", "450 4.2.0 greylisted")];
    let (kind, status, _) = outcome(later).await;
    assert_eq!((kind, status), (Kind::PASSING, Some(450)), "it is tried again, and nobody has got it");
}

/// As one that looks for viruses first: it has the mail already, and whoever gives up sends it again.
#[tokio::test]
async fn a_server_that_takes_its_time_over_a_mail_is_waited_for() {
    let pause = Duration::from_millis(300);
    let server = Mail::slow("mail.example", Security::None, pause).await;
    let target = mail("127.0.0.1", server.address.port(), Security::None);
    let patience = Patience { total: pause / 6, ..Patience::default() };
    assert!((60..=600).contains(&patience.mail.as_secs()), "{patience:?}");
    let dispatcher = Dispatcher::with_patience(guard(&["loopback"]), patience);
    let receipt = dispatcher.send(&target, &letter(), NOW).await.unwrap();
    assert_eq!(receipt.words, "2.0.0 queued as 7");
}

async fn outcome(replies: Replies) -> (Kind, Option<u16>, String) {
    let server = Mail::start("mail.example", Security::None, replies).await;
    let target = mail("mail.example", server.address.port(), Security::None);
    let failure = dispatcher(&server).send(&target, &letter(), NOW).await.unwrap_err();
    (failure.kind, failure.status, failure.words)
}

#[tokio::test]
async fn permanent_is_what_the_server_calls_so() {
    for (verb, reply, kind, status) in [
        ("AUTH", "535 5.7.8 wrong", Kind::Refused, 535),
        ("AUTH", "454 4.7.0 later", Kind::PASSING, 454),
        ("MAIL", "451 4.3.0 busy", Kind::PASSING, 451),
        ("RCPT", "550 5.1.1 nobody", Kind::Refused, 550),
        ("RCPT", "450 4.2.0 greylisted", Kind::PASSING, 450),
        ("END", "552 5.2.2 full", Kind::Refused, 552),
        ("END", "421 4.4.2 closing", Kind::PASSING, 421),
        ("GREETING", "554 5.3.2 no", Kind::Refused, 554),
    ] {
        let (found, code, words) = outcome(vec![(verb, reply)]).await;
        assert_eq!((found, code), (kind, Some(status)), "{verb} {reply}: {words}");
        assert_eq!(words, reply);
    }
}

#[tokio::test]
async fn a_password_that_a_server_repeats_is_cut_out() {
    let (kind, _, words) =
        outcome(vec![("AUTH", "535 no: AGJlcnRoAGM0bjRyeS1NQUlMLXBhc3M= is c4n4ry-MAIL-pass")]).await;
    assert_eq!((kind, words.as_str()), (Kind::Refused, "535 no: ••• is •••"));
}
