//! `berth demo`, as a newcomer runs it.

use crate::harness::{Process, run};

#[tokio::test]
async fn the_demo_prints_the_instance_and_its_address_and_ends_when_told_so() {
    let home = tempfile::tempdir().unwrap();
    let ended = run(&["demo", "--until", "succeeded"], home.path()).await;
    assert_eq!(ended.code, 0, "{ended:?}");
    let line = |what: &str| {
        ended.stdout.lines().find(|line| line.contains(what)).unwrap_or_else(|| panic!("{what}: {ended:?}"))
    };
    assert!(line("got it: ").contains("ocid1.instance.oc1.ap-tokyo-1."));
    assert!(line("address 198.18.").contains("after 9 attempts"));
    assert_eq!(ended.stdout.matches("CAPACITY").count(), 7);
    assert_eq!(ended.stdout.matches("THROTTLED").count(), 1);
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "it leaves nothing behind");
}

#[tokio::test]
async fn the_demo_goes_on_serving_until_it_is_interrupted() {
    let home = tempfile::tempdir().unwrap();
    let mut demo = Process::spawn(&["demo"], home.path(), &home.path().join("stderr"));
    let (mut server, mut token) = (String::new(), String::new());
    while let Some(line) = demo.line().await {
        let word = || line.split_whitespace().last().unwrap_or_default().to_owned();
        match line.trim_start() {
            text if text.starts_with("server ") => server = word(),
            text if text.starts_with("token ") => token = word(),
            text if text.starts_with("Still serving") => break,
            _ => {}
        }
    }
    let listed = run(&["task", "list", "--json", "--server", &server, "--token", &token], home.path()).await;
    assert_eq!(listed.code, 0, "{listed:?}");
    assert!(listed.stdout.contains("SUCCEEDED"), "{listed:?}");
    demo.signal("INT");
    assert_eq!(demo.ended().await.code(), Some(0), "{}", demo.complaints());
}
