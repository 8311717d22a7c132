use serde_json::{Value, json};

use crate::{
    berth, berth_typing,
    stub::{Reply, Stub},
    tasks::ID,
};

fn event(position: u64, kind: &str) -> Value {
    json!({
        "id": format!("event_{position}"), "position": position.to_string(), "streamId": format!("grab/{ID}"), "version": 3,
        "type": kind, "schemaVersion": 1, "time": "2026-11-21T09:55:02.417Z", "actor": "owner",
        "summary": "已暂停", "data": { "at": "x" }, "correlationId": "c", "causationId": null,
    })
}

fn page(events: impl Into<Value>, more: bool) -> Reply {
    let events: Value = events.into();
    Reply::Data(json!({ "nodes": events, "pageInfo": { "hasNextPage": more, "endCursor": "12" } }))
}

fn snapshot(version: u64, position: u64, previous: impl Into<Value>, next: impl Into<Value>) -> Value {
    let (previous, next): (Value, Value) = (previous.into(), next.into());
    let last = if version == 0 { Value::Null } else { event(position, "grab.paused") };
    json!({
        "streamId": format!("grab/{ID}"), "version": version, "position": position.to_string(), "time": last["time"],
        "state": { "state": "PAUSED" }, "event": last, "previousVersion": previous, "nextVersion": next,
    })
}

fn change(path: &str, before: impl Into<Value>, after: impl Into<Value>, by: &Value, times: u64) -> Value {
    let (before, after): (Value, Value) = (before.into(), after.into());
    json!({ "path": path, "before": before, "after": after, "causedBy": by, "changes": times })
}

fn differences() -> Value {
    json!([
        change("/attemptCount", 16_015, 17_299, &event(184_022, "grab.attempt_settled"), 1_284),
        change("/cooling", json!("until noon"), Value::Null, &event(183_994, "grab.resumed"), 1),
        change("/stopped", Value::Null, json!(true), &event(183_995, "grab.stopped"), 1),
    ])
}

#[tokio::test]
async fn events_are_listed_with_their_filter_and_the_place_to_go_on() {
    let events = json!([event(11, "grab.started"), event(12, "grab.paused")]);
    let stub = Stub::start([("Events", page(events, true))]).await;
    let line =
        ["events", "list", "--stream", ID, "--type", "grab.*", "--after", "10", "-n", "2", "--since", "2h"];
    let outcome = berth(&stub.url, &line).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let lines: Vec<&str> = outcome.out.lines().collect();
    assert!(lines[0].starts_with("POSITION  TIME"), "{}", lines[0]);
    assert!(lines[2].starts_with("12        11-21 09:55:02Z  grab.paused "), "{}", lines[2]);
    assert!(outcome.err.contains("--after 12"), "{}", outcome.err);
    let asked = &stub.asked()[0].variables;
    assert_eq!((&asked["after"], &asked["first"]), (&json!("10"), &json!(2)));
    let time = json!({ "from": "2026-11-21T10:00:00.000Z", "to": null });
    assert_eq!(
        asked["filter"],
        json!({ "streamId": [format!("grab/{ID}")], "type": ["grab.*"], "time": time })
    );
}

#[tokio::test]
async fn an_event_is_shown_with_its_data_and_one_that_is_not_there_exits_5() {
    let stub =
        Stub::start([("Event", Reply::Data(event(12, "grab.paused"))), ("Event", Reply::Data(Value::Null))])
            .await;
    let outcome = berth(&stub.url, &["events", "show", "event_12"]).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    assert!(
        outcome.out.contains("grab.paused v1") && outcome.out.contains("\n  \"at\": \"x\"\n"),
        "{}",
        outcome.out
    );
    assert_eq!(stub.asked()[0].variables["id"], "event_12");
    assert_eq!(berth(&stub.url, &["events", "show", "13"]).await.exit, 5);
}

