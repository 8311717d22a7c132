//! Whoever hangs, babbles or hangs up holds nothing but its own letter.

use std::time::Duration;

use berth_domain::channel::Security;
use berth_notify::{Dispatcher, Kind, Notifier as _, Patience, Target};
use futures::{FutureExt as _, future::join_all};

use crate::support::{
    dispatcher, guard,
    letters::{NOW, letter, mail, web_targets},
    web::{Manner, Web},
};

fn webhook(base: &str) -> Target {
    Target::Webhook { url: base.to_owned(), secret: None }
}

#[tokio::test]
async fn two_hundred_who_hang_hold_up_nobody_else() {
    let (hanging, good) = (Web::start(Manner::Hangs).await, Web::start(Manner::status(200, "ok")).await);
    let (hour, default) = (Duration::from_hours(1), Patience::default());
    let patience = Patience { connect: hour, total: hour, ..default };
    let dispatcher = Dispatcher::with_patience(guard(&["loopback"]), patience);
    let (dead, alive, letter) = (webhook(&hanging.base()), webhook(&good.base()), letter());
    let mut hung = Box::pin(join_all((0..200).map(|_| dispatcher.send(&dead, &letter, NOW))));
    // They are all on their way before the others are sent.
    while hanging.connections() < 200 {
        assert!((&mut hung).now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    for _ in 0..50 {
        let sent = dispatcher.send(&alive, &letter, NOW);
        tokio::select! { outcome = sent => assert!(outcome.is_ok()), _ = &mut hung => panic!("nobody answered those") }
    }
}

#[tokio::test]
async fn who_hangs_is_given_up_and_may_be_tried_again() {
    let web = Web::start(Manner::Hangs).await;
    let soon = Duration::from_millis(50);
    let patience = Patience { connect: Duration::from_secs(5), total: soon, mail: soon };
    let dispatcher = Dispatcher::with_patience(guard(&["loopback"]), patience);
    let mut targets = web_targets(&web.base());
    targets.push(mail("127.0.0.1", web.address.port(), Security::None));
    for target in targets {
        let failure = dispatcher.send(&target, &letter(), NOW).await.unwrap_err();
        assert_eq!((failure.kind, failure.words.as_str()), (Kind::PASSING, "timed out"), "{target:?}");
    }
}

#[tokio::test]
async fn of_an_endless_answer_only_the_beginning_is_read() {
    let web = Web::start(Manner::Babbles).await;
    let receipt = dispatcher(&["loopback"]).send(&webhook(&web.base()), &letter(), NOW).await.unwrap();
    assert_eq!(receipt.words.chars().count(), 500);
}

#[tokio::test]
async fn who_hangs_up_may_be_tried_again() {
    let web = Web::start(Manner::Closes).await;
    for target in web_targets(&web.base()) {
        let failure = dispatcher(&["loopback"]).send(&target, &letter(), NOW).await.unwrap_err();
        assert_eq!(failure.kind, Kind::PASSING, "{target:?}");
    }
    // Nobody sends a second time by himself.
    assert_eq!(web.connections(), web_targets("http://x").len());
}

#[tokio::test]
async fn an_unknown_name_may_be_known_later() {
    let names = std::sync::Arc::new(crate::support::Names::of([]));
    let dispatcher = Dispatcher::new(guard(&[]).with_resolver(names));
    for target in [webhook("https://nowhere.example/"), mail("nowhere.example", 465, Security::Tls)] {
        let failure = dispatcher.send(&target, &letter(), NOW).await.unwrap_err();
        assert_eq!((failure.kind, failure.words.as_str()), (Kind::PASSING, "the name cannot be resolved"));
    }
}

#[tokio::test]
async fn who_repeats_what_was_sent_is_not_repeated() {
    let web = Web::start(Manner::Echoes(400)).await;
    for target in web_targets(&web.base()) {
        let failure = dispatcher(&["loopback"]).send(&target, &letter(), NOW).await.unwrap_err();
        assert!(!failure.words.contains("c4n4ry") && failure.words.contains("•••"), "{}", failure.words);
        assert!(failure.words.chars().count() <= 500);
    }
}
