//! What can have happened to a channel, in each of the ways that somebody can be reached.

use berth_domain::channel::{
    Config, Created, Deleted, DingTalk, Edited, Email, Event, Hidden, Security, Telegram, Topic, Webhook,
};

use super::{SecretRef, at};

pub(crate) fn channel_examples() -> Vec<Event> {
    let email = Email {
        host: "smtp.example.com".into(),
        port: 465,
        security: Security::Tls,
        username: Some("berth".into()),
        password: Some(secret(1)),
        from: "berth@example.com".into(),
        to: vec!["ops@example.com".into()],
    };
    let telegram = Telegram {
        bot_token: Some(Hidden { secret: secret(2), masked: "123456:••••Dsaw".into() }),
        chat_id: "-100123".into(),
        api_base: "https://api.telegram.org".into(),
    };
    let (name, topics) = ("值班".to_owned(), Topic::ALL.to_vec());
    vec![
        Created {
            name: name.clone(),
            enabled: true,
            topics: topics.clone(),
            config: Config::Email(email),
            at: at(0),
        }
        .into(),
        Edited { name: name.clone(), enabled: false, topics, config: Config::Telegram(telegram), at: at(1) }
            .into(),
        Deleted { name, at: at(2) }.into(),
    ]
}

/// What no example shows, as it is written for ever.
pub(crate) fn other_configs() -> [(Config, &'static str); 2] {
    let ding_talk = DingTalk {
        webhook: Some(Hidden {
            secret: secret(3), masked: "https://oapi.dingtalk.com/••••cdef".into()
        }),
        secret: Some(secret(4)),
    };
    let webhook = Webhook { url: "https://example.com/hook".into(), secret: Some(secret(5)) };
    [
        (
            Config::DingTalk(ding_talk),
            r#"{"kind":"ding_talk","webhook":{"secret":"secret_3","masked":"https://oapi.dingtalk.com/••••cdef"},"secret":"secret_4"}"#,
        ),
        (
            Config::Webhook(webhook),
            r#"{"kind":"webhook","url":"https://example.com/hook","secret":"secret_5"}"#,
        ),
    ]
}

fn secret(number: u32) -> SecretRef {
    SecretRef(format!("secret_{number}"))
}