#[tokio::test]
async fn a_state_is_replayed_to_a_point_and_json_is_as_it_came() {
    let told = snapshot(3, 183_991, 2, 4);
    let reply = || ("StreamSnapshot", Reply::Data(told.clone()));
    let stub = Stub::start([reply(), reply()]).await;
    let outcome = berth(&stub.url, &["events", "replay", ID, "--to", "2026-11-21T09:56"]).await;
    assert_eq!(
        outcome.out, "v3 @183,991 11-21 09:55:02Z\n{\n  \"state\": \"PAUSED\"\n}\n",
        "{}",
        outcome.err
    );
    let asked = json!({ "streamId": format!("grab/{ID}"), "point": { "at": "2026-11-21T09:56:00.000Z" } });
    assert_eq!(stub.asked()[0].variables, asked);
    let json = berth(&stub.url, &["events", "replay", &format!("grab/{ID}"), "--json"]).await;
    assert_eq!(serde_json::from_str::<Value>(&json.out).unwrap(), told);
    assert_eq!(stub.asked()[1].variables["point"], Value::Null);
}

#[tokio::test]
async fn a_difference_names_what_did_it_and_exits_1() {
    let stub = Stub::start([
        ("StreamSnapshot", Reply::Data(snapshot(16_016, 183_991, 16_015, 16_017))),
        ("StreamSnapshot", Reply::Data(snapshot(17_300, 184_022, 17_299, Value::Null))),
        ("StreamDiff", Reply::Data(differences())),
    ])
    .await;
    let outcome = berth(&stub.url, &["events", "replay", ID, "--to", "183991", "--diff", "HEAD"]).await;
    assert_eq!(outcome.exit, 1, "{outcome:?}");
    let expected = " v16,016 @183,991 11-21 09:55:02Z   →   v17,300 @184,022 11-21 09:55:02Z
 ~ /attemptCount  16015 → 17299  grab.attempt_settled  184,022 (+1,283)
 - /cooling       \"until noon\"   grab.resumed          183,994
 + /stopped       true           grab.stopped          183,995
";
    assert_eq!(outcome.out, expected);
    let asked = &stub.asked()[2].variables;
    assert_eq!(
        (&asked["from"], &asked["to"]),
        (&json!({ "version": 16_016 }), &json!({ "version": 17_300 }))
    );
}

#[tokio::test]
async fn no_difference_exits_0_and_json_has_every_difference_whole() {
    let here = || ("StreamSnapshot", Reply::Data(snapshot(3, 9, 2, Value::Null)));
    let stub = Stub::start([
        here(),
        here(),
        ("StreamDiff", Reply::Data(json!([]))),
        here(),
        here(),
        ("StreamDiff", Reply::Data(differences())),
    ])
    .await;
    let same = berth(&stub.url, &["events", "diff", ID, "v3", "HEAD"]).await;
    assert_eq!((same.exit, same.out.lines().last()), (0, Some("nothing changed")), "{same:?}");
    let lines = berth(&stub.url, &["events", "diff", ID, "v0", "HEAD", "-o", "jsonl"]).await;
    assert_eq!((lines.exit, lines.out.lines().count()), (1, 3), "{lines:?}");
}

#[tokio::test]
async fn a_stream_that_is_not_there_exits_5_and_a_point_that_is_lost_exits_3() {
    let nobody = || page(json!([]), false);
    let stub = Stub::start([
        ("StreamSnapshot", Reply::Data(Value::Null)),
        ("TasksByName", nobody()),
        ("TenantsByName", nobody()),
        ("ProfilesByName", nobody()),
        ("StreamSnapshot", Reply::Error("BAD_INPUT")),
    ])
    .await;
    assert_eq!(berth(&stub.url, &["events", "replay", ID]).await.exit, 5);
    let unknown = berth(&stub.url, &["events", "replay", "東京", "--lang", "zh-CN"]).await;
    assert_eq!((unknown.exit, unknown.err.as_str()), (5, "error: 没有名为 “東京” 的事件流\n"));
    let lost = berth(&stub.url, &["events", "replay", ID, "--to", "v2"]).await;
    assert_eq!((lost.exit, lost.err.as_str()), (3, "error: it did not work\n"));
}

