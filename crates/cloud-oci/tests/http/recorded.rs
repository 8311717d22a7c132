//! Each operation against what the official SDK sends and what its models say comes back.

use berth_cloud::{Addressing, Cloud as _, ImageWish, Launch, Lifecycle};
use berth_domain::Trouble;
use secrecy::SecretString;
use serde_json::Value;

use crate::server::{Reaction, Seen, Server, TENANCY, account, answer, recording};

pub(crate) const DOMAIN: &str = "vHPv:AP-TOKYO-1-AD-1";
pub(crate) const REGION: &str = "ap-tokyo-1";
pub(crate) const SHAPE: &str = "VM.Standard.A1.Flex";

/// A server that gives the recorded answers of these operations, in order.
pub(crate) async fn playing(names: &[&str]) -> Server {
    Server::start(names.iter().map(|name| recording_answer(name))).await
}

/// The recorded answer of one operation.
pub(crate) fn recording_answer(name: &str) -> Reaction {
    replayed(&recording(name)["response"])
}

pub(crate) fn replayed(response: &Value) -> Reaction {
    let headers = response["headers"].as_object().unwrap().iter();
    // One page is all of a list here; paging has its own test.
    let headers = headers.filter(|(name, _)| *name != "content-type" && *name != "opc-next-page");
    let headers: Vec<(&str, &str)> =
        headers.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    let status = u16::try_from(response["status"].as_u64().unwrap()).unwrap();
    answer(status, &headers, response["body_json"].to_string().as_bytes())
}

/// Holds our requests against the recorded ones: the same methods and paths, query parameters that the service
/// documents, and body fields of the same names and types.
pub(crate) fn assert_as_the_sdk_sends(server: &Server, expected: &[(&str, &[&str])]) {
    let seen = server.seen();
    assert_eq!(seen.len(), expected.len(), "{seen:#?}");
    for (seen, (name, parameters)) in seen.iter().zip(expected) {
        let request = &recording(name)["request"];
        assert_eq!(seen.method, request["method"].as_str().unwrap(), "{name}");
        assert_eq!(seen.path(), request["path"].as_str().unwrap(), "{name}");
        for (parameter, value) in seen.query() {
            assert!(parameters.contains(&parameter.as_str()), "{name} {parameter}={value}");
        }
        if request["body_json"].is_object() {
            assert_same_fields(name, &body(seen), &request["body_json"]);
        } else {
            assert!(seen.body.is_empty(), "{name}");
        }
    }
}

pub(crate) fn body(seen: &Seen) -> Value {
    serde_json::from_slice(&seen.body).unwrap()
}

fn assert_same_fields(place: &str, ours: &Value, theirs: &Value) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            // Keys of tags are free.
            for (name, value) in ours.iter().filter(|_| !place.ends_with(".freeformTags")) {
                let known =
                    theirs.get(name).unwrap_or_else(|| panic!("{place}.{name} is not sent by the SDK"));
                assert_same_fields(&format!("{place}.{name}"), value, known);
            }
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            for item in ours {
                assert_same_fields(place, item, &theirs[0]);
            }
        }
        _ => {
            assert_eq!(std::mem::discriminant(ours), std::mem::discriminant(theirs), "{place}");
        }
    }
}

pub(crate) fn launch() -> Launch {
    Launch {
        region: REGION.to_owned(),
        availability_domain: DOMAIN.to_owned(),
        display_name: "grab-01".to_owned(),
        shape: SHAPE.to_owned(),
        ocpus: Some(4.0),
        memory_gb: Some(24.0),
        boot_volume_gb: 50,
        vpus_per_gb: None,
        ipv6: false,
        public_ip: true,
        image: "ocid1.image.oc1..x".to_owned(),
        subnet: "ocid1.subnet.oc1..x".to_owned(),
        ssh_keys: vec!["ssh-ed25519 A a".to_owned(), "ssh-rsa B b".to_owned()],
        user_data: Some(SecretString::from("#cloud-config\n")),
        tags: vec![("task".to_owned(), "42".to_owned()), ("attempt".to_owned(), "7".to_owned())],
        token: "token-1".to_owned(),
    }
}

