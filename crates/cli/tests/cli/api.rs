use serde_json::{Value, json};

use crate::{
    berth, berth_fed, berth_until,
    stub::{Reply, Stub},
};

const VERSION: &str = "query Version { server { version } }";

fn answer(data: impl Into<Value>) -> Reply {
    let data: Value = data.into();
    Reply::Answer(json!({ "data": data }))
}

fn failed(data: impl Into<Value>, code: &str) -> Reply {
    let data: Value = data.into();
    let extensions = json!({ "code": code, "requestId": "0123" });
    Reply::Answer(
        json!({ "data": data, "errors": [{ "message": "it did not work", "extensions": extensions }] }),
    )
}

#[tokio::test]
async fn the_data_is_printed_as_it_came() {
    let data = json!({ "server": { "version": "0.1.0" } });
    let stub = Stub::start([("Version", answer(data.clone())), ("Version", answer(data.clone()))]).await;
    let outcome = berth(&stub.url, &["api", VERSION]).await;
    assert_eq!((outcome.exit, outcome.out), (0, format!("{data:#}\n")));
    let outcome = berth(&stub.url, &["api", VERSION, "-o", "jsonl", "--operation", "Version"]).await;
    assert_eq!((outcome.exit, outcome.out), (0, format!("{data}\n")));
    assert_eq!((&stub.asked()[0].named, &stub.asked()[1].named), (&Value::Null, &json!("Version")));
}

#[tokio::test]
async fn variables_are_typed_text_from_files_or_text_for_sure() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("name");
    std::fs::write(&file, "true").unwrap();
    let stub = Stub::start([("Tenants", answer(json!({ "tenants": { "nodes": [] } })))]).await;
    let query = "query Tenants($first: Int, $a: String, $b: String, $filter: TenantFilter) \
        { tenants(first: $first, after: $a, before: $b, filter: $filter) { nodes { id } } }";
    let from_file = format!("a=@{}", file.display());
    let line = ["api", query, "-F", "first=3", "-F", &from_file, "-f", "b=12", "-F", "filter[search]=@-"];
    let outcome = berth_fed(&stub.url, &line, "seoul").await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let expected = json!({ "first": 3, "a": "true", "b": "12", "filter": { "search": "seoul" } });
    assert_eq!(stub.asked()[0].variables, expected);
}

#[tokio::test]
async fn the_operation_comes_from_a_file_or_from_standard_input() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("version.graphql");
    std::fs::write(&file, VERSION).unwrap();
    let data = json!({ "server": null });
    let stub = Stub::start([("Version", answer(data.clone())), ("Version", answer(data))]).await;
    assert_eq!(berth(&stub.url, &["api", &format!("@{}", file.display())]).await.exit, 0);
    assert_eq!(berth_fed(&stub.url, &["api", "-"], VERSION).await.exit, 0);
    let outcome = berth(&stub.url, &["api", "@/nowhere"]).await;
    assert_eq!(outcome.exit, 1);
    assert!(outcome.err.starts_with("error: failed to read /nowhere: "), "{}", outcome.err);
}

#[tokio::test]
async fn errors_make_the_exit_code_and_what_was_answered_is_printed_all_the_same() {
    let table = [
        ("BAD_QUERY", 2),
        ("QUERY_TOO_COMPLEX", 2),
        ("BAD_INPUT", 3),
        ("FORBIDDEN", 4),
        ("UNAUTHENTICATED", 4),
        ("NOT_FOUND", 5),
        ("UNAVAILABLE", 69),
        ("INTERNAL", 1),
    ];
    for (code, exit) in table {
        let stub = Stub::start([("Version", failed(json!({ "server": null }), code))]).await;
        let outcome = berth(&stub.url, &["api", VERSION, "-o", "jsonl"]).await;
        assert_eq!((outcome.exit, outcome.out.as_str()), (exit, "{\"server\":null}\n"), "{code}");
        assert!(outcome.err.starts_with("error: it did not work\n"), "{}", outcome.err);
        assert_eq!(outcome.err.contains("hint: the server's log says more under 0123"), code == "INTERNAL");
    }
    let stub = Stub::start([("Version", failed(Value::Null, "BAD_QUERY"))]).await;
    assert_eq!(berth(&stub.url, &["api", VERSION]).await.out, "", "no data is not printed as null");
}

