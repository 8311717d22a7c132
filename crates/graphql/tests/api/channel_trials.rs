//! Channels of the later kinds, their rules, and trying them.

use berth_notify::{Kind, fake::Answer};
use serde_json::{Value, json};

use crate::stage::{Stage, play, refusals};

const UPSERT: &str =
    "mutation($input: NotificationChannelUpsertInput!) { notificationChannelUpsert(input: $input) {
    channel { id version enabled disabledBecause { reason words at }
        rules { atLeast tenantIds quietHours { fromMinute toMinute } utcOffsetMinutes language }
        config { __typename
            ... on TelegramConfig { proxyMasked control } ... on SlackConfig { webhookMasked }
            ... on FeishuConfig { webhookMasked signed } ... on BarkConfig { server deviceKeyMasked }
            ... on ServerChanConfig { sendKeyMasked }
            ... on TemplateConfig { urlMasked contentType body templateSigned: signed } } }
    userErrors { code message field } } }";

const TEST: &str =
    "mutation($input: NotificationChannelTestInput!) { notificationChannelTest(input: $input) {
    worked status words durationMs userErrors { code message field } } }";

async fn upsert(stage: &Stage, name: &str, config: Value) -> Value {
    let input = json!({ "name": name, "topics": ["TASK_FAILED"], "config": config });
    stage.ask(UPSERT, json!({ "input": input })).await["notificationChannelUpsert"].clone()
}

async fn test(stage: &Stage, input: Value) -> Value {
    stage.ask(TEST, json!({ "input": input })).await["notificationChannelTest"].clone()
}

fn slack() -> Value {
    json!({ "slack": { "webhook": "https://hooks.slack.com/services/T0/B0/CANARY-SLACK-webhook" } })
}

#[test]
fn every_later_kind_is_kept_and_shown_without_its_secrets() {
    play(async |stage| {
        let telegram = json!({ "botToken": "123456:CANARY-TOKEN-of-the-bot", "chatId": "4711", "control": true,
            "proxy": "socks5://name:CANARY@proxy.example:1080" });
        let feishu = "https://open.feishu.cn/open-apis/bot/v2/hook/CANARY-FEISHU-hook";
        let template = json!({ "url": "https://push.example/CANARY/key-of-the-service", "secret": "CANARY",
            "body": "{\"text\":\"{{title}}\"}" });
        for (config, shown) in [
            (
                json!({ "telegram": telegram }),
                json!({ "__typename": "TelegramConfig", "proxyMasked": "socks5://••••@proxy.example:1080", "control": true }),
            ),
            (
                slack(),
                json!({ "__typename": "SlackConfig", "webhookMasked": "https://hooks.slack.com/••••hook" }),
            ),
            (
                json!({ "feishu": { "webhook": feishu, "secret": "CANARY" } }),
                json!({ "__typename": "FeishuConfig", "webhookMasked": "https://open.feishu.cn/••••hook", "signed": true }),
            ),
            (
                json!({ "bark": { "deviceKey": "CANARY-device-key" } }),
                json!({ "__typename": "BarkConfig", "server": "https://api.day.app", "deviceKeyMasked": "••••-key" }),
            ),
            (
                json!({ "serverChan": { "sendKey": "SCTCANARYCANARYCANARY-end" } }),
                json!({ "__typename": "ServerChanConfig", "sendKeyMasked": "••••-end" }),
            ),
            (
                json!({ "template": template }),
                json!({ "__typename": "TemplateConfig", "urlMasked": "https://push.example/••••vice",
                    "contentType": "application/json", "body": "{\"text\":\"{{title}}\"}", "templateSigned": true }),
            ),
        ] {
            let name = shown["__typename"].as_str().unwrap();
            let payload = upsert(stage, name, config).await;
            assert_eq!((refusals(&payload), &payload["channel"]["config"]), (vec![], &shown));
        }
        let document =
            "{ events(first: 100) { nodes { data } } logs(first: 100) { nodes { message fields } } }";
        let told = stage.ask(document, json!({})).await;
        assert!(!told.to_string().contains("CANARY"), "{told}");
    });
}

