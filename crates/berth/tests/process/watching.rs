//! Live feeds over a real WebSocket.

use serde_json::{Value, json};

use crate::harness::{Client, Server, Settings, Simulator, Socket, run, wish};

const SCRIPT: &str = r#"rule = [{ per = "task", steps = ["capacity x 2", "grant"] }]"#;
const TASKS: &str = "subscription($after: EventPosition) {
    taskStateChanged(after: $after) { tasks { id state attemptCount position } position caughtUp } }";
const EVENTS: &str = "subscription($after: EventPosition) {
    eventAppended(after: $after) { events { position type streamId correlationId data } position caughtUp } }";

#[tokio::test]
async fn the_feed_of_tasks_sees_a_task_through_to_its_instance() {
    let (simulator, server) = begin().await;
    let client = server.client();
    let tenant = client.tenant(&simulator).await;
    let mut socket =
        Socket::subscribe(&client, TASKS, json!({ "after": client.head().await.to_string() })).await;
    let task = client.task(wish(&tenant, "watched")).await;
    let (mut seen, mut position) = (Vec::<Value>::new(), 0);
    while seen.last().is_none_or(|last| last["state"] != "SUCCEEDED") {
        let batch = socket.next().await.expect("the connection stands")["taskStateChanged"].take();
        let reached = number(&batch["position"]);
        assert!(reached >= position, "a feed never goes back");
        position = reached;
        seen.extend(batch["tasks"].as_array().unwrap().iter().filter(|one| one["id"] == task).cloned());
    }
    let counts: Vec<_> = seen.iter().map(|one| one["attemptCount"].as_u64().unwrap()).collect();
    assert!(counts.is_sorted() && counts.last() == Some(&3), "{counts:?}");
    assert!(seen.iter().any(|one| one["state"] == "RUNNING"), "{seen:?}");
}

#[tokio::test]
async fn a_feed_resumed_after_a_crash_misses_nothing_and_repeats_nothing() {
    let (simulator, mut server) = begin().await;
    let client = server.client();
    let mut socket = Socket::subscribe(&client, EVENTS, json!({ "after": "0" })).await;
    let tenant = client.tenant(&simulator).await;
    let mut seen = Vec::new();
    let task = client.task(wish(&tenant, "watched through a crash")).await;
    while !seen.iter().any(|event: &Value| event["type"] == "grab.attempt_started") {
        seen.extend(events(&mut socket).await.expect("the connection stands").0);
    }
    server.process.kill().await;
    // What arrived before the connection broke counts as seen.
    while let Some((more, _)) = events(&mut socket).await {
        seen.extend(more);
    }
    server.restart().await;
    let after = seen.last().unwrap()["position"].clone();
    let mut socket = Socket::subscribe(&client, EVENTS, json!({ "after": after })).await;
    while !seen.iter().any(|event| event["type"] == "grab.succeeded") {
        seen.extend(events(&mut socket).await.expect("the connection stands").0);
    }
    client.reaches(&task, "SUCCEEDED").await;
    all_of_the_log_in_order(&client, &seen).await;
}

async fn all_of_the_log_in_order(client: &Client, seen: &[Value]) {
    let positions: Vec<_> = seen.iter().map(|event| number(&event["position"])).collect();
    let dense: Vec<_> = (1..=positions.len() as u64).collect();
    assert_eq!(positions, dense);
    let log = client.events(0, None).await;
    for (event, seen) in log.iter().zip(seen) {
        assert_eq!((event.kind.as_str(), &event.data), (seen["type"].as_str().unwrap(), &seen["data"]));
    }
}

#[tokio::test]
async fn the_command_line_waits_for_a_task_from_its_first_attempt_to_its_instance() {
    let (simulator, server) = begin().await;
    // An attempt is out for long enough to be seen without its end.
    simulator.play(r#"rule = [{ steps = ["capacity delay 500ms", "grant delay 500ms"] }]"#).await;
    let client = server.client();
    let tenant = client.tenant(&simulator).await;
    client.task(wish(&tenant, "waited for")).await;
    let (url, token) = (server.url(), server.token());
    let wait = ["task", "wait", "waited for", "--for", "succeeded", "--server", &url, "--token", &token];
    let ended = run(&wait, server.home()).await;
    assert_eq!(ended.code, 0, "{ended:?}");
    let show = ["task", "show", "waited for", "--json", "--server", &url, "--token", &token];
    let shown = run(&show, server.home()).await;
    let shown: Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!(shown["state"], "SUCCEEDED", "{shown}");
    assert!(shown["instances"][0]["publicIps"][0].is_string(), "{shown}");
}

async fn begin() -> (Simulator, Server) {
    let simulator = Simulator::start(SCRIPT).await;
    let server = Server::start(Settings::on(&simulator)).await;
    (simulator, server)
}

/// The next batch, and whether the feed has told all there is. None when the connection broke.
async fn events(socket: &mut Socket) -> Option<(Vec<Value>, bool)> {
    let mut batch = socket.next().await?["eventAppended"].take();
    let caught_up = batch["caughtUp"] == true;
    let Value::Array(events) = batch["events"].take() else { panic!("{batch}") };
    Some((events, caught_up))
}

fn number(position: &Value) -> u64 {
    position.as_str().unwrap().parse().unwrap()
}