#[tokio::test]
async fn refusals_exit_3_and_5_where_nothing_but_not_found_was_said() {
    let mutation = "mutation Test($input: TenantTestInput!) { tenantTest(input: $input) { userErrors { code message } } }";
    let told = |code: &str| {
        let error = json!({ "code": code, "message": "no such tenant" });
        answer(json!({ "tenantTest": { "userErrors": [error] } }))
    };
    for (code, exit) in [("INVALID", 3), ("NOT_FOUND", 5)] {
        let stub = Stub::start([("Test", told(code))]).await;
        let outcome = berth(&stub.url, &["api", mutation, "-F", "input[tenantId]=tenant_1"]).await;
        assert_eq!((outcome.exit, outcome.err.as_str()), (exit, "error: no such tenant\n"));
        assert!(outcome.out.contains("userErrors"), "{}", outcome.out);
    }
}

#[tokio::test]
async fn a_broken_connection_is_not_tried_again_since_it_might_do_things_twice() {
    let stub = Stub::start([("Version", Reply::Cut), ("Version", answer(json!({ "server": null })))]).await;
    let outcome = berth(&stub.url, &["api", VERSION]).await;
    assert_eq!((outcome.exit, stub.asked().len()), (69, 1), "{outcome:?}");
}

#[tokio::test]
async fn two_ways_to_set_one_variable_are_a_wrong_usage() {
    let stub = Stub::start([]).await;
    let outcome = berth(&stub.url, &["api", VERSION, "-F", "a=1", "-F", "a[b]=1"]).await;
    assert_eq!(outcome.exit, 2);
    assert_eq!(outcome.err, "error: a[b] is set twice, in ways that do not go together\n");
}

const EVENTS: &str = "subscription Events { eventAppended { position } }";

#[tokio::test]
async fn a_subscription_is_printed_line_by_line_to_its_end() {
    let data = |position: &str| json!({ "eventAppended": { "position": position } });
    let answers = [data("1"), data("2")].map(|data| json!({ "data": data })).to_vec();
    let stub = Stub::start([("Events", Reply::AnswersThenEnd(answers))]).await;
    let outcome = berth(&stub.url, &["api", EVENTS, "--subscribe"]).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    assert_eq!(outcome.out, format!("{}\n{}\n", data("1"), data("2")));
}

#[tokio::test]
async fn a_subscription_that_breaks_exits_69_and_one_that_is_refused_by_its_code() {
    let batch = vec![json!({ "position": "7" })];
    let stub = Stub::start([("Events", Reply::BatchesThenCut(batch))]).await;
    let outcome = berth(&stub.url, &["api", EVENTS, "--subscribe"]).await;
    assert_eq!((outcome.exit, outcome.out.lines().count()), (69, 1), "{outcome:?}");
    let stub = Stub::start([("Events", Reply::Error("BAD_QUERY"))]).await;
    assert_eq!(berth(&stub.url, &["api", EVENTS, "--subscribe"]).await.exit, 2);
}

#[tokio::test]
async fn an_interrupted_subscription_tells_how_far_it_came() {
    let stub = Stub::start([("Events", Reply::BatchesThenSilence(vec![json!({ "position": "7" })]))]).await;
    let watched = stub.clone();
    let line = ["api", EVENTS, "--subscribe"];
    let outcome = berth_until(&stub.url, &line, async move { watched.all_given().await }).await;
    assert_eq!(outcome.exit, 130, "{outcome:?}");
    assert_eq!(outcome.err, "interrupted at position 7\n");
}

#[tokio::test]
async fn variables_go_in_as_they_were_typed_whichever_flag_they_have() {
    let query = "query Tenants($a: String) { tenants(first: 1, after: $a) { nodes { id } } }";
    let nothing = || ("Tenants", answer(json!({ "tenants": { "nodes": [] } })));
    let stub = Stub::start([nothing(), nothing()]).await;
    for (line, last) in [(["-F", "a=x", "-f", "a=y"], "y"), (["-f", "a=y", "-F", "a=x"], "x")] {
        let outcome = berth(&stub.url, &[&["api", query][..], &line].concat()).await;
        assert_eq!(outcome.exit, 0, "{outcome:?}");
        assert_eq!(stub.asked().last().unwrap().variables, json!({ "a": last }), "{line:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_done_with_an_operation_is_a_wrong_usage_before_it_is_sent() {
    let stub = Stub::start([]).await;
    let outcome = berth(&stub.url, &["api", VERSION, "-o", "id"]).await;
    assert!(outcome.exit == 2 && outcome.err.contains("-o id"), "{outcome:?}");
    let outcome = berth_fed(&stub.url, &["api", "-", "-F", "a=@-"], VERSION).await;
    assert!(outcome.exit == 2 && outcome.err.contains("only once"), "{outcome:?}");
}
