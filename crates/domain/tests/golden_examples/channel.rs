//! What can have happened to a channel, in each of the ways that somebody can be reached.

use berth_domain::{
    Language,
    channel::{
        Bark, Config, Created, Deleted, DingTalk, Disabled, Edited, Email, Event, Feishu, Hidden, Quiet,
        Rules, Security, ServerChan, Slack, Telegram, Template, Topic, Webhook, Why,
    },
    notice::Severity,
};

use super::{SecretRef, TenantId, at};

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
        proxy: Some(hidden(6, "socks5://••••1080")),
        control: true,
    };
    let rules = Rules {
        at_least: Severity::Warning,
        tenants: [TenantId::from_parts(1_795_232_352_417, 3)].into(),
        quiet: Some(Quiet { from_minute: 1_380, to_minute: 420 }),
        utc_offset_minutes: 480,
        language: Language::Chinese,
    };
    let why = Why::Gone;
    let (name, topics) = ("值班".to_owned(), Topic::ALL.to_vec());
    vec![
        Created {
            name: name.clone(),
            enabled: true,
            topics: topics.clone(),
            config: Config::Email(email),
            rules: rules.clone(),
            at: at(0),
        }
        .into(),
        Edited {
            name: name.clone(),
            enabled: false,
            topics,
            config: Config::Telegram(telegram),
            rules,
            at: at(1),
        }
        .into(),
        Deleted { name: name.clone(), at: at(2) }.into(),
        Disabled { name, why, words: "Forbidden: bot was kicked".into(), at: at(3) }.into(),
    ]
}

/// What no example shows, as it is written for ever.
#[rustfmt::skip]
pub(crate) fn other_configs() -> [(Config, &'static str); 7] {
    let (webhook, secret_4) = (Some(hidden(3, "https://oapi.dingtalk.com/••••cdef")), Some(secret(4)));
    let url = "https://example.com/hook".to_owned();
    let (content_type, body) = ("text/plain".to_owned(), "{{title}}".to_owned());
    [
        (
            Config::DingTalk(DingTalk { webhook, secret: secret_4 }),
            r#"{"kind":"ding_talk","webhook":{"secret":"secret_3","masked":"https://oapi.dingtalk.com/••••cdef"},"secret":"secret_4"}"#,
        ),
        (
            Config::Webhook(Webhook { url, secret: Some(secret(5)) }),
            r#"{"kind":"webhook","url":"https://example.com/hook","secret":"secret_5"}"#,
        ),
        (
            Config::Slack(Slack { webhook: Some(hidden(7, "m")) }),
            r#"{"kind":"slack","webhook":{"secret":"secret_7","masked":"m"}}"#,
        ),
        (
            Config::Feishu(Feishu { webhook: Some(hidden(8, "m")), secret: Some(secret(9)) }),
            r#"{"kind":"feishu","webhook":{"secret":"secret_8","masked":"m"},"secret":"secret_9"}"#,
        ),
        (
            Config::Bark(Bark { server: "https://api.day.app".into(), device_key: Some(hidden(10, "m")) }),
            r#"{"kind":"bark","server":"https://api.day.app","device_key":{"secret":"secret_10","masked":"m"}}"#,
        ),
        (
            Config::ServerChan(ServerChan { send_key: Some(hidden(11, "m")) }),
            r#"{"kind":"server_chan","send_key":{"secret":"secret_11","masked":"m"}}"#,
        ),
        (
            Config::Template(Template { url: Some(hidden(12, "m")), content_type, body, secret: None }),
            r#"{"kind":"template","url":{"secret":"secret_12","masked":"m"},"content_type":"text/plain","body":"{{title}}","secret":null}"#,
        ),
    ]
}

fn hidden(number: u32, masked: &str) -> Hidden {
    Hidden { secret: secret(number), masked: masked.into() }
}

fn secret(number: u32) -> SecretRef {
    SecretRef(format!("secret_{number}"))
}
