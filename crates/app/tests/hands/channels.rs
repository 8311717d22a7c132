//! Channels: tried before they are kept, and kept as the configuration says.

use std::sync::Arc;

use berth_actors::testing::on_virtual_time;
use berth_app::{
    Order,
    channel::{Configured, NewChannel, Texts, Trial, Verdict},
    grab::NewSecret,
};
use berth_domain::{
    Aggregate as _, ChannelId, Code, Language,
    access::{Principal, Role},
    channel::{Bark, Channel, Config, Content, DingTalk, Event, Rules, ServerChan, Telegram, Topic},
    delivery,
    event::Event as _,
};
use berth_notify::{
    Kind,
    fake::{Answer, FakeNotifier},
};
use secrecy::SecretString;

use crate::{
    outbox,
    world::{Stage, order, play, refusal_codes},
};

const WEBHOOK: &str = "https://oapi.dingtalk.com/robot/send?access_token=CANARY-WEBHOOK";

/// The same stage with a notifier whose script the test writes.
async fn heard(stage: &mut Stage) -> Arc<FakeNotifier> {
    let notifier = Arc::new(FakeNotifier::default());
    stage.world.notifier = notifier.clone();
    stage.restart().await;
    notifier
}

fn ding_talk() -> Config {
    Config::DingTalk(DingTalk { webhook: None, secret: None })
}

fn address(text: &str) -> Texts {
    Texts { address: Some(SecretString::from(text)), key: NewSecret::Kept }
}

fn trial(id: Option<ChannelId>, wanted: Option<(Config, Texts)>) -> Trial {
    Trial { id, wanted, language: Language::Chinese }
}

async fn kept(stage: &Stage, rules: Rules) -> ChannelId {
    let new = NewChannel {
        name: "group".into(),
        enabled: true,
        topics: vec![Topic::DailyDigest],
        config: ding_talk(),
        texts: address(WEBHOOK),
        rules: Some(rules),
    };
    stage.app.channels.create(new, order("keep")).await.unwrap().id
}

async fn channels(stage: &Stage) -> Vec<Content> {
    let mut found = std::collections::BTreeMap::<String, Channel>::new();
    for recorded in stage.events().await {
        if recorded.stream.kind() == Channel::KIND {
            let event = Event::decode(&recorded.name, recorded.schema, &recorded.data).unwrap();
            found.entry(recorded.stream.id().to_owned()).or_default().evolve(&event);
        }
    }
    found.into_values().filter_map(|channel| channel.existing().cloned()).collect()
}

#[test]
fn a_channel_is_tried_before_it_is_kept_and_nothing_is_written() {
    play([], async |mut stage| {
        let notifier = heard(&mut stage).await;
        let before = stage.events().await.len();
        let wanted = Some((ding_talk(), address(WEBHOOK)));
        let tested = stage.app.channels.test(trial(None, wanted), &order("try")).await.unwrap();
        assert_eq!(
            (tested.verdict, tested.status, tested.words.as_str()),
            (Verdict::Worked, Some(200), "ok")
        );
        let sent = notifier.sent();
        assert_eq!((sent.len(), sent[0].to.as_str()), (1, WEBHOOK));
        assert_eq!(
            (sent[0].letter.topic.as_str(), sent[0].letter.title.as_str()),
            ("TEST", "Berth 测试消息")
        );
        assert_eq!(stage.events().await.len(), before);
    });
}

#[test]
fn what_is_kept_stands_in_for_what_is_left_out_and_speaks_its_language() {
    play([], async |mut stage| {
        let notifier = heard(&mut stage).await;
        let id = kept(&stage, Rules::default()).await;
        let channels = &stage.app.channels;
        channels.test(trial(Some(id), None), &order("try")).await.unwrap();
        let wanted = Some((ding_talk(), Texts::default()));
        channels.test(trial(Some(id), wanted), &order("again")).await.unwrap();
        let signed = Texts { address: None, key: NewSecret::Text(SecretString::from("SEC")) };
        channels.test(trial(Some(id), Some((ding_talk(), signed))), &order("signed")).await.unwrap();
        let sent = notifier.sent();
        assert_eq!(sent.len(), 3);
        assert!(sent.iter().all(|sent| sent.to == WEBHOOK && sent.letter.title == "Test message from Berth"));
    });
}

#[test]
fn what_could_not_be_kept_is_not_tried() {
    play([], async |mut stage| {
        let notifier = heard(&mut stage).await;
        let id = kept(&stage, Rules::default()).await;
        let channels = &stage.app.channels;
        let wanted = Config::ServerChan(ServerChan { send_key: None });
        for (id, wanted, code) in [
            (None, None, Code::Invalid),
            (None, Some((ding_talk(), Texts::default())), Code::Invalid),
            (None, Some((ding_talk(), address("ftp://CANARY"))), Code::Invalid),
            (Some(id), Some((wanted, Texts::default())), Code::Invalid),
            (Some(ChannelId::from_parts(7, 7)), None, Code::NotFound),
        ] {
            let denied = channels.test(trial(id, wanted), &order("try")).await.unwrap_err();
            assert_eq!(refusal_codes(denied.clone()), [code]);
            assert!(!format!("{denied:?}").contains("CANARY"));
        }
        let viewer = Principal::user(berth_domain::UserId::from_parts(1, 1), "viewer", Role::Viewer.rights());
        let order = Order { by: viewer, ..Order::own() };
        assert!(channels.test(trial(Some(id), None), &order).await.is_err());
        assert_eq!(notifier.begun(), 0);
    });
}

