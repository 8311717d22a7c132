use std::{future::poll_fn, task::Poll};

use berth_domain::notice::Severity;
use futures::FutureExt as _;
use secrecy::SecretString;
use serde_json::json;

use super::{Answer, FakeNotifier};
use crate::{Bot, Content, Kind, Letter, Listener as _, Notifier as _, Target, Update};

fn letter(key: &str) -> Letter {
    Letter {
        key: key.to_owned(),
        time_ms: 1,
        topic: "TASK_SUCCEEDED".to_owned(),
        severity: Severity::Info,
        title: "got it".to_owned(),
        lines: vec![],
        facts: json!({}),
        buttons: vec![],
    }
}

fn target() -> Target {
    Target::Webhook { url: "https://a.example/".to_owned(), secret: None }
}

#[tokio::test]
async fn the_script_is_followed_and_everything_after_it_is_taken() {
    let fake = FakeNotifier::new([Answer::Failed(Kind::Gone), Answer::TakenUnheard]);
    let mut kinds = Vec::new();
    for now_ms in 1..=3 {
        let outcome = fake.send(&target(), &letter("k"), now_ms).await;
        kinds.push(outcome.map_err(|failure| failure.kind).map(|_| ()));
    }
    assert_eq!(kinds, [Err(Kind::Gone), Err(Kind::PASSING), Ok(())]);
    let arrived: Vec<_> = fake.arrived().into_iter().map(|sent| sent.now_ms).collect();
    assert_eq!(arrived, [2, 3]);
    assert_eq!(fake.sent().len(), 3);
}

#[tokio::test]
async fn what_is_held_hangs_until_it_is_released() {
    let fake = FakeNotifier::default();
    fake.hold();
    let (target, letter) = (target(), letter("k"));
    let mut sending = fake.send(&target, &letter, 1);
    assert!(poll_fn(|context| Poll::Ready(sending.poll_unpin(context).is_pending())).await);
    assert_eq!((fake.begun(), fake.sent().len()), (1, 0));
    fake.release();
    assert!(sending.await.is_ok());
    assert_eq!(fake.sent().len(), 1);
}

#[tokio::test]
async fn what_was_asked_past_is_forgotten() {
    let fake = FakeNotifier::default();
    let bot = Bot { token: SecretString::from("1:a"), api_base: String::new(), proxy: None };
    for id in [7, 8] {
        let content = Content::Text("/list".to_owned());
        fake.hear(Update {
            id,
            chat: "1".to_owned(),
            chat_kind: "private".to_owned(),
            from_id: Some(1),
            message_id: Some(id),
            said_at: None,
            content,
        });
    }
    assert_eq!(fake.updates(&bot, 0, 1).await.unwrap().len(), 2);
    let after: Vec<_> = fake.updates(&bot, 8, 1).await.unwrap().into_iter().map(|each| each.id).collect();
    assert_eq!(after, [8]);
    assert!(fake.updates(&bot, 9, 0).await.unwrap().is_empty());
}
