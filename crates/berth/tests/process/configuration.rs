//! What the configuration may say, and how a start ends that cannot be.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Process, Server, Settings, run, until};

/// The first release's `config.yaml`, as it was.
const SEED: &str = include_str!("../fixtures/seed-config.yaml");

#[tokio::test]
async fn the_first_releases_configuration_starts_the_server_unchanged() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("config.yaml"), SEED).unwrap();
    let arguments = ["serve", "--bind", "127.0.0.1:0"];
    let mut server = Process::spawn(&arguments, home.path(), &home.path().join("stderr"));
    let ready = format!("{}/readyz", server.base_url().await);
    until("/readyz is 200", async || reqwest::get(&ready).await.ok()?.status().is_success().then_some(()))
        .await;
    for file in ["data/oci-manager.db", "data/token", "logs/app.log"] {
        assert!(home.path().join(file).exists(), "{file}");
    }
    server.signal("TERM");
    assert_eq!(server.ended().await.code(), Some(0), "{}", server.complaints());
}

/// The seed's channels with what they need: one is used, one is not. What is so already is not written again at the next start.
#[tokio::test]
async fn channels_of_the_configuration_are_made_once_and_follow_it() {
    let home = tempfile::tempdir().unwrap();
    let filled = SEED
        .replace("bot_token: \"\"", "bot_token: \"123456:CANARY-TOKEN-of-the-bot\"")
        .replace("chat_id: \"\"", "chat_id: \"-100123\"")
        .replace("webhook: \"\"", "webhook: \"https://oapi.dingtalk.com/robot/send?access_token=CANARY\"")
        .replace("secret: \"\"", "secret: \"SEC-CANARY\"");
    assert_eq!(filled.matches("CANARY").count(), 3);
    let folder = home.path().to_owned();
    fs::write(folder.join("config.yaml"), &filled).unwrap();
    let data = folder.join("data");
    let again = async |server: &mut Server| {
        assert_eq!(server.stop().await.code(), Some(0));
        server.restart().await;
    };
    // The seed lies beside the data directory: the server is started where it lies.
    let mut server = Server::start_on(Settings::default(), home, data).await;
    let named =
        "query($at: EventPosition) { notificationChannels(minPosition: $at) { name enabled version } }";
    let channels = async |server: &Server| {
        let at = json!({ "at": server.client().head().await.to_string() });
        let answer = server.client().ask(named, at).await["notificationChannels"].clone();
        let one = |it: &Value| format!("{} {} {}", it["name"], it["enabled"], it["version"]);
        answer.as_array().unwrap().iter().map(one).collect::<Vec<_>>()
    };
    let made = ["\"dingtalk (config)\" false 1", "\"telegram (config)\" true 1"];
    assert_eq!(channels(&server).await, made);
    again(&mut server).await;
    assert_eq!(channels(&server).await, made, "nothing was changed, so nothing is written");
    fs::write(folder.join("config.yaml"), filled.replace("enabled: true", "enabled: false")).unwrap();
    again(&mut server).await;
    assert_eq!(channels(&server).await, [made[0], "\"telegram (config)\" false 2"]);
    fs::write(folder.join("config.yaml"), SEED).unwrap();
    again(&mut server).await;
    assert_eq!(
        channels(&server).await,
        [made[0], "\"telegram (config)\" false 2"],
        "without a token it is left"
    );
    let told: Vec<_> =
        server.client().events(0, None).await.iter().map(|event| format!("{event:?}")).collect();
    assert!(!told.join("\n").contains("CANARY"));
    let logged = fs::read(folder.join("logs/app.log")).unwrap();
    for text in [server.stderr(), logged] {
        assert!(!String::from_utf8_lossy(&text).contains("CANARY"));
    }
}

#[tokio::test]
async fn an_unknown_key_ends_the_start_with_78_and_the_nearest_name() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("berth.toml"), "[grab]\ndefault_intervall = 5\n").unwrap();
    let ended = run(&["serve", "--bind", "127.0.0.1:0"], home.path()).await;
    assert_eq!(ended.code, 78, "{ended:?}");
    assert!(ended.stderr.contains("grab.default_interval"), "{ended:?}");
    assert!(ended.stderr.contains("default_intervall") && ended.stderr.contains("berth.toml:2"), "{ended:?}");
    assert!(!home.path().join("data").exists(), "nothing was made");
    let ended = run(&["serve", "--bind", "127.0.0.1:0", "--set", "oci.endpiont=x"], home.path()).await;
    assert_eq!(ended.code, 78, "{ended:?}");
    assert!(ended.stderr.contains("oci.endpoint"), "{ended:?}");
}

#[tokio::test]
async fn a_second_server_on_the_same_directory_ends_with_75_and_a_sentence() {
    let server = Server::start(Settings::default()).await;
    let (client, data) = (server.client(), server.data.to_str().unwrap());
    let before = client.head().await;
    let ended = run(&["serve", "--bind", "127.0.0.1:0", "--data-dir", data], server.home()).await;
    assert_eq!(ended.code, 75, "{ended:?}");
    let sentence =
        ended.stderr.lines().find(|line| line.starts_with("error: ")).unwrap_or_else(|| panic!("{ended:?}"));
    assert!(sentence.contains(data) && sentence.contains("in use by another process"), "{sentence}");
    assert_eq!(client.head().await, before, "and the first goes on");
}
