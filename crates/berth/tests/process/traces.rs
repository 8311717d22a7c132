//! Traces at a collector: what a request came to, found by the id in its answer; and nothing that hangs on the collector.

use serde_json::json;

use crate::harness::{Collector, Server, Settings, Simulator, attribute, has_failed, until, wish};

const PASSWORD: &str = "Canary-Of-The-Traces-1";
const MAKE: &str = "mutation MakeUser($input: UserCreateInput!) { userCreate(input: $input) { user { id } userErrors { message } } }";

fn traced(settings: Settings, collector: &Collector) -> Settings {
    settings.set("tracing.otlp_endpoint", &collector.url)
}

/// The id under which the answer says that the request can be found.
async fn post(server: &Server, body: serde_json::Value) -> String {
    let url = format!("{}/graphql", server.url());
    let asked = reqwest::Client::new().post(url).bearer_auth(server.token()).json(&body);
    asked.send().await.unwrap().headers()["x-request-id"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_request_is_found_by_the_id_in_its_answer_with_all_that_came_of_it() {
    let collector = Collector::taking().await;
    let server = Server::start(traced(Settings::default(), &collector)).await;
    let input = json!({ "username": "ada", "password": PASSWORD, "role": "SUPER_ADMIN" });
    let id = post(&server, json!({ "query": MAKE, "variables": { "input": input } })).await;
    let trace = hex::decode(format!("{id:0>32}")).unwrap();
    let spans = until("the collector has the whole trace", async || {
        let of_it: Vec<_> = collector.spans().into_iter().filter(|span| span.trace_id == trace).collect();
        let has = |name: &str| of_it.iter().any(|span| span.name == name);
        (has("POST /graphql") && has("mutation MakeUser") && has("command user")).then_some(of_it)
    })
    .await;
    let named = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    let root = named("POST /graphql");
    assert_eq!((hex::encode(&root.span_id), root.parent_span_id.len()), (id, 0));
    assert_eq!(attribute(root, "http.response.status_code").as_deref(), Some("200"));
    for (name, attributes) in [
        ("mutation MakeUser", [("graphql.operation.type", "mutation"), ("berth.outcome", "ok")]),
        ("command user", [("berth.noun", "user"), ("berth.outcome", "done")]),
    ] {
        let span = named(name);
        assert_eq!(span.parent_span_id, root.span_id, "{name}");
        assert!(span.start_time_unix_nano <= span.end_time_unix_nano && !has_failed(span), "{span:?}");
        for (key, value) in attributes {
            assert_eq!(attribute(span, key).as_deref(), Some(value), "{span:?}");
        }
    }
    assert!(collector.heads().iter().all(|head| head.starts_with("POST /v1/traces HTTP/1.1\r\n")));
}

#[tokio::test]
async fn attempts_and_commands_are_told_and_no_secret_nor_any_text_of_a_query() {
    let collector = Collector::taking().await;
    let simulator = Simulator::start(r#"rule = [{ steps = ["capacity", "grant"] }]"#).await;
    let server = Server::start(traced(Settings::on(&simulator), &collector)).await;
    let client = server.client();
    let tenant = client.tenant(&simulator).await;
    let mut wish = wish(&tenant, "canary-task");
    wish["spec"]["rootPassword"] = json!(PASSWORD);
    client.task(wish).await;
    let refused = json!({ "query": "query Refused { nothingOfTheKind(text: \"canary-text\") }" });
    post(&server, refused).await;
    let outcome_of_launch = |outcome: &str| {
        let spans = collector.spans();
        let mut launches = spans.iter().filter(|span| span.name == "cloud launch");
        launches.any(|span| {
            attribute(span, "berth.outcome").as_deref() == Some(outcome)
                && attribute(span, "berth.task").is_some_and(|task| task.starts_with("grab_"))
        })
    };
    until("both attempts are told", async || {
        (outcome_of_launch("CAPACITY") && outcome_of_launch("OK")).then_some(())
    })
    .await;
    until("what follows is told, too", async || {
        let spans = collector.spans();
        let told = |name: &str| spans.iter().any(|span| span.name == name);
        (told("command grab") && told("command tenant") && told("cloud identity") && told("query Refused"))
            .then_some(())
    })
    .await;
    for body in collector.bodies() {
        let text = String::from_utf8_lossy(&body).into_owned();
        for secret in
            [PASSWORD, &server.token(), "canary-task", "canary-text", "nothingOfTheKind", "PRIVATE KEY"]
        {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[tokio::test]
async fn a_collector_that_hangs_holds_nobody_and_keeps_no_stop_waiting() {
    let collector = Collector::hanging().await;
    let settings = Settings::default().set("server.requests_per_second", "0");
    let settings = settings.set("server.requests_per_minute_of_user", "0");
    let mut server = Server::start(traced(settings, &collector)).await;
    let client = server.client();
    client.head().await;
    until("it has been sent something", async || (!collector.heads().is_empty()).then_some(())).await;
    // Each is two spans: more than the queue holds.
    for _ in 0..1_200 {
        client.head().await;
    }
    assert!(server.stop().await.success());
}

#[tokio::test]
async fn without_a_collector_spans_are_told_to_nobody_whatever_is_logged() {
    let server = Server::start(Settings::default().set("log.level", "trace")).await;
    server.client().head().await;
    let log = String::from_utf8(server.stderr()).unwrap();
    assert!(log.contains("a request was answered") && !log.contains("berth_spans"), "{log}");
}

#[tokio::test]
async fn a_collector_that_is_away_is_said_once() {
    let settings = Settings::default().set("tracing.otlp_endpoint", "http://127.0.0.1:1");
    let server = Server::start(settings).await;
    let said = || {
        let log = String::from_utf8(server.stderr()).unwrap();
        log.matches("the collector of traces does not take them").count()
    };
    server.client().head().await;
    until("it is said", async || (said() > 0).then_some(())).await;
    server.client().head().await;
    assert_eq!(said(), 1);
}
