//! Channels of the later kinds, their rules, and trying them.

use serde_json::{Value, json};

use crate::{
    berth, berth_fed,
    stub::{Reply, Stub},
};

const ID: &str = "channel_01JD0000000000000000000000";

fn rules() -> Value {
    json!({ "atLeast": "WARNING", "tenantIds": ["tenant_1"], "utcOffsetMinutes": 480, "language": "CHINESE",
        "quietHours": { "fromMinute": 1380, "toMinute": 420 } })
}

fn channel(config: impl Into<Value>) -> Value {
    let config: Value = config.into();
    json!({ "id": ID, "name": "phone", "enabled": true, "topics": ["TASK_FAILED"], "disabledBecause": null,
        "createdAt": "2026-11-21T11:00:00Z", "updatedAt": "2026-11-21T11:57:00Z", "version": 3, "position": "7",
        "config": config, "rules": rules() })
}

fn bark() -> Value {
    json!({ "__typename": "BarkConfig", "server": "https://api.day.app", "deviceKeyMasked": "••••wxyz" })
}

fn there(channels: &[Value]) -> (&'static str, Reply) {
    ("NotificationChannels", Reply::Data(json!(channels)))
}

fn saved(channel: impl Into<Value>) -> (&'static str, Reply) {
    let payload = json!({ "channel": channel.into(), "position": "9", "userErrors": [] });
    ("NotificationChannelUpsert", Reply::Data(payload))
}

fn tried(worked: bool, status: Option<u16>, words: &str) -> (&'static str, Reply) {
    let payload =
        json!({ "worked": worked, "status": status, "words": words, "durationMs": 123, "userErrors": [] });
    ("NotificationChannelTest", Reply::Data(payload))
}

#[tokio::test]
async fn each_later_kind_is_saved_by_what_it_needs() {
    let file = "-";
    for (line, expected) in [
        (&["slack", "x", "--webhook-file", file][..], json!({ "slack": { "webhook": "secret" } })),
        (&["feishu", "x", "--webhook-file", file], json!({ "feishu": { "webhook": "secret" } })),
        (
            &["bark", "x", "--device-key-file", file, "--push-server", "https://bark.example"],
            json!({ "bark": { "deviceKey": "secret", "server": "https://bark.example" } }),
        ),
        (&["server-chan", "x", "--send-key-file", file], json!({ "serverChan": { "sendKey": "secret" } })),
        (
            &["telegram", "x", "--bot-token-file", file, "--chat-id", "7", "--control"],
            json!({ "telegram": { "botToken": "secret", "chatId": "7", "control": true } }),
        ),
    ] {
        let stub = Stub::start([there(&[]), saved(channel(bark()))]).await;
        let line = [&["channel", "set"], line, &["--topic", "task-failed"]].concat();
        let outcome = berth_fed(&stub.url, &line, "secret\n").await;
        assert_eq!(outcome.exit, 0, "{outcome:?}");
        assert_eq!(stub.sent(1)["config"], expected);
        assert_eq!(stub.sent(1).get("rules"), None, "nothing was said of rules");
    }
}

#[tokio::test]
async fn what_a_later_kind_cannot_do_without_is_asked_for_by_its_flag() {
    for (kind, wanted) in [
        ("slack", "--webhook-file"),
        ("feishu", "--webhook-file"),
        ("bark", "--device-key-file"),
        ("server-chan", "--send-key-file"),
        ("template", "--url-file, --body-file"),
    ] {
        let stub = Stub::start([there(&[])]).await;
        let outcome = berth(&stub.url, &["channel", "set", kind, "x", "--topic", "task-failed"]).await;
        assert_eq!((outcome.exit, outcome.err), (2, format!("error: a new channel wants {wanted}\n")));
    }
}

