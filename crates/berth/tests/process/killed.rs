//! The server is killed again and again while clients give commands. What it acknowledged is there, and stays.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    time::Duration,
};

use futures::future::join_all;
use serde_json::{Value, json};
use tokio::time::MissedTickBehavior;

use crate::harness::{Client, Event, Server, Settings, Simulator, until, wish};

const KILLS: usize = 100;
/// Each gives a command every `PACE`: fifty a second together, while the server lives.
const CLIENTS: usize = 8;
const PACE: Duration = Duration::from_millis(160);
/// A life ends after at most so many acknowledged commands.
const LIFE: usize = 16;

/// A command that was answered with a position.
#[derive(Clone)]
struct Acknowledged {
    position: u64,
    command: String,
}

/// What clients and killer share. All of it runs on one thread.
#[derive(Default)]
struct Shared {
    acknowledged: RefCell<Vec<Acknowledged>>,
    over: Cell<bool>,
}

#[tokio::test]
async fn a_hundred_kills_under_fifty_commands_a_second_lose_nothing_that_was_acknowledged() {
    let simulator = Simulator::start(r#"rule = [{ steps = ["capacity"] }]"#).await;
    let mut server = Server::start(Settings::on(&simulator).unbounded()).await;
    let client = server.client();
    let tenant = client.tenant(&simulator).await;
    let shared = Shared::default();
    let mut workers: Vec<_> = (0..CLIENTS)
        .map(|number| Worker::new(number, &client, &tenant, simulator.account("-"), &shared))
        .collect();
    let killing = kill_and_look(&mut server, &client, &shared);
    let (mut judge, _) = futures::join!(killing, join_all(workers.iter_mut().map(Worker::work)));
    server.kill_and_restart().await;
    for worker in &workers {
        worker.asks_again_and_is_answered_alike().await;
    }
    judge.look(&client, &shared).await;
    judge.the_whole_log_stands(&client).await;
    assert!(server.stop().await.success());
    server.assert_log_is_clean().await;
    let commands = shared.acknowledged.borrow().len();
    println!("{KILLS} kills, {commands} commands acknowledged, {} events", judge.log.len());
}

async fn kill_and_look(server: &mut Server, client: &Client, shared: &Shared) -> Judge {
    let mut judge = Judge::default();
    let count = || shared.acknowledged.borrow().len();
    for _ in 0..KILLS {
        let enough = count() + usize::from(rand::random::<u8>()) % LIFE;
        until("commands are acknowledged", async || (count() >= enough).then_some(())).await;
        server.kill_and_restart().await;
        judge.look(client, shared).await;
    }
    shared.over.set(true);
    judge
}

/// The log as it was read so far.
#[derive(Default)]
struct Judge {
    log: Vec<Event>,
    judged: usize,
}

impl Judge {
    /// Reads what is new, and looks for everything that was acknowledged until now.
    async fn look(&mut self, client: &Client, shared: &Shared) {
        let acknowledged = shared.acknowledged.borrow()[self.judged..].to_vec();
        for event in client.events(self.log.len() as u64, None).await {
            assert_eq!(event.position(), self.log.len() as u64 + 1, "positions are dense");
            self.log.push(event);
        }
        for Acknowledged { position, command } in &acknowledged {
            let index = usize::try_from(*position).unwrap() - 1;
            let event = self
                .log
                .get(index)
                .unwrap_or_else(|| panic!("{command} was acknowledged at {position} and is lost"));
            assert_eq!(&event.correlation_id, command, "at {position} stands something else");
        }
        self.judged += acknowledged.len();
    }

    async fn the_whole_log_stands(&self, client: &Client) {
        let head = client.head().await;
        // Tasks that run write on meanwhile.
        let again = client.events(0, None).await;
        let dense = again.iter().zip(1..).all(|(event, position)| event.position() == position);
        assert!(
            dense && head >= self.log.len() as u64 && again.len() as u64 >= head,
            "the log is whole up to {head}"
        );
        let changed = again.iter().zip(&self.log).find(|(now, then)| now != then);
        assert!(changed.is_none(), "an event changed: {changed:?}");
        let mut done = BTreeSet::new();
        for event in self.log.iter().filter(|event| event.correlation_id.starts_with("worker-")) {
            let once = done.insert((&event.correlation_id, &event.stream_id, &event.kind));
            assert!(once, "{} was carried out twice", event.correlation_id);
        }
    }
}

/// A client that knows what it asked for.
struct Worker<'a> {
    number: usize,
    client: Client,
    tenant: String,
    account: Value,
    shared: &'a Shared,
    count: usize,
    /// The task it made last, and what may be done to it.
    task: Option<(String, Vec<&'static str>)>,
    /// The tenant it made last.
    own: Option<String>,
    last: Option<(&'static str, Value, Value)>,
}

impl<'a> Worker<'a> {
    fn new(number: usize, client: &Client, tenant: &str, account: Value, shared: &'a Shared) -> Self {
        let (client, tenant) = (client.clone(), tenant.to_owned());
        Self { number, client, tenant, account, shared, count: 0, task: None, own: None, last: None }
    }

    async fn work(&mut self) {
        let mut pace = tokio::time::interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Skip);
        while !self.shared.over.get() {
            pace.tick().await;
            let (name, mut input) = self.next();
            let command = format!("worker-{}-{}", self.number, self.count);
            input["commandId"] = json!(command);
            let payload = self.client.insist(name, &input).await;
            self.take(name, &payload);
            if let Some(position) = payload["position"].as_str() {
                let position = position.parse().unwrap();
                self.shared.acknowledged.borrow_mut().push(Acknowledged { position, command });
                self.last = Some((name, input, payload));
            }
        }
    }

    /// Tenants come and go now and then; in between tasks are made, started, held, let go and called off.
    fn next(&mut self) -> (&'static str, Value) {
        self.count += 1;
        match (self.count % 10, self.own.clone(), self.task.clone()) {
            (1, _, _) => {
                self.account["name"] = json!(format!("租户 {}-{}", self.number, self.count));
                ("tenantCreate", self.account.clone())
            }
            (4, Some(own), _) => ("tenantDisable", json!({ "tenantId": own })),
            (6, Some(own), _) => ("tenantEnable", json!({ "tenantId": own })),
            (9, Some(own), _) => ("tenantDelete", json!({ "tenantId": own })),
            (2 | 7, _, _) | (_, _, None) => {
                let mut wish = wish(&self.tenant, &format!("任务 {}-{}", self.number, self.count));
                wish["schedule"]["interval"] = json!(60);
                wish["start"] = json!(false);
                ("grabTaskCreate", wish)
            }
            (_, _, Some((task, allowed))) => {
                (allowed[self.count % allowed.len()], json!({ "taskIds": [task] }))
            }
        }
    }

    fn take(&mut self, name: &str, payload: &Value) {
        assert_eq!(payload["userErrors"], json!([]), "{name} of worker {}", self.number);
        if name == "tenantDelete" {
            self.own = None;
        } else if let Some(id) = payload["tenant"]["id"].as_str() {
            self.own = Some(id.to_owned());
        }
        if let Some(task) = payload["grabTasks"].get(0) {
            let allowed = task["allowedActions"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|action| of_action(action.as_str().unwrap()));
            self.task = Some((task["id"].as_str().unwrap().to_owned(), allowed.collect()));
        }
    }

    async fn asks_again_and_is_answered_alike(&self) {
        let (name, input, first) = self.last.as_ref().expect("each worker was answered");
        let again = self.client.tell(name, input.clone()).await;
        assert_eq!(again["position"], first["position"], "{name} {input}");
        assert_eq!(again["tenant"]["id"], first["tenant"]["id"]);
        assert_eq!(again["grabTasks"][0]["id"], first["grabTasks"][0]["id"]);
    }
}

/// Those that leave the task there for the next.
fn of_action(action: &str) -> Option<&'static str> {
    match action {
        "START" => Some("grabTaskStart"),
        "PAUSE" => Some("grabTaskPause"),
        "RESUME" => Some("grabTaskResume"),
        "STOP" => Some("grabTaskStop"),
        "ATTEMPT_NOW" | "UPDATE" | "DELETE" => None,
        unknown => panic!("no mutation is known for {unknown}"),
    }
}
