use std::sync::Arc;

use async_graphql::Response;
use berth_domain::Language;
use berth_graphql::{Alike, Caller};
use futures::{StreamExt, stream::BoxStream};
use serde_json::{Value, json, value::RawValue};

use crate::stage::{Stage, TASK_CREATE, caller, code, data, play, play_with, request, task_input};

pub(crate) fn feed<'a>(stage: &'a Stage, document: &str, variables: Value) -> BoxStream<'a, Value> {
    stage
        .schema
        .execute_stream(request(document, variables).data(caller(Language::Chinese)))
        .map(data)
        .boxed()
}

#[test]
fn what_comes_after_a_page_comes_by_the_feed_and_nothing_falls_between() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let (_, position) = stage.tasks(std::slice::from_ref(&tenant)).await;
        let page = stage
            .ask(
                "query($at: EventPosition) { grabTasks(minPosition: $at) { position } }",
                json!({ "at": position }),
            )
            .await;
        let (later, _) = stage.tasks(&[tenant]).await;
        let document = "subscription($after: EventPosition) { taskStateChanged(after: $after) {
            tasks { id stateReason tenant { name } } deletedIds position caughtUp } }";
        let mut batches = feed(stage, document, json!({ "after": page["grabTasks"]["position"] }));
        let mut seen = Vec::new();
        while seen.is_empty() {
            seen.extend(
                batches.next().await.unwrap()["taskStateChanged"]["tasks"].as_array().unwrap().clone(),
            );
        }
        assert_eq!(
            seen,
            [json!({ "id": later[0], "stateReason": "尚未启动", "tenant": { "name": "tokyo" } })]
        );
    });
}

#[test]
fn the_log_and_the_events_are_told_from_the_beginning_to_whoever_wants_that() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let document = "subscription { logAppended(after: \"0\") { entries { key message tenant { id } fields repeatCount } skipped position } }";
        let mut batches = feed(stage, document, json!({}));
        let entry = loop {
            let batch = batches.next().await.unwrap();
            if let Some(entry) = batch["logAppended"]["entries"].get(0) {
                break entry.clone();
            }
        };
        assert_eq!(entry["tenant"]["id"], json!(tenant));

        let document = "subscription { eventAppended(after: \"0\", filter: { type: [\"tenant.*\"] }) { events { type streamId actor } caughtUp } }";
        let batch = feed(stage, document, json!({})).next().await.unwrap();
        let first =
            json!({ "type": "tenant.registered", "streamId": format!("tenant/{tenant}"), "actor": "owner" });
        assert_eq!(batch["eventAppended"]["events"][0], first);
    });
}

/// The stream's next answer, and the words that were handed over beside it.
async fn told(
    stage: &Stage,
    document: &str,
    asked: &str,
    principal: Caller,
) -> (Response, Option<Arc<RawValue>>) {
    let alike = Arc::new(Alike::new(asked));
    let request = request(document, json!({})).data(principal).data(alike.clone());
    let answer = stage.schema.execute_stream(request).next().await.unwrap();
    (answer, alike.take())
}

#[test]
fn who_asks_the_same_is_told_the_very_same_words_and_nobody_else_is() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let document =
            "subscription { batch: eventAppended(after: \"0\", filter: { type: [\"tenant.registered\"] }) {
            events { streamId summary } position } }";
        let words = async |asked| {
            let (answer, words) = told(stage, document, asked, caller(Language::English)).await;
            assert_eq!(data(answer), json!({ "batch": null }));
            words.expect("they are worked out for all")
        };
        let first = words("this").await;
        let own = feed(stage, document, json!({})).next().await.unwrap();
        let (ours, theirs) = (&own["batch"]["events"][0]["streamId"], format!("tenant/{tenant}"));
        assert_eq!(ours, &json!(theirs));
        assert!(first.get().contains(&theirs));
        assert!(Arc::ptr_eq(&first, &words("this").await));
        assert!(!Arc::ptr_eq(&first, &words("that").await));
    });
}

#[test]
fn whoever_may_not_ask_is_told_so_themselves() {
    play(async |stage| {
        stage.tenant("tokyo").await;
        let document = "subscription { eventAppended(after: \"0\") { position } }";
        assert!(told(stage, document, "this", caller(Language::English)).await.1.is_some());
        let nobody = Caller { principal: None, ..caller(Language::English) };
        let (answer, words) = told(stage, document, "this", nobody).await;
        assert_eq!((code(&answer).as_str(), words.is_none()), ("UNAUTHENTICATED", true));
    });
}

#[test]
fn attempts_are_told_as_they_are_settled_with_their_tasks_and_only_of_the_tasks_that_were_named() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let input = |name: &str| {
            let mut input = task_input(std::slice::from_ref(&tenant));
            input["name"] = json!(name);
            json!({ "input": input })
        };
        let mut tasks = Vec::new();
        for name in ["one", "other"] {
            let made = stage.ask(TASK_CREATE, input(name)).await;
            tasks.push(made["grabTaskCreate"]["grabTasks"][0]["id"].clone());
        }
        let document = "subscription($ids: [ID!], $after: EventPosition) { attemptAppended(taskIds: $ids, after: $after) {
            attempts { number outcome position task { id name tenant { name } } } position caughtUp } }";
        let mut batches = feed(stage, document, json!({ "ids": [tasks[1]], "after": "0" }));
        let batch = loop {
            let batch = batches.next().await.unwrap()["attemptAppended"].clone();
            if batch["attempts"] != json!([]) {
                break batch;
            }
        };
        let attempt = &batch["attempts"][0];
        assert_eq!((&attempt["number"], &attempt["outcome"]), (&json!(1), &json!("CAPACITY")));
        let task = json!({ "id": tasks[1], "name": "other", "tenant": { "name": "tokyo" } });
        assert_eq!(attempt["task"], task);
        // Whoever goes on from there is told it no more.
        let mut later = feed(stage, document, json!({ "ids": [tasks[1]], "after": batch["position"] }));
        let next = later.next().await.unwrap()["attemptAppended"].clone();
        let again = next["attempts"].as_array().unwrap().iter().any(|attempt| attempt["number"] == 1);
        assert!(!again, "{next}");
    });
}

#[test]
fn figures_are_told_as_they_are_and_again_when_they_change() {
    play_with(Vec::new(), async |stage| {
        let document = "subscription { statisticsChanged {
            attempts launched position tasksByState { state count } series(bucketWidth: 86400) { outcomes { count } } } }";
        let mut figures = feed(stage, document, json!({}));
        let first = figures.next().await.unwrap()["statisticsChanged"].clone();
        assert_eq!((&first["attempts"], &first["tasksByState"]), (&json!(0), &json!([])));
        let tenant = stage.tenant("tokyo").await;
        stage.ask(TASK_CREATE, json!({ "input": task_input(&[tenant]) })).await;
        let last = loop {
            let next = figures.next().await.unwrap()["statisticsChanged"].clone();
            if next["launched"] == 1 {
                break next;
            }
        };
        assert_eq!(last["tasksByState"], json!([{ "state": "SUCCEEDED", "count": 1 }]));
        let series = last["series"].as_array().unwrap().iter();
        let counted = series.filter_map(|slice| slice["outcomes"][0]["count"].as_i64()).sum::<i64>();
        assert_eq!(json!(counted), last["attempts"]);
    });
}