#[tokio::test]
async fn rules_that_are_said_go_over_those_that_are_there() {
    let all = [channel(bark())];
    let stub = Stub::start([there(&all), saved(channel(bark()))]).await;
    let line =
        ["channel", "set", "bark", "phone", "--at-least", "critical", "--no-quiet-hours", "--all-tenants"];
    let outcome = berth(&stub.url, &line).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let expected = json!({ "atLeast": "CRITICAL", "tenantIds": [], "utcOffsetMinutes": 480, "language": "CHINESE",
        "quietHours": null });
    assert_eq!(stub.sent(1)["rules"], expected);
    assert_eq!(stub.sent(1)["config"], json!({ "bark": { "server": "https://api.day.app" } }));
    let stub = Stub::start([there(&all), saved(channel(bark()))]).await;
    let line = ["--quiet-hours", "22:30-06:00", "--channel-utc-offset", "-3", "--message-language", "en"];
    let outcome = berth(&stub.url, &[&["channel", "set", "bark", "phone"], &line[..]].concat()).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let rules = stub.sent(1)["rules"].clone();
    assert_eq!(rules["quietHours"], json!({ "fromMinute": 1350, "toMinute": 360 }));
    assert_eq!((&rules["utcOffsetMinutes"], &rules["language"]), (&json!(-180), &json!("ENGLISH")));
    assert_eq!(rules["atLeast"], "WARNING");
}

#[tokio::test]
async fn rules_and_why_it_is_not_used_are_shown_in_both_languages() {
    let mut gone = channel(bark());
    gone["enabled"] = json!(false);
    gone["disabledBecause"] =
        json!({ "reason": "GONE", "words": "BadDeviceToken", "at": "2026-11-21T11:57:00Z" });
    let all = [gone];
    let stub = Stub::start([there(&all), there(&all)]).await;
    let shown = berth(&stub.url, &["channel", "show", "phone"]).await;
    for part in [
        "not in use (BadDeviceToken)",
        "warnings and what is critical · of 1 tenant · quiet 23:00-07:00 UTC+08:00 · 中文",
        "https://api.day.app ••••wxyz",
    ] {
        assert!(shown.out.contains(part), "{part} in {}", shown.out);
    }
    let shown = berth(&stub.url, &["channel", "show", "phone", "--lang", "zh-CN"]).await;
    for part in
        ["已停用（BadDeviceToken）", "警告与严重 · 仅 1 个租户 · 免打扰 23:00-07:00 UTC+08:00", "规则"]
    {
        assert!(shown.out.contains(part), "{part} in {}", shown.out);
    }
}

#[tokio::test]
async fn a_kept_channel_is_tried_and_the_other_side_is_heard() {
    let all = [channel(bark())];
    let stub = Stub::start([
        there(&all),
        tried(true, Some(200), "HTTP 200"),
        there(&all),
        tried(false, None, "timed out"),
        there(&all),
    ])
    .await;
    let outcome = berth(&stub.url, &["channel", "test", "phone"]).await;
    let said = "phone: the message was taken (123 ms): HTTP 200\n";
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, said), "{}", outcome.err);
    assert_eq!(stub.sent(1), json!({ "id": ID }));
    let outcome = berth(&stub.url, &["channel", "test", "phone"]).await;
    assert_eq!(outcome.exit, 3, "{outcome:?}");
    assert!(outcome.err.contains("did not get through") && outcome.err.contains("timed out"), "{outcome:?}");
    assert_eq!(berth(&stub.url, &["channel", "test", "nobody"]).await.exit, 5);
}

#[tokio::test]
async fn a_channel_is_tried_before_it_is_saved() {
    let stub = Stub::start([there(&[]), tried(true, Some(200), "ok")]).await;
    let line = ["channel", "set", "slack", "ops", "--webhook-file", "-", "--test"];
    let outcome = berth_fed(&stub.url, &line, "https://hooks.slack.com/services/x\n").await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let config = json!({ "slack": { "webhook": "https://hooks.slack.com/services/x" } });
    assert_eq!(stub.sent(1), json!({ "config": config }));
    let all = [channel(bark())];
    let stub = Stub::start([there(&all), tried(true, Some(200), "ok")]).await;
    let line = ["channel", "set", "bark", "phone", "--push-server", "https://bark.example", "--test"];
    assert_eq!(berth(&stub.url, &line).await.exit, 0);
    assert_eq!(stub.sent(1), json!({ "id": ID, "config": { "bark": { "server": "https://bark.example" } } }));
}
