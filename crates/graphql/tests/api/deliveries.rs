//! Deliveries: what was told to whom, whether it arrived, and what the other side said.

use berth_domain::{
    ChannelId, DeliveryId, GrabId, Language, TenantId, Timestamp,
    delivery::{Begun, Event, Failed, GivenUp, Queued, Sent, Why},
    event::Event as _,
    notice::{Bilingual, Daily, Grant, Notice, Severity, Task, What},
};
use berth_store::{Append, CommandId, Log, Meta, NewEvent, StreamId, Version};
use futures::StreamExt;
use serde_json::{Value, json};

use crate::{
    feeds::feed,
    stage::{Stage, caller, code, data, play, request},
};

/// What somebody called a task, in the worst of moods.
const NAME: &str = "<b>抢\"ARM\"</b> *_`{{title}}` & \\n";

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000 + second * 1000)
}

async fn channel(stage: &Stage, name: &str) -> ChannelId {
    let config = json!({ "webhook": { "url": format!("https://example.com/{name}") } });
    let input = json!({ "name": name, "enabled": false, "topics": ["DAILY_DIGEST"], "config": config });
    let document = "mutation($input: NotificationChannelUpsertInput!) {
        notificationChannelUpsert(input: $input) { channel { id } userErrors { message } } }";
    let payload = stage.ask(document, json!({ "input": input })).await["notificationChannelUpsert"].clone();
    assert_eq!(payload["userErrors"], json!([]));
    payload["channel"]["id"].as_str().unwrap().parse().unwrap()
}

fn got(task: &str, tenant: &str) -> Notice {
    let task: GrabId = task.parse().unwrap();
    let tenant: TenantId = tenant.parse().unwrap();
    Notice::TaskSucceeded(Grant {
        task: Task { id: task, name: NAME.into(), tenant, tenant_name: "tokyo".into() },
        what: What::Launch { shape: "VM.Standard.A1.Flex".into(), ocpus: Some(4.0), memory_gb: Some(24.0) },
        region: "ap-tokyo-1".into(),
        availability_domain: "AD-1".into(),
        instance: "instance".into(),
        public_ip: Some("203.0.113.7".into()),
        private_ip: None,
        held: 1,
        wanted: 1,
        attempts: 12,
        waited_ms: 60_000,
    })
}

fn queued(channel: ChannelId, notice: Notice) -> Event {
    let notice = Box::new(notice);
    Queued { channel, cause: 2, notice, happened_at: at(0), not_before: Some(at(60)), at: at(1) }.into()
}

fn begun(attempt: u32) -> Event {
    Begun { attempt, digest: None, at: at(2) }.into()
}

fn missed(attempt: u32) -> Event {
    let (status, words) = (Some(502), "bad gateway".into());
    Failed { attempt, status, words, duration_ms: 9, retry_at: at(9), at: at(3) }.into()
}

fn arrived(attempt: u32) -> Event {
    Sent { attempt, status: Some(200), words: "ok".into(), duration_ms: 8, at: at(4) }.into()
}

fn given_up(attempt: u32) -> Event {
    let (why, words) = (Why::Gone, "chat not found".into());
    GivenUp { why, attempt, status: Some(403), words, duration_ms: 7, at: at(5) }.into()
}

/// What the outbox would write down. Answers the id.
async fn happens(stage: &Stage, index: u64, version: u32, events: Vec<Event>) -> String {
    let id = DeliveryId::from_parts(1000 + index, 7);
    let new =
        |event: &Event| NewEvent { name: event.name().into(), schema: event.schema(), data: event.encode() };
    let append = Append::new(CommandId::fresh(), [0; 32], Meta::default());
    let (stream, new) = (StreamId::new("delivery", id), events.iter().map(new).collect());
    stage.log.append(append.write(stream, Version::new(version), new)).await.unwrap();
    id.to_string()
}

async fn head(stage: &Stage) -> Value {
    json!(stage.head().await.to_string())
}

const ALL: &str = "id channel { id name } topic severity state failure failureReason failureHint title
    lines { label text } task { id } tenant { id name } tries time queuedAt lastTriedAt nextTryAt response
    httpStatus durationMs cause version position";

/// A task's success on its way to a channel called `ops`: the delivery's id, its channel and its task.
async fn one(stage: &Stage) -> (String, ChannelId, String) {
    let tenant = stage.tenant("tokyo").await;
    let task = stage.tasks(std::slice::from_ref(&tenant)).await.0.remove(0);
    let channel = channel(stage, "ops").await;
    (happens(stage, 1, 0, vec![queued(channel, got(&task, &tenant))]).await, channel, task)
}

async fn asked(stage: &Stage, id: &str) -> Value {
    let variables = json!({ "id": id, "at": head(stage).await });
    stage.ask(&document(), variables).await["notificationDelivery"].clone()
}

