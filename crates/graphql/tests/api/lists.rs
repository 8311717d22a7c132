use std::collections::BTreeSet;

use berth_domain::{
    GrabId, Timestamp,
    event::Event as _,
    grab::{AttemptStarted, Build, Deed, Event, Target},
};
use berth_store::{Append, CommandId, Log, Meta, NewEvent, Position, StreamId, Version};
use serde_json::{Value, json};

use crate::stage::{Stage, play};

/// Five tenants with as many tasks each as make so many in all; every task has an attempt out.
async fn crowd(stage: &Stage, tasks: usize) -> Value {
    let mut tenants = Vec::new();
    for number in 0..5 {
        tenants.push(stage.tenant(&format!("tenant {number}")).await);
    }
    regions_observed(stage, tenants.len()).await;
    let whose: Vec<String> = (0..tasks).map(|index| tenants[index % 5].clone()).collect();
    let (ids, _) = stage.tasks(&whose).await;
    for id in &ids {
        stage.log.append(attempt(id.parse().unwrap())).await.unwrap();
    }
    json!(stage.head().await.to_string())
}

/// What is written of new tenants by itself has been written: afterwards nothing is folded that the test does not know of.
async fn regions_observed(stage: &Stage, tenants: usize) {
    let mut woken = stage.log.watch();
    loop {
        woken.mark_unchanged();
        let events = stage.log.read(Position::START, 1_000).await.unwrap();
        if events.iter().filter(|event| &*event.name == "tenant.regions_observed").count() == tenants {
            return;
        }
        woken.changed().await.unwrap();
    }
}

fn attempt(id: GrabId) -> Append {
    let target = Target {
        region: "ap-tokyo-1".into(),
        size: None,
        availability_domain: "AD-1".into(),
        deed: Deed::Launch(Build {
            image: "image".into(),
            subnet: "subnet".into(),
            display_name: "name".into(),
        }),
    };
    let at = Timestamp::from_millis(1_700_000_000_000);
    let event = Event::from(AttemptStarted {
        number: 1,
        token: "token".into(),
        target,
        body_hash: String::new(),
        at,
    });
    let new = NewEvent { name: event.name().into(), schema: event.schema(), data: event.encode() };
    Append::new(CommandId::fresh(), [0; 32], Meta::default()).write(
        StreamId::new("grab", id),
        Version::new(1),
        vec![new],
    )
}

#[test]
fn a_hundred_tasks_with_tenants_are_three_statements_and_what_else_is_wanted_of_them_one_each() {
    play(async |stage| {
        let position = crowd(stage, 100).await;
        let document = "query($at: EventPosition) { grabTasks(first: 100, minPosition: $at) {
            nodes { id name state tenant { id name status } lastAttempt { id outcome task { id } }
                attemptBuckets(count: 10) { start outcomes { outcome count } } }
            edges { cursor node { tenant { name } lastAttempt { number } } } totalCount } }";
        let (found, statements) = stage.count(document, json!({ "at": position })).await;
        let nodes = found["grabTasks"]["nodes"].as_array().unwrap();
        assert_eq!((nodes.len(), &found["grabTasks"]["totalCount"]), (100, &json!(100)));
        assert!(nodes.iter().all(|task| task["lastAttempt"]["task"]["id"] == task["id"]));
        let tenants: BTreeSet<_> = nodes.iter().map(|task| task["tenant"]["name"].to_string()).collect();
        assert_eq!(tenants.len(), 5);
        assert_eq!(statements, 5, "which tasks, those, their tenants, last attempts, bars");
        let (again, statements) = stage.count(document, json!({ "at": position })).await;
        assert_eq!((&again, statements), (&found, 2), "last attempts and bars: the rest was read");

        let (_, statements) = stage.count("{ grabTasks(first: 100) { nodes { id name } } }", json!({})).await;
        assert_eq!(statements, 1, "another page, of tasks that were read; nobody wanted the rest");
        let whose = "{ tenants { nodes { name status } totalCount position } }";
        assert_eq!(stage.count(whose, json!({})).await.1, 1);
        let attempts: Vec<_> = nodes.iter().map(|task| &task["lastAttempt"]["id"]).collect();
        let again =
            "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Attempt { task { tenant { name } } } } }";
        let (found, statements) = stage.count(again, json!({ "ids": attempts })).await;
        assert_eq!(found["nodes"][99]["id"], *attempts[99]);
        assert_eq!(statements, 3, "tasks, attempts and tenants");

        let (lines, statements) = stage
            .count(
                "{ logs(first: 300) { nodes { message task { name tenant { name } } tenant { name } } } }",
                json!({}),
            )
            .await;
        assert!(lines["logs"]["nodes"].as_array().unwrap().len() > 100);
        assert!(statements <= 6, "{statements}: the page in three, its tasks, their tenants, its tenants");
    });
}

#[test]
fn pages_walked_forward_and_backward_hold_every_task_once() {
    play(async |stage| {
        let position = crowd(stage, 23).await;
        for order in ["ACTIVITY", "CREATED_AT", "NAME", "ATTEMPT_COUNT"] {
            let forward = walk(stage, order, &position, true).await;
            assert_eq!(forward.iter().collect::<BTreeSet<_>>().len(), 23, "{order}");
            let mut backward = walk(stage, order, &position, false).await;
            backward.reverse();
            assert_eq!(forward, backward, "{order}");
        }
    });
}

