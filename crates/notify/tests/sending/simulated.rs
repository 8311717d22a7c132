//! Every kind against its simulator, which checks what comes as the real service does, and shares no code with us.

use berth_cloud_sim::{
    Script,
    channels::{self, Channels, Kind as Service, Running, Signature, Sink, Standing},
};
use berth_domain::channel::Security;
use berth_notify::{Bot, Button, Content, Dispatcher, Kind, Letter, Listener as _, Notifier as _, Target};
use secrecy::SecretString;

use crate::support::{dispatcher, letters::letter};

fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

/// The services, and who sends to them. Ceilings are somebody else's affair here.
async fn simulator() -> (Running, Channels, Dispatcher) {
    let simulator = channels::start(channels::Options::default()).await.unwrap();
    let journal = simulator.channels();
    journal.play(&Script::parse("[channels]\nceilings = \"off\"").unwrap());
    let mut dispatcher =
        dispatcher(&["loopback"]).with_server_chan(&format!("{}/serverchan", simulator.base_url));
    assert!(dispatcher.believe(&simulator.smtp.as_ref().unwrap().certificate_pem));
    (simulator, journal, dispatcher)
}

/// Each with the name that its simulator knows it by, and that name's key.
fn targets(simulator: &Running) -> Vec<(Service, &'static str, Target)> {
    let base = &simulator.base_url;
    let key = || Some(secret("key"));
    let telegram = Target::Telegram {
        token: secret("1:token"),
        chat: "-100".to_owned(),
        api_base: format!("{base}/telegram"),
        proxy: None,
    };
    let ding_talk = Target::DingTalk {
        webhook: secret(&format!("{base}/dingtalk/robot/send?access_token=token")),
        secret: key(),
    };
    let feishu = Target::Feishu {
        webhook: secret(&format!("{base}/feishu/open-apis/bot/v2/hook/hook")),
        secret: key(),
    };
    let slack = Target::Slack { webhook: secret(&format!("{base}/slack/services/T0/B0/xyz")) };
    let bark = Target::Bark { server: format!("{base}/bark"), device_key: secret("device") };
    let template = Target::Template {
        url: secret(&format!("{base}/webhook/template")),
        content_type: "application/json".to_owned(),
        body: r#"{"title":"{{title}}","text":"{{text}}"}"#.to_owned(),
        secret: key(),
    };
    vec![
        (Service::Telegram, "-100", telegram),
        (Service::DingTalk, "token", ding_talk),
        (Service::Feishu, "hook", feishu),
        (Service::Slack, "T0/B0/xyz", slack),
        (Service::Bark, "device", bark),
        (Service::ServerChan, "SCTkey", Target::ServerChan { send_key: secret("SCTkey") }),
        (Service::Webhook, "ops", Target::Webhook { url: format!("{base}/webhook/ops"), secret: key() }),
        (Service::Webhook, "template", template),
    ]
}

fn mail(simulator: &Running, security: Security) -> Target {
    let smtp = simulator.smtp.as_ref().unwrap();
    let address = match security {
        Security::None => smtp.plain,
        Security::Starttls => smtp.starttls,
        Security::Tls => smtp.tls,
    };
    Target::Email {
        host: address.ip().to_string(),
        port: address.port(),
        security,
        username: Some("berth".to_owned()),
        password: Some(secret("word")),
        from: "berth@b.example".to_owned(),
        to: vec!["a@c.example".to_owned()],
    }
}

/// Those that sign.
const SIGNED: &[Service] = &[Service::DingTalk, Service::Feishu, Service::Webhook];

#[actix_rt::test]
async fn every_service_takes_a_letter_and_shows_it_as_it_was_written() {
    let (simulator, journal, dispatcher) = simulator().await;
    for (service, to, target) in targets(&simulator) {
        if SIGNED.contains(&service) {
            journal.set_sink(service, to, Sink::signed("key"));
        }
        let sent = dispatcher.send(&target, &letter(), now_ms()).await;
        sent.unwrap_or_else(|failure| panic!("{service:?}: {failure:?}"));
        let taken: Vec<_> = journal.accepted(service).into_iter().filter(|one| one.to == to).collect();
        assert_eq!(taken.len(), 1, "{service:?}");
        let wanted = SIGNED.contains(&service).then_some(Signature::Good);
        assert_eq!(taken[0].signature, wanted, "{service:?}");
        let shown = format!("{}\n{}", taken[0].title.as_deref().unwrap_or_default(), taken[0].text);
        for wanted in ["Got it: a<b>_c_", "web_1 *& <done>", "#B3C4D5"] {
            assert!(shown.contains(wanted), "{service:?} shows {shown}");
        }
    }
    simulator.stop().await;
}

