//! What the owner writes into the chat of a channel is done; strangers meet silence.

use std::{sync::Arc, time::Duration};

use berth_actors::testing::on_virtual_time;
use berth_app::{
    Settings,
    channel::{NewChannel, Texts},
};
use berth_cloud::fake::{Answer, FakeCloud};
use berth_domain::{
    ChannelId, GrabId, Timestamp,
    channel::{Config, Telegram, Topic},
    grab::State,
};
use berth_notify::{
    Content, Update,
    fake::{FakeNotifier, Said},
};
use berth_store::AppendError;
use secrecy::SecretString;

use crate::{
    outbox::alert,
    world::{Stage, order},
};

const OWNER: &str = "42";

struct Chat {
    stage: Stage,
    people: Arc<FakeNotifier>,
    channel: ChannelId,
    next: i64,
}

fn channel(control: bool) -> NewChannel {
    let config = Config::Telegram(Telegram {
        bot_token: None,
        chat_id: OWNER.into(),
        api_base: "https://api.telegram.org".into(),
        proxy: None,
        control,
    });
    let token = SecretString::from("123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw");
    let texts = Texts { address: Some(token), ..Texts::default() };
    NewChannel {
        name: "owner".into(),
        enabled: true,
        topics: Topic::ALL.to_vec(),
        rules: None,
        config,
        texts,
    }
}

impl Chat {
    async fn new(control: bool) -> Self {
        let people = Arc::new(FakeNotifier::default());
        let capacity = vec![Answer::CAPACITY; 1_000];
        let mut stage = Stage::new(FakeCloud::new(capacity), Settings::default()).await;
        (stage.world.notifier, stage.world.listener) = (people.clone(), people.clone());
        stage.restart().await;
        let channel = stage.app.channels.create(channel(control), order("channel")).await.unwrap().id;
        stage.pass(2).await;
        Self { stage, people, channel, next: 7 }
    }

    async fn obey(&self, control: bool) {
        let channels = &self.stage.app.channels;
        channels.update(self.channel, channel(control), order(&format!("obey:{control}"))).await.unwrap();
    }

    /// Says something and waits for the answer.
    async fn say(&mut self, chat: &str, content: Content) -> Option<(String, Vec<String>)> {
        let now = Timestamp::from_millis(self.stage.clock.now_ms() / 1000 * 1000);
        let said_at = matches!(content, Content::Text(_)).then_some(now);
        self.say_at(said_at, chat, content).await
    }

    async fn say_at(
        &mut self,
        said_at: Option<Timestamp>,
        chat: &str,
        content: Content,
    ) -> Option<(String, Vec<String>)> {
        let before = self.people.said().len();
        let update = Update {
            id: self.next,
            chat: chat.into(),
            chat_kind: "private".into(),
            from_id: Some(1),
            message_id: Some(self.next),
            said_at,
            content,
        };
        self.next += 1;
        self.people.hear(update);
        self.stage.pass(2).await;
        let said = self.people.said().split_off(before);
        said.into_iter().find_map(|said| match said {
            Said::Reply { text, buttons, .. } => {
                Some((text, buttons.into_iter().map(|button| button.data).collect()))
            }
            Said::Answer { .. } => None,
        })
    }

    async fn ask(&mut self, text: &str) -> Option<(String, Vec<String>)> {
        self.say(OWNER, Content::Text(text.into())).await
    }

    async fn task(&self) -> GrabId {
        let tenant = self.stage.tenant("oracle").await;
        let grab = self.stage.grab(tenant, 60).await;
        self.stage.until(grab, State::Running).await;
        grab
    }
}

#[test]
fn the_owner_lists_pauses_and_starts_tasks_by_number_name_and_button() {
    on_virtual_time(async {
        let mut chat = Chat::new(true).await;
        let task = chat.task().await;
        let (list, _) = chat.ask("/list").await.unwrap();
        assert!(list.starts_with("1. 抢ARM机器"), "{list}");
        let (_, buttons) = chat.ask("/pause 1").await.unwrap();
        assert_eq!(chat.stage.state(task).await.state(), State::Paused);
        let pressed = Content::Pressed { callback_id: "c".into(), data: buttons[0].clone() };
        assert_eq!(buttons[0], format!("start:{task}"));
        chat.say(OWNER, pressed).await.unwrap();
        assert_eq!(chat.stage.state(task).await.state(), State::Running);
        chat.ask("/stop 抢arm机器").await.unwrap();
        assert_eq!(chat.stage.state(task).await.state(), State::Stopped);
        let events = chat.stage.events().await;
        assert!(
            events.iter().any(|event| event.name == "grab.stopped" && event.meta.actor == "telegram:owner")
        );
    });
}

