use serde_json::{Value, json};

use crate::{
    berth,
    stub::{Reply, Stub},
    tasks::{ID, task},
};

#[tokio::test]
async fn a_server_that_is_not_there_exits_69() {
    // The port was free a moment ago, and nobody listens on it now.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let server = format!("http://127.0.0.1:{port}");
    for line in [&["task", "list"][..], &["events", "tail"]] {
        let outcome = berth(&server, line).await;
        assert_eq!(outcome.exit, 69, "{outcome:?}");
        assert!(
            outcome.err.starts_with(&format!("error: failed to reach the server at {server}")),
            "{}",
            outcome.err
        );
        assert!(outcome.err.contains("hint: start one with `berth serve`"));
    }
}

#[tokio::test]
async fn a_token_the_server_does_not_know_exits_4() {
    let stub = Stub::start([]).await;
    let outcome = berth(&stub.url, &["task", "list", "--token", "berth_wrong"]).await;
    assert_eq!(outcome.exit, 4, "{outcome:?}");
    assert!(!outcome.err.contains("berth_wrong") && outcome.err.contains("hint: "), "{}", outcome.err);
}

#[tokio::test]
async fn each_top_level_code_has_its_exit() {
    for (code, exit) in
        [("UNAUTHENTICATED", 4), ("FORBIDDEN", 4), ("UNAVAILABLE", 69), ("BAD_QUERY", 1), ("INTERNAL", 1)]
    {
        let stub = Stub::start([("GrabTask", Reply::Error(code))]).await;
        assert_eq!(berth(&stub.url, &["task", "show", ID]).await.exit, exit, "{code}");
    }
}

#[tokio::test]
async fn a_feed_that_is_refused_is_not_tried_again() {
    let stub = Stub::start([("EventAppended", Reply::Error("UNAUTHENTICATED"))]).await;
    assert_eq!(berth(&stub.url, &["events", "tail"]).await.exit, 4);
}

#[tokio::test]
async fn what_does_not_exist_exits_5() {
    let nothing = json!({ "nodes": [], "pageInfo": { "hasNextPage": false, "endCursor": null } });
    let stub =
        Stub::start([("GrabTask", Reply::Data(Value::Null)), ("TasksByName", Reply::Data(nothing))]).await;
    let outcome = berth(&stub.url, &["task", "show", ID]).await;
    assert_eq!(outcome.exit, 5);
    assert_eq!(outcome.err, format!("error: there is no task \"{ID}\"\n"));
    let outcome = berth(&stub.url, &["task", "show", "大阪", "--lang", "zh-CN"]).await;
    assert_eq!((outcome.exit, outcome.err.as_str()), (5, "error: 没有名为 “大阪” 的任务\n"));
}

#[tokio::test]
async fn a_name_that_two_have_exits_2_with_their_ids() {
    let two = json!([{ "id": "grab_a", "name": "x" }, { "id": "grab_b", "name": "x" }]);
    let page = json!({ "nodes": two, "pageInfo": { "hasNextPage": false, "endCursor": null } });
    let stub = Stub::start([("TasksByName", Reply::Data(page))]).await;
    let outcome = berth(&stub.url, &["task", "show", "x"]).await;
    assert_eq!(outcome.exit, 2);
    assert!(outcome.err.contains("grab_a grab_b"), "{}", outcome.err);
}

#[tokio::test]
async fn a_command_whose_answer_is_lost_is_sent_once_more_under_the_same_id() {
    let done = json!({ "grabTasks": [task("RUNNING", 9)], "position": "9", "userErrors": [] });
    let stub = Stub::start([("GrabTaskStart", Reply::Cut), ("GrabTaskStart", Reply::Data(done))]).await;
    let outcome = berth(&stub.url, &["task", "start", ID]).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let ids: Vec<Value> =
        stub.asked().iter().map(|asked| asked.variables["input"]["commandId"].clone()).collect();
    assert!(ids[0].is_string() && ids[0] == ids[1], "{ids:?}");
}

#[tokio::test]
async fn a_command_whose_answer_is_lost_twice_exits_69() {
    let stub = Stub::start([("GrabTaskStart", Reply::Cut), ("GrabTaskStart", Reply::Cut)]).await;
    assert_eq!(berth(&stub.url, &["task", "start", ID]).await.exit, 69);
}
