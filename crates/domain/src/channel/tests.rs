//! Given, when, then: what the rules of a channel say, a sentence a test.

mod kinds;
mod rules;

use super::*;
use crate::{Aggregate, SecretRef, Timestamp, explain::Explain};

/// Given what happened, when this is asked, then these events or this refusal follow.
#[expect(clippy::needless_pass_by_value, reason = "a story reads better without ampersands")]
fn check(given: &[Event], when: Command, then: Result<Vec<Event>, Refusal>) {
    assert_eq!(Channel::folded(given).decide(when.clone()), then, "given {given:#?}\nwhen {when:?}");
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000 + seconds * 1000)
}

fn secret(number: u32) -> SecretRef {
    SecretRef(format!("secret_{number}"))
}

fn hidden(number: u32) -> Hidden {
    Hidden { secret: secret(number), masked: "1:••••".into() }
}

fn telegram(bot_token: Option<Hidden>) -> Config {
    let (chat_id, api_base) = ("-100123".into(), "https://api.telegram.org".into());
    Config::Telegram(Telegram { bot_token, chat_id, api_base, proxy: None, control: false })
}

fn ding_talk(webhook: Option<Hidden>, secret: Option<SecretRef>) -> Config {
    Config::DingTalk(DingTalk { webhook, secret })
}

fn mail() -> Email {
    Email {
        host: "smtp.example.com".into(),
        port: 465,
        security: Security::Tls,
        username: Some("berth".into()),
        password: Some(secret(7)),
        from: "berth@example.com".into(),
        to: vec!["ops@example.com".into()],
    }
}

fn create(config: Config) -> Create {
    let (name, topics, rules) = ("值班".into(), vec![Topic::TaskSucceeded], Rules::default());
    Create { name, enabled: true, topics, config, rules, at: at(0) }
}

fn creating(config: Config) -> Command {
    Command::Create(Box::new(create(config)))
}

fn created(config: Config) -> Event {
    let Create { name, enabled, topics, config, rules, at } = create(config);
    Created { name, enabled, topics, config, rules, at }.into()
}

fn deleted() -> Event {
    Deleted { name: "值班".into(), at: at(9) }.into()
}

fn edit(config: Config) -> Edit {
    let Create { name, enabled, topics, config, .. } = create(config);
    Edit { name, enabled, topics, config, keep_key: true, rules: None, at: at(5) }
}

fn editing(edit: Edit) -> Command {
    Command::Edit(Box::new(edit))
}

/// The fields that are named when this is kept.
fn fields(create: Create) -> Vec<String> {
    let refusal = Channel::default().decide(Command::Create(Box::new(create))).expect_err("it is bad");
    refusal.explain().into_iter().map(|violation| violation.field.join(".")).collect()
}

/// The secrets of a channel that was of one config and is edited.
fn secrets_after(known: Config, edit: Edit) -> Vec<SecretRef> {
    let mut channel = Channel::folded(&[created(known)]);
    for event in channel.decide(editing(edit)).expect("it is lawful") {
        channel.evolve(&event);
    }
    channel.secrets().into_iter().cloned().collect()
}

#[test]
fn a_channel_is_kept_once_with_its_topics_in_their_order() {
    let config = telegram(Some(hidden(1)));
    check(&[], creating(config.clone()), Ok(vec![created(config.clone())]));
    check(&[created(config.clone())], creating(config.clone()), Err(Refusal::AlreadyCreated));
    check(&[created(config.clone()), deleted()], creating(config.clone()), Err(Refusal::AlreadyCreated));
    let topics = vec![Topic::DailyDigest, Topic::TaskFailed, Topic::DailyDigest];
    let events = Channel::default().decide(Command::Create(Box::new(Create { topics, ..create(config) })));
    let channel = Channel::folded(&events.expect("it is lawful"));
    let content = channel.existing().expect("it was created");
    assert_eq!(content.topics, [Topic::TaskFailed, Topic::DailyDigest]);
}

#[test]
fn nothing_can_be_asked_of_a_channel_that_was_never_kept_or_is_gone() {
    let config = telegram(Some(hidden(1)));
    check(&[], editing(edit(config.clone())), Err(Refusal::NoSuchChannel));
    check(&[], Command::Delete { at: at(9) }, Err(Refusal::NoSuchChannel));
    check(&[created(config.clone()), deleted()], editing(edit(config)), Err(Refusal::NoSuchChannel));
}

#[test]
fn a_channel_is_deleted_once_and_deleting_it_again_is_already_so() {
    let config = telegram(Some(hidden(1)));
    check(&[created(config.clone())], Command::Delete { at: at(9) }, Ok(vec![deleted()]));
    check(&[created(config.clone()), deleted()], Command::Delete { at: at(10) }, Ok(vec![]));
    assert!(Channel::folded(&[created(config), deleted()]).secrets().is_empty());
}

