use serde_json::{Value, json};

use crate::{
    berth, berth_fed, berth_typing,
    stub::{Reply, Stub},
};

const ID: &str = "user_01JD0000000000000000000000";

fn user(name: &str, role: &str, disabled: bool) -> Value {
    json!({
        "id": ID, "username": name, "role": role, "disabled": disabled, "secondFactor": true,
        "createdAt": "2026-11-21T11:00:00Z", "signedInAt": "2026-11-21T11:57:00Z",
        "sessions": [{ "id": "session_1" }], "apiTokens": [{ "id": "token_1", "name": "backup" }],
    })
}

fn everybody() -> (&'static str, Reply) {
    ("Users", Reply::Data(json!([user("Mei", "ADMIN", false)])))
}

fn payload(user: impl Into<Value>) -> Reply {
    let user: Value = user.into();
    Reply::Data(json!({ "user": user, "userErrors": [] }))
}

#[tokio::test]
async fn users_are_listed_and_shown_with_what_they_may() {
    let stub = Stub::start([everybody(), everybody(), everybody()]).await;
    let list = berth(&stub.url, &["user", "list"]).await;
    assert_eq!(list.exit, 0, "{list:?}");
    for part in ["Mei", "administrator", "may sign in", "3 min ago", ID] {
        assert!(list.out.contains(part), "{part} in {}", list.out);
    }
    let shown = berth(&stub.url, &["user", "show", "mei", "--lang", "zh-CN"]).await;
    assert_eq!(shown.exit, 0, "{shown:?}");
    for part in ["管理员", "可登录", "backup"] {
        assert!(shown.out.contains(part), "{part} in {}", shown.out);
    }
    let stranger = berth(&stub.url, &["user", "show", "nobody"]).await;
    assert_eq!((stranger.exit, stranger.err.as_str()), (5, "error: there is no user \"nobody\"\n"));
}

#[tokio::test]
async fn a_password_is_read_from_a_file_or_piped_in() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("password");
    std::fs::write(&file, "Correct horse 1\n").unwrap();
    let stub = Stub::start([
        ("UserCreate", payload(user("mei", "SUPER_ADMIN", false))),
        ("UserCreate", payload(user("mei", "SUPER_ADMIN", false))),
    ])
    .await;
    let line = ["user", "create", "mei", "--role", "super-admin", "--password-file"];
    let outcome = berth(&stub.url, &[&line[..], &[file.to_str().unwrap()]].concat()).await;
    assert_eq!((outcome.exit, outcome.out), (0, format!("created mei ({ID})\n")), "{}", outcome.err);
    let outcome = berth_fed(&stub.url, &[&line[..], &["-"]].concat(), "Correct horse 1\n").await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let expected = json!({ "username": "mei", "role": "SUPER_ADMIN", "password": "Correct horse 1" });
    assert_eq!([stub.sent(0), stub.sent(1)], [expected.clone(), expected]);
}

#[tokio::test]
async fn a_password_is_asked_for_twice_and_never_shown() {
    let stub = Stub::start([("UserCreate", payload(user("mei", "VIEWER", false)))]).await;
    let line = ["user", "create", "mei", "--role", "viewer"];
    let outcome = berth_typing(&stub.url, &line, "Hush12345\nHush12345\n").await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    assert!(!outcome.out.contains("Hush") && !outcome.err.contains("Hush"), "{outcome:?}");
    assert_eq!(stub.sent(0)["password"], "Hush12345");
    let outcome = berth_typing(&stub.url, &line, "Hush12345\nHush12346\n").await;
    assert_eq!(outcome.exit, 2);
    assert!(outcome.err.ends_with("error: the two passwords are not the same\n"), "{}", outcome.err);
}

#[tokio::test]
async fn without_a_terminal_a_password_must_come_from_somewhere() {
    let stub = Stub::start([]).await;
    let outcome = berth(&stub.url, &["user", "create", "mei", "--role", "viewer"]).await;
    assert_eq!(outcome.exit, 2);
    assert!(outcome.err.contains("hint: give --password-file FILE"), "{}", outcome.err);
    let outcome =
        berth_fed(&stub.url, &["user", "create", "mei", "--role", "viewer", "--password-file", "-"], "a\nb")
            .await;
    assert_eq!(
        (outcome.exit, outcome.err.as_str()),
        (2, "error: the file holds several lines, and a secret is one\n")
    );
}

