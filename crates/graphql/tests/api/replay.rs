use berth_store::{Append, CommandId, Log, Meta, NewEvent, Release, StandIn, StreamId, Version};
use serde_json::{Value, json};

use crate::stage::{Stage, play};

const SNAPSHOT: &str =
    "query($id: String!, $point: PointInHistory) { streamSnapshot(streamId: $id, point: $point) {
    streamId version position time state previousVersion nextVersion event { type position } } }";
const DIFF: &str = "query($id: String!, $from: PointInHistory, $to: PointInHistory) {
    streamDiff(streamId: $id, from: $from, to: $to) { path before after changes causedBy { type position version } } }";

async fn snapshot(stage: &Stage, id: &str, point: Value) -> Value {
    stage.ask(SNAPSHOT, json!({ "id": id, "point": point })).await["streamSnapshot"].clone()
}

async fn changes(stage: &Stage, id: &str, from: Value, to: Value) -> Vec<Value> {
    let answer = stage.ask(DIFF, json!({ "id": id, "from": from, "to": to })).await;
    answer["streamDiff"].as_array().unwrap().clone()
}

/// The stream of a task that was started and held, and its events.
async fn a_history(stage: &Stage) -> (String, Vec<Value>) {
    let tenant = stage.tenant("tokyo").await;
    let (ids, _) = stage.tasks(&[tenant]).await;
    for name in ["grabTaskStart", "grabTaskPause"] {
        let document = format!(
            "mutation($input: GrabTaskCommandInput!) {{ {name}(input: $input) {{ userErrors {{ code }} }} }}"
        );
        let payload = stage.ask(&document, json!({ "input": { "taskIds": ids } })).await;
        assert_eq!(payload[name]["userErrors"], json!([]));
    }
    let stream = format!("grab/{}", ids[0]);
    let document = "query($id: String!) { events(first: 500, filter: { streamId: [$id] }) {
        nodes { type position version time } pageInfo { hasNextPage endCursor } } }";
    let page = stage.ask(document, json!({ "id": stream })).await["events"].clone();
    assert_eq!(page["pageInfo"]["hasNextPage"], false);
    (stream, page["nodes"].as_array().unwrap().clone())
}

fn of<'a>(events: &'a [Value], kind: &str) -> &'a Value {
    events.iter().find(|event| event["type"] == kind).unwrap_or_else(|| panic!("no {kind} in {events:?}"))
}

#[test]
fn a_task_can_be_seen_as_it_was_by_position_version_and_time() {
    play(async |stage| {
        let (stream, events) = a_history(stage).await;
        let (started, paused) = (of(&events, "grab.started"), of(&events, "grab.paused"));
        let now = snapshot(stage, &stream, Value::Null).await;
        assert_eq!((&now["state"]["state"], &now["position"]), (&json!("PAUSED"), &paused["position"]));
        assert_eq!((&now["event"]["type"], &now["nextVersion"]), (&json!("grab.paused"), &Value::Null));
        for point in [json!({ "position": started["position"] }), json!({ "version": started["version"] })] {
            let then = snapshot(stage, &stream, point.clone()).await;
            assert_eq!(
                (&then["state"]["state"], &then["version"]),
                (&json!("RUNNING"), &started["version"]),
                "{point}"
            );
            assert!(then["nextVersion"].is_number() && then["previousVersion"].is_number(), "{then}");
        }
        let last = snapshot(stage, &stream, json!({ "at": paused["time"] })).await;
        assert_eq!(last, now, "at the moment of the last event it had happened");
        let before = snapshot(stage, &stream, json!({ "at": "2020-01-01T00:00:00Z" })).await;
        assert_eq!(
            (&before["version"], &before["position"], &before["event"]),
            (&json!(0), &json!("0"), &Value::Null)
        );
        assert!(!now.to_string().contains("secret_"), "{now}");
    });
}

#[test]
fn a_stream_that_is_not_there_has_no_state_and_a_point_is_one_thing() {
    play(async |stage| {
        let none = "grab/grab_01ARZ3NDEKTSV4RRFFQ69G5FAV";
        assert_eq!(snapshot(stage, none, Value::Null).await, Value::Null);
        assert_eq!(snapshot(stage, "nonsense", Value::Null).await, Value::Null);
        assert_eq!(changes(stage, none, Value::Null, Value::Null).await, Vec::<Value>::new());
        let both = json!({ "id": none, "point": { "position": "1", "version": 1 } });
        assert_eq!(stage.code(SNAPSHOT, both).await, "BAD_INPUT");
    });
}

