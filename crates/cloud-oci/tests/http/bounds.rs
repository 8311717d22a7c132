//! Answers that are well-formed and without measure: none of them makes many requests, fills the memory, or gets into an event.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use berth_cloud::{Account, Addressing, Cloud as _, ImageWish, NoTurn, Turns};
use berth_domain::Trouble;
use serde_json::{Value, json};

use crate::recorded::{DOMAIN, REGION, SHAPE, launch, playing};
use crate::server::{Reaction, Server, account, answer};

fn page(body: &str, next: &str) -> Reaction {
    answer(200, &[("opc-next-page", next)], body.as_bytes())
}

fn whole(body: &Value) -> Reaction {
    answer(200, &[], body.to_string().as_bytes())
}

/// The trouble of a list that is answered so, and how many requests it took.
async fn listed(reactions: Vec<Reaction>) -> (String, usize) {
    let server = Server::start(reactions).await;
    let fault = lost(server.cloud().find(&account(), REGION, "x").await);
    (fault, server.seen().len())
}

#[track_caller]
fn lost<Value: Debug>(result: Result<Value, Trouble>) -> String {
    let Trouble::Lost { what, .. } = result.unwrap_err() else { panic!("it is refused, or not sent") };
    what
}

#[tokio::test]
async fn a_list_that_leads_back_to_a_page_is_given_up_there() {
    let fault = "the list leads back to a page that was read".to_owned();
    assert_eq!(listed(vec![page("[]", "a"); 9]).await, (fault.clone(), 2));
    let round = ["a", "b", "c", "a", "b"].map(|next| page("[]", next));
    assert_eq!(listed(round.into()).await, (fault, 4));
}

#[tokio::test]
async fn a_list_of_ever_new_pages_is_given_up_after_twenty() {
    let pages = (0..300).map(|number| page("[]", &number.to_string()));
    assert_eq!(listed(pages.collect()).await, ("the list does not end".to_owned(), 20));
}

