//! What is done to one instance: ended, started, and whether it has its boot volume.

use berth_cloud::Cloud as _;
use berth_domain::Trouble;
use serde_json::json;

use crate::recorded::{DOMAIN, REGION, assert_as_the_sdk_sends, playing};
use crate::server::{Server, TENANCY, account, answer, recording};

fn instance_of(name: &str) -> String {
    let path = recording(name)["request"]["path"].as_str().unwrap().to_owned();
    path.rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn one_instance_is_ended_by_its_id_and_its_boot_volume_with_it() {
    let server = playing(&["terminate_instance"]).await;
    let instance = instance_of("terminate_instance");
    server.cloud().terminate(&account(), REGION, &instance).await.unwrap();
    assert_as_the_sdk_sends(&server, &[("terminate_instance", &["preserveBootVolume"])]);
    assert_eq!(server.seen()[0].query(), [("preserveBootVolume".to_owned(), "false".to_owned())]);
}

/// A path without an id would be the list of all instances.
#[tokio::test]
async fn ending_without_an_id_names_no_other_resource() {
    let server = Server::start([]).await;
    for id in ["", ".", "..", "/", "../vcns/x", "x?compartmentId=y"] {
        server.cloud().terminate(&account(), REGION, id).await.unwrap_err();
    }
    for seen in server.seen() {
        let segments: Vec<&str> = seen.path().split('/').collect();
        assert!(segments.len() == 4 && !segments[3].is_empty(), "{}", seen.target);
        assert_eq!((seen.method.as_str(), &segments[..3]), ("DELETE", &["", "20160918", "instances"][..]));
        assert_eq!(seen.query().len(), 1, "{}", seen.target);
    }
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test]
async fn a_start_carries_its_token_and_an_empty_body_that_is_signed() {
    let server = playing(&["instance_action_start"]).await;
    let instance = instance_of("instance_action_start");
    let reply = server.cloud().start(&account(), REGION, &instance, "token-9").await.unwrap();
    assert!(reply.request_id.is_some());
    assert_as_the_sdk_sends(&server, &[("instance_action_start", &["action"])]);
    let seen = &server.seen()[0];
    assert_eq!(seen.query(), [("action".to_owned(), "START".to_owned())]);
    assert_eq!(seen.header("opc-retry-token"), Some("token-9"));
    assert_eq!(seen.header("content-length"), Some("0"));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(seen.header("x-content-sha256"), Some("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="));
}

#[tokio::test]
async fn a_start_for_which_there_is_no_room_is_refused_in_the_clouds_own_words() {
    let full = answer(500, &[], br#"{"code":"InternalError","message":"Out of host capacity."}"#);
    let wrong = answer(409, &[], br#"{"code":"IncorrectState","message":"it runs"}"#);
    let server = Server::start([full, wrong]).await;
    for expected in [(500, "Out of host capacity."), (409, "it runs")] {
        let trouble = server.cloud().start(&account(), REGION, "i", "t").await.unwrap_err();
        let Trouble::Refused(refused) = trouble else { panic!("{trouble:?}") };
        assert_eq!((refused.status, refused.message.as_str()), expected);
    }
}

#[tokio::test]
async fn an_instance_is_placed_once_it_has_a_boot_volume_that_does_not_leave() {
    let attachment = |instance: &str, state: &str| json!({"instanceId": instance, "lifecycleState": state});
    let cases = [
        (json!([]), false),
        (json!([attachment("i", "ATTACHING")]), true),
        (json!([attachment("i", "DANCING")]), true),
        (json!([{"instanceId": "i"}]), true),
        (json!([attachment("i", "DETACHING"), attachment("i", "DETACHED")]), false),
        (json!([attachment("another", "ATTACHED")]), false),
        (json!([attachment("i", "DETACHED"), attachment("i", "ATTACHED")]), true),
    ];
    let server =
        Server::start(cases.each_ref().map(|(told, _)| answer(200, &[], told.to_string().as_bytes()))).await;
    for (told, expected) in &cases {
        let placed = server.cloud().is_placed(&account(), REGION, DOMAIN, "i").await.unwrap();
        assert_eq!(placed, *expected, "{told}");
    }
    let asked = server.seen()[0].query();
    let expected = [("availabilityDomain", DOMAIN), ("compartmentId", TENANCY), ("instanceId", "i")];
    assert_eq!(asked, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(server.seen()[0].path(), "/20160918/bootVolumeAttachments");
}
