//! The main job: misses, a throttle, a grant, and every attempt on record.

use serde_json::{Value, json};

use crate::harness::{Server, Settings, Simulator, until, wish};

const SCRIPT: &str = r#"rule = [{ per = "task", steps = ["capacity x 7", "throttle", "grant"] }]"#;
const ATTEMPTS: &str = "query($id: ID!) { grabTask(id: $id) {
    state attemptCount faultCount outcomeCounts { outcome count } instances { providerId publicIps state }
    attempts(first: 100) { nodes {
        number outcome availabilityDomain startedAt durationMs requestId instanceId
        providerError { status code message requestId } } } } }";

#[tokio::test]
async fn seven_misses_a_throttle_and_a_grant_make_one_instance_and_nine_attempts_on_record() {
    let simulator = Simulator::start(SCRIPT).await;
    let server = Server::start(Settings::on(&simulator)).await;
    let client = server.client();
    let tenant = client.tenant(&simulator).await;
    let task = client.task(wish(&tenant, "抢ARM机器")).await;
    client.reaches(&task, "SUCCEEDED").await;
    let state = simulator.state(0).await;
    let task = client.ask(ATTEMPTS, json!({ "id": task })).await["grabTask"].take();
    one_instance_that_runs_with_its_address(&state, &task);
    assert_eq!(task["attemptCount"], 9);
    assert_eq!(task["faultCount"], 0, "neither misses nor a throttle are faults");
    let mut attempts = task["attempts"]["nodes"].as_array().unwrap().clone();
    attempts.reverse();
    every_attempt_is_whole(&attempts, &state);
}

fn one_instance_that_runs_with_its_address(state: &Value, task: &Value) {
    let [instance] = state["instances"].as_array().unwrap().as_slice() else {
        panic!("{}", state["instances"])
    };
    assert_eq!(instance["lifecycleState"], "RUNNING");
    assert!(instance["publicIp"].is_string(), "{instance}");
    let got = &task["instances"];
    assert_eq!(got[0]["providerId"], instance["id"]);
    assert_eq!(got[0]["publicIps"], json!([instance["publicIp"]]));
    assert_eq!(got[0]["state"], "RUNNING");
}

fn every_attempt_is_whole(attempts: &[Value], state: &Value) {
    let requests = state["requests"].as_array().unwrap();
    let launches: Vec<_> =
        requests.iter().filter(|request| request["operation"] == "LaunchInstance").collect();
    assert_eq!((attempts.len(), launches.len()), (9, 9), "one request for one attempt");
    for (index, (attempt, launch)) in attempts.iter().zip(launches).enumerate() {
        assert_eq!(attempt["number"], index + 1);
        assert_eq!(attempt["availabilityDomain"], launch["launch"]["availabilityDomain"], "{attempt}");
        assert!(attempt["durationMs"].is_u64(), "{attempt}");
        assert!(attempt["requestId"].as_str().is_some_and(|id| id.len() > 8), "{attempt}");
        let (outcome, words) = match index {
            0..7 => (
                "CAPACITY",
                json!({ "status": 500, "code": "InternalError", "message": "Out of host capacity." }),
            ),
            7 => (
                "THROTTLED",
                json!({ "status": 429, "code": "TooManyRequests", "message": "Too many requests for the user" }),
            ),
            _ => ("ACCEPTED", Value::Null),
        };
        assert_eq!(attempt["outcome"], outcome, "{attempt}");
        for (name, word) in words.as_object().into_iter().flatten() {
            assert_eq!(&attempt["providerError"][name], word, "{attempt}");
        }
        assert_eq!(attempt["providerError"].is_null(), words.is_null());
    }
    let domain = |index: usize| &attempts[index]["availabilityDomain"];
    assert!(domain(0) != domain(1) && domain(1) != domain(2) && domain(0) == domain(3), "they take turns");
}

#[tokio::test]
async fn a_task_succeeds_no_sooner_than_its_instance_runs_and_has_its_address() {
    let simulator = Simulator::start(r#"rule = [{ steps = ["slow 1500ms no-ip 1s"] }]"#).await;
    let server = Server::start(Settings::on(&simulator)).await;
    let client = server.client();
    let tenant = client.tenant(&simulator).await;
    let task = client.task(wish(&tenant, "slow to come up")).await;
    client.reaches(&task, "SUCCEEDED").await;
    // What the cloud says at the moment that we call it a success.
    let state = simulator.state(0).await;
    let task = client.ask(ATTEMPTS, json!({ "id": task })).await["grabTask"].take();
    one_instance_that_runs_with_its_address(&state, &task);
}

#[tokio::test]
async fn an_instance_without_an_address_is_no_success_yet() {
    let simulator = Simulator::start(r#"rule = [{ steps = ["no-ip"] }]"#).await;
    let server = Server::start(Settings::on(&simulator)).await;
    let client = server.client();
    let tenant = client.tenant(&simulator).await;
    let task = client.task(wish(&tenant, "no address")).await;
    until("the instance was looked at again", async || {
        let state = simulator.state(0).await;
        let requests = state["requests"].as_array().unwrap();
        let looks = requests.iter().filter(|request| request["operation"] == "GetVnic").count();
        (looks >= 2).then_some(())
    })
    .await;
    assert_eq!(client.state_of(&task).await, "RUNNING");
    assert_eq!(simulator.launches().await.len(), 1);
}