async fn walk(stage: &Stage, order: &str, position: &Value, forward: bool) -> Vec<String> {
    let (count, cursor, more, end) = if forward {
        ("first", "after", "hasNextPage", "endCursor")
    } else {
        ("last", "before", "hasPreviousPage", "startCursor")
    };
    let document = format!(
        "query($cursor: String, $at: EventPosition) {{
            grabTasks({count}: 5, {cursor}: $cursor, orderBy: {{ field: {order} }}, minPosition: $at) {{
                nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
    );
    let (mut ids, mut place) = (Vec::new(), Value::Null);
    loop {
        let page =
            stage.ask(&document, json!({ "cursor": place, "at": position })).await["grabTasks"].clone();
        let mut found: Vec<String> = page["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|task| task["id"].as_str().unwrap().to_owned())
            .collect();
        if !forward {
            found.reverse();
        }
        ids.extend(found);
        if page["pageInfo"][more] == false {
            return ids;
        }
        place = page["pageInfo"][end].clone();
    }
}

#[test]
fn events_are_read_from_the_log_in_both_directions_and_say_what_happened() {
    play(async |stage| {
        let position = crowd(stage, 4).await;
        stage
            .ask(
                "query($at: EventPosition) { tenants(minPosition: $at) { totalCount } }",
                json!({ "at": position }),
            )
            .await;
        let fields = "nodes { position type summary data } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
        let first = stage
            .ask(
                &format!("{{ events(first: 2, filter: {{ type: [\"grab.*\"] }}) {{ {fields} }} }}"),
                json!({}),
            )
            .await;
        assert_eq!(first["events"]["nodes"][0]["type"], "grab.created");
        assert_ne!(first["events"]["nodes"][0]["summary"], "grab.created");
        assert_eq!(first["events"]["nodes"][0]["data"]["spec"]["root_password"], "••••");
        assert_eq!(first["events"]["pageInfo"]["hasNextPage"], true);

        let all = stage
            .ask(&format!("{{ events(first: 500) {{ {fields} }} eventLog {{ head count }} }}"), json!({}))
            .await;
        let positions: Vec<_> = all["events"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["position"].clone())
            .collect();
        assert_eq!(json!(positions.len()), all["eventLog"]["count"]);
        assert_eq!(*positions.last().unwrap(), all["eventLog"]["head"]);
        let last = stage.ask(&format!("{{ events(last: 3) {{ {fields} }} }}"), json!({})).await;
        let seen: Vec<_> = last["events"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["position"].clone())
            .collect();
        assert_eq!(seen, positions[positions.len() - 3..]);
        assert_eq!(last["events"]["pageInfo"]["hasPreviousPage"], true);
        let before = json!({ "before": seen[0] });
        let earlier = stage
            .ask(
                &format!("query($before: String) {{ events(last: 500, before: $before) {{ {fields} }} }}"),
                before,
            )
            .await;
        assert_eq!(earlier["events"]["nodes"].as_array().unwrap().len(), positions.len() - 3);
        assert_eq!(earlier["events"]["pageInfo"]["hasNextPage"], true);
    });
}

#[test]
fn a_page_too_large_and_a_cursor_of_no_list_are_errors() {
    play(async |stage| {
        for wrong in [
            "{ grabTasks(first: 101) { totalCount } }",
            "{ logs(first: 501) { position } }",
            "{ grabTasks(first: -1) { totalCount } }",
            "{ grabTasks(first: 1, last: 1) { totalCount } }",
            "{ grabTasks(after: \"nonsense\") { totalCount } }",
            "{ tenants(after: \"bm9uc2Vuc2U\") { totalCount } }",
            "{ events(after: \"nonsense\") { nodes { id } } }",
            "{ grabTasks(filter: { tenantId: [\"nonsense\"] }) { totalCount } }",
        ] {
            assert_eq!(stage.code(wrong, json!({})).await, "BAD_QUERY", "{wrong}");
        }
    });
}

/// The library reckons what a page may cost by its arguments, and must not insist on variables that may be left out.
#[test]
fn a_variable_that_may_be_left_out_is_left_out() {
    play(async |stage| {
        let document = "query($first: Int, $last: Int, $count: Int! = 30, $filter: GrabTaskFilter, $search: String) {
            grabTasks(first: $first, last: $last, filter: $filter) { nodes { attemptBuckets(count: $count) { start } } totalCount }
            tenants(first: 1, filter: { search: $search }) { totalCount } }";
        let found = stage.ask(document, json!({})).await;
        assert_eq!(
            (&found["grabTasks"]["totalCount"], &found["tenants"]["totalCount"]),
            (&json!(0), &json!(0))
        );
    });
}

#[test]
fn lists_that_do_not_come_to_a_position_in_time_say_so() {
    play(async |stage| {
        assert_eq!(
            stage.code("{ grabTasks(minPosition: \"999\") { totalCount } }", json!({})).await,
            "BEHIND"
        );
    });
}