#[test]
fn the_token_that_is_kept_is_not_tried_on_another_server() {
    play([], async |mut stage| {
        let notifier = heard(&mut stage).await;
        let bark = |server: &str| Config::Bark(Bark { server: server.into(), device_key: None });
        let new = NewChannel {
            name: "phone".into(),
            enabled: true,
            topics: vec![Topic::TaskFailed],
            config: bark("https://api.day.app"),
            texts: address("CANARY-DEVICE-KEY"),
            rules: None,
        };
        let id = stage.app.channels.create(new, order("keep")).await.unwrap().id;
        let wanted = Some((bark("https://evil.example"), Texts::default()));
        let denied = stage.app.channels.test(trial(Some(id), wanted), &order("try")).await.unwrap_err();
        assert_eq!((refusal_codes(denied), notifier.begun()), (vec![Code::Invalid], 0));
    });
}

#[test]
fn a_target_that_hangs_and_one_that_is_closed_are_told() {
    play([], async |mut stage| {
        let notifier = heard(&mut stage).await;
        let id = kept(&stage, Rules::default()).await;
        notifier.then([Answer::Failed(Kind::Blocked), Answer::Failed(Kind::Gone)]);
        let test = async || stage.app.channels.test(trial(Some(id), None), &Order::own()).await.unwrap();
        let blocked = test().await;
        assert_eq!((blocked.verdict, blocked.status, blocked.duration_ms), (Verdict::Blocked, None, 0));
        assert!(!blocked.told(Language::Chinese).is_empty());
        let gone = test().await;
        assert_eq!((gone.verdict, gone.status), (Verdict::Failed, Some(410)));
        assert_eq!(gone.words, "nobody is here any more");
        notifier.hold();
        let hanging = test().await;
        assert_eq!((hanging.verdict, hanging.status), (Verdict::Failed, None));
        assert!(hanging.words.contains("no answer within"), "{hanging:?}");
    });
}

#[test]
fn of_an_answer_whose_sender_can_be_anybody_only_the_status_is_kept() {
    on_virtual_time(async {
        let notifier = Arc::new(FakeNotifier::new([Answer::Taken, Answer::Failed(Kind::Refused)]));
        let stage = outbox::stage_with(notifier.clone()).await;
        outbox::channel(&stage, "hook", outbox::webhook("hook")).await;
        for number in 1..=2 {
            outbox::alert(&stage, number).await;
            stage.pass(5).await;
        }
        let words: Vec<_> = outbox::deliveries(&stage)
            .await
            .into_iter()
            .filter_map(|(_, event)| match event {
                delivery::Event::Sent(sent) => Some(sent.words),
                delivery::Event::GivenUp(given_up) => Some(given_up.words),
                _ => None,
            })
            .collect();
        assert_eq!(words, ["HTTP 200", "HTTP 400"]);
    });
}

fn robot(webhook: &str, secret: &str) -> Configured {
    Configured::DingTalk { webhook: SecretString::from(webhook), secret: SecretString::from(secret) }
}

fn bot(token: &str, chat_id: &str) -> Configured {
    Configured::Telegram { bot_token: SecretString::from(token), chat_id: chat_id.into() }
}

const TOKEN: &str = "123456:CANARY-TOKEN-of-the-bot";

#[test]
fn the_configurations_channels_are_kept_once_and_changed_with_it() {
    play([], async |mut stage| {
        heard(&mut stage).await;
        let channels = stage.app.channels.clone();
        assert!(channels.keep_configured(&bot(TOKEN, "-100"), true).await.unwrap());
        assert!(channels.keep_configured(&robot(WEBHOOK, ""), false).await.unwrap());
        let before = stage.events().await.len();
        for _ in 0..2 {
            assert!(!channels.keep_configured(&bot(TOKEN, "-100"), true).await.unwrap());
            assert!(!channels.keep_configured(&robot(WEBHOOK, ""), false).await.unwrap());
        }
        assert_eq!(stage.events().await.len(), before, "what is so already is not written again");
        for (changed, enabled) in [
            (bot(TOKEN, "-200"), true),
            (bot("123456:CANARY-another-token", "-200"), true),
            (robot(WEBHOOK, "SEC"), false),
            (robot(WEBHOOK, "SEC"), true),
            (robot(WEBHOOK, ""), true),
        ] {
            assert!(channels.keep_configured(&changed, enabled).await.unwrap(), "{changed:?} {enabled}");
            assert!(!channels.keep_configured(&changed, enabled).await.unwrap(), "{changed:?} {enabled}");
        }
        let written = stage.events().await.into_iter().map(|event| event.data.get().to_owned());
        assert!(!written.collect::<String>().contains("CANARY"));
        assert_eq!(channels_named(&stage).await, ["dingtalk (config) true", "telegram (config) true"]);
    });
}

