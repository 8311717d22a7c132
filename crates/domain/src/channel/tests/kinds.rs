//! The ways to reach somebody that came later.

use super::*;

fn template(content_type: &str, body: &str) -> Config {
    let (content_type, body) = (content_type.into(), body.into());
    Config::Template(Template { url: Some(hidden(1)), content_type, body, secret: Some(secret(2)) })
}

fn one_of_each() -> Vec<Config> {
    vec![
        telegram(Some(hidden(1))),
        ding_talk(Some(hidden(1)), Some(secret(2))),
        Config::Email(mail()),
        Config::Webhook(Webhook { url: "https://example.com/".into(), secret: Some(secret(2)) }),
        Config::Slack(Slack { webhook: Some(hidden(1)) }),
        Config::Feishu(Feishu { webhook: Some(hidden(1)), secret: Some(secret(2)) }),
        Config::Bark(Bark { server: "https://api.day.app".into(), device_key: Some(hidden(1)) }),
        Config::ServerChan(ServerChan { send_key: Some(hidden(1)) }),
        template("application/json", r#"{"text":"{{title}}"}"#),
    ]
}

/// The same with no secret in it.
fn bare(config: &Config) -> Config {
    let mut config = config.clone();
    match &mut config {
        Config::Telegram(telegram) => (telegram.bot_token, telegram.proxy) = (None, None),
        Config::DingTalk(ding_talk) => (ding_talk.webhook, ding_talk.secret) = (None, None),
        Config::Email(email) => email.password = None,
        Config::Webhook(webhook) => webhook.secret = None,
        Config::Slack(slack) => slack.webhook = None,
        Config::Feishu(feishu) => (feishu.webhook, feishu.secret) = (None, None),
        Config::Bark(bark) => bark.device_key = None,
        Config::ServerChan(chan) => chan.send_key = None,
        Config::Template(template) => (template.url, template.secret) = (None, None),
    }
    config
}

#[test]
fn of_every_kind_one_can_be_kept_and_its_secrets_stay() {
    let all = one_of_each();
    assert_eq!(all.iter().map(Config::kind).collect::<Vec<_>>(), Kind::ALL);
    for config in all {
        assert!(Channel::default().decide(creating(config.clone())).is_ok(), "{config:?}");
        let known: Vec<_> = config.secrets().into_iter().cloned().collect();
        assert!(!known.is_empty());
        assert_eq!(secrets_after(config.clone(), edit(bare(&config))), known, "{config:?}");
        let unkept = secrets_after(config.clone(), Edit { keep_key: false, ..edit(bare(&config)) });
        let address: Vec<_> = config.address().map(|hidden| hidden.secret.clone()).into_iter().collect();
        assert_eq!(unkept, address, "{config:?}");
    }
}

#[test]
fn what_a_kind_cannot_do_without_is_named() {
    let missing = |config: &Config| fields(create(bare(config)));
    let expected = [
        "telegram.botToken",
        "dingTalk.webhook",
        "slack.webhook",
        "feishu.webhook",
        "bark.deviceKey",
        "serverChan.sendKey",
        "template.url",
    ];
    let with_address = one_of_each().into_iter().filter(|config| config.address().is_some());
    let named: Vec<_> = with_address.flat_map(|config| missing(&config)).collect();
    assert_eq!(named, expected.map(|field| format!("config.{field}")));
    let bark = Bark { server: "https://host/?x".into(), device_key: Some(hidden(1)) };
    assert_eq!(fields(create(Config::Bark(bark))), ["config.bark.server"]);
}

#[test]
fn a_bot_obeys_only_in_a_chat_with_a_number() {
    let obeys = |chat_id: &str| {
        let Config::Telegram(telegram) = telegram(Some(hidden(1))) else { unreachable!("it was made so") };
        let proxy = Some(hidden(2));
        let config = Config::Telegram(Telegram { chat_id: chat_id.into(), control: true, proxy, ..telegram });
        Channel::default().decide(creating(config)).map_err(|refusal| refusal.explain()[0].field.join("."))
    };
    assert!(obeys("4711").is_ok() && obeys("-100123").is_ok());
    assert_eq!(obeys("@berth_news"), Err("config.telegram.control".to_owned()));
}

#[test]
fn a_template_has_only_places_for_what_there_is() {
    let wrong = |content_type: &str, body: &str| {
        let decided = Channel::default().decide(creating(template(content_type, body)));
        let refusal = decided.err().map(|refusal| refusal.explain());
        refusal.map(|why| why.into_iter().map(|violation| violation.field[2..].join(".")).collect::<Vec<_>>())
    };
    let all = PLACEHOLDERS.map(|name| format!("{{{{{name}}}}}")).join(" ");
    assert_eq!(wrong("text/plain; charset=utf-8", &all), None);
    assert_eq!(wrong("application/json", &format!(r#"{{"a":["{{{{ text }}}}","{all}"]}}"#)), None);
    for body in ["{{token}}", "{{title", "{{}}", "{{{{title}}}}", "", "  ", "a\u{7}"] {
        assert_eq!(wrong("text/plain", body), Some(vec!["body".to_owned()]), "{body:?}");
    }
    for body in [r#"{"text":{{title}}}"#, "{{title}}", r#"{"text":"{{title}}""#] {
        assert_eq!(wrong("application/json", body), Some(vec!["body".to_owned()]), "{body}");
        assert_eq!(wrong("text/plain", body), None, "{body}");
    }
    assert_eq!(wrong("text/plain", &"界".repeat(8_193)), Some(vec!["body".to_owned()]));
}

#[test]
fn a_media_type_cannot_break_out_of_its_line() {
    for lawful in ["text/plain", "application/vnd.api+json", "text/plain; charset=utf-8"] {
        assert!(Channel::default().decide(creating(template(lawful, r#""{{title}}""#))).is_ok(), "{lawful}");
    }
    for wrong in ["", "text", "text/", "text/plain\r\nX: 1", "text/plain;", "text/plain; x", "a b/c"] {
        assert_eq!(
            fields(create(template(wrong, "{{title}}"))),
            ["config.template.contentType"],
            "{wrong:?}"
        );
    }
    assert!(is_json("Application/JSON; charset=utf-8") && is_json("application/ld+json"));
    assert!(!is_json("text/json-like") && !is_json("application/jsonp"));
}

#[test]
fn a_secret_that_is_kept_is_not_sent_to_another_address() {
    let base = |api_base: &str, proxy| {
        let Config::Telegram(telegram) = telegram(None) else { unreachable!("it was made so") };
        Config::Telegram(Telegram { api_base: api_base.into(), proxy, ..telegram })
    };
    let bark = |server: &str| Config::Bark(Bark { server: server.into(), device_key: None });
    let mail = |host: &str, port| Config::Email(Email { host: host.into(), port, password: None, ..mail() });
    let named = |number: usize, config: Config| {
        let refusal =
            Channel::folded(&[created(one_of_each()[number].clone())]).decide(editing(edit(config))).err();
        refusal.map(|refusal| {
            refusal.explain().iter().map(|why| why.field.join(".")).collect::<Vec<_>>().join(" ")
        })
    };
    let official = "https://api.telegram.org";
    assert_eq!(named(0, base(official, Some(hidden(9)))), None);
    assert_eq!(named(0, base("https://mirror.example", None)), Some("config.telegram.botToken".into()));
    assert_eq!(named(2, mail("smtp.example.com", 465)), None);
    assert_eq!(named(2, mail("mx.example.net", 465)), Some("config.email.password".into()));
    assert_eq!(named(2, mail("smtp.example.com", 2525)), Some("config.email.password".into()));
    assert_eq!(named(6, bark("https://api.day.app")), None);
    assert_eq!(named(6, bark("https://bark.example")), Some("config.bark.deviceKey".into()));
    let plain = created(base("http://mirror.example", None));
    let Event::Created(mut plain) = plain else { unreachable!("it was made so") };
    plain.config = Config::Telegram(Telegram {
        bot_token: Some(hidden(1)),
        chat_id: "1".into(),
        api_base: "http://mirror.example".into(),
        proxy: None,
        control: false,
    });
    let through = edit(base("http://mirror.example", Some(hidden(9))));
    assert!(
        Channel::folded(&[plain.into()]).decide(editing(through)).is_err(),
        "a proxy reads what is plain"
    );
}
