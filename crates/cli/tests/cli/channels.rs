use serde_json::{Value, json};

use crate::{
    berth, berth_fed, berth_typing,
    stub::{Reply, Stub},
};

const ID: &str = "channel_01JD0000000000000000000000";

fn channel(config: impl Into<Value>, enabled: bool) -> Value {
    let config: Value = config.into();
    json!({ "id": ID, "name": "值班", "enabled": enabled, "topics": ["TASK_SUCCEEDED", "TASK_FAILED"],
        "createdAt": "2026-11-21T11:00:00Z", "updatedAt": "2026-11-21T11:57:00Z", "version": 3, "position": "7",
        "config": config })
}

fn telegram() -> Value {
    json!({ "__typename": "TelegramConfig", "apiBase": "https://api.telegram.org", "botTokenMasked": "7…x",
        "chatId": "-100" })
}

fn there(channels: &[Value]) -> (&'static str, Reply) {
    ("NotificationChannels", Reply::Data(json!(channels)))
}

fn saved(channel: impl Into<Value>) -> (&'static str, Reply) {
    let channel: Value = channel.into();
    let payload = json!({ "channel": channel, "position": "9", "userErrors": [] });
    ("NotificationChannelUpsert", Reply::Data(payload))
}

#[tokio::test]
async fn channels_are_listed_and_shown_without_their_secrets() {
    let all = [channel(telegram(), true)];
    let stub = Stub::start([there(&all), there(&all), there(&all)]).await;
    let list = berth(&stub.url, &["channel", "list"]).await;
    assert_eq!(list.exit, 0, "{list:?}");
    for part in ["值班", "Telegram", "in use", "task succeeded · task failed", ID] {
        assert!(list.out.contains(part), "{part} in {}", list.out);
    }
    let shown = berth(&stub.url, &["channel", "show", ID]).await;
    assert!(shown.exit == 0 && shown.out.contains("ADDRESS  -100"), "{shown:?}");
    assert_eq!(berth(&stub.url, &["channel", "show", "nobody"]).await.exit, 5);
}

#[tokio::test]
async fn a_name_that_nobody_has_makes_a_channel() {
    let stub = Stub::start([there(&[]), saved(channel(telegram(), true))]).await;
    let line = ["channel", "set", "telegram", "值班", "--chat-id", "-100", "--bot-token-file", "-"];
    let topics = ["--topic", "task-succeeded", "--topic", "task-failed"];
    let outcome = berth_fed(&stub.url, &[&line[..], &topics].concat(), "7:secret\n").await;
    assert_eq!((outcome.exit, outcome.out), (0, format!("created 值班 ({ID})\n")), "{}", outcome.err);
    let config = json!({ "telegram": { "chatId": "-100", "botToken": "7:secret" } });
    let expected = json!({ "name": "值班", "topics": ["TASK_SUCCEEDED", "TASK_FAILED"], "config": config });
    assert_eq!(stub.sent(1), expected);
}

#[tokio::test]
async fn what_a_new_channel_cannot_do_without_is_asked_for_by_its_flag() {
    let webhook = ["channel", "set", "webhook", "x"];
    for (more, wanted) in [
        (&["--topic", "task-failed"][..], "--url"),
        (&["--url", "https://example.com"], "--topic"),
        (&[], "--url, --topic"),
    ] {
        let stub = Stub::start([there(&[])]).await;
        let outcome = berth(&stub.url, &[&webhook[..], more].concat()).await;
        assert_eq!((outcome.exit, outcome.err), (2, format!("error: a new channel wants {wanted}\n")));
    }
}

#[tokio::test]
async fn what_is_not_said_of_a_channel_stays_and_secrets_are_left_out() {
    let all = [channel(telegram(), true)];
    let mut changed = channel(telegram(), true);
    changed["version"] = json!(4);
    let stub = Stub::start([there(&all), saved(changed), there(&all), saved(all[0].clone())]).await;
    let line = ["channel", "set", "telegram", "值班", "--chat-id", "@ops"];
    let outcome = berth(&stub.url, &line).await;
    let said = "值班 is changed, and in use\n";
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, said), "{}", outcome.err);
    let outcome = berth(&stub.url, &line).await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, "nothing changed: 值班 is in use\n"));
    let expected = json!({ "id": ID, "name": "值班", "enabled": true, "expectedVersion": 3,
        "topics": ["TASK_SUCCEEDED", "TASK_FAILED"],
        "config": { "telegram": { "apiBase": "https://api.telegram.org", "chatId": "@ops" } } });
    assert_eq!(stub.sent(1), expected);
}