#[tokio::test]
async fn a_name_stands_for_the_stream_of_a_task_or_else_of_a_tenant_or_a_profile() {
    let named = |id: &str| page(json!([{ "id": id, "name": "东京" }]), false);
    let nobody = || page(json!([]), false);
    let stub = Stub::start([
        ("TasksByName", named(ID)),
        ("StreamSnapshot", Reply::Data(snapshot(3, 9, 2, Value::Null))),
        ("TasksByName", nobody()),
        ("TenantsByName", named("tenant_1")),
        ("StreamSnapshot", Reply::Data(snapshot(3, 9, 2, Value::Null))),
        ("TasksByName", nobody()),
        ("TenantsByName", nobody()),
        ("ProfilesByName", named("profile_1")),
        ("StreamSnapshot", Reply::Data(snapshot(3, 9, 2, Value::Null))),
    ])
    .await;
    berth(&stub.url, &["events", "replay", "东京"]).await;
    assert_eq!(stub.asked()[1].variables["streamId"], format!("grab/{ID}"));
    berth(&stub.url, &["events", "replay", "东京"]).await;
    assert_eq!(stub.asked()[4].variables["streamId"], "tenant/tenant_1");
    berth(&stub.url, &["events", "replay", "东京"]).await;
    assert_eq!(stub.asked()[8].variables["streamId"], "profile/profile_1");
}

#[tokio::test]
async fn stepping_wants_a_terminal() {
    let stub = Stub::start([]).await;
    let outcome = berth(&stub.url, &["events", "replay", ID, "--step"]).await;
    assert_eq!(outcome.exit, 2);
    assert!(outcome.err.contains("terminal") && stub.asked().is_empty(), "{}", outcome.err);
}

#[tokio::test]
async fn on_a_terminal_one_goes_from_event_to_event_by_keys() {
    let shown = |version: u64, previous: u64, next: Value| {
        ("StreamSnapshot", Reply::Data(snapshot(version, version * 10, previous, next)))
    };
    let changed = || {
        (
            "StreamDiff",
            Reply::Data(json!([change("/state", "RUNNING", "PAUSED", &event(7, "grab.paused"), 1)])),
        )
    };
    let stub = Stub::start([
        shown(3, 2, Value::Null),
        changed(),
        shown(2, 1, json!(3)),
        changed(),
        changed(),
        ("StreamSnapshot", Reply::Error("BAD_INPUT")),
        shown(12, 11, json!(13)),
        changed(),
    ])
    .await;
    // Next is the end; previous; what changed since; to a place that is lost; to version 12; the whole state; away.
    let outcome = berth_typing(&stub.url, &["events", "replay", ID, "--step"], "npdg@5\ng12\nsq").await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    assert!(outcome.out.contains("nothing further"), "{}", outcome.out);
    assert!(outcome.out.contains(" ~ /state  \"RUNNING\" → \"PAUSED\"  grab.paused  7\n"), "{}", outcome.out);
    assert!(
        outcome.out.contains("── v12 @120") && outcome.out.contains("\n  \"state\": \"PAUSED\"\n"),
        "{}",
        outcome.out
    );
    assert!(outcome.err.contains("it did not work"), "{}", outcome.err);
    let asked = stub.asked();
    let versions = |index: usize| {
        (asked[index].variables["from"]["version"].clone(), asked[index].variables["to"]["version"].clone())
    };
    assert_eq!((versions(1), versions(4)), ((json!(2), json!(3)), (json!(2), json!(3))));
    assert_eq!(asked[6].variables["point"], json!({ "version": 12 }));
}
