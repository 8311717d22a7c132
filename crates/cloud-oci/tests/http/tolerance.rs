//! Answers that the documentation does not promise but the service gives, and accounts that make no sense.

use berth_cloud::{Account, Cloud as _, Credential, Lifecycle, NewAccount};
use berth_domain::Trouble;
use secrecy::SecretString;

use crate::server::{NOW, Server, TENANCY, USER, account, answer, key_text};

const REGION: &str = "ap-tokyo-1";

#[tokio::test]
async fn missing_null_unknown_and_whole_numbers_are_all_read() {
    let instance = br#"{"id":"i","lifecycleState":"DANCING","displayName":null,"newField":{"a":[1]},"freeformTags":null}"#;
    let shapes =
        br#"[{"shape":"A","ocpus":4,"memoryInGBs":24,"ocpuOptions":null,"quotaNames":null},{"shape":"B"}]"#;
    let server = Server::start([answer(200, &[], instance), answer(200, &[], shapes)]).await;
    let cloud = server.cloud();
    let sighting = cloud.instance(&account(), REGION, "i").await.unwrap().unwrap();
    assert_eq!((sighting.lifecycle, sighting.display_name.as_str()), (Lifecycle::Unknown, ""));
    let shapes = cloud.shapes(&account(), REGION, "AD-1").await.unwrap();
    assert_eq!(shapes[0].max_memory_gb, Some(24.0));
    assert_eq!(shapes[1].max_ocpus, None);
}

#[tokio::test]
async fn an_error_without_json_keeps_its_text() {
    let server =
        Server::start([answer(502, &[], b"<html>Bad Gateway</html>\n"), answer(503, &[], b"")]).await;
    let cloud = server.cloud();
    for (status, message) in [(502, "<html>Bad Gateway</html>"), (503, "")] {
        let trouble = cloud.instance(&account(), REGION, "i").await.unwrap_err();
        let Trouble::Refused(refused) = trouble else { panic!("{trouble:?}") };
        assert_eq!((refused.status, refused.code.as_str(), refused.message.as_str()), (status, "", message));
    }
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_lost_and_not_refused() {
    let server = Server::start([answer(200, &[("opc-request-id", "A/B/C")], b"<html>login</html>")]).await;
    let trouble = server.cloud().instance(&account(), REGION, "i").await.unwrap_err();
    let Trouble::Lost { request_id, .. } = trouble else { panic!("{trouble:?}") };
    assert_eq!(request_id.as_deref(), Some("A/B/C"));
}

#[tokio::test]
async fn a_refused_key_comes_with_the_skew_of_the_clock() {
    let body = br#"{ "code" : "NotAuthenticated", "message" : "Failed to verify the HTTP(S) Signature" }"#;
    let date = httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(NOW + 900));
    let server = Server::start([answer(401, &[("Date", &date)], body)]).await;
    let Trouble::Refused(refused) = server.cloud().identity(&account()).await.unwrap_err() else { panic!() };
    assert_eq!(
        (refused.status, refused.code.as_str(), refused.clock_skew),
        (401, "NotAuthenticated", Some(900))
    );
}