#[test]
fn an_edit_is_whole_and_one_that_changes_nothing_is_already_so() {
    let config = telegram(Some(hidden(1)));
    let given = [created(config.clone())];
    check(&given, editing(edit(telegram(None))), Ok(vec![]));
    let quiet = Edit { enabled: false, ..edit(telegram(None)) };
    let Create { name, topics, rules, .. } = create(config.clone());
    check(
        &given,
        editing(quiet),
        Ok(vec![Edited { name, enabled: false, topics, config, rules, at: at(5) }.into()]),
    );
}

#[test]
fn its_secrets_stay_unless_they_are_replaced_or_taken_away() {
    let known = ding_talk(Some(hidden(1)), Some(secret(2)));
    assert_eq!(secrets_after(known.clone(), edit(ding_talk(None, None))), [secret(1), secret(2)]);
    let replaced = edit(ding_talk(Some(hidden(3)), Some(secret(4))));
    assert_eq!(secrets_after(known.clone(), replaced), [secret(3), secret(4)]);
    let unsigned = Edit { keep_key: false, ..edit(ding_talk(None, None)) };
    assert_eq!(secrets_after(known, unsigned), [secret(1)]);
    let known = Config::Email(mail());
    let anonymous = Email { username: None, password: None, ..mail() };
    assert_eq!(secrets_after(known.clone(), edit(Config::Email(anonymous))), []);
    assert_eq!(secrets_after(known, edit(Config::Email(Email { password: None, ..mail() }))), [secret(7)]);
}

#[test]
fn a_secret_of_one_kind_is_none_of_another() {
    let given = [created(telegram(Some(hidden(1))))];
    let refusal =
        Channel::folded(&given).decide(editing(edit(ding_talk(None, None)))).expect_err("it has none");
    let fields: Vec<_> = refusal.explain().into_iter().map(|violation| violation.field.join(".")).collect();
    assert_eq!(fields, ["config.dingTalk.webhook"]);
}

#[test]
fn everything_that_is_wrong_with_it_is_named_at_once() {
    let config = Config::Telegram(Telegram {
        bot_token: None,
        chat_id: "somebody".into(),
        api_base: "ftp://example.com".into(),
        proxy: None,
        control: false,
    });
    let bad = Create { name: String::new(), topics: vec![], ..create(config) };
    let expected =
        ["name", "topics", "config.telegram.botToken", "config.telegram.chatId", "config.telegram.apiBase"];
    assert_eq!(fields(bad), expected);
    let to = ["ops@example.com", "nobody", "ops@example.com"].map(Into::into).to_vec();
    let email = Email {
        host: "a b".into(),
        port: 0,
        username: None,
        from: "Berth <b@example.com>".into(),
        to,
        ..mail()
    };
    let expected =
        ["host", "port", "username", "from", "to.1", "to.2"].map(|name| format!("config.email.{name}"));
    assert_eq!(fields(create(Config::Email(email))), expected);
    let clear = Email { security: Security::None, to: vec![], ..mail() };
    assert_eq!(fields(create(Config::Email(clear))), ["config.email.security", "config.email.to"]);
    let webhook = Webhook { url: "https://name:password@example.com/".into(), secret: None };
    assert_eq!(fields(create(Config::Webhook(webhook))), ["config.webhook.url"]);
}

#[test]
fn an_address_is_known_by_its_shape() {
    for lawful in
        ["https://example.com", "http://localhost:8080/hook?x=1", "https://[::1]:9/", "https://192.0.2.7/#a"]
    {
        assert!(is_url(lawful), "{lawful}");
    }
    for wrong in [
        "",
        "example.com",
        "ftp://example.com",
        "https://",
        "https://a b/",
        "https://host:0/",
        "https://host:99999/",
        "https://-host/",
        "https://host..example/",
        "https://[::zz]/",
        "https://[::1]x/",
        "https://name@host/",
        "https://host/\n",
    ] {
        assert!(!is_url(wrong), "{wrong:?}");
    }
    assert!(!is_url(&format!("https://example.com/{}", "a".repeat(2048))));
    for lawful in ["a@example.com", "a.b+c@host", "o'neil@example.com"] {
        assert!(is_mail_address(lawful), "{lawful}");
    }
    for wrong in ["", "a", "@host", "a@", "a@b c", ".a@host", "a..b@host", "a@b@c d", "a\r\nTo: b@host"] {
        assert!(!is_mail_address(wrong), "{wrong:?}");
    }
}

#[test]
fn a_chat_is_a_number_or_a_public_name() {
    let chat = |chat_id: &str| {
        let config = telegram(Some(hidden(1)));
        let Config::Telegram(telegram) = config else { unreachable!("it was made so") };
        let config = Config::Telegram(Telegram { chat_id: chat_id.into(), ..telegram });
        Channel::default().decide(creating(config)).is_ok()
    };
    assert!(["1", "-100123", "@berth_news"].into_iter().all(chat));
    assert!(!["", "-", "@ab", "@1name", "--1", "1.5", "berth"].into_iter().any(chat));
}