#[test]
fn each_difference_names_the_event_that_made_it() {
    play(async |stage| {
        let (stream, events) = a_history(stage).await;
        let (started, paused) = (of(&events, "grab.started"), of(&events, "grab.paused"));
        let found = changes(stage, &stream, json!({ "version": 1 }), Value::Null).await;
        let change = |path: &str| found.iter().find(|change| change["path"] == path).unwrap();
        let state = change("/state");
        assert_eq!((&state["before"], &state["after"]), (&json!("PENDING"), &json!("PAUSED")));
        assert_eq!((&state["causedBy"]["position"], &state["changes"]), (&paused["position"], &json!(2)));
        let began = change("/startedAt");
        assert_eq!(
            (&began["causedBy"]["type"], &began["causedBy"]["position"]),
            (&json!("grab.started"), &started["position"])
        );
        let made = changes(stage, &stream, Value::Null, json!({ "version": 1 })).await;
        assert!(made.iter().all(|change| change["causedBy"]["type"] == "grab.created"), "{made:?}");
        let same = changes(stage, &stream, json!({ "version": 1 }), json!({ "version": 1 })).await;
        assert_eq!(same, Vec::<Value>::new());
    });
}

#[test]
fn a_stream_is_read_by_itself_page_by_page() {
    play(async |stage| {
        let (stream, events) = a_history(stage).await;
        let document = "query($id: String!, $after: String) { events(first: 2, after: $after, filter: { streamId: [$id] }) {
            nodes { type position version time } pageInfo { hasNextPage hasPreviousPage endCursor } } }";
        let (mut read, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = stage.ask(document, json!({ "id": stream, "after": after })).await["events"].clone();
            assert_eq!(page["pageInfo"]["hasPreviousPage"], json!(!after.is_null()));
            read.extend(page["nodes"].as_array().unwrap().clone());
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(read, events);
        // A position of another stream is a place in this one all the same.
        let last = events.last().unwrap()["position"].as_str().unwrap().parse::<u64>().unwrap() - 1;
        let page =
            stage.ask(document, json!({ "id": stream, "after": last.to_string() })).await["events"].clone();
        assert_eq!(page["nodes"], json!([events.last().unwrap()]));
    });
}

#[test]
fn what_was_released_is_not_made_up() {
    play(async |stage| {
        let stream = StreamId::new("projection", "grab");
        let (log, first) = (&stage.log, stage.head().await.next());
        let order = |id: &str| Append::new(CommandId::parse(id).unwrap(), [0; 32], Meta::default());
        let retried =
            || NewEvent::new("projection.retried", 1, &json!({ "at": "2026-11-21T00:00:00Z" })).unwrap();
        let events = (0..5).map(|_| retried()).collect();
        log.append(order("a").write(stream.clone(), Version::default(), events)).await.unwrap();
        let third = first.next().next();
        let stand_in = StandIn {
            position: third,
            stream: stream.clone(),
            version: Version::new(3),
            name: "projection.retried".into(),
            schema: 1,
            data: retried().data,
        };
        let release = Release {
            after: log.closed_through().await.unwrap(),
            through: third,
            positions: vec![first.next(), third],
            stand_ins: vec![stand_in],
            append: order("b"),
        };
        log.release(release).await.unwrap();
        for point in [json!({ "version": 2 }), json!({ "position": first.next().to_string() })] {
            let asked = json!({ "id": stream.as_str(), "point": point });
            let answer = stage.asked(SNAPSHOT, asked, berth_domain::Language::English).await;
            assert_eq!(crate::stage::code(&answer), "BAD_INPUT");
            let near = format!("version 1 (position {first}) and version 3 (position {third})");
            assert!(answer.errors[0].message.contains(&near), "{}", answer.errors[0].message);
        }
        for (point, next) in [
            (json!({ "version": 1 }), 3),
            (json!({ "position": first.to_string() }), 3),
            (json!({ "version": 3 }), 4),
        ] {
            assert_eq!(snapshot(stage, stream.as_str(), point.clone()).await["nextVersion"], next, "{point}");
        }
    });
}