fn document() -> String {
    format!(
        "query($id: ID!, $at: EventPosition) {{ notificationDelivery(id: $id, minPosition: $at) {{ {ALL} }} }}"
    )
}

fn stands(delivery: &Value) -> Value {
    let fields = ["state", "tries", "nextTryAt", "lastTriedAt", "response", "httpStatus", "durationMs"];
    json!(fields.map(|field| delivery[field].clone()))
}

#[test]
fn a_delivery_says_where_it_stands_and_what_the_other_side_said() {
    play(async |stage| {
        let (id, ..) = one(stage).await;
        let [ready, tried, later, over] = [60, 3, 9, 5].map(|second| at(second).to_string());
        let pending = json!(["PENDING", 0, ready, null, null, null, null]);
        assert_eq!(stands(&asked(stage, &id).await), pending);
        happens(stage, 1, 1, vec![begun(1)]).await;
        let sending = asked(stage, &id).await;
        assert_eq!((&sending["state"], &sending["tries"]), (&json!("SENDING"), &json!(1)));
        assert_eq!((&sending["nextTryAt"], &sending["durationMs"]), (&Value::Null, &Value::Null));
        happens(stage, 1, 2, vec![missed(1)]).await;
        let retrying = json!(["RETRYING", 1, later, tried, "bad gateway", 502, 9]);
        assert_eq!(stands(&asked(stage, &id).await), retrying);
        happens(stage, 1, 3, vec![begun(2)]).await;
        let again = asked(stage, &id).await;
        assert_eq!(
            again["response"],
            Value::Null,
            "what was said to the try before is no answer to this one"
        );
        happens(stage, 1, 4, vec![given_up(2)]).await;
        let failed = asked(stage, &id).await;
        assert_eq!(stands(&failed), json!(["FAILED", 2, null, over, "chat not found", 403, 7]));
        assert_eq!((&failed["failure"], &failed["version"]), (&json!("GONE"), &json!(5)));
        assert_eq!(failed["failureReason"], "there is nobody at the other side any more");
        let in_chinese = stage.ask_in_chinese(&document(), json!({ "id": id })).await;
        assert_eq!(in_chinese["notificationDelivery"]["failureReason"], "接收方已不存在");
    });
}

#[test]
fn a_delivery_says_what_it_tells_in_the_caller_s_language_and_is_found_by_its_id() {
    play(async |stage| {
        let (id, channel, task) = one(stage).await;
        let delivery = asked(stage, &id).await;
        assert_eq!(delivery["channel"], json!({ "id": channel.to_string(), "name": "ops" }));
        assert_eq!((&delivery["topic"], &delivery["severity"]), (&json!("TASK_SUCCEEDED"), &json!("INFO")));
        assert_eq!(delivery["title"], json!(format!("Got it: {NAME}")));
        assert_eq!(delivery["lines"][0], json!({ "label": "Tenant", "text": "tokyo" }));
        assert_eq!((&delivery["task"]["id"], &delivery["tenant"]["name"]), (&json!(task), &json!("tokyo")));
        assert_eq!((&delivery["cause"], &delivery["time"]), (&json!("2"), &json!(at(0).to_string())));
        let in_chinese = stage.ask_in_chinese(&document(), json!({ "id": id })).await;
        let in_chinese = &in_chinese["notificationDelivery"];
        assert_eq!(in_chinese["title"], json!(format!("抢到了：{NAME}")));
        assert_eq!(in_chinese["lines"][0], json!({ "label": "租户", "text": "tokyo" }));

        let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
        let nobody = DeliveryId::from_parts(9, 9).to_string();
        let found = stage.ask(nodes, json!({ "ids": [id, nobody] })).await["nodes"].clone();
        assert_eq!(found, json!([{ "__typename": "NotificationDelivery", "id": id }, null]));
        assert_eq!(asked(stage, &nobody).await, Value::Null);
    });
}

