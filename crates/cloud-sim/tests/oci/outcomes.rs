//! How instances fare after a launch was granted.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::client::{Client, PROVISION, Reply};

async fn granted(steps: &str) -> (Client, Reply) {
    let client = Client::playing(&format!("rule = [{{ steps = ['{steps}'] }}]")).await;
    let reply = client.launch(&client.order("one"), None).await;
    assert_eq!((reply.status, reply.field("lifecycleState")), (200, "PROVISIONING".to_owned()));
    (client, reply)
}

async fn card(client: &Client, instance: &str) -> Value {
    let target = format!("/20160918/vnicAttachments?compartmentId={}&instanceId={instance}", client.root());
    let attachments = client.get(&target).await.json();
    let Some(id) = attachments[0]["vnicId"].as_str() else { return Value::Null };
    client.get(&format!("/20160918/vnics/{id}")).await.json()
}

#[tokio::test]
async fn an_instance_runs_after_its_time_and_then_has_an_address() {
    let (client, made) = granted("grant").await;
    let id = made.field("id");
    assert_eq!(card(&client, &id).await, Value::Null, "no card while attaching");
    client.advance(PROVISION);
    assert_eq!(client.instance_state(&id).await, "RUNNING");
    assert!(card(&client, &id).await["publicIp"].is_string());
    let work = client
        .get(&format!("/20160918/workRequests/{}", made.header("opc-work-request-id").expect("one")))
        .await;
    assert_eq!(work.field("status"), "SUCCEEDED");
}

#[tokio::test]
async fn an_answer_cut_after_acceptance_leaves_one_instance() {
    let client = Client::playing(r#"rule = [{ steps = ["cut"] }]"#).await;
    assert!(client.try_launch(&client.order("one"), Some("token")).await.is_err(), "no answer comes");
    assert_eq!(client.instances().await.len(), 1);
    let again = client.launch(&client.order("one"), Some("token")).await;
    assert_eq!((again.status, client.instances().await.len()), (200, 1));
    let requests = &client.running.simulation().state()["requests"];
    let launches =
        requests.as_array().expect("requests").iter().filter(|one| one["operation"] == "LaunchInstance");
    let seen: Vec<_> =
        launches.map(|one| (one["status"].clone(), one["launch"]["repeated"].clone())).collect();
    assert_eq!(seen, [("cut".into(), false.into()), (200.into(), true.into())]);
}

#[tokio::test]
async fn a_dropped_launch_leaves_nothing() {
    let client = Client::playing(r#"rule = [{ steps = ["drop", "garbage", "grant garbled"] }]"#).await;
    assert!(client.try_launch(&client.order("one"), None).await.is_err(), "no answer comes");
    assert_eq!(client.instances().await.len(), 0);
    let garbage = client.launch(&client.order("one"), None).await;
    assert_eq!((garbage.status, garbage.json(), client.instances().await.len()), (200, Value::Null, 0));
    let garbled = client.launch(&client.order("one"), None).await;
    assert_eq!((garbled.status, garbled.json(), client.instances().await.len()), (200, Value::Null, 1));
}

#[tokio::test]
async fn a_failed_work_request_tells_why_and_the_instance_ends() {
    let (client, made) = granted(r#"fail "Out of host capacity.""#).await;
    let work = format!("/20160918/workRequests/{}", made.header("opc-work-request-id").expect("one"));
    assert_eq!(client.get(&work).await.field("status"), "IN_PROGRESS");
    assert_eq!(client.get(&format!("{work}/errors")).await.json(), serde_json::json!([]));
    client.advance(PROVISION);
    assert_eq!(client.get(&work).await.field("status"), "FAILED");
    let errors = client.get(&format!("{work}/errors")).await.json();
    assert_eq!(errors[0]["message"], "Out of host capacity.");
    assert_eq!(client.instance_state(&made.field("id")).await, "TERMINATING");
    client.advance(PROVISION);
    assert_eq!(client.instance_state(&made.field("id")).await, "TERMINATED");
}

#[tokio::test]
async fn an_instance_can_be_stuck_or_taken_away() {
    let (client, made) = granted("stuck").await;
    client.advance(PROVISION * 100);
    assert_eq!(client.instance_state(&made.field("id")).await, "PROVISIONING");
    let (client, made) = granted("terminate").await;
    client.advance(PROVISION * 2);
    assert_eq!(client.instance_state(&made.field("id")).await, "TERMINATED");
}

#[tokio::test]
async fn an_instance_can_be_slow_late_in_lists_and_late_with_its_address() {
    let (client, made) = granted("slow 30m late 10m no-ip 5m").await;
    let id = made.field("id");
    assert_eq!(
        (client.instances().await.len(), client.instance_state(&id).await),
        (0, "PROVISIONING".to_owned())
    );
    client.advance(Duration::from_mins(10));
    assert_eq!(client.instances().await.len(), 1);
    client.advance(Duration::from_mins(20));
    assert_eq!(client.instance_state(&id).await, "RUNNING");
    assert_eq!(card(&client, &id).await["publicIp"], Value::Null);
    client.advance(Duration::from_mins(5));
    assert!(card(&client, &id).await["publicIp"].is_string());
}

#[tokio::test]
async fn a_delayed_answer_comes_late_but_the_instance_is_there_at_once() {
    let client = Client::playing(r#"rule = [{ steps = ["delay 100ms"] }]"#);
    let client = client.await;
    let began = Instant::now();
    assert_eq!(client.launch(&client.order("one"), None).await.status, 200);
    assert!(began.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn power_actions_take_their_time_and_mind_the_state() {
    let (client, made) = granted("grant").await;
    let act = async |action: &str| {
        let target = format!("/20160918/instances/{}?action={action}", made.field("id"));
        client.send(client.signed("POST", &target, String::new())).await.expect("answered")
    };
    assert_eq!(act("STOP").await.verdict(), (409, "IncorrectState".to_owned()));
    client.advance(PROVISION);
    assert_eq!(act("STOP").await.field("lifecycleState"), "STOPPING");
    client.advance(PROVISION);
    assert_eq!(act("START").await.field("lifecycleState"), "STARTING");
    client.advance(PROVISION);
    assert_eq!(client.instance_state(&made.field("id")).await, "RUNNING");
    assert_eq!(act("DANCE").await.verdict(), (400, "InvalidParameter".to_owned()));
}
