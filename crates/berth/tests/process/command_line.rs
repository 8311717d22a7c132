//! The command line as a person and a shell use it, on a real server.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use serde_json::{Value, json};

use crate::harness::{Ended, Server, Settings, Simulator, run, run_completing};

/// A command of the server's machine's owner.
async fn berth(server: &Server, line: &[&str]) -> Ended {
    let (url, token) = (server.url(), server.token());
    run(&[line, &["--server", &url, "--token", &token]].concat(), server.home()).await
}

fn file(server: &Server, name: &str, text: &str) -> String {
    let path = server.home().join(name);
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[tokio::test]
async fn each_exit_code_means_what_the_table_says() {
    let server = Server::start(Settings::default()).await;
    let weak = file(&server, "password", "short");
    let table: &[(i32, &[&str])] = &[
        (0, &["api", "{ server { version } }"]),
        (1, &["api", "@/nowhere"]),
        (2, &["task", "lost"]),
        (2, &["api", "{ server { nothing } }"]),
        (3, &["user", "create", "mei", "--role", "super-admin", "--password-file", &weak]),
        (4, &["tenant", "list", "--token", "berth_wrong"]),
        (5, &["task", "show", "nobody"]),
        (69, &["tenant", "list", "--server", "http://127.0.0.1:1"]),
        (78, &["config", "check", "--set", "server.port=none"]),
    ];
    for (code, line) in table {
        let (url, token) = (server.url(), server.token());
        let mut whole = line.to_vec();
        for (flag, value) in [("--server", &url), ("--token", &token)] {
            if !line.contains(&flag) {
                whole.extend([flag, value]);
            }
        }
        let ended = run(&whole, server.home()).await;
        assert_eq!(ended.code, *code, "{line:?}: {ended:?}");
        assert_eq!(ended.stderr.is_empty(), *code == 0, "{line:?}: {ended:?}");
    }
}

#[tokio::test]
async fn users_and_channels_are_kept_from_the_first_to_the_last() {
    let server = Server::start(Settings::default()).await;
    let password = file(&server, "password", "Correct horse 1\n");
    let secret = file(&server, "secret", "hush\n");
    let told = async |line: &[&str]| {
        let ended = berth(&server, line).await;
        assert_eq!(ended.code, 0, "{line:?}: {ended:?}");
        ended.stdout
    };
    for (name, role) in [("first", "super-admin"), ("mei", "viewer")] {
        told(&["user", "create", name, "--role", role, "--password-file", &password]).await;
    }
    assert_eq!(told(&["user", "update", "mei", "--role", "admin"]).await, "mei is administrator\n");
    assert_eq!(told(&["user", "disable", "mei"]).await, "mei is administrator, shut out\n");
    told(&["user", "reset-password", "mei", "--password-file", &password]).await;
    assert!(told(&["user", "list"]).await.contains("shut out"));
    assert_eq!(told(&["user", "delete", "mei", "--yes"]).await, "mei is deleted\n");
    let webhook = ["channel", "set", "webhook", "ops", "--url", "https://example.com/a"];
    told(&[&webhook[..], &["--secret-file", &secret, "--topic", "task-succeeded"]].concat()).await;
    told(&["channel", "set", "webhook", "ops", "--url", "https://example.com/b"]).await;
    assert_eq!(told(&["channel", "disable", "ops"]).await, "ops is not in use\n");
    let shown: Value = serde_json::from_str(&told(&["channel", "show", "ops", "--json"]).await).unwrap();
    let expected = json!({ "__typename": "WebhookConfig", "signed": true, "url": "https://example.com/b" });
    assert_eq!((&shown["config"], &shown["enabled"]), (&expected, &json!(false)));
    assert_eq!(told(&["channel", "delete", "ops", "--yes"]).await, "ops is deleted\n");
    assert_eq!(told(&["channel", "list", "-o", "id"]).await, "");
}

#[tokio::test]
async fn an_api_token_of_ones_own_lets_a_script_in_until_it_is_revoked() {
    let server = Server::start(Settings::default()).await;
    let password = file(&server, "password", "Correct horse 1\n");
    let person = ["--as", "mei", "--password-file", &password];
    for (name, role) in [("first", "super-admin"), ("mei", "viewer")] {
        let create = ["user", "create", name, "--role", role, "--password-file", &password];
        assert_eq!(berth(&server, &create).await.code, 0);
    }
    let made =
        berth(&server, &[&["user", "token", "create", "nightly", "--scope", "read"][..], &person].concat())
            .await;
    assert_eq!(made.code, 0, "{made:?}");
    let (url, token) = (server.url(), made.stdout.trim());
    let list = ["tenant", "list", "--server", &url, "--token", token];
    assert_eq!(run(&list, server.home()).await.code, 0);
    let users = ["user", "list", "--server", &url, "--token", token];
    assert_eq!(run(&users, server.home()).await.code, 4, "it may only look at what its user may");
    let revoke = [&["user", "token", "revoke", "nightly"][..], &person].concat();
    let revoked = berth(&server, &revoke).await;
    assert_eq!(revoked.code, 0, "{revoked:?}");
    assert_eq!(run(&list, server.home()).await.code, 4);
    let shown = berth(&server, &["user", "show", "mei", "--json"]).await;
    let shown: Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!((&shown["sessions"], &shown["apiTokens"]), (&json!([]), &json!([])), "nothing stays open");
}

#[tokio::test]
async fn any_operation_can_be_sent_and_subscribed_to() {
    let server = Server::start(Settings::default()).await;
    let mutation = "mutation($input: NotificationChannelDeleteInput!) \
        { notificationChannelDelete(input: $input) { deletedId userErrors { code message } } }";
    let id = "input[id]=channel_01JD0000000000000000000000";
    let refused = berth(&server, &["api", mutation, "-f", id]).await;
    assert_eq!(refused.code, 5, "{refused:?}");
    assert!(refused.stdout.contains("\"deletedId\": null"), "{refused:?}");
    let subscription = "subscription { eventLogVerification { done clean } }";
    let ended = berth(&server, &["api", subscription, "--subscribe"]).await;
    assert_eq!(ended.code, 0, "{ended:?}");
    let last: Value = serde_json::from_str(ended.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last, json!({ "eventLogVerification": { "done": true, "clean": true } }));
}

#[tokio::test]
async fn a_doctor_finds_a_working_server_well_and_a_readable_token_bad() {
    let simulator = Simulator::start("rule = []").await;
    let server = Server::start(Settings::on(&simulator)).await;
    server.client().tenant(&simulator).await;
    let endpoint = format!("[oci]\nendpoint = \"{}\"\n[outbound]\nallow = [\"loopback\"]\n", simulator.url);
    file(&server, "berth.toml", &endpoint);
    let findings = examined(&server).await;
    for check in ["configuration", "data directory", "lock", "token", "vault.key", "server", "websocket"] {
        assert_eq!(findings[check]["verdict"], "GOOD", "{check}: {findings:#}");
    }
    for check in ["key tokyo", "dns", "tls", "clock"] {
        assert_eq!(findings[check]["verdict"], "GOOD", "{check}: {findings:#}");
    }
    fs::set_permissions(server.data.join("token"), fs::Permissions::from_mode(0o644)).unwrap();
    let findings = examined(&server).await;
    assert_eq!(findings["token"]["verdict"], "BAD", "{findings:#}");
    let line = ["doctor", "-q", "--data-dir", server.data.to_str().unwrap()];
    let ended = run(&line, server.home()).await;
    let token = server.data.join("token");
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.stdout.contains(&format!("→ chmod 600 {}", token.display())), "{ended:?}");
}

