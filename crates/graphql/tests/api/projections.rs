use berth_domain::GrabId;
use berth_store::{Append, CommandId, Log, Meta, NewEvent, Position, StreamId, Version};
use futures::StreamExt;
use serde_json::{Value, json};

use crate::{
    feeds::feed,
    stage::{Stage, play, refusals},
};

const ONE: &str =
    "query($name: String!) { projection(name: $name) { name version status position lag eventsPerSecond
    rebuildTarget rebuildPosition passedOver rebuiltAt fault { position message event { id streamId } } } }";

/// What this test's lists stop at: a task that was made of nothing.
async fn poison(stage: &Stage) -> Position {
    let stream = StreamId::new("grab", GrabId::from_parts(7, 7));
    let event = NewEvent::new("grab.created", 1, &json!({})).unwrap();
    let append = Append::new(CommandId::parse("poison").unwrap(), [0; 32], Meta::default());
    stage.log.append(append.write(stream, Version::default(), vec![event])).await.unwrap();
    stage.head().await
}

/// Waits, by the feed, until a read model is as wanted.
async fn until(stage: &Stage, name: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let document =
        "subscription($name: String) { projectionChanged(name: $name) { name status position rebuiltAt
        rebuildTarget rebuildPosition fault { position event { id } } } }";
    let mut news = feed(stage, document, json!({ "name": name }));
    loop {
        let told = news.next().await.unwrap()["projectionChanged"].clone();
        assert_eq!(told["name"], name);
        if wanted(&told) {
            return told;
        }
    }
}

async fn order(stage: &Stage, verb: &str, input: Value) -> Value {
    let kind = if verb == "Skip" { "ProjectionSkipInput" } else { "ProjectionCommandInput" };
    let document = format!(
        "mutation($input: {kind}!) {{ projection{verb}(input: $input) {{
            projection {{ name status rebuiltAt }} position userErrors {{ code message field }} }} }}"
    );
    stage.ask(&document, json!({ "input": input })).await[&format!("projection{verb}")].clone()
}

#[test]
fn every_read_model_says_how_far_it_is() {
    play(async |stage| {
        stage.tenant("tokyo").await;
        let head = stage.head().await;
        until(stage, "tenant", |told| {
            told["position"].as_str().unwrap().parse::<Position>().unwrap() >= head
        })
        .await;
        let all = stage.ask("{ projections { name status } }", json!({})).await;
        let names: Vec<_> = all["projections"].as_array().unwrap().iter().map(|each| &each["name"]).collect();
        assert_eq!(names, berth_views::PROJECTIONS);
        let one = stage.ask(ONE, json!({ "name": "tenant" })).await["projection"].clone();
        assert_eq!((&one["status"], &one["lag"], &one["fault"]), (&json!("LIVE"), &json!(0), &Value::Null));
        assert_eq!(stage.ask(ONE, json!({ "name": "nobody" })).await["projection"], Value::Null);
    });
}

#[test]
fn a_rebuild_is_told_until_the_new_one_is_in_its_place() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let input = json!({ "name": "tenant", "commandId": "once" });
        let done = order(stage, "Rebuild", input.clone()).await;
        assert_eq!((&done["userErrors"], &done["projection"]["name"]), (&json!([]), &json!("tenant")));
        until(stage, "tenant", |told| told["status"] == "LIVE" && !told["rebuiltAt"].is_null()).await;
        let found = stage.ask("query($id: ID!) { tenant(id: $id) { name } }", json!({ "id": tenant })).await;
        assert_eq!(found["tenant"]["name"], "tokyo");
        let again = order(stage, "Rebuild", input).await;
        assert_eq!((&again["position"], &again["userErrors"]), (&done["position"], &json!([])), "done once");
        let nobody = order(stage, "Rebuild", json!({ "name": "nobody" })).await;
        assert_eq!(refusals(&nobody), [("NOT_FOUND".to_owned(), json!(["name"]))]);
    });
}

#[test]
fn a_poisoned_read_model_is_told_and_goes_on_when_its_event_is_skipped() {
    play(async |stage| {
        let at = poison(stage).await.to_string();
        let stopped = until(stage, "grab", |told| told["status"] == "FAULTED").await;
        let fault = json!({ "position": at, "event": { "id": format!("event_{at}") } });
        assert_eq!(stopped["fault"], fault);

        let retried = order(stage, "Retry", json!({ "name": "grab" })).await;
        assert_eq!(retried["userErrors"], json!([]));
        until(stage, "grab", |told| told["status"] == "FAULTED").await;
        let skip = |at: &str, reason: &str| json!({ "name": "grab", "position": at, "reason": reason });
        let elsewhere = order(stage, "Skip", skip("99", "why not")).await;
        assert_eq!(refusals(&elsewhere), [("INVALID".to_owned(), json!(["position"]))]);
        let silent = order(stage, "Skip", skip(&at, " ")).await;
        assert_eq!(refusals(&silent), [("INVALID".to_owned(), json!(["reason"]))]);
        let skipped = order(stage, "Skip", skip(&at, "made of nothing")).await;
        assert_eq!(skipped["userErrors"], json!([]));
        until(stage, "grab", |told| told["status"] == "LIVE").await;

        let conflict = [("STATE_CONFLICT".to_owned(), json!(["name"]))];
        assert_eq!(refusals(&order(stage, "Retry", json!({ "name": "grab" })).await), conflict);
        assert_eq!(refusals(&order(stage, "Skip", skip(&at, "again")).await), conflict);
    });
}

/// A rebuild that meets the poison stays unfinished, so that there is time to ask for another.
#[test]
fn a_second_rebuild_is_refused_while_one_runs() {
    play(async |stage| {
        let at = poison(stage).await.to_string();
        until(stage, "grab", |told| told["status"] == "FAULTED").await;
        let first = order(stage, "Rebuild", json!({ "name": "grab" })).await;
        assert_eq!(first["userErrors"], json!([]));
        let second = order(stage, "Rebuild", json!({ "name": "grab" })).await;
        assert_eq!(refusals(&second), [("STATE_CONFLICT".to_owned(), json!(["name"]))]);
        order(stage, "Skip", json!({ "name": "grab", "position": at, "reason": "made of nothing" })).await;
        until(stage, "grab", |told| told["status"] == "LIVE" && !told["rebuiltAt"].is_null()).await;
    });
}

#[test]
fn a_dry_run_of_what_is_right_changes_nothing() {
    play(async |stage| {
        stage.tenant("tokyo").await;
        let head = stage.head().await;
        until(stage, "tenant", |told| {
            told["position"].as_str().unwrap().parse::<Position>().unwrap() >= head
        })
        .await;
        let document = "query($name: String!) { projectionDryRun(name: $name) {
            name position eventsApplied added removed changed samples { row before after } } }";
        let run = stage.ask(document, json!({ "name": "tenant" })).await["projectionDryRun"].clone();
        assert_eq!(
            (&run["added"], &run["removed"], &run["changed"]),
            (&json!(0), &json!(0), &json!(0)),
            "{run}"
        );
        assert!(run["eventsApplied"].as_i64().unwrap() > 0 && run["samples"] == json!([]), "{run}");
        assert_eq!(stage.code(document, json!({ "name": "nobody" })).await, "NOT_FOUND");
    });
}