#[tokio::test]
async fn a_list_has_at_most_five_thousand_items_on_all_of_its_pages() {
    let items = |count: usize| format!("[{}]", vec![r#"{"id":"i"}"#; count].join(","));
    let (fault, requests) = listed(vec![answer(200, &[], items(5001).as_bytes())]).await;
    assert!(fault.contains("over 5000 items") && requests == 1, "{fault}");
    let two = vec![page(&items(3000), "a"), answer(200, &[], items(3000).as_bytes())];
    assert_eq!(listed(two).await, ("the list is longer than any should be".to_owned(), 2));
}

#[tokio::test]
async fn a_list_has_at_most_sixteen_megabytes_on_all_of_its_pages() {
    let large = format!("[{}]", " ".repeat(6 * 1024 * 1024));
    let pages = ["a", "b", "c", "d", "e"].map(|next| page(&large, next));
    assert_eq!(listed(pages.into()).await, ("the list is longer than any should be".to_owned(), 3));
}

#[tokio::test]
async fn at_most_sixteen_limits_are_asked_for() {
    let names: Vec<String> = (0..1000).map(|number| format!("limit-{number}")).collect();
    let shapes = whole(&json!([{"shape": SHAPE, "quotaNames": names}]));
    let known = vec![whole(&json!({"used": 1, "available": 2})); 1000];
    let server = Server::start([vec![shapes], known].concat()).await;
    let limits = server.cloud().limits(&account(), REGION, DOMAIN, SHAPE).await.unwrap();
    assert_eq!((limits.len(), server.seen().len()), (16, 17));
}

#[tokio::test]
async fn a_limit_of_which_not_everything_is_said_is_left_out() {
    let huge = r#"{"fractionalUsage":1.7e308,"fractionalAvailability":1.7e308}"#;
    let left_out = [
        "{}",
        r#"{"used":1}"#,
        r#"{"used":1,"available":null}"#,
        r#"{"available":4}"#,
        r#"{"used":-1,"available":4}"#,
        r#"{"used":1,"available":-4}"#,
        huge,
    ];
    let answers = left_out.map(|body| answer(200, &[], body.as_bytes()));
    let names: Vec<usize> = (0..=left_out.len()).collect();
    let names: Vec<String> = names.into_iter().map(|number| format!("limit-{number}")).collect();
    let shapes = whole(&json!([{"shape": SHAPE, "quotaNames": names}]));
    let told = whole(&json!({"used": 4, "available": 0}));
    let server = Server::start([vec![shapes], answers.into(), vec![told]].concat()).await;
    let limits = server.cloud().limits(&account(), REGION, DOMAIN, SHAPE).await.unwrap();
    let seen: Vec<&str> = limits.iter().map(|limit| limit.name.as_str()).collect();
    assert_eq!(seen, ["limit-7"]);
    assert!((limits[0].total - 4.0).abs() < 1e-9 && (limits[0].used - 4.0).abs() < 1e-9);
}

#[tokio::test]
async fn a_shape_has_no_less_than_nothing() {
    let shapes = whole(&json!([{"shape": SHAPE, "ocpus": -1, "memoryInGBs": 6}]));
    let shapes = Server::start([shapes]).await.cloud().shapes(&account(), REGION, DOMAIN).await.unwrap();
    assert_eq!((shapes[0].max_ocpus, shapes[0].max_memory_gb), (None, Some(6.0)));
}

#[tokio::test]
async fn an_id_or_a_name_over_255_characters_is_a_fault_of_the_answer() {
    let long = "x".repeat(256);
    let card = json!([{"lifecycleState": "ATTACHED", "vnicId": "v"}]);
    let answers = [
        json!({"id": long}),
        json!([{"id": "i", "displayName": long}]),
        json!([{"name": long}]),
        json!([{"shape": long}]),
        json!([{"id": "i", "operatingSystem": long}]),
        json!([{"id": long, "defaultRouteTableId": "r"}]),
        json!([{"regionName": long}]),
        json!({"name": long}),
        card,
        json!({"publicIp": long}),
    ];
    let server = Server::start(answers.each_ref().map(whole)).await;
    let (cloud, account) = (server.cloud(), account());
    let wish = ImageWish { name: "Ubuntu".to_owned(), shape: SHAPE.to_owned() };
    let faults = [
        lost(cloud.launch(&account, &launch()).await),
        lost(cloud.find(&account, REGION, "x").await),
        lost(cloud.availability_domains(&account, REGION).await),
        lost(cloud.shapes(&account, REGION, DOMAIN).await),
        lost(cloud.images(&account, REGION, &wish).await),
        lost(cloud.network(&account, REGION, Addressing::Ipv4).await),
        lost(cloud.regions(&account).await),
        lost(cloud.identity(&account).await),
        lost(cloud.addresses(&account, REGION, "i").await),
    ];
    for fault in faults {
        assert!(fault.contains("over 255 characters"), "{fault}");
    }
    assert_eq!(server.seen().len(), answers.len());
}

#[tokio::test]
async fn ids_in_headers_over_255_characters_are_left_out() {
    let long = "x".repeat(256);
    let headers = [("opc-request-id", long.as_str()), ("opc-work-request-id", long.as_str())];
    let server = Server::start([answer(200, &headers, br#"{"id":"i"}"#)]).await;
    let reply = server.cloud().launch(&account(), &launch()).await.unwrap();
    assert_eq!((reply.value.work_request, reply.request_id), (None, None));
}

/// What cannot be read is quoted by whoever could not read it.
#[tokio::test]
async fn the_fault_of_an_answer_and_the_code_of_a_refusal_are_told_in_few_words() {
    let long = "x".repeat(1_000_000);
    let unreadable = whole(&json!([{"shape": "A", "ocpus": long}]));
    let refusal = answer(400, &[], json!({"code": long, "message": "no"}).to_string().as_bytes());
    let server = Server::start([unreadable, refusal]).await;
    let fault = lost(server.cloud().shapes(&account(), REGION, DOMAIN).await);
    assert!(fault.starts_with("cannot read the answer") && fault.len() <= 2000, "{} bytes", fault.len());
    let trouble = server.cloud().launch(&account(), &launch()).await.unwrap_err();
    let Trouble::Refused(refused) = trouble else { panic!("{trouble:?}") };
    assert_eq!(refused.code.len(), 255);
}

/// Counts the turns that are taken, and gives only so many.
struct Counted {
    taken: Mutex<Vec<String>>,
    given: usize,
}

#[async_trait]
impl Turns for Counted {
    async fn turn(&self, region: &str) -> Result<(), NoTurn> {
        let mut taken = self.taken.lock().unwrap();
        if taken.len() == self.given {
            return Err("the tenant may not act now".into());
        }
        taken.push(region.to_owned());
        Ok(())
    }
}

fn counted(given: usize) -> (Arc<Counted>, Account) {
    let turns = Arc::new(Counted { taken: Mutex::default(), given });
    (Arc::clone(&turns), Account { turns: Some(turns), ..account() })
}

#[tokio::test]
async fn every_request_of_a_call_after_the_first_takes_a_turn_of_its_own() {
    let limits = ["list_shapes"].into_iter().chain(["get_resource_availability"; 4]);
    let server = playing(&limits.collect::<Vec<_>>()).await;
    let (turns, account) = counted(9);
    server.cloud().limits(&account, REGION, DOMAIN, SHAPE).await.unwrap();
    assert_eq!((server.seen().len(), turns.taken.lock().unwrap().clone()), (5, vec![REGION.to_owned(); 4]));
    server.cloud().find(&account, REGION, "x").await.unwrap_err();
    assert_eq!((server.seen().len(), turns.taken.lock().unwrap().len()), (6, 4), "one request, no turn");
}

#[tokio::test]
async fn a_call_that_is_given_no_further_turn_sends_nothing_more() {
    let server = Server::start((0..300).map(|number| page("[]", &number.to_string()))).await;
    let (_, account) = counted(2);
    let trouble = server.cloud().find(&account, REGION, "x").await.unwrap_err();
    assert_eq!(trouble, Trouble::NotSent { what: "the tenant may not act now".to_owned() });
    assert_eq!(server.seen().len(), 3);
}
