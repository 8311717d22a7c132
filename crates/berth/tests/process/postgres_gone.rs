//! PostgreSQL is gone for a while, or stays and says nothing: commands are turned away at once, nothing is launched that could
//! not be written down, and when it is back the server goes on by itself.

use std::time::{Duration, Instant};

use berth_test_postgres::Server as Postgres;
use serde_json::{Value, json};

use crate::harness::{
    Acknowledged, Client, Fault, Server, Settings, Simulator, assert_kept, run, until, wish, within,
};

/// Whoever gives a command meanwhile is told so within this time.
/// Two seconds by the program's own limits; the rest is for a machine with other work.
const AT_ONCE: Duration = Duration::from_secs(6);
/// After PostgreSQL is back, the server is ready within this time.
const SOON: Duration = Duration::from_secs(15);
const GONE: Duration = Duration::from_secs(30);
const SILENT: Duration = Duration::from_secs(8);
/// An attempt that the stop cut in two is sent again three times within some ten seconds, since "no capacity" to a repetition says nothing
/// of the first; then it is looked for a minute long (`grab::ABSENCE_MS`). Only then the next one goes out.
const FOUND_OUT: Duration = Duration::from_mins(3);
/// Between two commands meanwhile: all of them are given again afterwards.
const PACE: Duration = Duration::from_millis(100);
/// Acknowledged before and after.
const COMMANDS: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_database_a_server_launches_nothing_and_goes_on_when_it_is_back() {
    let mut world = World::new().await;
    world.is_without(GONE, Postgres::stop, Postgres::start_again).await;
    world.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_says_nothing_is_as_good_as_none() {
    let mut world = World::new().await;
    world.is_without(SILENT, Postgres::freeze, Postgres::thaw).await;
    world.judge().await;
}

/// A server on a database, with a task that tries all the time.
struct World {
    postgres: Postgres,
    dsn: String,
    simulator: Simulator,
    server: Server,
    client: Client,
    tenant: String,
    task: String,
    acknowledged: Vec<Acknowledged>,
    /// Commands that were turned away. Whether they were done is not known.
    refused: Vec<String>,
}

impl World {
    async fn new() -> Self {
        let postgres = Postgres::start();
        let dsn = postgres.database();
        let simulator = Simulator::start(r#"rule = [{ steps = ["capacity"] }]"#).await;
        let settings = Settings::on(&simulator).set("database.driver", "postgres").set("database.dsn", &dsn);
        let server = Server::start(settings).await;
        let client = server.client();
        let tenant = client.tenant(&simulator).await;
        let task = client.task(wish(&tenant, "hungry")).await;
        let (acknowledged, refused) = (Vec::new(), Vec::new());
        Self { postgres, dsn, simulator, server, client, tenant, task, acknowledged, refused }
    }

    async fn is_without(&mut self, long: Duration, leave: fn(&Postgres), come_back: fn(&Postgres)) {
        until("it tries", async || (!self.simulator.launches().await.is_empty()).then_some(())).await;
        self.commands_are_taken("before").await;
        let began = Instant::now();
        leave(&self.postgres);
        self.is_turned_away("first").await;
        self.is_turned_away("second").await;
        until("it says that it is not ready", async || (self.server.readiness().await == 503).then_some(()))
            .await;
        let launched = self.simulator.launches().await.len();
        let mut pace = tokio::time::interval(PACE);
        while began.elapsed() < long {
            pace.tick().await;
            self.is_turned_away(&format!("meanwhile-{}", self.refused.len())).await;
        }
        let meanwhile = self.simulator.launches().await.len() - launched;
        assert_eq!(meanwhile, 0, "nothing is launched that cannot be written down");
        come_back(&self.postgres);
        let began = Instant::now();
        within(SOON, "it is ready again", async || (self.server.readiness().await == 200).then_some(()))
            .await;
        println!("{} commands turned away, ready again after {:?}", self.refused.len(), began.elapsed());
        self.commands_are_taken("after").await;
    }

    async fn commands_are_taken(&mut self, when: &str) {
        for number in 0..COMMANDS {
            let command = format!("{when}-{number}");
            let payload = self.client.tell("grabTaskCreate", self.idle(&command)).await;
            let position = payload["position"].as_str().unwrap().parse().unwrap();
            self.acknowledged.push(Acknowledged { position, command });
        }
    }

    async fn is_turned_away(&mut self, command: &str) {
        let began = Instant::now();
        let answer = self.client.mutate("grabTaskCreate", &self.idle(command)).await;
        assert!(began.elapsed() < AT_ONCE, "it took {:?}: {answer:?}", began.elapsed());
        let fault = answer.expect_err("nothing can be written down");
        assert!(matches!(fault, Fault::Answered { status: 503, .. }), "{fault:?}");
        assert_eq!(fault.code(), "UNAVAILABLE", "{fault:?}");
        self.refused.push(command.to_owned());
    }

    fn idle(&self, command: &str) -> Value {
        let mut wish = wish(&self.tenant, command);
        (wish["start"], wish["commandId"]) = (json!(false), json!(command));
        wish
    }

    async fn judge(mut self) {
        for command in &self.refused {
            self.client.insist("grabTaskCreate", &self.idle(command)).await;
        }
        assert_kept(&self.client, &self.acknowledged).await;
        self.each_command_was_carried_out_once().await;
        self.simulator.play("").await;
        let state = async || self.client.state_of(&self.task).await;
        within(FOUND_OUT, "it has its instance", async || (state().await == "SUCCEEDED").then_some(())).await;
        self.simulator.every_launch_was_written_down(&self.client).await;
        assert_eq!(self.simulator.living().await[&self.task].len(), 1);
        assert!(self.server.stop().await.success());
        self.log_is_clean().await;
    }

    async fn each_command_was_carried_out_once(&self) {
        let created = self.client.events(0, Some("grab.created")).await;
        let times = |command: &str| created.iter().filter(|event| event.correlation_id == command).count();
        let answered = self.acknowledged.iter().map(|acknowledged| &acknowledged.command);
        for command in answered.chain(&self.refused) {
            assert_eq!(times(command), 1, "{command}");
        }
    }

    async fn log_is_clean(&self) {
        let dsn = format!("database.dsn={}", self.dsn);
        let data = self.server.data.to_str().unwrap();
        let settings = ["--set", "database.driver=postgres", "--set", &dsn, "--data-dir", data];
        let ended = run(&[&["events", "verify"], &settings[..]].concat(), self.server.home()).await;
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(ended.stdout.trim_end().ends_with(": clean"), "{ended:?}");
    }
}
