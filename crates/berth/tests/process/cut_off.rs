//! The answer is cut off after the cloud took the launch, and the server is killed on top of it. Nobody may buy twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde_json::{Value, json};

use crate::harness::{Client, Event, Server, Settings, Simulator, until, wish, within};

/// So often the server is killed, each time after another answer was cut off: at least so many answers are.
const KILLS: usize = 200;
/// So many tasks wait for their launch at a time: with fewer the test waits longer between kills.
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
    let tasks = cut_and_kill(&mut server, &simulator, &client, &tenant).await;
    within(PATIENCE, "every task succeeds", async || {
        (count(&client, "SUCCEEDED").await == tasks.len()).then_some(())
    })
    .await;
    each_task_has_one_instance(&simulator, &tasks).await;
    assert!(server.stop().await.success());
    server.assert_log_is_clean().await;
    println!("{KILLS} kills, {} answers cut off", tasks.len());
}

/// Kills the server whenever another answer was cut off, while new tasks take the place of those that were. Returns all tasks.
async fn cut_and_kill(
    server: &mut Server,
    simulator: &Simulator,
    client: &Client,
    tenant: &str,
) -> Vec<String> {
    let (mut tasks, mut judge) = (Vec::new(), Judge::default());
    for _ in 0..KILLS {
        let cuts = cut(simulator).await;
        while tasks.len() < cuts + POOL {
            let mut input = wish(tenant, &format!("cut {}", tasks.len()));
            input["commandId"] = json!(format!("create-{}", tasks.len()));
            let payload = client.insist("grabTaskCreate", &input).await;
            assert_eq!(payload["userErrors"], json!([]));
            tasks.push(payload["grabTasks"][0]["id"].as_str().unwrap().to_owned());
        }
        until("another answer is cut off", async || (cut(simulator).await > cuts).then_some(())).await;
        server.process.kill().await;
        judge.note(simulator).await;
        server.restart().await;
        judge.judge(client).await;
        nobody_bought_twice(simulator).await;
    }
    tasks
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
    nobody_bought_twice(simulator).await;
    let living = simulator.living().await;
    assert_eq!(living.keys().collect::<BTreeSet<_>>(), tasks.iter().collect());
    assert_eq!(cut(simulator).await, tasks.len(), "nor was anything bought and given back");
    let made = simulator.launches().await.into_iter().filter(|launch| launch["launch"]["repeated"] == false);
    assert!(made.clone().all(|launch| launch["status"] == "cut"), "every first answer was cut off");
    assert_eq!(made.count(), tasks.len());
}

async fn nobody_bought_twice(simulator: &Simulator) {
    let living = simulator.living().await;
    let surplus: BTreeMap<_, _> = living.iter().filter(|(_, instances)| instances.len() > 1).collect();
    assert!(surplus.is_empty(), "bought twice: {surplus:?}");
}

/// Compares what the cloud saw until a kill with what the log holds right after it, before the server can make up for anything.
#[derive(Default)]
struct Judge {
    launches: Vec<Value>,
    /// The number of the last launch.
    seen: u64,
    /// By token.
    attempts: BTreeMap<String, Event>,
    /// The position of the last attempt.
    read: u64,
}

impl Judge {
    async fn note(&mut self, simulator: &Simulator) {
        self.launches = simulator.launches_after(self.seen).await;
        self.seen = self.launches.last().map_or(self.seen, |last| last["number"].as_u64().unwrap());
    }

    async fn judge(&mut self, client: &Client) {
        for event in client.events(self.read, Some("grab.attempt_started")).await {
            self.read = event.position();
            self.attempts.insert(event.data["token"].as_str().unwrap().to_owned(), event);
        }
        for launch in &self.launches {
            let token = launch["opcRetryToken"].as_str().expect("every launch has its token");
            let attempt = self
                .attempts
                .get(token)
                .unwrap_or_else(|| panic!("no attempt was written down for {launch}"));
            assert!(
                attempt.time.as_str() <= launch["time"].as_str().unwrap(),
                "written down late: {attempt:?} for {launch}"
            );
            let target = &attempt.data["target"];
            assert_eq!(target["availability_domain"], launch["launch"]["availabilityDomain"], "{launch}");
            assert_eq!(target["deed"]["launch"]["display_name"], launch["launch"]["displayName"], "{launch}");
        }
    }
}