/// What a doctor finds, by what was looked at.
async fn examined(server: &Server) -> Value {
    let ended = run(&["doctor", "--json", "--data-dir", server.data.to_str().unwrap()], server.home()).await;
    let findings: Vec<Value> = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended:?}"));
    findings.into_iter().map(|finding| (finding["check"].as_str().unwrap().to_owned(), finding)).collect()
}

#[tokio::test]
async fn a_shell_is_offered_commands_and_the_names_of_what_the_server_holds() {
    let simulator = Simulator::start("rule = []").await;
    let server = Server::start(Settings::on(&simulator)).await;
    let id = server.client().tenant(&simulator).await;
    let offered = async |words: &[&str]| {
        let flags = ["--server", &server.url(), "--data-dir", server.data.to_str().unwrap()];
        let line = [&["--", "berth"][..], &flags, words].concat();
        run_completing(&line, server.home()).await.stdout
    };
    assert!(offered(&["comp"]).await.contains("completions"));
    assert!(offered(&["task", "wait", "x", "--for", "succ"]).await.contains("succeeded"));
    assert_eq!(offered(&["tenant", "show", ""]).await.lines().next(), Some(&*format!("tokyo\t{id}")));
    let begun = &id[..id.len() - 4];
    assert_eq!(offered(&["tenant", "show", begun]).await.trim_end(), format!("{id}\ttokyo"));
    let cut = server.url().replace(':', " : ");
    let data = server.data.to_str().unwrap();
    let line: Vec<&str> = ["--", "berth", "--server"]
        .into_iter()
        .chain(cut.split(' '))
        .chain(["--data-dir", data, "tenant", "show", ""])
        .collect();
    let of_bash = run_completing(&line, server.home()).await.stdout;
    assert!(of_bash.contains("tokyo"), "bash cuts words before and after `:`: {of_bash}");
    assert_eq!(offered(&["task", "show", ""]).await.lines().filter(|line| line.contains("grab_")).count(), 0);
}

#[tokio::test]
async fn completions_and_manual_pages_need_no_server() {
    let home = tempfile::tempdir().unwrap();
    let script = run(&["completions", "bash"], home.path()).await;
    assert!(script.code == 0 && script.stdout.contains("BERTH_COMPLETE"), "{script:?}");
    assert_eq!(run(&["completions", "tcsh"], home.path()).await.code, 2);
    let pages = home.path().join("man1");
    let ended = run(&["man", pages.to_str().unwrap()], home.path()).await;
    assert_eq!((ended.code, Path::new(&pages).join("berth-api.1").exists()), (0, true), "{ended:?}");
}
