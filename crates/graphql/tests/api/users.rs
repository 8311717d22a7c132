//! Users by the API: who may what, field by field, and that whatever was asked for is on record once.

use std::fmt::Write as _;

use async_graphql::{Request, Response, Value as Constant};
use async_graphql_parser::types::TypeKind;
use berth_domain::{
    Language, UserId,
    access::{Principal, Right, Rights},
};
use berth_graphql::{Caller, Cookie};
use futures::StreamExt;
use serde_json::{Value, json};

use crate::{
    document::{named, types},
    guard::least_document,
    stage::{Stage, caller, code, data, play, refusals, request},
};

const SETUP: &str = "mutation($input: SetupCompleteInput!) { setupComplete(input: $input) {
    user { id username role } userErrors { code field } } }";
const SIGN_IN: &str = "mutation($input: SessionCreateInput!) { sessionCreate(input: $input) {
    user { username role } userErrors { code field message } } }";
const ASKED: &str = "{ logs(first: 500, filter: { category: [OPERATION, AUDIT], fold: false }) { nodes {
    category key actor message fields } } }";

/// Somebody before the door: nobody knows them yet.
fn stranger() -> Caller {
    let cookie = Some(Cookie { name: "berth_session", secure: false });
    Caller { principal: None, cookie, ..caller(Language::English) }
}

fn with(rights: impl Into<Rights>) -> Caller {
    let mut principal = Principal::user(UserId::from_parts(1, 1), "somebody", rights.into());
    // No user that the rules would look for.
    principal.user = None;
    Caller { principal: Some(principal), ..caller(Language::English) }
}

async fn ask_as(stage: &Stage, caller: Caller, document: &str, variables: Value) -> Response {
    stage.schema.execute(request(document, variables).data(caller)).await
}

/// The lines about what was asked for, newest first, once the lists hold all there is.
pub(crate) async fn asked(stage: &Stage) -> Vec<Value> {
    let position = stage.head().await.to_string();
    let document = ASKED.replace("logs(", &format!("logs(minPosition: {position:?}, "));
    stage.ask(&document, json!({})).await["logs"]["nodes"].as_array().unwrap().clone()
}

/// Which right opens each field of the roots; `-` for those that need none. Kept beside, so that no change of it goes unseen:
/// `BERTH_ACCEPT_SCHEMA=1` writes it.
#[test]
fn each_root_field_is_opened_by_the_right_that_the_policy_says() {
    play(async |stage| {
        let types = types();
        let mut policy = String::new();
        for (root, operation) in
            [("Query", "query"), ("Mutation", "mutation"), ("Subscription", "subscription")]
        {
            let TypeKind::Object(object) = &named(&types, root).kind else { panic!("{root} is an object") };
            for field in &object.fields {
                let document = least_document(&types, operation, &field.node);
                let mut opens = Vec::new();
                for right in [Right::Read, Right::Operate, Right::Administer] {
                    let asked: Request = request(&document, json!({})).data(with([right]));
                    let answer = stage.schema.execute_stream(asked).next().await.unwrap();
                    if !answer.errors.iter().any(|error| code_of(error) == "FORBIDDEN") {
                        opens.push(right.word());
                    }
                }
                let opens = if opens.len() == 3 { "-".to_owned() } else { opens.join(" ") };
                writeln!(policy, "{root}.{} {opens}", field.node.name.node).unwrap();
            }
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/policy.txt");
        if std::env::var_os("BERTH_ACCEPT_SCHEMA").is_some() {
            std::fs::write(path, &policy).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), policy);
    });
}

/// Every mutation there is, with the least that it takes: refused or done, it leaves one line, and one only.
#[test]
fn every_mutation_leaves_exactly_one_line_with_who_and_what_came_of_it() {
    play(async |stage| {
        let types = types();
        let TypeKind::Object(object) = &named(&types, "Mutation").kind else { panic!("it is an object") };
        let mut before = asked(stage).await.len();
        for field in &object.fields {
            let (name, document) = (&field.node.name.node, least_document(&types, "mutation", &field.node));
            let owner = Caller { cookie: stranger().cookie, ..caller(Language::English) };
            ask_as(stage, owner, &document, json!({})).await;
            let lines = asked(stage).await;
            assert_eq!(lines.len(), before + 1, "{name}");
            assert_eq!(
                (&lines[0]["fields"]["mutation"], &lines[0]["actor"]),
                (&json!(name), &json!("owner"))
            );
            before = lines.len();
        }
        ask_as(
            stage,
            with([Right::Read]),
            "mutation { tenantDelete(input: { tenantId: \"x\" }) { deletedId } }",
            json!({}),
        )
        .await;
        let lines = asked(stage).await;
        assert_eq!((lines.len(), &lines[0]["key"]), (before + 1, &json!("request.forbidden")));
        ask_as(
            stage,
            stranger(),
            "mutation { tenantDelete(input: { tenantId: \"x\" }) { deletedId } }",
            json!({}),
        )
        .await;
        assert_eq!(asked(stage).await.len(), before + 1, "strangers do not fill the disk");
        let trail =
            stage.ask("{ auditTrail { whole records brokenAt } }", json!({})).await["auditTrail"].clone();
        assert_eq!(trail, json!({ "whole": true, "records": before + 1, "brokenAt": null }));
    });
}

