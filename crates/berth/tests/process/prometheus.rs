//! What Prometheus reads: figures of the real server, on a listener of their own.

use std::{collections::BTreeMap, net::TcpListener};

use serde_json::json;

use crate::harness::{Process, Server, Settings, Simulator, Socket, until, wish};

const AS_PROMETHEUS_ASKS: &str = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
    text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

/// Every figure by its name and labels.
struct Figures(BTreeMap<String, f64>);

impl Figures {
    /// The address where the server gives them, as it said in its log.
    fn address(server: &Server) -> String {
        let log = String::from_utf8(server.stderr()).unwrap();
        let line = log.lines().rfind(|line| line.contains("giving figures to Prometheus"));
        let line: serde_json::Value = serde_json::from_str(line.expect("it says so")).unwrap();
        let address = line["fields"]["address"].as_str().or(line["address"].as_str());
        format!("http://{}/metrics", address.expect("the line has it"))
    }

    async fn read(address: &str) -> Self {
        let asked = reqwest::Client::new().get(address).header("accept", AS_PROMETHEUS_ASKS);
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
        let text = answer.text().await.unwrap();
        assert!(text.ends_with("# EOF\n"), "{text}");
        let figures = text.lines().filter(|line| !line.starts_with('#'));
        Self(figures.map(parsed).collect())
    }

    fn get(&self, name: &str) -> f64 {
        *self.0.get(name).unwrap_or_else(|| panic!("there is no {name} in {:#?}", self.0))
    }
}

fn parsed(line: &str) -> (String, f64) {
    let (name, number) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no figure: {line}"));
    (name.to_owned(), number.parse().unwrap_or_else(|_| panic!("no number: {line}")))
}