#[tokio::test]
async fn a_refusal_names_the_flag_that_was_typed() {
    let error = |field: Value| json!({ "code": "INVALID", "message": "no", "field": field, "hint": null });
    let fields = [
        json!(["config", "telegram", "botToken"]),
        json!(["config", "email", "to", "3"]),
        json!(["config", "telegram", "later"]),
    ];
    let payload = json!({ "channel": null, "position": null, "userErrors": fields.map(error) });
    let all = [channel(telegram(), true)];
    let stub = Stub::start([there(&all), ("NotificationChannelUpsert", Reply::Data(payload))]).await;
    let outcome = berth(&stub.url, &["channel", "set", "telegram", "值班", "--chat-id", "7"]).await;
    let expected = "error: --bot-token-file: no\nerror: --to: no\nerror: config.telegram.later: no\n";
    assert_eq!((outcome.exit, outcome.err.as_str()), (3, expected));
}

#[tokio::test]
async fn a_bot_that_obeys_and_the_way_to_it_are_shown() {
    let mut bot = telegram();
    for (field, value) in [
        ("control", json!(true)),
        ("apiBase", json!("https://mirror.example")),
        ("proxyMasked", json!("socks5://••••1080")),
    ] {
        bot[field] = value;
    }
    let all = [channel(bot, true)];
    let stub = Stub::start([there(&all), there(&all)]).await;
    let shown = berth(&stub.url, &["channel", "show", ID]).await;
    for part in
        ["Telegram, does what is said in the chat", "-100 · https://mirror.example · socks5://••••1080"]
    {
        assert!(shown.out.contains(part), "{part} in {}", shown.out);
    }
    let listed = berth(&stub.url, &["channel", "list", "--lang", "zh-CN"]).await;
    assert!(listed.out.contains("Telegram，执行聊天中的命令"), "{}", listed.out);
}

#[tokio::test]
async fn another_kind_keeps_nothing_of_the_old_one() {
    let all = [channel(telegram(), false)];
    let email = json!({ "__typename": "EmailConfig", "from": "a@b.c", "hasPassword": false, "host": "mail",
        "port": 465, "security": "TLS", "to": ["d@e.f"], "username": null });
    let stub =
        Stub::start([there(&all), there(&all), there(&all), there(&all), saved(channel(email, false))]).await;
    let line = ["channel", "set", "email", ID, "--from", "a@b.c", "--to", "d@e.f"];
    assert_eq!(berth(&stub.url, &line).await.exit, 2, "it wants a host");
    let line = [&line[..], &["--host", "mail", "--security", "starttls"]].concat();
    assert_eq!(berth(&stub.url, &line).await.exit, 2, "nobody is there to be asked");
    let outcome = berth_typing(&stub.url, &line, "n\n").await;
    assert_eq!(outcome.exit, 1);
    assert!(outcome.err.contains("is of the kind Telegram"), "{}", outcome.err);
    let outcome = berth(&stub.url, &[&line[..], &["--yes"]].concat()).await;
    let said = "值班 is of the kind email in place of Telegram, and not in use\n";
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, said), "{}", outcome.err);
    let config = json!({ "from": "a@b.c", "to": ["d@e.f"], "host": "mail", "security": "STARTTLS" });
    assert_eq!(stub.sent(4)["config"], json!({ "email": config }));
}

#[tokio::test]
async fn a_channel_is_switched_off_as_it_is_and_deleted_by_name() {
    let robot = json!({ "__typename": "DingTalkConfig", "signed": true, "webhookMasked": "oapi…9" });
    let all = [channel(robot.clone(), true)];
    let gone = json!({ "deletedId": ID, "position": "9", "userErrors": [] });
    let stub = Stub::start([
        there(&all),
        saved(channel(robot, false)),
        there(&all),
        there(&all),
        ("NotificationChannelDelete", Reply::Data(gone)),
    ])
    .await;
    let outcome = berth(&stub.url, &["channel", "disable", "值班"]).await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, "值班 is not in use\n"), "{}", outcome.err);
    let input = stub.sent(1);
    assert_eq!((&input["enabled"], &input["config"]), (&json!(false), &json!({ "dingTalk": {} })));
    assert_eq!(berth(&stub.url, &["channel", "delete", "值班"]).await.exit, 2, "nobody is there to be asked");
    let outcome = berth_typing(&stub.url, &["channel", "delete", "值班"], "y\n").await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, "值班 is deleted\n"));
    assert_eq!(stub.sent(4), json!({ "id": ID }));
}

#[tokio::test]
async fn in_chinese_the_kind_of_a_channel_is_chinese() {
    let robot = json!({ "__typename": "DingTalkConfig", "signed": true, "webhookMasked": "oapi…9" });
    let stub = Stub::start([there(&[channel(robot, true)])]).await;
    let list = berth(&stub.url, &["channel", "list", "--lang", "zh-CN"]).await;
    assert!(list.exit == 0 && list.out.contains("钉钉") && !list.out.contains("DingTalk"), "{list:?}");
}
