//! Notification channels: kept, changed, listed, and never telling a secret.

use serde_json::{Value, json};

use crate::stage::{Stage, play, refusals};

const UPSERT: &str =
    "mutation($input: NotificationChannelUpsertInput!) { notificationChannelUpsert(input: $input) {
    channel { id name enabled topics version position createdAt updatedAt config { __typename
        ... on TelegramConfig { botTokenMasked chatId apiBase proxyMasked control }
        ... on DingTalkConfig { webhookMasked dingTalkSigned: signed }
        ... on EmailConfig { host port security username hasPassword from to }
        ... on WebhookConfig { url webhookSigned: signed }
        ... on SlackConfig { webhookMasked } ... on FeishuConfig { webhookMasked feishuSigned: signed }
        ... on BarkConfig { server deviceKeyMasked } ... on ServerChanConfig { sendKeyMasked }
        ... on TemplateConfig { urlMasked contentType body templateSigned: signed } } }
    position userErrors { code message field hint } } }";

const DELETE: &str =
    "mutation($input: NotificationChannelDeleteInput!) { notificationChannelDelete(input: $input) {
    deletedId position userErrors { code message field } } }";

const LIST: &str = "query($at: EventPosition) { notificationChannels(minPosition: $at) { id name } }";

async fn upsert(stage: &Stage, input: Value) -> Value {
    stage.ask(UPSERT, json!({ "input": input })).await["notificationChannelUpsert"].clone()
}

fn telegram(name: &str) -> Value {
    let telegram = json!({ "botToken": "123456:CANARY-TOKEN-of-the-bot", "chatId": "-100123" });
    json!({ "name": name, "topics": ["TASK_FAILED", "TASK_SUCCEEDED"], "config": { "telegram": telegram } })
}

fn ding_talk(name: &str) -> Value {
    let webhook = "https://oapi.dingtalk.com/robot/send?access_token=CANARY-WEBHOOK-of-the-robot";
    let config = json!({ "dingTalk": { "webhook": webhook, "secret": "CANARY-SIGNING-KEY" } });
    json!({ "name": name, "topics": ["DAILY_DIGEST"], "config": config })
}

fn email(name: &str) -> Value {
    let email = json!({ "host": "smtp.example.com", "username": "berth", "password": "CANARY-PASSWORD",
        "from": "berth@example.com", "to": ["ops@example.com"] });
    json!({ "name": name, "topics": ["SYSTEM_ALERT"], "config": { "email": email } })
}

fn webhook(name: &str) -> Value {
    let config = json!({ "webhook": { "url": "https://example.com/hook", "secret": "CANARY-HMAC-KEY" } });
    json!({ "name": name, "topics": ["ACCOUNT_AUTH_FAILED"], "config": config })
}

#[test]
fn every_kind_of_channel_is_kept_shown_and_found_again() {
    play(async |stage| {
        let mut ids = Vec::new();
        for (input, config) in [
            (
                telegram("b"),
                json!({ "__typename": "TelegramConfig", "botTokenMasked": "123456:••••-bot",
                "chatId": "-100123", "apiBase": "https://api.telegram.org", "proxyMasked": null, "control": false }),
            ),
            (
                ding_talk("a"),
                json!({ "__typename": "DingTalkConfig",
                "webhookMasked": "https://oapi.dingtalk.com/••••obot", "dingTalkSigned": true }),
            ),
            (
                email("d"),
                json!({ "__typename": "EmailConfig", "host": "smtp.example.com", "port": 465,
                "security": "TLS", "username": "berth", "hasPassword": true, "from": "berth@example.com",
                "to": ["ops@example.com"] }),
            ),
            (
                webhook("c"),
                json!({ "__typename": "WebhookConfig", "url": "https://example.com/hook",
                "webhookSigned": true }),
            ),
        ] {
            let payload = upsert(stage, input).await;
            assert_eq!(payload["userErrors"], json!([]));
            assert_eq!(payload["channel"]["config"], config);
            assert_eq!(
                (&payload["channel"]["enabled"], &payload["channel"]["version"]),
                (&json!(true), &json!(1))
            );
            ids.push(payload["channel"]["id"].clone());
        }
        let at = json!({ "at": stage.head().await.to_string() });
        let listed = stage.ask(LIST, at).await;
        let names: Vec<_> =
            listed["notificationChannels"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
        assert_eq!(names, ["a", "b", "c", "d"]);
        let document = "query($id: ID!, $ids: [ID!]!) { notificationChannel(id: $id) { name topics }
            nodes(ids: $ids) { __typename id } }";
        let found = stage.ask(document, json!({ "id": ids[0], "ids": ids })).await;
        let topics = json!(["TASK_SUCCEEDED", "TASK_FAILED"]);
        assert_eq!(found["notificationChannel"], json!({ "name": "b", "topics": topics }));
        assert_eq!(found["nodes"][3], json!({ "__typename": "NotificationChannel", "id": ids[3] }));
    });
}

