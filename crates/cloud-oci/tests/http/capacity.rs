//! The capacity report: what is asked, and how its answer is read.

use berth_cloud::{Cloud as _, Room, Size};
use berth_domain::Trouble;
use serde_json::{Value, json};

use crate::recorded::{DOMAIN, REGION, SHAPE, assert_as_the_sdk_sends, body, playing};
use crate::server::{Reaction, Server, TENANCY, account, answer};

fn size(shape: &str, of: Option<(f64, f64)>) -> Size {
    Size { shape: shape.to_owned(), ocpus: of.map(|(ocpus, _)| ocpus), memory_gb: of.map(|(_, gb)| gb) }
}

fn sizes(count: u32) -> Vec<Size> {
    (1..=count).map(|ocpus| size(SHAPE, Some((f64::from(ocpus), f64::from(ocpus) * 6.0)))).collect()
}

fn report(entries: &Value) -> Reaction {
    let body =
        json!({"compartmentId": TENANCY, "availabilityDomain": DOMAIN, "shapeAvailabilities": entries});
    answer(200, &[], body.to_string().as_bytes())
}

fn entry(ocpus: u32, status: &str) -> Value {
    let config = json!({"ocpus": ocpus, "memoryInGBs": ocpus * 6});
    json!({"instanceShape": SHAPE, "instanceShapeConfig": config, "availabilityStatus": status})
}

#[tokio::test]
async fn room_is_told_for_each_size_in_the_order_asked() {
    let server = playing(&["create_compute_capacity_report"]).await;
    let asked = [
        size(SHAPE, Some((4.0, 24.0))),
        size("VM.Standard.E4.Flex", Some((1.0, 16.0))),
        size("VM.Standard.B1.1", None),
    ];
    let rooms = server.cloud().capacity(&account(), REGION, DOMAIN, &asked).await.unwrap();
    assert_eq!(rooms, [Room::Full, Room::Available, Room::Unsupported]);
    assert_as_the_sdk_sends(&server, &[("create_compute_capacity_report", &[])]);
    let sent = body(&server.seen()[0]);
    assert_eq!(sent["compartmentId"], TENANCY);
    let config = json!({"ocpus": 4.0, "memoryInGBs": 24.0});
    assert_eq!(sent["shapeAvailabilities"][0]["instanceShapeConfig"], config);
    assert_eq!(sent["shapeAvailabilities"][2], json!({"instanceShape": "VM.Standard.B1.1"}));
}

#[tokio::test]
async fn more_than_ten_sizes_are_asked_for_in_tens() {
    let told = |from: u32, to: u32| {
        let status = |ocpus: u32| if ocpus.is_multiple_of(2) { "AVAILABLE" } else { "OUT_OF_HOST_CAPACITY" };
        report(&(from..=to).map(|ocpus| entry(ocpus, status(ocpus))).collect())
    };
    let server = Server::start([told(1, 10), told(11, 20), told(21, 23)]).await;
    let rooms = server.cloud().capacity(&account(), REGION, DOMAIN, &sizes(23)).await.unwrap();
    assert_eq!(rooms.len(), 23);
    for (place, room) in rooms.iter().enumerate() {
        assert_eq!(*room, if place % 2 == 1 { Room::Available } else { Room::Full }, "{place}");
    }
    let asked = |index: usize| body(&server.seen()[index])["shapeAvailabilities"].as_array().unwrap().len();
    assert_eq!([asked(0), asked(1), asked(2)], [10, 10, 3]);
    assert!(server.cloud().capacity(&account(), REGION, DOMAIN, &[]).await.unwrap().is_empty());
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn an_answer_out_of_order_or_of_other_sizes_is_not_mistaken() {
    let mixed = json!([entry(2, "AVAILABLE"), entry(1, "OUT_OF_HOST_CAPACITY"), entry(9, "AVAILABLE")]);
    let server = Server::start([report(&mixed)]).await;
    let rooms = server.cloud().capacity(&account(), REGION, DOMAIN, &sizes(3)).await.unwrap();
    assert_eq!(rooms, [Room::Full, Room::Available, Room::Unknown]);
}

#[tokio::test]
async fn words_that_we_do_not_know_and_entries_that_are_missing_are_unknown() {
    let strange =
        [json!([entry(1, "PLENTY")]), json!([{"instanceShape": SHAPE}]), json!([{}]), json!([]), Value::Null];
    let server = Server::start(strange.each_ref().map(report)).await;
    for told in &strange {
        let rooms = server.cloud().capacity(&account(), REGION, DOMAIN, &sizes(1)).await.unwrap();
        assert_eq!(rooms, [Room::Unknown], "{told}");
    }
}

#[tokio::test]
async fn who_may_not_ask_is_told_so() {
    let body = br#"{"code":"NotAuthorizedOrNotFound","message":"Authorization failed or requested resource not found."}"#;
    let server = Server::start([answer(404, &[], body)]).await;
    let trouble = server.cloud().capacity(&account(), REGION, DOMAIN, &sizes(1)).await.unwrap_err();
    assert!(matches!(&trouble, Trouble::Refused(refused) if refused.status == 404), "{trouble:?}");
}
