use berth_domain::Language;
use futures::{StreamExt, stream::BoxStream};
use serde_json::{Value, json};

use crate::stage::{Stage, caller, data, play, request};

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
