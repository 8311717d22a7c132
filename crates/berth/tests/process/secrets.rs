//! Canaries: secrets are planted everywhere a secret can be given, and must be found nowhere else, in no disguise.

mod disguise;

use std::{
    fs,
    path::{Path, PathBuf},
};

use disguise::{Canary, finds};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::harness::{Client, Fault, Server, Settings, Simulator, Socket, run, until, wish};

const KEY: &str = include_str!("keys/test_key.pem");
const ENCRYPTED: &str = include_str!("keys/test_key_pkcs8_enc.pem");
const PASSPHRASE: &str = "correct horse battery";
const WRONG_PASSPHRASE: &str = "falscher Kanarie 1";
const ROOT_PASSWORD: &str = "Wurzel\"\\Kanarie/ü+2";
const PROXY_PASSWORD: &str = "Stell&Kanarie=3";
const PROXY_PASSWORD_IN_URL: &str = "Stell%26Kanarie%3D3";
const MISPLACED: &str = "verirrter/Kanarie 4";
/// Bears no secret: that it is found shows that the search works.
const CONTROL: &str = "Kontrollvogel";

/// A grab with everything that can go wrong on the way.
const SCRIPT: &str = r#"rule = [{ steps = ["capacity", "fault", "garbage", "cut"] }]"#;

#[tokio::test]
async fn no_secret_is_in_any_event_log_line_error_or_answer() {
    let simulator = Simulator::start_with(SCRIPT, Some(KEY)).await;
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let trace = data.join("trace.log");
    let settings =
        Settings::on(&simulator).set("log.level", "trace").set("log.file", trace.to_str().unwrap());
    let mut server = Server::start_on(settings, home, data).await;
    let mut answers = Answers(server.client(), String::new());
    grab_with_a_key_under_a_passphrase(&mut answers, &simulator).await;
    fail_behind_a_proxy(&mut answers, &simulator).await;
    put_secrets_in_wrong_places(&mut answers, &simulator).await;
    speak_by_other_ways(&mut answers, &simulator, &server).await;
    read_everything(&mut answers).await;
    let canaries = canaries(&server.token());
    nothing_is_found(&server, &canaries, &answers.1);
    assert!(server.stop().await.success());
    nothing_is_found(&server, &canaries, "");
}

fn canaries(token: &str) -> Vec<Canary> {
    let body = |pem: &str, line: usize| pem.lines().nth(line).unwrap().to_owned();
    vec![
        Canary::new("the key as it was given", &body(ENCRYPTED, 3)),
        Canary::new("the key once opened", &body(KEY, 3)),
        Canary::new("the key's last lines", &body(KEY, 20)),
        Canary::of_base64("the key's own bytes", &body(KEY, 3)),
        Canary::new("the passphrase", PASSPHRASE),
        Canary::new("a wrong passphrase", WRONG_PASSPHRASE),
        Canary::new("the root password", ROOT_PASSWORD),
        Canary::new("the proxy's password", PROXY_PASSWORD),
        Canary::new("a secret in the wrong place", MISPLACED),
        Canary::new("the token of the API", token),
    ]
}