#[tokio::test]
async fn a_launch_is_what_the_sdk_sends() {
    let server = playing(&["launch_instance"]).await;
    let (cloud, account) = (server.cloud(), account());
    let reply = cloud.launch(&account, &launch()).await.unwrap();
    let recorded = recording("launch_instance");
    assert_eq!(reply.value.instance, recorded["response"]["body_json"]["id"].as_str().unwrap());
    let work_request = recorded["response"]["headers"]["opc-work-request-id"].as_str();
    assert!(work_request.is_some());
    assert_eq!(reply.value.work_request.as_deref(), work_request);
    assert!(reply.request_id.is_some());
    assert_as_the_sdk_sends(&server, &[("launch_instance", &[])]);

    let seen = &server.seen()[0];
    assert_eq!(seen.header("opc-retry-token"), Some("token-1"));
    assert_eq!(seen.body, cloud.launch_body(&account, &launch()));
    let sent = body(seen);
    assert_eq!(sent["compartmentId"], TENANCY);
    assert_eq!(sent["availabilityDomain"], DOMAIN);
    assert_eq!(sent["shapeConfig"], serde_json::json!({"ocpus": 4.0, "memoryInGBs": 24.0}));
    assert_eq!(sent["sourceDetails"]["bootVolumeSizeInGBs"], 50);
    assert_eq!(sent["metadata"]["ssh_authorized_keys"], "ssh-ed25519 A a\nssh-rsa B b");
    assert_eq!(sent["metadata"]["user_data"], "I2Nsb3VkLWNvbmZpZwo=");
    assert_eq!(sent["freeformTags"], serde_json::json!({"task": "42", "attempt": "7"}));
}

#[tokio::test]
async fn a_shape_of_fixed_size_is_launched_without_one() {
    let fixed = Launch { ocpus: None, memory_gb: None, user_data: None, ssh_keys: Vec::new(), ..launch() };
    let server = playing(&["launch_instance_minimal"]).await;
    server.cloud().launch(&account(), &fixed).await.unwrap();
    let sent = body(&server.seen()[0]);
    assert_eq!(sent.get("shapeConfig"), None);
    assert_eq!(sent["metadata"], serde_json::json!({}));
}

#[tokio::test]
async fn every_recorded_refusal_of_a_launch_is_told_in_the_clouds_own_words() {
    let names = crate::server::recordings("launch_error_");
    assert!(names.len() >= 12, "{names:?}");
    for name in names {
        let response = &recording(&name)["response"];
        let server = playing(&[&name]).await;
        let trouble = server.cloud().launch(&account(), &launch()).await.unwrap_err();
        let Trouble::Refused(refused) = trouble else { panic!("{name}: {trouble:?}") };
        assert_eq!(u64::from(refused.status), response["status"].as_u64().unwrap(), "{name}");
        let expected = &response["body_json"];
        assert_eq!(refused.code, expected["code"].as_str().unwrap_or_default(), "{name}");
        assert_eq!(refused.message, expected["message"].as_str().unwrap_or_default(), "{name}");
        assert!(refused.request_id.is_some(), "{name}");
        assert_eq!(server.seen().len(), 1, "{name} was sent twice");
    }
}

#[tokio::test]
async fn the_identity_is_the_users_and_the_tenancys_name() {
    let server = playing(&["get_user", "get_tenancy"]).await;
    let identity = server.cloud().identity(&account()).await.unwrap().value;
    assert_eq!(identity.user_name, "ops@example.com");
    assert_eq!(identity.tenancy_name, "exampletenancy");
    assert_eq!(identity.home_region.as_deref(), Some(REGION));
    assert_as_the_sdk_sends(&server, &[("get_user", &[]), ("get_tenancy", &[])]);
}