#[tokio::test]
async fn a_user_is_changed_and_shut_out_by_name() {
    let stub = Stub::start([
        everybody(),
        ("UserUpdate", payload(user("Mei", "VIEWER", false))),
        everybody(),
        ("UserUpdate", payload(user("Mei", "VIEWER", true))),
        everybody(),
        ("UserUpdate", payload(user("Mei", "VIEWER", false))),
    ])
    .await;
    let outcome = berth(&stub.url, &["user", "update", "Mei", "--role", "viewer"]).await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, "Mei is viewer\n"), "{}", outcome.err);
    let outcome = berth(&stub.url, &["user", "disable", ID]).await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, "Mei is viewer, shut out\n"));
    assert_eq!(berth(&stub.url, &["user", "enable", "mei", "-o", "id"]).await.out, format!("{ID}\n"));
    let expected = [
        json!({ "userId": ID, "role": "VIEWER" }),
        json!({ "userId": ID, "disabled": true }),
        json!({ "userId": ID, "disabled": false }),
    ];
    assert_eq!([stub.sent(1), stub.sent(3), stub.sent(5)], expected);
}

#[tokio::test]
async fn a_reset_says_whether_the_second_factor_goes_too() {
    let stub = Stub::start([everybody(), ("UserPasswordReset", payload(user("Mei", "ADMIN", false)))]).await;
    let line = ["user", "reset-password", "Mei", "--second-factor-too"];
    let outcome = berth_typing(&stub.url, &line, "Hush12345\nHush12345\n").await;
    assert_eq!(outcome.out, "Mei has another password, and is signed out everywhere\n", "{outcome:?}");
    assert_eq!(stub.sent(1), json!({ "userId": ID, "password": "Hush12345", "secondFactorToo": true }));
}

#[tokio::test]
async fn a_user_is_deleted_only_when_somebody_says_so() {
    let stub =
        Stub::start([everybody(), everybody(), everybody(), ("UserDelete", payload(Value::Null))]).await;
    let outcome = berth(&stub.url, &["user", "delete", "Mei"]).await;
    assert_eq!(
        (outcome.exit, outcome.err.as_str()),
        (2, "error: without a terminal, what cannot be undone is done only if --yes is given\n")
    );
    let outcome = berth_typing(&stub.url, &["user", "delete", "Mei"], "n\n").await;
    assert_eq!(outcome.exit, 1);
    assert!(outcome.err.ends_with("nothing was done\n"), "{}", outcome.err);
    let outcome = berth(&stub.url, &["user", "delete", "Mei", "--yes"]).await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, "Mei is deleted\n"));
    assert_eq!(stub.sent(3), json!({ "userId": ID }));
}

#[tokio::test]
async fn what_the_rules_refuse_exits_3() {
    let error = json!({ "code": "INVALID", "message": "too short", "field": ["password"], "hint": null });
    let stub =
        Stub::start([("UserCreate", Reply::Data(json!({ "user": null, "userErrors": [error] })))]).await;
    let line = ["user", "create", "mei", "--role", "viewer", "--password-file", "-"];
    let outcome = berth_fed(&stub.url, &line, "x").await;
    assert_eq!((outcome.exit, outcome.err.as_str()), (3, "error: password: too short\n"));
}

fn signed_in() -> (&'static str, Reply) {
    ("SessionCreate", Reply::SignedIn(json!({ "user": { "username": "mei" }, "userErrors": [] })))
}

fn signed_out() -> (&'static str, Reply) {
    ("SessionDelete", Reply::Data(json!({ "userErrors": [] })))
}

#[tokio::test]
async fn a_token_is_made_in_a_session_that_ends_with_the_command() {
    let token = json!({ "id": "token_1", "name": "backup", "scopes": ["READ"] });
    let made = json!({ "apiToken": token, "token": "berth_token_x", "userErrors": [] });
    let stub = Stub::start([signed_in(), ("ApiTokenCreate", Reply::Data(made)), signed_out()]).await;
    let line =
        ["user", "token", "create", "backup", "--as", "mei", "--scope", "read", "--password-file", "-"];
    let outcome = berth_fed(&stub.url, &line, "Hush12345\n").await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, "berth_token_x\n"), "{}", outcome.err);
    assert_eq!(outcome.err, "keep it now: it is not shown again\n");
    let session = json!({ "username": "mei", "password": "Hush12345", "otp": null });
    assert_eq!(stub.asked()[0].variables["input"], session);
    let input = stub.sent(1);
    assert_eq!((&input["name"], &input["scopes"]), (&json!("backup"), &json!(["READ"])));
    assert_eq!(input["password"], "Hush12345", "whoever has the session alone makes none");
    assert_eq!(stub.asked()[2].operation, "SessionDelete");
}