async fn channels_named(stage: &Stage) -> Vec<String> {
    let mut names: Vec<_> =
        channels(stage).await.iter().map(|content| format!("{} {}", content.name, content.enabled)).collect();
    names.sort();
    names
}

#[test]
fn what_somebody_set_on_a_channel_of_the_configuration_stays() {
    play([], async |mut stage| {
        heard(&mut stage).await;
        let handle = stage.app.channels.clone();
        handle.keep_configured(&bot(TOKEN, "-100"), true).await.unwrap();
        let id = stage.events().await.iter().rev().find_map(|event| event.stream.id().parse().ok()).unwrap();
        let rules = Rules { language: Language::Chinese, ..Rules::default() };
        let config = Config::Telegram(Telegram {
            bot_token: None,
            chat_id: "-100".into(),
            api_base: "https://api.telegram.org".into(),
            proxy: None,
            control: true,
        });
        let edited = NewChannel {
            name: "telegram (config)".into(),
            enabled: true,
            topics: vec![Topic::TaskSucceeded],
            config,
            texts: Texts::default(),
            rules: Some(rules.clone()),
        };
        handle.update(id, edited, order("edit")).await.unwrap();
        assert!(!handle.keep_configured(&bot(TOKEN, "-100"), true).await.unwrap());
        assert!(handle.keep_configured(&bot(TOKEN, "-300"), true).await.unwrap());
        let [content] = channels(&stage).await.try_into().unwrap();
        assert_eq!((content.topics, content.rules), (vec![Topic::TaskSucceeded], rules));
        assert!(
            matches!(content.config, Config::Telegram(Telegram { control: true, ref chat_id, .. }) if chat_id == "-300")
        );
    });
}

/// A channel under the configuration's name, as somebody who cannot read the file would make it.
fn trap(token: &str) -> NewChannel {
    let config = Config::Telegram(Telegram {
        bot_token: None,
        chat_id: "666".into(),
        api_base: "https://evil.example".into(),
        proxy: None,
        control: true,
    });
    let proxy = NewSecret::Text(SecretString::from("socks5://evil.example:1080"));
    NewChannel {
        name: "telegram (config)".into(),
        enabled: true,
        topics: vec![Topic::TaskSucceeded],
        config,
        texts: Texts { address: Some(SecretString::from(token)), key: proxy },
        rules: None,
    }
}

#[test]
fn the_configurations_token_goes_to_no_address_that_somebody_else_chose() {
    for kept_before in [true, false] {
        play([], async |mut stage| {
            heard(&mut stage).await;
            let handle = stage.app.channels.clone();
            let invented = "654321:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";
            if kept_before {
                handle.keep_configured(&bot(TOKEN, "-100"), true).await.unwrap();
                let (id, _) = handle.all().await.unwrap().remove(0);
                handle.update(id, trap(invented), order("edit")).await.unwrap();
            } else {
                handle.create(trap(invented), order("before")).await.unwrap();
            }
            assert!(handle.keep_configured(&bot(TOKEN, "-100"), true).await.unwrap());
            let [content] = channels(&stage).await.try_into().unwrap();
            let Config::Telegram(telegram) = content.config else { panic!("{:?}", content.config) };
            assert_eq!((telegram.api_base.as_str(), telegram.proxy), ("https://api.telegram.org", None));
            assert_eq!((telegram.chat_id.as_str(), content.topics), ("-100", vec![Topic::TaskSucceeded]));
            assert!(!handle.keep_configured(&bot(TOKEN, "-100"), true).await.unwrap());
        });
    }
}

/// Whoever gives the token to an address knows it already.
#[test]
fn a_mirror_that_somebody_gave_the_configurations_token_to_stays() {
    play([], async |mut stage| {
        heard(&mut stage).await;
        let handle = stage.app.channels.clone();
        handle.create(trap(TOKEN), order("before")).await.unwrap();
        assert!(handle.keep_configured(&bot(TOKEN, "-100"), true).await.unwrap());
        let [content] = channels(&stage).await.try_into().unwrap();
        let Config::Telegram(telegram) = content.config else { panic!("{:?}", content.config) };
        assert_eq!(telegram.api_base, "https://evil.example");
        assert!(telegram.proxy.is_some());
    });
}

#[test]
fn a_channel_that_the_configuration_switches_off_is_left_unused() {
    play([], async |mut stage| {
        heard(&mut stage).await;
        let handle = stage.app.channels.clone();
        assert!(!handle.leave_configured("telegram (config)").await.unwrap(), "there is none");
        handle.keep_configured(&bot(TOKEN, "-100"), true).await.unwrap();
        assert!(handle.leave_configured("telegram (config)").await.unwrap());
        assert!(!handle.leave_configured("telegram (config)").await.unwrap(), "it is unused already");
        assert_eq!(channels_named(&stage).await, ["telegram (config) false"]);
        let wrong = handle.keep_configured(&bot("no token", "-100"), true).await.unwrap_err();
        assert_eq!(refusal_codes(wrong), [Code::Invalid]);
    });
}