#[test]
fn a_secret_that_is_left_out_stays_and_one_that_is_emptied_goes() {
    play(async |stage| {
        let id = upsert(stage, ding_talk("group")).await["channel"]["id"].clone();
        let change = |ding_talk: Value| json!({ "id": id, "name": "group", "topics": ["DAILY_DIGEST"], "config": { "dingTalk": ding_talk } });
        let same = upsert(stage, change(json!({}))).await;
        assert_eq!(same["channel"]["version"], 1, "nothing was to be changed");
        let unsigned = upsert(stage, change(json!({ "secret": "" }))).await["channel"].clone();
        assert_eq!((&unsigned["version"], &unsigned["config"]["dingTalkSigned"]), (&json!(2), &json!(false)));
        assert_eq!(unsigned["config"]["webhookMasked"], "https://oapi.dingtalk.com/••••obot");
        let mut other = webhook("group");
        other["id"] = id.clone();
        other["config"]["webhook"]["secret"] = Value::Null;
        let turned = upsert(stage, other).await["channel"].clone();
        assert_eq!(turned["config"]["webhookSigned"], false, "a key of another kind is none");
    });
}

#[test]
fn everything_that_is_wrong_is_said_at_once_and_a_name_is_taken_once() {
    play(async |stage| {
        let config = json!({ "telegram": { "botToken": "CANARY", "chatId": "x", "apiBase": "nowhere" } });
        let bad = upsert(stage, json!({ "name": " ", "topics": [], "config": config })).await;
        let fields: Vec<_> = refusals(&bad).into_iter().map(|(_, field)| field).collect();
        assert_eq!(
            fields,
            [
                json!(["config", "telegram", "botToken"]),
                json!(["name"]),
                json!(["topics"]),
                json!(["config", "telegram", "chatId"]),
                json!(["config", "telegram", "apiBase"]),
            ]
        );
        assert_eq!(stage.head().await.get(), 1, "that it was asked for is on record, and nothing else");
        let first = upsert(stage, telegram("Ops")).await["channel"].clone();
        assert_eq!(refusals(&upsert(stage, webhook("ops")).await), [("TAKEN".into(), json!(["name"]))]);
        let mut late = telegram("Ops");
        late["id"] = first["id"].clone();
        late["enabled"] = json!(false);
        late["expectedVersion"] = json!(7);
        assert_eq!(refusals(&upsert(stage, late).await)[0].0, "VERSION_CONFLICT");
        let mut nobody = telegram("nobody");
        nobody["id"] = json!("channel_01ARZ3NDEKTSV4RRFFQ69G5FAV");
        assert_eq!(refusals(&upsert(stage, nobody).await), [("NOT_FOUND".into(), json!(["id"]))]);
        let gone = stage.ask(DELETE, json!({ "input": { "id": first["id"] } })).await;
        assert_eq!(gone["notificationChannelDelete"]["deletedId"], first["id"]);
        assert_eq!(refusals(&upsert(stage, webhook("ops")).await), []);
    });
}

#[test]
fn a_command_that_is_given_twice_is_done_once() {
    play(async |stage| {
        let mut input = telegram("once");
        input["commandId"] = json!("the-same");
        let first = upsert(stage, input.clone()).await;
        assert_eq!(upsert(stage, input.clone()).await["channel"]["id"], first["channel"]["id"]);
        input["config"]["telegram"]["botToken"] = json!("123456:CANARY-another-token");
        assert_eq!(refusals(&upsert(stage, input).await)[0].0, "COMMAND_ID_REUSED");
    });
}

/// Whatever is answered or written down, no secret is in it.
#[test]
fn no_event_answer_or_log_entry_holds_a_secret_of_a_channel() {
    play(async |stage| {
        let mut told = Vec::new();
        for (name, input) in [telegram("t"), ding_talk("d"), email("e"), webhook("w")].into_iter().enumerate()
        {
            let payload = upsert(stage, input.clone()).await;
            let mut changed = input;
            changed["id"] = payload["channel"]["id"].clone();
            changed["name"] = json!(format!("renamed {name}"));
            let renamed = upsert(stage, changed).await;
            assert_eq!((refusals(&payload), refusals(&renamed)), (vec![], vec![]), "{name}");
            told.extend([payload, renamed]);
        }
        let stream = format!("channel/{}", told[0]["channel"]["id"].as_str().unwrap());
        let document =
            "query($at: EventPosition, $stream: String!) { notificationChannels(minPosition: $at) { config {
                ... on TelegramConfig { botTokenMasked } ... on DingTalkConfig { webhookMasked }
                ... on EmailConfig { username } ... on WebhookConfig { url } } }
            events(first: 100) { nodes { type summary data } } logs(first: 100) { nodes { message fields } }
            streamSnapshot(streamId: $stream) { state } streamDiff(streamId: $stream) { before after } }";
        let at = stage.head().await.to_string();
        stage.ask(LIST, json!({ "at": at })).await;
        let answer = stage.ask(document, json!({ "stream": stream })).await;
        // Each with a record that it was asked for.
        assert_eq!(answer["events"]["nodes"].as_array().unwrap().len(), 16);
        assert_eq!(answer["logs"]["nodes"].as_array().unwrap().len(), 16);
        assert_eq!(answer["streamSnapshot"]["state"]["content"]["config"]["bot_token"]["secret"], "••••");
        told.push(answer);
        assert!(!json!(told).to_string().contains("CANARY"), "{told:?}");
    });
}
