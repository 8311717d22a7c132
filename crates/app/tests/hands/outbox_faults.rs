//! What the outbox does when the log, a channel's code or a stream fails it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use async_trait::async_trait;
use berth_actors::testing::on_virtual_time;
use berth_domain::{
    DeliveryId, Timestamp,
    delivery::{self, Begun, Failed},
    event::Event as _,
};
use berth_notify::{Failure, Kind, Letter, Notifier, Receipt, Target, fake::FakeNotifier};
use berth_store::{Append, AppendError, CommandId, Log, Meta, NewEvent, StreamId, Version};

use crate::{
    outbox::{alert, channel, stage_with, telegram, webhook},
    world::Stage,
};

#[test]
fn a_fault_of_the_log_lets_go_of_no_message_that_is_in_the_air() {
    on_virtual_time(async {
        let notifier = Arc::new(FakeNotifier::default());
        let stage = stage_with(notifier.clone()).await;
        channel(&stage, "hook", webhook("hook")).await;
        notifier.hold();
        alert(&stage, 1).await;
        stage.pass(1).await;
        alert(&stage, 2).await;
        stage.log.refuse(Some(AppendError::StorageFull));
        stage.pass(5).await;
        stage.log.refuse(None);
        stage.pass(5).await;
        notifier.release();
        stage.pass(5).await;
        let told: Vec<_> = notifier.arrived().into_iter().map(|sent| sent.letter.title).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert_eq!(notifier.begun(), 2, "each was called out once");
    });
}

/// Events of a delivery that nobody queued, as after a release that was newer than this one.
async fn made_up(stage: &Stage, events: Vec<NewEvent>) {
    let stream = StreamId::new("delivery", DeliveryId::from_parts(1, 1));
    let meta = Meta { time_ms: stage.clock.now_ms(), ..Meta::default() };
    let append = Append::new(CommandId::fresh(), [0; 32], meta).write(stream, Version::NONE, events);
    stage.log.append(append).await.unwrap();
}

fn new(event: &delivery::Event) -> NewEvent {
    NewEvent { name: event.name().into(), schema: event.schema(), data: event.encode() }
}

#[test]
fn a_delivery_that_cannot_be_read_holds_up_no_other() {
    on_virtual_time(async {
        let notifier = Arc::new(FakeNotifier::default());
        let mut stage = stage_with(notifier.clone()).await;
        channel(&stage, "hook", webhook("hook")).await;
        let at = Timestamp::from_millis(stage.clock.now_ms());
        let unknown = NewEvent::new("delivery.levitated", 1, &()).unwrap();
        let begun = delivery::Event::from(Begun { attempt: 1, digest: None, at });
        let failed = delivery::Event::from(Failed {
            attempt: 1,
            status: None,
            words: String::new(),
            duration_ms: 1,
            retry_at: at,
            at,
        });
        made_up(&stage, vec![unknown, new(&begun), new(&failed)]).await;
        stage.restart().await;
        alert(&stage, 1).await;
        stage.pass(5).await;
        assert_eq!(notifier.arrived().len(), 1);
    });
}

/// Answers the first message as it is told to, and takes all others.
struct First {
    calls: AtomicUsize,
    answer: fn() -> Result<Receipt, Failure>,
}

#[async_trait]
impl Notifier for First {
    async fn send(&self, _: &Target, _: &Letter, _: i64) -> Result<Receipt, Failure> {
        if self.calls.fetch_add(1, SeqCst) == 0 {
            return (self.answer)();
        }
        Ok(Receipt { status: Some(200), words: "ok".into(), left_out: 0 })
    }
}

fn first(answer: fn() -> Result<Receipt, Failure>) -> Arc<First> {
    Arc::new(First { calls: AtomicUsize::new(0), answer })
}

#[test]
fn a_message_whose_sending_panics_is_sent_again_and_so_are_those_behind_it() {
    on_virtual_time(async {
        let notifier = first(|| panic!("a bug in somebody's code"));
        let stage = stage_with(notifier.clone()).await;
        channel(&stage, "hook", webhook("hook")).await;
        alert(&stage, 1).await;
        alert(&stage, 2).await;
        stage.pass(10).await;
        assert_eq!(notifier.calls.load(SeqCst), 3);
        assert!(stage.log.claimed(delivery::ON_THE_WAY).await.unwrap().is_empty());
    });
}

const BUSY: Kind = Kind::Passing { retry_after_ms: Some(600_000) };

#[test]
fn who_asked_to_be_left_alone_is_left_alone_after_a_restart() {
    on_virtual_time(async {
        let notifier = first(|| Err(Failure { kind: BUSY, status: Some(429), words: "slow down".into() }));
        let mut stage = stage_with(notifier.clone()).await;
        channel(&stage, "chat", telegram("42")).await;
        alert(&stage, 1).await;
        stage.pass(5).await;
        stage.restart().await;
        alert(&stage, 2).await;
        stage.pass(590).await;
        assert_eq!(notifier.calls.load(SeqCst), 1, "ten minutes, as it wished");
        stage.pass(20).await;
        assert_eq!(notifier.calls.load(SeqCst), 3);
    });
}