#[actix_rt::test]
async fn mail_arrives_in_chinese_by_each_kind_of_connection() {
    let (simulator, journal, dispatcher) = simulator().await;
    journal.set_sink(Service::Email, "login:berth", Sink::signed("word"));
    let told = Letter { title: "抢到了：web-1".to_owned(), ..letter() };
    for security in [Security::None, Security::Starttls, Security::Tls] {
        journal.forget();
        let sent = dispatcher.send(&mail(&simulator, security), &told, now_ms()).await;
        sent.unwrap_or_else(|failure| panic!("{security:?}: {failure:?}"));
        let taken = &journal.accepted(Service::Email)[0];
        assert_eq!(taken.title.as_deref(), Some("抢到了：web-1"));
        assert!(taken.text.contains("任务：web_1 *& <done>"), "{}", taken.text);
        assert_eq!(taken.key.as_deref(), Some("delivery_01KA2B3C4D5@b.example"));
    }
    simulator.stop().await;
}

#[actix_rt::test]
async fn a_wrong_signature_is_refused_for_good() {
    let (simulator, journal, dispatcher) = simulator().await;
    for (service, to, target) in targets(&simulator) {
        if SIGNED.contains(&service) {
            journal.set_sink(service, to, Sink::signed("another key"));
            let failure = dispatcher.send(&target, &letter(), now_ms()).await.unwrap_err();
            assert_eq!(failure.kind, Kind::Refused, "{service:?}: {}", failure.words);
        }
    }
    simulator.stop().await;
}

#[actix_rt::test]
async fn what_is_gone_is_told_from_what_passes() {
    let (simulator, journal, dispatcher) = simulator().await;
    for (service, to, target) in targets(&simulator) {
        for step in ["fault", "throttle retry-after 3s", "refuse", "gone", "redirect", "drop", "cut"] {
            let script = format!(
                "[channels]\nceilings = \"off\"\n[[channels.rule]]\nkind = \"{}\"\nsteps = [\"{step}\"]\ncycle = true",
                service.word()
            );
            journal.play(&Script::parse(&script).unwrap());
            let failure = dispatcher.send(&target, &letter(), now_ms()).await.unwrap_err();
            let passes = matches!(failure.kind, Kind::Passing { .. });
            let expected = match step {
                // Telegram's is "chat not found".
                "refuse" if service == Service::Telegram => failure.kind == Kind::Gone,
                "refuse" | "redirect" => failure.kind == Kind::Refused,
                "gone" => failure.kind == Kind::Gone,
                _ => passes,
            };
            assert!(expected, "{service:?} {step}: {failure:?}");
        }
        journal.play(&Script::parse("[channels]\nceilings = \"off\"").unwrap());
        journal.set_sink(service, to, Sink { secret: None, standing: Standing::Gone });
        let failure = dispatcher.send(&target, &letter(), now_ms()).await.unwrap_err();
        assert_eq!(failure.kind, Kind::Gone, "{service:?} {failure:?}");
    }
    simulator.stop().await;
}

#[actix_rt::test]
async fn a_ceiling_that_was_passed_says_when_to_come_again() {
    let (simulator, journal, dispatcher) = simulator().await;
    journal.play(&Script::parse("[channels]\nceilings = \"strict\"").unwrap());
    let (_, _, telegram) = targets(&simulator).swap_remove(0);
    let mut told = Vec::new();
    for _ in 0..2 {
        told.push(dispatcher.send(&telegram, &letter(), now_ms()).await.map(|_| ()));
    }
    let Some(Err(failure)) = told.pop() else { panic!("two in a second are one too many") };
    assert!(matches!(failure.kind, Kind::Passing { retry_after_ms: Some(1..) }), "{failure:?}");
    simulator.stop().await;
}

#[actix_rt::test]
async fn a_bot_is_written_to_and_answers() {
    let (simulator, journal, dispatcher) = simulator().await;
    let bot =
        Bot { token: secret("1:token"), api_base: format!("{}/telegram", simulator.base_url), proxy: None };
    let button = Button { text: "Pause".to_owned(), data: "pause".to_owned() };
    dispatcher.reply(&bot, "42", "which <one>?", &[button]).await.unwrap();
    let said = &journal.accepted(Service::Telegram)[0];
    assert_eq!((said.text.as_str(), said.buttons[0].data.as_str()), ("which <one>?", "pause"));
    let message_id = said.message_id.unwrap();
    journal.telegram_write("1:token", 42, 42, "/list");
    let press = channels::Press { chat: 42, from: 42, message_id, data: "pause".to_owned() };
    journal.telegram_press("1:token", &press);
    let heard = dispatcher.updates(&bot, 0, 1).await.unwrap();
    assert_eq!((heard.len(), heard[0].chat.as_str(), heard[0].from_id), (2, "42", Some(42)));
    assert_eq!(heard[0].content, Content::Text("/list".to_owned()));
    let Content::Pressed { callback_id, data } = &heard[1].content else { panic!("{heard:?}") };
    assert_eq!((data.as_str(), heard[1].message_id), ("pause", Some(message_id)));
    dispatcher.answer(&bot, callback_id, "done").await.unwrap();
    assert!(dispatcher.updates(&bot, heard[1].id + 1, 0).await.unwrap().is_empty());
    simulator.stop().await;
}