#[tokio::test]
async fn only_regions_that_are_ready_are_listed() {
    let server = playing(&["list_region_subscriptions"]).await;
    let regions = server.cloud().regions(&account()).await.unwrap();
    assert_eq!(regions.len(), 1);
    assert!(regions[0].home && regions[0].name == REGION);
    assert_as_the_sdk_sends(&server, &[("list_region_subscriptions", &[])]);
}

#[tokio::test]
async fn availability_domains_keep_their_prefix() {
    let server = playing(&["list_availability_domains"]).await;
    assert_eq!(server.cloud().availability_domains(&account(), REGION).await.unwrap(), [DOMAIN]);
    assert_as_the_sdk_sends(&server, &[("list_availability_domains", &["compartmentId"])]);
}

#[tokio::test]
async fn images_are_asked_for_by_system_version_and_shape() {
    let server = playing(&["list_images", "get_image"]).await;
    let wish = ImageWish { name: "Ubuntu 22.04".to_owned(), shape: SHAPE.to_owned() };
    let images = server.cloud().images(&account(), REGION, &wish).await.unwrap();
    assert_eq!(images[0].display_name, "Canonical-Ubuntu-22.04-aarch64-2025.10.31-0");
    assert_eq!(
        (images[0].operating_system.as_str(), images[0].version.as_str()),
        ("Canonical Ubuntu", "22.04")
    );
    let by_id = ImageWish { name: images[0].id.clone(), shape: SHAPE.to_owned() };
    assert_eq!(server.cloud().images(&account(), REGION, &by_id).await.unwrap().len(), 1);
    let names: &[&str] = &[
        "compartmentId",
        "operatingSystem",
        "operatingSystemVersion",
        "shape",
        "limit",
        "sortBy",
        "sortOrder",
        "lifecycleState",
    ];
    assert_as_the_sdk_sends(&server, &[("list_images", names), ("get_image", &[])]);
    let recorded = recording("list_images")["request"]["raw_query"].as_str().unwrap().to_owned();
    for (name, value) in server.seen()[0].query() {
        let is_ours = matches!(name.as_str(), "compartmentId" | "limit");
        assert!(
            is_ours || recorded.contains(&format!("{name}={}", value.replace(' ', "+"))),
            "{name}={value}"
        );
    }
}

#[tokio::test]
async fn shapes_say_how_much_they_may_have_at_most() {
    let server = playing(&["list_shapes"]).await;
    let shapes = server.cloud().shapes(&account(), REGION, DOMAIN).await.unwrap();
    let flexible = shapes.iter().find(|shape| shape.name == SHAPE).unwrap();
    assert_eq!((flexible.max_ocpus, flexible.max_memory_gb), (Some(80.0), Some(512.0)));
    let fixed = shapes.iter().find(|shape| shape.name == "VM.Standard.E2.1.Micro").unwrap();
    assert_eq!((fixed.max_ocpus, fixed.max_memory_gb), (Some(1.0), Some(1.0)));
    assert_as_the_sdk_sends(&server, &[("list_shapes", &["availabilityDomain", "compartmentId", "limit"])]);
}

#[tokio::test]
async fn limits_are_those_that_the_shape_uses_up() {
    let available = "get_resource_availability";
    let server = playing(&["list_shapes", available, available, available, available]).await;
    let limits = server.cloud().limits(&account(), REGION, DOMAIN, SHAPE).await.unwrap();
    let names: Vec<&str> = limits.iter().map(|limit| limit.name.as_str()).collect();
    let expected = [
        "standard-a1-core-count",
        "standard-a1-core-regional-count",
        "standard-a1-memory-count",
        "standard-a1-memory-regional-count",
    ];
    assert_eq!(names, expected);
    assert!((limits[0].total - 4.0).abs() < 1e-9 && limits[0].used.abs() < 1e-9);
    assert_eq!(limits[0].availability_domain.as_deref(), Some(DOMAIN));
    assert_eq!(limits[1].availability_domain, None);
    let recorded = recording("get_resource_availability");
    assert_eq!(server.seen()[1].path(), recorded["request"]["path"].as_str().unwrap());
    let query = server.seen()[1].query();
    assert_eq!(query[1], ("availabilityDomain".to_owned(), DOMAIN.to_owned()));
}

