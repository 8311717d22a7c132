//! A copy that is taken while the server is at work, and a server made from it.

use serde_json::{Value, json};

use crate::harness::{Server, Settings, Simulator, run, until, wish};

#[tokio::test]
async fn a_backup_under_load_is_whole_sealed_and_starts_nothing_by_itself() {
    let simulator = Simulator::start(r#"rule = [{ steps = ["capacity"] }]"#).await;
    let mut server = Server::start(Settings::on(&simulator)).await;
    let client = server.client();
    let tenant = client.tenant(&simulator).await;
    let task = client.task(wish(&tenant, "runs-on")).await;
    until("an attempt has ended", async || {
        (!client.events(0, Some("grab.attempt_settled")).await.is_empty()).then_some(())
    })
    .await;
    let before = client.head().await;
    let (home, data) = (server.home().to_owned(), server.data.to_str().unwrap().to_owned());
    let backup = async |name: &str| run(&["admin", "backup", name, "--data-dir", &data], &home).await;
    for name in ["copy.db", "copy.db.zst"] {
        let ended = backup(name).await;
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    let again = backup("copy.db").await;
    assert_eq!((again.code, again.stderr.contains("exists already")), (1, true), "{again:?}");

    let restored = run(&["admin", "restore", "copy.db.zst", "--data-dir", "restored"], &home).await;
    assert_eq!(restored.code, 0, "{restored:?}");
    assert!(restored.stdout.contains(&task), "it says which tasks it paused: {restored:?}");
    let over_a_log = run(&["admin", "restore", "copy.db", "--data-dir", "restored"], &home).await;
    assert_eq!(over_a_log.code, 1, "{over_a_log:?}");
    let over_a_server = run(&["admin", "restore", "copy.db", "--data-dir", &data], &home).await;
    assert_eq!(over_a_server.code, 75, "{over_a_server:?}");

    let verified = run(&["events", "verify", "--json", "--data-dir", "restored"], &home).await;
    let verified: Value = serde_json::from_str(&verified.stdout).unwrap();
    assert_eq!(verified["clean"], true);
    let head: u64 = verified["head"].as_str().unwrap().parse().unwrap();
    assert!(head >= before, "what was acknowledged before the backup is in it");

    // The key stayed behind: the tools work, the server does not start.
    let listed = run(&["events", "replay", &task, "--data-dir", "restored", "--json"], &home).await;
    let replayed: Value = serde_json::from_str(&listed.stdout).unwrap_or_else(|_| panic!("{listed:?}"));
    assert_eq!(replayed["state"]["state"], json!("PAUSED"));
    let keyless = run(&["serve", "--bind", "127.0.0.1:0", "--data-dir", "restored"], &home).await;
    assert_eq!((keyless.code, keyless.stderr.contains("vault.key")), (70, true), "{keyless:?}");
    assert!(server.stop().await.success());
}

#[tokio::test]
async fn a_damaged_backup_is_refused_and_leaves_nothing_behind() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("broken.db"), [b"SQLite format 3\0".as_slice(), &[7; 9000]].concat())
        .unwrap();
    let refused = run(&["admin", "restore", "broken.db", "--data-dir", "restored"], home.path()).await;
    assert_ne!(refused.code, 0, "{refused:?}");
    assert!(!home.path().join("restored/log.db").exists());
}