#[tokio::test]
async fn a_user_without_a_policy_is_still_identified() {
    let user = answer(200, &[], br#"{"id":"u","name":"ops"}"#);
    let server =
        Server::start([user, answer(404, &[], br#"{"code":"NotAuthorizedOrNotFound","message":"no"}"#)])
            .await;
    let identity = server.cloud().identity(&account()).await.unwrap().value;
    assert_eq!((identity.user_name.as_str(), identity.tenancy_name.as_str()), ("ops", TENANCY));
}

#[tokio::test]
async fn nothing_is_sent_for_a_region_or_a_key_that_makes_no_sense() {
    let server = Server::start([]).await;
    let cloud = server.cloud();
    let trouble = cloud.availability_domains(&account(), "evil.example.com/").await.unwrap_err();
    assert!(matches!(trouble, Trouble::NotSent { .. }), "{trouble:?}");
    let canary = SecretString::from("canary-not-a-key");
    let broken = Account { credential: Credential { private_key: canary, passphrase: None }, ..account() };
    let trouble = cloud.identity(&broken).await.unwrap_err();
    assert!(matches!(trouble, Trouble::NotSent { .. }), "{trouble:?}");
    assert!(!format!("{trouble:?}{cloud:?}{broken:?}").contains("canary"));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_new_revision_of_an_account_is_signed_with_its_new_user() {
    let server = Server::start([answer(200, &[], b"[]"), answer(200, &[], b"[]")]).await;
    let cloud = server.cloud();
    cloud.find(&account(), REGION, "x").await.unwrap();
    let user = "ocid1.user.oc1..another".to_owned();
    cloud.find(&Account { revision: 2, user, ..account() }, REGION, "x").await.unwrap();
    let signed_by = |index: usize| server.seen()[index].header("authorization").unwrap().to_owned();
    assert!(signed_by(0).contains(USER));
    assert!(signed_by(1).contains("ocid1.user.oc1..another"));
}

#[tokio::test]
async fn an_account_goes_through_its_own_proxy_and_others_do_not() {
    let proxy = Server::start([answer(200, &[], b"[]")]).await;
    let server = Server::start([answer(200, &[], b"[]")]).await;
    let cloud = server.cloud();
    let tenant = berth_domain::TenantId::from_parts(2, 2);
    let hidden = Account { tenant, proxy: Some(SecretString::from(proxy.base.as_str())), ..account() };
    cloud.find(&hidden, REGION, "x").await.unwrap();
    cloud.find(&account(), REGION, "x").await.unwrap();
    assert_eq!((proxy.seen().len(), server.seen().len()), (1, 1));
}

fn typed() -> NewAccount {
    let account = account();
    NewAccount {
        tenancy: account.tenancy,
        user: account.user,
        fingerprint: account.fingerprint,
        region: "NRT".to_owned(),
        credential: account.credential,
        proxy: None,
    }
}

async fn violations(typed: NewAccount) -> Vec<(String, String)> {
    let server = Server::start([]).await;
    let violations = server.cloud().inspect(&typed).unwrap_err();
    violations.into_iter().map(|violation| (violation.field.join("."), violation.message.english)).collect()
}

#[tokio::test]
async fn an_account_is_answered_in_the_clouds_own_spelling() {
    let server = Server::start([]).await;
    let proxy = Some(SecretString::from("socks5://me:canary@10.0.0.1:1080"));
    let upper = typed().fingerprint.to_uppercase();
    let inspected = server.cloud().inspect(&NewAccount { proxy, fingerprint: upper, ..typed() }).unwrap();
    assert_eq!(inspected.region, REGION);
    assert_eq!(inspected.fingerprint, typed().fingerprint);
    assert_eq!(inspected.proxy_masked.as_deref(), Some("socks5://10.0.0.1:1080"));
}

#[tokio::test]
async fn everything_wrong_with_an_account_is_said_at_once() {
    let canary = || SecretString::from("canary");
    let wrong = NewAccount {
        tenancy: USER.to_owned(),
        user: "me".to_owned(),
        fingerprint: "aa:bb".to_owned(),
        region: "ap-tokio-1".to_owned(),
        credential: Credential { private_key: canary(), passphrase: Some(canary()) },
        proxy: Some(SecretString::from("ftp://me:canary@host")),
    };
    let found = violations(wrong).await;
    let fields: Vec<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["tenancyOcid", "userOcid", "region", "fingerprint", "privateKey", "proxy"]);
    assert_eq!(found[0].1, "this is the OCID of a user, not of a tenancy");
    assert_eq!(found[2].1, "unknown region `ap-tokio-1`");
    assert!(!format!("{found:?}").contains("canary"));
}

#[tokio::test]
async fn the_usual_mistakes_with_a_key_are_told_apart() {
    let with = |file: &str, passphrase: Option<&str>| {
        let passphrase = passphrase.map(SecretString::from);
        NewAccount { credential: Credential { private_key: key_text(file), passphrase }, ..typed() }
    };
    let cases = [
        (with("test_key_public.pem", None), "privateKey", "this is a public key"),
        (with("test_key_pkcs8_enc.pem", None), "passphrase", "needs its passphrase"),
        (with("test_key_pkcs8_enc.pem", Some("wrong")), "passphrase", "is wrong"),
    ];
    for (account, field, words) in cases {
        let found = violations(account).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].0 == field && found[0].1.contains(words), "{found:?}");
    }
    let other = "00".to_owned() + &typed().fingerprint[2..];
    let found = violations(NewAccount { fingerprint: other, ..typed() }).await;
    assert!(found[0].1.contains(&typed().fingerprint), "{found:?}");
}