#[tokio::test]
async fn a_limit_counted_in_the_region_is_asked_for_without_a_domain() {
    let refusal = answer(400, &[], br#"{"code":"InvalidParameter","message":"availabilityDomain"}"#);
    let available = || replayed(&recording("get_resource_availability")["response"]);
    let shapes = replayed(&recording("list_shapes")["response"]);
    let server = Server::start([shapes, refusal, available(), available(), available(), available()]).await;
    let limits = server.cloud().limits(&account(), REGION, DOMAIN, SHAPE).await.unwrap();
    assert_eq!(limits[0].availability_domain, None);
    assert_eq!(limits[2].availability_domain.as_deref(), Some(DOMAIN));
    assert_eq!(server.seen()[2].query().len(), 1);
}

#[tokio::test]
async fn an_instance_is_seen_with_its_tags() {
    let server = playing(&["get_instance"]).await;
    let id = recording("get_instance")["response"]["body_json"]["id"].as_str().unwrap().to_owned();
    let sighting = server.cloud().instance(&account(), REGION, &id).await.unwrap().unwrap();
    assert_eq!(sighting.id, id);
    assert_eq!(sighting.tag("task"), Some("42"));
    assert_ne!(sighting.lifecycle, Lifecycle::Unknown);
    assert_as_the_sdk_sends(&server, &[("get_instance", &[])]);
}

#[tokio::test]
async fn an_instance_that_the_cloud_does_not_know_is_absent() {
    let body = br#"{"code":"NotAuthorizedOrNotFound","message":"Authorization failed or requested resource not found."}"#;
    let server = Server::start([answer(404, &[], body)]).await;
    assert_eq!(server.cloud().instance(&account(), REGION, "ocid1.instance.oc1..x").await.unwrap(), None);
}

#[tokio::test]
async fn instances_of_a_name_are_found_over_all_pages() {
    let page = |name: &str, next: &[(&str, &str)]| {
        let body = recording(name)["response"]["body_json"].to_string();
        answer(200, next, body.as_bytes())
    };
    let first = page("list_instances_page1", &[("opc-next-page", "AAA+/==")]);
    let empty = answer(200, &[("opc-next-page", "BBB")], b"[]");
    let server = Server::start([first, empty, page("list_instances_page2", &[])]).await;
    let found = server.cloud().find(&account(), REGION, "grab-01").await.unwrap();
    assert!(!found.is_empty() && found.iter().all(|sighting| sighting.display_name == "grab-01"));
    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    assert!(seen[1].target.ends_with("&page=AAA%2B%2F%3D%3D"), "{}", seen[1].target);
    assert!(seen[2].target.ends_with("&page=BBB"));
    assert_eq!(seen[2].query().iter().filter(|(name, _)| name == "page").count(), 1);
}

#[tokio::test]
async fn addresses_are_those_of_the_primary_card() {
    let server = playing(&["list_vnic_attachments", "get_vnic"]).await;
    let instance = recording("list_vnic_attachments")["response"]["body_json"][0]["instanceId"].clone();
    let addresses = server.cloud().addresses(&account(), REGION, instance.as_str().unwrap()).await.unwrap();
    assert_eq!(addresses.public_ip.as_deref(), Some("203.0.113.57"));
    assert_eq!(addresses.private_ip.as_deref(), Some("10.0.0.10"));
    let expected: &[(&str, &[&str])] =
        &[("list_vnic_attachments", &["compartmentId", "instanceId"]), ("get_vnic", &[])];
    assert_as_the_sdk_sends(&server, expected);
}

#[tokio::test]
async fn there_are_no_addresses_while_the_card_is_being_attached() {
    let attaching = br#"[{"lifecycleState":"ATTACHING","vnicId":null}]"#;
    let server = Server::start([answer(200, &[], attaching)]).await;
    let addresses = server.cloud().addresses(&account(), REGION, "ocid1.instance.oc1..x").await.unwrap();
    assert_eq!(addresses, berth_cloud::Addresses::default());
}

#[tokio::test]
async fn work_in_progress_is_neither_finished_nor_failed() {
    let server = playing(&["get_work_request"]).await;
    let id = recording("get_work_request")["response"]["body_json"]["id"].as_str().unwrap().to_owned();
    let work = server.cloud().work_request(&account(), REGION, &id).await.unwrap();
    assert!(!work.finished && !work.failed && work.errors.is_empty());
    assert_as_the_sdk_sends(&server, &[("get_work_request", &[])]);
}

#[tokio::test]
async fn failed_work_tells_its_errors() {
    let failed = answer(200, &[], br#"{"status":"FAILED","percentComplete":100}"#);
    let errors =
        answer(200, &[], br#"[{"code":"InternalError","message":"Out of host capacity.","timestamp":"x"}]"#);
    let server = Server::start([failed, errors]).await;
    let work = server.cloud().work_request(&account(), REGION, "ocid1.w").await.unwrap();
    assert!(work.finished && work.failed);
    assert_eq!(work.errors[0].message, "Out of host capacity.");
    assert_eq!(server.seen()[1].path(), "/20160918/workRequests/ocid1.w/errors");
}

#[tokio::test]
async fn a_network_is_made_in_the_order_the_service_wants() {
    let made = [
        ("list_none", None),
        ("create_vcn", Some("create_vcn")),
        ("list_none", None),
        ("create_internet_gateway", Some("create_internet_gateway")),
        ("get_route_table", Some("get_route_table")),
        ("update_route_table", Some("update_route_table")),
        ("list_none", None),
        ("create_subnet", Some("create_subnet")),
    ];
    let reactions = made.map(|(_, name)| match name {
        Some(name) => replayed(&recording(name)["response"]),
        None => answer(200, &[], b"[]"),
    });
    let server = Server::start(reactions).await;
    let subnet = server.cloud().network(&account(), REGION, Addressing::Ipv4).await.unwrap();
    assert_eq!(subnet, recording("create_subnet")["response"]["body_json"]["id"].as_str().unwrap());
    for (seen, (name, _)) in server.seen().iter().zip(made).filter(|(_, (_, recorded))| recorded.is_some()) {
        let request = &recording(name)["request"];
        assert_eq!(
            (seen.method.as_str(), seen.path()),
            (request["method"].as_str().unwrap(), request["path"].as_str().unwrap())
        );
        if request["body_json"].is_object() {
            assert_same_fields(name, &body(seen), &request["body_json"]);
        }
        let is_creation = seen.method == "POST";
        assert_eq!(seen.header("opc-retry-token").is_some(), is_creation, "{name}");
    }
    assert!(server.seen()[5].header("if-match").is_some());
}

#[tokio::test]
async fn a_network_made_before_is_found_and_nothing_is_made() {
    let names = ["list_vcns", "list_internet_gateways", "update_route_table", "list_subnets"];
    let server = playing(&names).await;
    let subnet = server.cloud().network(&account(), REGION, Addressing::Ipv4).await.unwrap();
    assert_eq!(subnet, recording("list_subnets")["response"]["body_json"][0]["id"].as_str().unwrap());
    assert!(server.seen().iter().all(|seen| seen.method == "GET"));
    assert_eq!(server.seen().len(), 4);
}