#[test]
fn strangers_meet_silence_and_so_does_a_chat_that_is_not_obeyed() {
    on_virtual_time(async {
        let mut chat = Chat::new(true).await;
        let task = chat.task().await;
        assert_eq!(chat.say("666", Content::Text("/list".into())).await, None);
        let press = Content::Pressed { callback_id: "c".into(), data: format!("stop:{task}") };
        assert_eq!(chat.say("666", press).await, None);
        assert_eq!(chat.people.said(), []);
        assert_eq!(chat.stage.state(task).await.state(), State::Running);
        let mut deaf = Chat::new(false).await;
        assert_eq!(deaf.ask("/list").await, None);
    });
}

#[test]
fn a_message_that_comes_twice_is_done_once_and_a_wrong_one_harms_nothing() {
    on_virtual_time(async {
        let mut chat = Chat::new(true).await;
        let task = chat.task().await;
        let (first, _) = chat.ask(&format!("/pause {task}")).await.unwrap();
        chat.ask(&format!("/start {task}")).await.unwrap();
        // As after a crash before the message was acknowledged.
        chat.next -= 2;
        chat.stage.restart().await;
        let again = chat.ask(&format!("/pause {task}")).await;
        assert_eq!(chat.stage.state(task).await.state(), State::Running, "{first} / {again:?}");
        for wrong in ["/stop nobody", "/stop 99", "/stop", "/pause grab_00000000000000000000000000"] {
            let (answer, _) = chat.ask(wrong).await.unwrap();
            assert!(answer.contains("task"), "{wrong}: {answer}");
        }
        assert_eq!(chat.ask("good morning").await, None);
    });
}

#[test]
fn what_was_said_before_the_chat_was_obeyed_is_not_done_once_it_is() {
    on_virtual_time(async {
        let mut chat = Chat::new(false).await;
        let task = chat.task().await;
        assert_eq!(chat.ask(&format!("/stop {task}")).await, None);
        chat.stage.pass(60).await;
        chat.obey(true).await;
        chat.stage.pass(2).await;
        assert_eq!(chat.people.said(), []);
        assert_eq!(chat.stage.state(task).await.state(), State::Running);
        assert_eq!(chat.people.offsets().last(), Some(&chat.next), "it is passed over");
        chat.ask(&format!("/stop {task}")).await.unwrap();
        assert_eq!(chat.stage.state(task).await.state(), State::Stopped);
    });
}

#[test]
fn what_was_said_or_pressed_while_nobody_listened_is_not_done_hours_later() {
    on_virtual_time(async {
        let mut chat = Chat::new(true).await;
        let task = chat.task().await;
        chat.stage.pass(1_000).await;
        let ago = |chat: &Chat, seconds: i64| {
            Some(Timestamp::from_millis(chat.stage.clock.now_ms() - seconds * 1_000))
        };
        let stop = || Content::Text(format!("/stop {task}"));
        for said_at in [ago(&chat, 620), ago(&chat, 20 * 3_600), None] {
            assert_eq!(chat.say_at(said_at, OWNER, stop()).await, None);
        }
        chat.people.expire(true);
        let press = || Content::Pressed { callback_id: "c".into(), data: format!("stop:{task}") };
        assert_eq!(chat.say(OWNER, press()).await, None);
        assert_eq!(chat.people.said(), []);
        assert_eq!(chat.stage.state(task).await.state(), State::Running);
        chat.people.expire(false);
        let said_at = ago(&chat, 500);
        assert!(chat.say_at(said_at, OWNER, stop()).await.is_some());
        assert_eq!(chat.stage.state(task).await.state(), State::Stopped);
    });
}

#[test]
fn a_chat_that_is_obeyed_no_more_is_not_obeyed_until_the_follower_says_so() {
    on_virtual_time(async {
        let mut chat = Chat::new(true).await;
        let task = chat.task().await;
        alert(&chat.stage, 1).await;
        chat.stage.log.refuse(Some(AppendError::StorageFull));
        chat.stage.clock.sleep(Duration::from_millis(100)).await;
        chat.stage.log.refuse(None);
        // It could not queue the alert, and looks again in a second.
        chat.obey(false).await;
        let press = Content::Pressed { callback_id: "c".into(), data: format!("stop:{task}") };
        assert_eq!(chat.say(OWNER, press).await, None);
        assert_eq!(chat.stage.state(task).await.state(), State::Running);
    });
}