fn nothing_is_found(server: &Server, canaries: &[Canary], answers: &str) {
    let mut places =
        vec![("standard error".to_owned(), server.stderr()), ("an answer".to_owned(), answers.into())];
    for file in files(&server.data) {
        if file.file_name().is_some_and(|name| name != "token") {
            places.push((file.display().to_string(), fs::read(&file).unwrap()));
        }
    }
    assert!(places.iter().any(|(place, bytes)| place.contains(".db") && finds(bytes, CONTROL.as_bytes())));
    assert!(places.iter().any(|(place, bytes)| place.contains("trace.log") && finds(bytes, b"TRACE")));
    let found = places.iter().flat_map(|(place, bytes)| {
        let here = canaries.iter().filter_map(|canary| canary.found_in(bytes));
        here.map(move |what| format!("{what} in {place}"))
    });
    let found: Vec<_> = found.collect();
    assert!(found.is_empty(), "{found:#?}");
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// A client, and everything it was answered.
struct Answers(Client, String);

impl Answers {
    async fn ask(&mut self, query: &str, variables: Value) -> Value {
        let answer = self.0.graphql(query, variables).await;
        self.note(answer)
    }

    async fn mutate(&mut self, name: &str, input: Value) -> Value {
        let answer = self.0.mutate(name, &input).await;
        self.note(answer)
    }

    fn note(&mut self, answer: Result<Value, Fault>) -> Value {
        let answer = answer.unwrap_or_else(|fault| match fault {
            Fault::Answered { body, .. } => body,
            Fault::Lost => panic!("no answer"),
        });
        self.1.push_str(&answer.to_string());
        answer
    }
}

async fn grab_with_a_key_under_a_passphrase(answers: &mut Answers, simulator: &Simulator) {
    let mut account = simulator.account("locked");
    account["privateKey"] = json!(ENCRYPTED);
    account["passphrase"] = json!(WRONG_PASSPHRASE);
    let refused = answers.mutate("tenantCreate", account.clone()).await;
    assert_eq!(refused["userErrors"][0]["field"], json!(["passphrase"]));
    account["passphrase"] = json!(PASSPHRASE);
    let tenant = answers.mutate("tenantCreate", account).await["tenant"]["id"].as_str().unwrap().to_owned();
    let mut wish = wish(&tenant, CONTROL);
    wish["spec"]["rootPassword"] = json!(ROOT_PASSWORD);
    let task = answers.0.task(wish).await;
    answers.0.reaches(&task, "SUCCEEDED").await;
}

async fn fail_behind_a_proxy(answers: &mut Answers, simulator: &Simulator) {
    // Takes every connection and hangs up.
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = proxy.local_addr().unwrap().port();
    let hanging_up = tokio::spawn(async move { while proxy.accept().await.is_ok() {} });
    let mut account = simulator.account("behind a proxy");
    account["proxy"] = json!(format!("http://kunde:{PROXY_PASSWORD_IN_URL}@127.0.0.1:{port}"));
    let tenant = answers.mutate("tenantCreate", account).await["tenant"]["id"].as_str().unwrap().to_owned();
    let tested = answers.mutate("tenantTest", json!({ "tenantId": tenant })).await;
    assert!(tested["reason"].is_string(), "the proxy lets nothing through: {tested}");
    answers.mutate("grabTaskCreate", wish(&tenant, "behind a proxy")).await;
    answers.ask("{ tenants { nodes { name proxyMasked status } } }", json!({})).await;
    hanging_up.abort();
}

async fn put_secrets_in_wrong_places(answers: &mut Answers, simulator: &Simulator) {
    for field in ["privateKey", "passphrase", "proxy", "fingerprint", "region", "userOcid"] {
        let mut account = simulator.account("wrong");
        account[field] = json!(MISPLACED);
        answers.mutate("tenantCreate", account.clone()).await;
        account[field] = json!({ "value": MISPLACED });
        answers.mutate("tenantCreate", account).await;
    }
    let config = simulator.config().replace("region", &format!("region={MISPLACED}\nregion"));
    for config in [
        config,
        format!("{MISPLACED}\n"),
        format!("[DEFAULT]\npass_phrase {MISPLACED}\nkey_file={MISPLACED}\n"),
    ] {
        answers
            .mutate(
                "tenantImport",
                json!({ "config": config, "keys": [{ "name": "key.pem", "text": MISPLACED }] }),
            )
            .await;
    }
    let mut wish = wish("tenant_1", "wrong");
    wish["spec"]["rootPassword"] = json!([MISPLACED]);
    answers.mutate("grabTaskCreate", wish).await;
}

/// The command line, a WebSocket, and a wrong token.
async fn speak_by_other_ways(answers: &mut Answers, simulator: &Simulator, server: &Server) {
    let config = simulator.config_file();
    let arguments = [
        "tenant",
        "import",
        config.to_str().unwrap(),
        "--verbose",
        "--server",
        &server.url(),
        "--token",
        &server.token(),
    ];
    let ended = run(&arguments, server.home()).await;
    assert_eq!(ended.code, 0, "{ended:?}");
    answers.1.push_str(&ended.stdout);
    answers.1.push_str(&ended.stderr);
    let query =
        "subscription { eventAppended(after: \"0\") { events { type data summary } position caughtUp } }";
    let mut socket = Socket::subscribe(&answers.0, query, json!({})).await;
    until("the feed has told all there is", async || {
        let batch = socket.next().await.unwrap();
        answers.1.push_str(&batch.to_string());
        (batch["eventAppended"]["caughtUp"] == true).then_some(())
    })
    .await;
    let wrong = reqwest::Client::new()
        .post(format!("{}/graphql", server.url()))
        .bearer_auth(MISPLACED)
        .json(&json!({}));
    answers.1.push_str(&wrong.send().await.unwrap().text().await.unwrap());
}

async fn read_everything(answers: &mut Answers) {
    answers.ask("{ logs(first: 500) { nodes { message } } }", json!({})).await;
    answers.ask("{ events(first: 500) { nodes { type data summary actor } } }", json!({})).await;
    let attempts = "attempts(first: 100) { nodes { outcome reason providerError { code message } } }";
    let query =
        format!("{{ grabTasks {{ nodes {{ name stateReason spec {{ hasRootPassword }} {attempts} }} }} }}");
    answers.ask(&query, json!({})).await;
}