#[test]
fn rules_are_kept_whole_and_stay_when_they_are_left_out() {
    play(async |stage| {
        let new = upsert(stage, "ops", slack()).await["channel"].clone();
        let usual = json!({ "atLeast": "INFO", "tenantIds": [], "quietHours": null, "utcOffsetMinutes": 0,
            "language": "ENGLISH" });
        assert_eq!((&new["rules"], &new["disabledBecause"]), (&usual, &Value::Null));
        let tenant = "tenant_01ARZ3NDEKTSV4RRFFQ69G5FAV";
        let rules = json!({ "atLeast": "WARNING", "tenantIds": [tenant], "language": "CHINESE",
            "quietHours": { "fromMinute": 1380, "toMinute": 420 }, "utcOffsetMinutes": 480 });
        let change = async |rules: Option<&Value>| {
            let mut input = json!({ "id": new["id"], "name": "ops", "topics": ["TASK_FAILED"], "config": { "slack": {} } });
            if let Some(rules) = rules {
                input["rules"] = rules.clone();
            }
            stage.ask(UPSERT, json!({ "input": input })).await["notificationChannelUpsert"].clone()
        };
        assert_eq!(change(Some(&rules)).await["channel"]["rules"], rules);
        let same = change(None).await;
        assert_eq!((&same["channel"]["rules"], &same["channel"]["version"]), (&rules, &json!(2)));
        let wrong = json!({ "quietHours": { "fromMinute": 60, "toMinute": 60 }, "utcOffsetMinutes": -900 });
        let named: Vec<_> =
            refusals(&change(Some(&wrong)).await).into_iter().map(|(_, field)| field).collect();
        assert_eq!(named, [json!(["rules", "quietHours"]), json!(["rules", "utcOffsetMinutes"])]);
        let nobody = change(Some(&json!({ "tenantIds": [tenant, "tokyo"] }))).await;
        assert_eq!(refusals(&nobody), [("NOT_FOUND".into(), json!(["rules", "tenantIds", "1"]))]);
    });
}

#[test]
fn a_channel_is_tried_with_the_other_sides_own_words_and_that_is_on_record() {
    play(async |stage| {
        let worked = test(stage, json!({ "config": slack() })).await;
        assert_eq!(
            (&worked["worked"], &worked["status"], &worked["words"], &worked["userErrors"]),
            (&json!(true), &json!(200), &json!("ok"), &json!([]))
        );
        let id = upsert(stage, "ops", slack()).await["channel"]["id"].clone();
        stage.notifier.then([Answer::Failed(Kind::Gone), Answer::Failed(Kind::Blocked)]);
        let gone = test(stage, json!({ "id": id })).await;
        assert_eq!((&gone["worked"], &gone["words"]), (&json!(false), &json!("nobody is here any more")));
        let blocked = test(stage, json!({ "id": id, "config": { "slack": {} } })).await;
        assert_eq!((&blocked["worked"], &blocked["status"]), (&json!(false), &Value::Null));
        assert!(blocked["words"].as_str().unwrap().contains("does not call this address"), "{blocked}");
        let records = "{ logs(first: 100) { nodes { message fields } } }";
        let records = stage.ask(records, json!({})).await.to_string();
        assert!(records.contains("notificationChannelTest"), "{records}");
        assert!(!records.contains("CANARY"));
    });
}

#[test]
fn what_could_not_be_kept_is_not_tried_and_says_why() {
    play(async |stage| {
        let nothing = test(stage, json!({})).await;
        assert_eq!(
            (refusals(&nothing), &nothing["worked"]),
            (vec![("INVALID".into(), json!(["config"]))], &Value::Null)
        );
        let nobody = test(stage, json!({ "id": "channel_01ARZ3NDEKTSV4RRFFQ69G5FAV" })).await;
        assert_eq!(refusals(&nobody), [("NOT_FOUND".into(), json!(["id"]))]);
        let wrong = test(stage, json!({ "config": { "bark": { "deviceKey": "a/b" } } })).await;
        assert_eq!(refusals(&wrong), [("INVALID".into(), json!(["config", "bark", "deviceKey"]))]);
        assert_eq!(stage.notifier.begun(), 0);
    });
}