#[tokio::test]
async fn a_code_is_asked_for_when_the_server_wants_one() {
    let error = json!({ "code": "INVALID", "message": "a code is needed", "field": ["otp"], "hint": null });
    let wants = || ("SessionCreate", Reply::Data(json!({ "user": null, "userErrors": [error] })));
    let tokens = json!({ "apiTokens": [{ "id": "token_1", "name": "backup" }] });
    let revoked = json!({ "user": { "id": ID, "username": "mei" }, "userErrors": [] });
    let stub = Stub::start([
        wants(),
        signed_in(),
        ("OwnApiTokens", Reply::Data(tokens)),
        ("ApiTokenRevoke", Reply::Data(revoked)),
        signed_out(),
        wants(),
    ])
    .await;
    let line = ["user", "token", "revoke", "backup", "--as", "mei"];
    let outcome = berth_typing(&stub.url, &line, "Hush12345\n123456\n").await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, "backup is deleted\n"), "{}", outcome.err);
    assert_eq!(stub.asked()[1].variables["input"]["otp"], "123456");
    assert_eq!(stub.sent(3), json!({ "tokenId": "token_1" }));
    let outcome = berth_fed(&stub.url, &[&line[..], &["--password-file", "-"]].concat(), "Hush12345").await;
    assert_eq!((outcome.exit, outcome.err.as_str()), (3, "error: otp: a code is needed\n"));
}

#[tokio::test]
async fn the_session_ends_also_when_nothing_came_of_it() {
    let error = json!({ "code": "TAKEN", "message": "there is one", "field": ["name"], "hint": null });
    let refused = json!({ "apiToken": null, "token": null, "userErrors": [error] });
    let stub = Stub::start([signed_in(), ("ApiTokenCreate", Reply::Data(refused)), signed_out()]).await;
    let line =
        ["user", "token", "create", "backup", "--as", "mei", "--scope", "read", "--password-file", "-"];
    let outcome = berth_fed(&stub.url, &line, "Hush12345").await;
    assert_eq!((outcome.exit, stub.asked().len()), (3, 3), "{outcome:?}");
}

const MADE: [&str; 8] = ["user", "token", "create", "backup", "--as", "mei", "--scope", "read"];

fn token_made() -> (&'static str, Reply) {
    let token = json!({ "id": "token_1", "name": "backup", "scopes": ["READ"] });
    let made = json!({ "apiToken": token, "token": "berth_token_x", "userErrors": [] });
    ("ApiTokenCreate", Reply::Data(made))
}

#[tokio::test]
async fn that_the_session_could_not_be_ended_is_a_remark_and_no_failure() {
    let stub = Stub::start([signed_in(), token_made(), ("SessionDelete", Reply::Error("INTERNAL"))]).await;
    let outcome = berth_fed(&stub.url, &[&MADE[..], &["--password-file", "-"]].concat(), "Hush12345").await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, "berth_token_x\n"), "{}", outcome.err);
    assert!(outcome.err.contains("the session that was opened for this was not ended"), "{}", outcome.err);
    assert!(!outcome.err.contains("error:"), "{}", outcome.err);
}

#[tokio::test]
async fn a_secret_that_is_told_once_is_told_also_to_those_who_want_an_id() {
    let stub = Stub::start([signed_in(), token_made(), signed_out()]).await;
    let line = [&MADE[..], &["--password-file", "-", "-o", "id"]].concat();
    let outcome = berth_fed(&stub.url, &line, "Hush12345").await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, "berth_token_x\n"), "{}", outcome.err);
}

#[tokio::test]
async fn standard_input_is_read_for_one_thing_only() {
    let stub = Stub::start([]).await;
    let line = [&MADE[..], &["--password-file", "-", "--code-file", "-"]].concat();
    let outcome = berth_fed(&stub.url, &line, "Hush12345").await;
    assert_eq!(outcome.exit, 2, "{outcome:?}");
    assert!(outcome.err.contains("standard input can be read only once"), "{}", outcome.err);
}