#[test]
fn the_first_user_sets_up_comes_in_and_makes_another() {
    play(async |stage| {
        let setup_code = stage.setup_code();
        let input = json!({ "setupCode": setup_code, "username": "alice", "password": "Correct-Horse-1" });
        let answer = ask_as(stage, stranger(), SETUP, json!({ "input": input })).await;
        let cookie = answer.http_headers["set-cookie"].to_str().unwrap().to_owned();
        assert!(
            cookie.starts_with("berth_session=berth_session_")
                && cookie.contains("; HttpOnly; SameSite=Strict")
        );
        let payload = data(answer)["setupComplete"].clone();
        assert_eq!((&payload["user"]["role"], &payload["userErrors"]), (&json!("SUPER_ADMIN"), &json!([])));
        let again = data(ask_as(stage, stranger(), SETUP, json!({ "input": input })).await);
        assert_eq!(refusals(&again["setupComplete"]), [("INVALID".into(), json!(["setupCode"]))]);

        let secret = cookie.split(['=', ';']).nth(1).unwrap();
        let alice = stage.guest(secret).expect("the session lets her in");
        let create = "mutation { userCreate(input: { username: \"bob\", role: VIEWER, password: \"Correct-Horse-2\" }) {
            user { username role } userErrors { code field message } } }";
        let made = data(ask_as(stage, alice.clone(), create, json!({})).await)["userCreate"].clone();
        assert_eq!(made["user"], json!({ "username": "bob", "role": "VIEWER" }));
        let told = &asked(stage).await[0];
        let subject = told["fields"]["subjects"][0].as_str().unwrap();
        assert!(subject.starts_with("user_"), "what was made is on record: {told}");
        let viewer =
            "{ viewer { username role scopes secondFactor sessions { current from } apiTokens { name } } }";
        let viewer = data(ask_as(stage, alice, viewer, json!({})).await)["viewer"].clone();
        assert_eq!((&viewer["username"], &viewer["sessions"][0]["current"]), (&json!("alice"), &json!(true)));

        let input = json!({ "username": "bob", "password": "wrong" });
        let wrong = data(ask_as(stage, stranger(), SIGN_IN, json!({ "input": input })).await);
        assert_eq!(refusals(&wrong["sessionCreate"]), [("INVALID".into(), json!(null))]);
        let input = json!({ "username": "bob", "password": "Correct-Horse-2" });
        let right = data(ask_as(stage, stranger(), SIGN_IN, json!({ "input": input })).await);
        assert_eq!(right["sessionCreate"]["user"]["role"], "VIEWER");
        let lines = asked(stage).await;
        let told: Vec<_> = lines.iter().map(|line| (line["actor"].clone(), line["key"].clone())).collect();
        assert_eq!(told[0], (json!("bob"), json!("request.done")));
        assert_eq!(told[1], (json!("anonymous"), json!("request.refused")));
        let all = serde_json::to_string(&lines).unwrap();
        assert!(!all.contains("Correct-Horse") && !all.contains(&setup_code), "no secret is on record");
    });
}

/// A thousand guesses in one request would be one request to whoever counts requests.
#[test]
fn signing_in_is_the_only_thing_that_its_request_asks_for() {
    play(async |stage| {
        let input = json!({ "username": "bob", "password": "x" });
        let crowd = Caller { alone: false, ..stranger() };
        assert_eq!(code(&ask_as(stage, crowd, SIGN_IN, json!({ "input": input })).await), "BAD_QUERY");
        let socket = Caller { cookie: None, ..stranger() };
        assert_eq!(code(&ask_as(stage, socket, SIGN_IN, json!({ "input": input })).await), "BAD_QUERY");
        assert!(asked(stage).await.is_empty(), "nothing was tried, and nothing fills the disk");
    });
}

