//! What the configuration may say, and how a start ends that cannot be.

use std::fs;

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