#[tokio::test]
async fn prometheus_reads_what_the_server_does() {
    let server = Server::start(Settings::default().set("metrics.bind", "127.0.0.1:0")).await;
    let (client, address) = (server.client(), Figures::address(&server));
    let query = r#"berth_operation_duration_seconds_count{kind="query",outcome="ok"}"#;
    client.head().await;
    let before = Figures::read(&address).await;
    client.head().await;
    client.graphql("{ nothing }", json!({})).await.unwrap_err();
    client.graphql("{ systemMetrics(points: 0) { time } }", json!({})).await.unwrap_err();
    let after = Figures::read(&address).await;
    assert_eq!(after.get(query).to_string(), (before.get(query) + 1.0).to_string());
    for (name, figure) in [
        (r#"berth_operation_duration_seconds_count{kind="query",outcome="error"}"#, 2.0),
        (r#"berth_graphql_errors_total{code="BAD_QUERY"}"#, 1.0),
        (r#"berth_graphql_errors_total{code="BAD_INPUT"}"#, 1.0),
        (r#"berth_http_requests_total{status="400"}"#, 1.0),
        ("berth_sockets_open", 0.0),
        ("berth_subscriptions_open", 0.0),
        ("berth_tasks_running", 0.0),
        ("berth_attempts_in_doubt", 0.0),
    ] {
        assert!((after.get(name) - figure).abs() < 1e-9, "{name}: {}", after.get(name));
    }
    let build = after.0.keys().find(|name| name.starts_with("berth_build_info{"));
    assert!(build.is_some_and(|build| build.contains(&format!("version=\"{}\"", env!("CARGO_PKG_VERSION")))));
    assert!(after.get("process_start_time_seconds") > 1.7e9);
    let resident = async || {
        let figures = Figures::read(&address).await;
        (figures.get("process_resident_memory_bytes") > 1e6 && figures.get("process_cpu_seconds_total") > 0.0)
            .then_some(())
    };
    until("the process was measured", resident).await;
}

#[tokio::test]
async fn sockets_subscriptions_tasks_and_the_log_are_counted_and_nobody_is_named() {
    let simulator = Simulator::start(r#"rule = [{ steps = ["capacity"] }]"#).await;
    let settings = Settings::on(&simulator).set("metrics.bind", "127.0.0.1:0");
    let server = Server::start(settings).await;
    let (client, address) = (server.client(), Figures::address(&server));
    let tenant = client.tenant(&simulator).await;
    client.task(wish(&tenant, "canary")).await;
    let watched = "subscription { systemMetrics(interval: 1) { time } }";
    let socket = Socket::subscribe(&client, watched, json!({})).await;
    until("what is open is counted", async || {
        let figures = Figures::read(&address).await;
        (figures.get("berth_subscriptions_open") > 0.5
            && figures.get("berth_sockets_open") > 0.5
            && figures.get("berth_tasks_running") > 0.5)
            .then_some(())
    })
    .await;
    let head = client.head().await;
    until("the log and the read models are told", async || {
        let figures = Figures::read(&address).await;
        let log = figures.get("berth_log_position");
        let lags = figures.0.iter().filter(|(name, _)| name.starts_with("berth_projection_lag{"));
        let behind: Vec<_> = lags.map(|(_, lag)| *lag).collect();
        #[expect(clippy::cast_precision_loss, reason = "a test has few events")]
        let reached = log >= head as f64;
        (reached && behind.len() > 3 && behind.iter().all(|lag| *lag <= log)).then_some(())
    })
    .await;
    let text = reqwest::get(&address).await.unwrap().text().await.unwrap();
    for name in ["tokyo", "canary", "ocid1", &tenant] {
        assert!(!text.contains(name), "{name} in {text}");
    }
    drop(socket);
    until("what was closed is not counted any more", async || {
        let figures = Figures::read(&address).await;
        (figures.get("berth_subscriptions_open") < 0.5 && figures.get("berth_sockets_open") < 0.5)
            .then_some(())
    })
    .await;
}

#[tokio::test]
async fn attempts_and_events_are_counted_and_the_machine_is_told() {
    let simulator = Simulator::start(r#"rule = [{ steps = ["capacity", "grant"] }]"#).await;
    let server = Server::start(Settings::on(&simulator).set("metrics.bind", "127.0.0.1:0")).await;
    let (client, address) = (server.client(), Figures::address(&server));
    let begun = Figures::read(&address).await;
    for outcome in ["CAPACITY", "ACCEPTED", "SERVER_FAULT", "IN_DOUBT"] {
        let attempts = begun.get(&format!("berth_attempts_total{{outcome=\"{outcome}\"}}"));
        assert!(attempts.abs() < 0.5, "a series is there before its first attempt: {attempts} {outcome}");
    }
    let tenant = client.tenant(&simulator).await;
    client.task(wish(&tenant, "counted")).await;
    until("the attempts are counted", async || {
        let figures = Figures::read(&address).await;
        let counted = |name: &str| (figures.get(name) - 1.0).abs() < 0.1;
        (counted(r#"berth_attempts_total{outcome="CAPACITY"}"#)
            && counted(r#"berth_attempts_total{outcome="ACCEPTED"}"#)
            && (figures.get("berth_attempt_duration_seconds_count") - 2.0).abs() < 0.1
            && (figures.get(r#"berth_events_total{event="grab.attempt_settled"}"#) - 2.0).abs() < 0.1)
            .then_some(())
    })
    .await;
    until("the machine was measured", async || {
        let figures = Figures::read(&address).await;
        let within =
            |used: &str, size: &str| figures.get(used) > 0.0 && figures.get(used) <= figures.get(size);
        (within("berth_machine_memory_used_bytes", "berth_machine_memory_size_bytes")
            && within("berth_machine_disk_used_bytes", "berth_machine_disk_size_bytes")
            && (0.0..=1.0).contains(&figures.get("berth_machine_cpu_ratio"))
            && figures.get(r#"berth_machine_network_bytes_total{direction="received"}"#) > 0.0)
            .then_some(())
    })
    .await;
    let figures = Figures::read(&address).await;
    assert!(
        (figures.get("berth_log_writable") - 1.0).abs() < 0.1 && figures.get("berth_log_size_bytes") > 1e3
    );
    assert!(figures.get("berth_tasks_stalled").abs() < 0.1 && figures.get("berth_clock_seconds") > 1.7e9);
    for database in ["log", "views"] {
        let of = |name: &str| figures.get(&format!("{name}{{database=\"{database}\"}}"));
        assert!(of("berth_database_connections") <= of("berth_database_connections_most"), "{database}");
        assert!(of("berth_database_connections_most") > 0.5, "{database}");
    }
}

#[tokio::test]
async fn whoever_does_not_ask_for_open_metrics_is_given_the_text_that_everything_reads() {
    let server = Server::start(Settings::default().set("metrics.bind", "127.0.0.1:0")).await;
    let answer = reqwest::get(Figures::address(&server)).await.unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    let text = answer.text().await.unwrap();
    assert!(text.contains("# TYPE berth_attempts_total counter\n"), "{text}");
    assert!(text.contains("# TYPE berth_build_info gauge\n"), "{text}");
    assert!(!text.contains("# EOF") && !text.contains("# UNIT"), "{text}");
}

#[tokio::test]
async fn the_listener_gives_nothing_else_and_the_api_does_not_give_the_figures() {
    let mut server = Server::start(Settings::default().set("metrics.bind", "127.0.0.1:0")).await;
    let (address, http) = (Figures::address(&server), reqwest::Client::new());
    let refused = http.post(&address).body("x").send().await.unwrap();
    assert_eq!((refused.status().as_u16(), refused.headers()["allow"].to_str().unwrap()), (405, "GET"));
    for path in ["graphql", "healthz", ""] {
        let url = address.replace("metrics", path);
        assert_eq!(reqwest::get(&url).await.unwrap().status(), 404, "{url}");
    }
    let on_the_api = format!("{}/metrics", server.url());
    assert_eq!(reqwest::get(&on_the_api).await.unwrap().status(), 404);
    assert!(server.stop().await.success());
    assert!(reqwest::get(&address).await.is_err(), "it ends with the node");
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_and_ends_the_start() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let home = tempfile::tempdir().unwrap();
    let setting = format!("metrics.bind={address}");
    let arguments = ["serve", "--bind", "127.0.0.1:0", "--set", &setting];
    let mut process = Process::spawn(&arguments, home.path(), &home.path().join("stderr"));
    assert_eq!(process.ended().await.code(), Some(1), "{}", process.complaints());
    assert!(process.complaints().contains(&address), "{}", process.complaints());
}

#[tokio::test]
async fn what_was_measured_outlives_the_server_and_a_damaged_file_does_not_keep_it_from_starting() {
    const HISTORY: &str = "{ systemMetrics { time process { residentBytes } } }";
    let mut server = Server::start(Settings::default()).await;
    let client = server.client();
    let measured = async || {
        let history = client.ask(HISTORY, json!({})).await["systemMetrics"].take();
        history.as_array().filter(|samples| !samples.is_empty()).map(|samples| samples[0].clone())
    };
    let first = until("something was measured", measured).await;
    assert!(server.stop().await.success());
    server.restart().await;
    let again = server.client().ask(HISTORY, json!({})).await;
    assert_eq!(again["systemMetrics"][0], first);
    assert!(server.stop().await.success());
    std::fs::write(server.data.join("metrics.db"), vec![7; 10_000]).unwrap();
    server.restart().await;
    let anew = server.client().ask(HISTORY, json!({})).await;
    assert!(!anew["systemMetrics"].as_array().unwrap().contains(&first));
    assert!(server.data.join("metrics.db.damaged").exists());
}