#[test]
fn the_audit_log_is_for_those_who_may_read_history() {
    play(async |stage| {
        stage.tenant("tokyo").await;
        assert_eq!(asked(stage).await[0]["category"], "AUDIT");
        let reader = async |document: &str| ask_as(stage, with([Right::Read]), document, json!({})).await;
        let lines =
            data(reader("{ logs(first: 500) { nodes { category } } }").await)["logs"]["nodes"].clone();
        let lines = lines.as_array().unwrap();
        assert!(!lines.is_empty() && lines.iter().all(|line| line["category"] != "AUDIT"));
        let wanted = reader("{ logs(filter: { category: [AUDIT] }) { nodes { category } } }").await;
        assert_eq!(code(&wanted), "FORBIDDEN");
    });
}

#[test]
fn an_api_token_asks_for_the_password_and_sees_nothing_of_its_users_account() {
    play(async |stage| {
        let alice = alice(stage).await;
        let create = "mutation($input: ApiTokenCreateInput!) { apiTokenCreate(input: $input) {
            token apiToken { name } userErrors { code field message } } }";
        let asked = |password: &str, scopes: Value| json!({ "input": { "name": "ci", "password": password, "scopes": scopes } });
        let wrong = ask_as(stage, alice.clone(), create, asked("Wrong-Horse-1", json!(["READ"]))).await;
        assert_eq!(refusals(&data(wrong)["apiTokenCreate"]), [("INVALID".into(), json!(["password"]))]);
        let useless =
            ask_as(stage, alice.clone(), create, asked("Correct-Horse-1", json!(["OPERATE"]))).await;
        assert_eq!(refusals(&data(useless)["apiTokenCreate"]), [("INVALID".into(), json!(["scopes"]))]);
        let made = ask_as(stage, alice, create, asked("Correct-Horse-1", json!(["READ"]))).await;
        let made = data(made)["apiTokenCreate"].clone();
        let script = stage.guest(made["token"].as_str().unwrap()).expect("the token lets in");
        let viewer = ask_as(stage, script.clone(), "{ viewer { username scopes } }", json!({})).await;
        assert_eq!(data(viewer)["viewer"], json!({ "username": "alice/ci", "scopes": ["READ"] }));
        for field in ["sessions { from }", "apiTokens { name }"] {
            let document = format!("{{ viewer {{ {field} }} }}");
            assert_eq!(code(&ask_as(stage, script.clone(), &document, json!({})).await), "FORBIDDEN");
        }
    });
}

/// Each attempt that is looked at leaves its line. Of those that are not, a million would fill the disk.
#[test]
fn attempts_that_are_not_listened_to_leave_one_line_a_minute() {
    play(async |stage| {
        alice(stage).await;
        let before = asked(stage).await.len();
        let visit = berth_app::user::Visit { address: Some([192, 0, 2, 66].into()), agent: String::new() };
        let input = json!({ "input": { "username": "alice", "password": "Wrong-Horse-1" } });
        for _ in 0..20 {
            let guest = Caller { visit: visit.clone(), ..stranger() };
            data(ask_as(stage, guest, SIGN_IN, input.clone()).await);
        }
        let lines = asked(stage).await;
        assert_eq!(lines.len(), before + 5 + 1);
        assert_eq!(lines[0]["fields"]["codes"], json!(["LIMIT_REACHED"]));
    });
}

#[test]
fn where_a_request_came_from_is_told_to_those_who_may_read_history() {
    play(async |stage| {
        let mut operator = with([Right::Read, Right::Operate]);
        operator.visit.address = Some([192, 0, 2, 7].into());
        let create = "mutation { launchProfileDelete(input: { profileId: \"x\" }) { userErrors { code } } }";
        data(ask_as(stage, operator.clone(), create, json!({})).await);
        assert_eq!(asked(stage).await[0]["fields"]["from"], "192.0.2.7");
        let seen = data(
            ask_as(stage, operator, "{ logs(first: 1) { nodes { category fields } } }", json!({})).await,
        );
        let line = &seen["logs"]["nodes"][0];
        assert_eq!((&line["category"], &line["fields"]["from"]), (&json!("OPERATION"), &Value::Null));
    });
}

/// The first user, signed in.
async fn alice(stage: &Stage) -> Caller {
    let input =
        json!({ "setupCode": stage.setup_code(), "username": "alice", "password": "Correct-Horse-1" });
    let answer = ask_as(stage, stranger(), SETUP, json!({ "input": input })).await;
    let cookie = answer.http_headers["set-cookie"].to_str().unwrap().to_owned();
    stage.guest(cookie.split(['=', ';']).nth(1).unwrap()).expect("the session lets her in")
}

fn code_of(error: &async_graphql::ServerError) -> String {
    match error.extensions.as_ref().and_then(|extensions| extensions.get("code")) {
        Some(Constant::String(code)) => code.clone(),
        _ => String::new(),
    }
}
