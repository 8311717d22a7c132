use serde_json::json;

use crate::client::{Client, PROVISION};

fn record(client: &Client, kind: &str) -> String {
    let state = client.running.simulation().state();
    let networks = state["networks"].as_array().expect("a list").clone();
    let found = networks
        .iter()
        .filter_map(|one| one["id"].as_str())
        .find(|id| id.starts_with(&format!("ocid1.{kind}.")));
    found.expect("there is one").to_owned()
}

#[tokio::test]
async fn a_stale_entity_tag_changes_nothing() {
    let client = Client::playing("").await;
    let table = format!("/20160918/routeTables/{}", record(&client, "routetable"));
    let before = client.get(&table).await.header("etag").expect("a tag");
    let change = async |tag: &str, name: &str| {
        let mut request = client.signed("PUT", &table, json!({ "displayName": name }).to_string());
        request.headers.push(("if-match", tag.to_owned()));
        client.send(request).await.expect("answered")
    };
    assert_eq!(change(&before, "first").await.status, 200);
    assert_eq!(change(&before, "second").await.verdict(), (412, "NoEtagMatch".to_owned()));
    let after = client.get(&table).await;
    assert_eq!(after.field("displayName"), "first");
    assert_ne!(after.header("etag"), Some(before));
}

#[tokio::test]
async fn what_is_still_used_cannot_be_deleted() {
    let client = Client::playing("").await;
    let made = client.launch(&client.order("one"), None).await;
    let (vcn, subnet) = (record(&client, "vcn"), record(&client, "subnet"));
    let (vcn, subnet) = (format!("/20160918/vcns/{vcn}"), format!("/20160918/subnets/{subnet}"));
    let used = (409, "Conflict".to_owned());
    assert_eq!(client.delete(&vcn).await.verdict(), used);
    assert_eq!(client.delete(&subnet).await.verdict(), used);
    client.delete(&format!("/20160918/instances/{}", made.field("id"))).await;
    client.advance(PROVISION);
    assert_eq!(client.delete(&subnet).await.status, 204);
    assert_eq!(client.delete(&vcn).await.status, 204);
    let state = client.running.simulation().state();
    assert_eq!(state["networks"], json!([]), "the default parts go with their network");
}

#[tokio::test]
async fn subnets_keep_within_their_network_and_apart_from_each_other() {
    let client = Client::playing("").await;
    let vcn = record(&client, "vcn");
    for (block, status) in
        [("10.0.0.128/25", 400), ("10.1.0.0/24", 400), ("10.0.1.5/24", 400), ("10.0.1.0/24", 200)]
    {
        let body = json!({ "compartmentId": client.root(), "vcnId": vcn, "cidrBlock": block });
        assert_eq!(client.post("/20160918/subnets", &body).await.status, status, "{block}");
    }
}