#[test]
fn deliveries_are_paged_newest_first_and_found_by_what_they_are_about() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let (tasks, _) = stage.tasks(&[tenant.clone(), tenant.clone()]).await;
        let channels = [channel(stage, "one").await, channel(stage, "other").await];
        for index in 0..6_u64 {
            let which = usize::try_from(index).unwrap();
            let notice = match index {
                5 => Notice::DailyReport(Box::new(Daily { day: "2026-11-21".into(), ..Daily::default() })),
                _ => got(&tasks[which % 2], &tenant),
            };
            let end = if index < 2 { given_up(1) } else { arrived(1) };
            let mut events = vec![queued(channels[which % 2], notice), begun(1), end];
            events.truncate(if index == 5 { 1 } else { 3 });
            happens(stage, index, 0, events).await;
        }
        let document =
            "query($first: Int, $after: String, $filter: NotificationDeliveryFilter, $at: EventPosition) {
            notificationDeliveries(first: $first, after: $after, filter: $filter, minPosition: $at) {
                nodes { id state } position pageInfo { hasNextPage endCursor } } }";
        let ids = |page: &Value| -> Vec<u64> {
            let nodes = page["nodes"].as_array().unwrap().iter();
            let number =
                |id: &str| (0..9).find(|index| DeliveryId::from_parts(1000 + index, 7).to_string() == id);
            nodes.map(|node| number(node["id"].as_str().unwrap()).unwrap()).collect()
        };
        let at = head(stage).await;
        let page =
            stage.ask(document, json!({ "first": 4, "at": at })).await["notificationDeliveries"].clone();
        assert_eq!((ids(&page), &page["pageInfo"]["hasNextPage"]), (vec![5, 4, 3, 2], &json!(true)));
        assert_eq!(page["position"], at);
        let after = json!({ "first": 4, "after": page["pageInfo"]["endCursor"] });
        let rest = stage.ask(document, after).await["notificationDeliveries"].clone();
        assert_eq!((ids(&rest), &rest["pageInfo"]["hasNextPage"]), (vec![1, 0], &json!(false)));
        for (filter, wanted) in [
            (json!({ "channelId": [channels[0].to_string()] }), vec![4, 2, 0]),
            (json!({ "taskId": [tasks[1]] }), vec![3, 1]),
            (json!({ "tenantId": [tenant] }), vec![4, 3, 2, 1, 0]),
            (json!({ "state": ["FAILED", "PENDING"] }), vec![5, 1, 0]),
            (json!({ "topic": ["DAILY_DIGEST"] }), vec![5]),
            (json!({ "taskId": [tasks[1]], "state": ["FAILED"] }), vec![1]),
        ] {
            let found = stage.ask(document, json!({ "filter": filter })).await;
            assert_eq!(ids(&found["notificationDeliveries"]), wanted, "{filter}");
        }
        let nonsense = json!({ "filter": { "taskId": ["nonsense"] } });
        assert_eq!(stage.code(document, nonsense).await, "BAD_QUERY");
    });
}

#[test]
fn tasks_and_channels_show_their_newest_deliveries_by_one_statement_for_all() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let (tasks, _) = stage.tasks(&vec![tenant.clone(); 30]).await;
        let channels =
            [channel(stage, "one").await, channel(stage, "other").await, channel(stage, "unused").await];
        let mut ids = Vec::new();
        for (index, task) in (0..).zip(tasks.iter().chain(&tasks)) {
            let events =
                vec![queued(channels[usize::from(index >= 30)], got(task, &tenant)), begun(1), given_up(1)];
            ids.push(happens(stage, index, 0, events).await);
        }
        let at = head(stage).await;
        let document = "query($at: EventPosition) { grabTasks(first: 100, minPosition: $at) {
            nodes { id notifications(first: 2) { id state channel { name } task { name } tenant { name } } } } }";
        let (found, statements) = stage.count(document, json!({ "at": at })).await;
        let nodes = found["grabTasks"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), 30);
        for task in nodes {
            let index = tasks.iter().position(|id| *id == task["id"]).unwrap();
            let told: Vec<_> =
                task["notifications"].as_array().unwrap().iter().map(|told| &told["id"]).collect();
            assert_eq!(told, [&json!(ids[index + 30]), &json!(ids[index])]);
            assert_eq!(task["notifications"][0]["channel"]["name"], "other");
        }
        assert!(
            statements <= 8,
            "{statements}: a page of tasks in three, deliveries, their channels, tasks and tenants"
        );

        let document = "{ notificationChannels { name waitingCount failedCount lastDelivery { id title channel { name } } } }";
        let (found, statements) = stage.count(document, json!({})).await;
        let listed = found["notificationChannels"].as_array().unwrap();
        let said: Vec<_> = listed
            .iter()
            .map(|channel| (&channel["name"], &channel["failedCount"], &channel["lastDelivery"]["id"]))
            .collect();
        let (one, other) = (json!(ids[29]), json!(ids[59]));
        assert_eq!(
            said,
            [
                (&json!("one"), &json!(30), &one),
                (&json!("other"), &json!(30), &other),
                (&json!("unused"), &json!(0), &Value::Null)
            ]
        );
        assert_eq!(statements, 4, "channels, counts, deliveries, their channels");
        let too_many = "{ grabTasks { nodes { notifications(first: 21) { id } } } }";
        assert_eq!(stage.code(too_many, json!({})).await, "BAD_QUERY");
    });
}

