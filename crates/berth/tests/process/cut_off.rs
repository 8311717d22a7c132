//! The answer is cut off after the cloud took the launch, and the server is killed on top of it. Nobody may buy twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde_json::{Value, json};

use crate::harness::{Client, Server, Settings, Simulator, until, wish, within};

/// So many answers are cut off, each of a task of its own, and after each that is seen the server is killed.
const CUTS: usize = 200;
/// So many tasks wait for their launch at a time: with fewer the test waits, with more there are fewer kills.
const POOL: usize = 3;
/// So long may the last doubts take: each is asked about a few times, further and further apart.
const PATIENCE: Duration = Duration::from_mins(3);
/// Cut at once, soon, and so late that the server mostly dies first.
const SCRIPT: &str = r#"rule = [{ steps = ["cut", "delay 30ms cut", "delay 300ms cut"], cycle = true }]"#;

#[tokio::test]
async fn two_hundred_answers_cut_off_with_kill_9_between_never_buy_twice() {
    let simulator = Simulator::start(SCRIPT).await;
    let settings = Settings::on(&simulator).unbounded();
    let mut server = Server::start(settings).await;
    let client = server.client();
    let tenant = client.tenant(&simulator).await;
    let tasks = pending_tasks(&client, &tenant).await;
    let kills = cut_and_kill(&mut server, &simulator, &client, &tasks).await;
    within(PATIENCE, "every task succeeds", async || {
        (count(&client, "SUCCEEDED").await == CUTS).then_some(())
    })
    .await;
    each_task_has_one_instance(&simulator, &tasks).await;
    no_launch_without_its_committed_attempt(&simulator, &client).await;
    assert!(server.stop().await.success());
    server.assert_log_is_clean().await;
    println!("{CUTS} answers cut off, {kills} kills");
}

async fn pending_tasks(client: &Client, tenant: &str) -> Vec<String> {
    let mut tasks = Vec::new();
    for number in 0..CUTS {
        let mut wish = wish(tenant, &format!("cut {number}"));
        wish["start"] = json!(false);
        tasks.push(client.task(wish).await);
    }
    tasks
}

/// Kills the server whenever another answer was cut off, until all of them were. Returns how often.
async fn cut_and_kill(
    server: &mut Server,
    simulator: &Simulator,
    client: &Client,
    tasks: &[String],
) -> usize {
    let (mut started, mut kills) = (0, 0);
    loop {
        let cuts = cut(simulator).await;
        if cuts >= CUTS {
            return kills;
        }
        while started < CUTS.min(cuts + POOL) {
            let input = json!({ "taskIds": [tasks[started]], "commandId": format!("start-{started}") });
            let payload = client.insist("grabTaskStart", &input).await;
            assert_eq!(payload["userErrors"], json!([]));
            started += 1;
        }
        until("another answer is cut off", async || (cut(simulator).await > cuts).then_some(())).await;
        server.kill_and_restart().await;
        kills += 1;
    }
}

/// Every launch that makes an instance is cut off.
async fn cut(simulator: &Simulator) -> usize {
    let counts = simulator.state(u64::from(u32::MAX)).await["counts"].take();
    usize::try_from(counts["instances"].as_u64().unwrap()).unwrap()
}

async fn count(client: &Client, state: &str) -> usize {
    let query =
        "query($state: GrabTaskState!) { grabTasks(first: 1, filter: { state: [$state] }) { totalCount } }";
    let found = client.ask(query, json!({ "state": state })).await;
    usize::try_from(found["grabTasks"]["totalCount"].as_u64().unwrap()).unwrap()
}

async fn each_task_has_one_instance(simulator: &Simulator, tasks: &[String]) {
    let living = simulator.living().await;
    let wanted: BTreeSet<_> = tasks.iter().collect();
    assert_eq!(living.keys().collect::<BTreeSet<_>>(), wanted);
    let surplus: BTreeMap<_, _> = living.iter().filter(|(_, instances)| instances.len() > 1).collect();
    assert!(surplus.is_empty(), "bought twice: {surplus:?}");
    assert_eq!(cut(simulator).await, CUTS, "nor was anything bought and given back");
    let made = simulator.launches().await.into_iter().filter(|launch| launch["launch"]["repeated"] == false);
    assert!(made.clone().all(|launch| launch["status"] == "cut"), "every first answer was cut off");
    assert_eq!(made.count(), CUTS);
}

async fn no_launch_without_its_committed_attempt(simulator: &Simulator, client: &Client) {
    let committed = client.events(0, Some("grab.attempt_started")).await;
    let tokens: BTreeMap<_, _> =
        committed.iter().map(|event| (event.data["token"].as_str().unwrap(), &event.data)).collect();
    for launch in simulator.launches().await {
        let token = launch["opcRetryToken"].as_str().expect("every launch has its token");
        let attempt = tokens.get(token).unwrap_or_else(|| panic!("no attempt was written down for {launch}"));
        let same = |ours: &Value, theirs: &str| assert_eq!(ours, &launch["launch"][theirs], "{launch}");
        same(&attempt["target"]["availability_domain"], "availabilityDomain");
        same(&attempt["target"]["display_name"], "displayName");
    }
}