#[test]
fn the_feed_tells_each_delivery_as_it_is_now_and_goes_on_where_it_was_cut() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let (tasks, _) = stage.tasks(&[tenant.clone(), tenant.clone()]).await;
        let channel = channel(stage, "ops").await;
        let first =
            happens(stage, 1, 0, vec![queued(channel, got(&tasks[0], &tenant)), begun(1), missed(1)]).await;
        let other = happens(stage, 2, 0, vec![queued(channel, got(&tasks[1], &tenant))]).await;
        let document = "subscription($after: EventPosition, $filter: NotificationDeliveryFilter) {
            deliveryFeed(after: $after, filter: $filter) {
                deliveries { id state title task { id } channel { name } } position caughtUp } }";
        let next = async |variables: Value| {
            let mut batches = feed(stage, document, variables);
            loop {
                let batch = batches.next().await.unwrap()["deliveryFeed"].clone();
                if batch["deliveries"] != json!([]) {
                    return batch;
                }
            }
        };
        let batch = next(json!({ "after": "0" })).await;
        let told: Vec<_> = batch["deliveries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|told| (&told["id"], &told["state"]))
            .collect();
        assert_eq!(told, [(&json!(first), &json!("RETRYING")), (&json!(other), &json!("PENDING"))]);
        assert_eq!(
            batch["deliveries"][0]["title"],
            json!(format!("抢到了：{NAME}")),
            "in the caller's language"
        );
        happens(stage, 1, 3, vec![begun(2), arrived(2)]).await;
        let on = next(json!({ "after": batch["position"] })).await;
        assert_eq!(on["deliveries"].as_array().unwrap().len(), 1);
        assert_eq!(
            (&on["deliveries"][0]["id"], &on["deliveries"][0]["state"]),
            (&json!(first), &json!("DELIVERED"))
        );
        let filter = json!({ "taskId": [tasks[1]], "channelId": [channel.to_string()] });
        let named = next(json!({ "after": "0", "filter": filter })).await;
        assert_eq!(named["deliveries"].as_array().unwrap().len(), 1);
        assert_eq!(named["deliveries"][0]["task"]["id"], json!(tasks[1]));
    });
}

/// As where a person skipped what made it.
#[test]
fn a_delivery_to_a_channel_that_the_lists_do_not_hold_says_so_and_the_feed_goes_on() {
    play(async |stage| {
        let there = channel(stage, "ops").await;
        let notice = || Notice::DailyReport(Box::new(Daily { day: "2026-11-21".into(), ..Daily::default() }));
        let id = happens(stage, 1, 0, vec![queued(ChannelId::from_parts(9, 9), notice())]).await;
        let at = head(stage).await;
        let document = document();
        assert_eq!(stage.code(&document, json!({ "id": id, "at": at })).await, "NOT_FOUND");
        let plain = "query($id: ID!) { notificationDelivery(id: $id) { id state } }";
        assert_eq!(stage.ask(plain, json!({ "id": id })).await["notificationDelivery"]["id"], json!(id));

        let document = "subscription { deliveryFeed(after: \"0\") { deliveries { id channel { name } } } }";
        let asked = request(document, json!({})).data(caller(Language::English));
        let mut batches = stage.schema.execute_stream(asked).boxed();
        assert_eq!(code(&batches.next().await.unwrap()), "NOT_FOUND");
        let id = happens(stage, 2, 0, vec![queued(there, notice())]).await;
        let told = loop {
            let batch = data(batches.next().await.unwrap())["deliveryFeed"]["deliveries"].clone();
            if batch != json!([]) {
                break batch;
            }
        };
        assert_eq!(told, json!([{ "id": id, "channel": { "name": "ops" } }]));
    });
}

/// What concerns everybody has no task and no tenant, and is shown all the same.
#[test]
fn a_delivery_about_the_server_itself_is_of_nobody() {
    play(async |stage| {
        let channel = channel(stage, "ops").await;
        let text =
            |english: &str, chinese: &str| Bilingual { english: english.into(), chinese: chinese.into() };
        let alert = berth_domain::notice::Alert {
            name: text("CPU usage", "CPU 使用率"),
            said: text("CPU usage is 92 %, above 80 %", "CPU 使用率为 92 %，高于 80 %"),
            severity: Severity::Critical,
        };
        happens(stage, 1, 0, vec![queued(channel, Notice::AlertRaised(alert))]).await;
        let document = "query($at: EventPosition) { notificationDeliveries(minPosition: $at) {
            nodes { topic severity title lines { label text } task { id } tenant { id } } } }";
        let found = stage.ask_in_chinese(document, json!({ "at": head(stage).await })).await;
        let lines = json!([{ "label": null, "text": "CPU 使用率为 92 %，高于 80 %" }]);
        assert_eq!(
            found["notificationDeliveries"]["nodes"],
            json!([{ "topic": "SYSTEM_ALERT", "severity": "CRITICAL", "title": "告警：CPU 使用率", "lines": lines, "task": null, "tenant": null }])
        );
    });
}
