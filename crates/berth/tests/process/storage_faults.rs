//! The disk fails under load: a sync or a write of the log answers with an error. The server says so, ends, and what it
//! acknowledged is there when it starts again.

use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::json;

use crate::harness::{
    Acknowledged, Client, Fault, Faults, Server, Settings, Simulator, assert_kept, until, wish,
};

const CLIENTS: usize = 4;
/// Whoever gives a command to a failing server knows within this time that it is not done.
/// Two seconds by the program's own limits; the rest is for a machine with other work.
const AT_ONCE: Duration = Duration::from_secs(6);
/// So soon after it the server has ended.
const SOON: Duration = Duration::from_secs(15);
const STORAGE_FAILED: i32 = 70;
/// Which sync fails, counted from the start: while it wakes its tasks, soon after, and under load for a while.
const SYNCS: [u32; 4] = [12, 25, 60, 150];
/// Lives in which about one write in a hundred fails.
const WRITES: usize = 6;
/// Far more commands than any of these lives takes.
const MANY: usize = 2_000;

/// What a client lived through.
struct Load {
    acknowledged: Vec<Acknowledged>,
    failed: Instant,
    /// The last command was answered with an error, not with silence.
    told: bool,
}

#[tokio::test]
async fn a_sync_that_fails_ends_the_server_and_loses_nothing_that_was_acknowledged() {
    let mut world = World::new().await;
    for sync in SYNCS {
        world.life_with("fsync,fdatasync", sync).await;
    }
    world.judge().await;
}

#[tokio::test]
async fn one_write_in_a_hundred_that_fails_loses_nothing_that_was_acknowledged() {
    let mut world = World::new().await;
    for _ in 0..WRITES {
        world.life_with("pwrite64", 60 + u32::from(rand::random::<u8>())).await;
    }
    world.judge().await;
}

/// A server with tasks that try all the time, and what it ever acknowledged.
struct World {
    simulator: Simulator,
    server: Server,
    client: Client,
    tenant: String,
    acknowledged: Vec<Acknowledged>,
    /// Commands that were answered with an error rather than with silence.
    told: usize,
    slowest: Duration,
}

impl World {
    async fn new() -> Self {
        let simulator = Simulator::start(r#"rule = [{ steps = ["capacity"] }]"#).await;
        let server = Server::start(Settings::on(&simulator).unbounded()).await;
        let client = server.client();
        let tenant = client.tenant(&simulator).await;
        for number in 0..CLIENTS {
            client.task(wish(&tenant, &format!("hungry {number}"))).await;
        }
        let (acknowledged, told, slowest) = (Vec::new(), 0, Duration::ZERO);
        Self { simulator, server, client, tenant, acknowledged, told, slowest }
    }

    /// Starts it, lets the n-th such call on the log fail under load, and looks how it ends and what is there afterwards.
    async fn life_with(&mut self, calls: &'static str, nth: u32) {
        assert!(self.server.stop().await.success());
        let file = self.server.data.join("log.db-wal");
        let when = nth.to_string();
        self.server.restart_failing(&Faults { calls, error: "EIO", when: when.clone(), file }).await;
        let life = self.acknowledged.len();
        let clients = (0..CLIENTS).map(|client| self.load(format!("{calls}-{when}-{life}-{client}")));
        let loads = join_all(clients).await;
        let ended = self.server.process.ended().await;
        let failed = loads.iter().map(|load| load.failed).min().expect("there are clients");
        self.slowest = self.slowest.max(failed.elapsed());
        assert!(failed.elapsed() < SOON, "it took {:?} to end", failed.elapsed());
        assert_eq!(ended.code(), Some(STORAGE_FAILED), "{}", self.server.process.complaints());
        for load in loads {
            self.acknowledged.extend(load.acknowledged);
            self.told += usize::from(load.told);
        }
        self.server.restart().await;
        assert_kept(&self.client, &self.acknowledged).await;
        self.simulator.every_launch_was_written_down(&self.client).await;
    }

    /// Gives commands until one is not carried out.
    async fn load(&self, name: String) -> Load {
        let mut acknowledged = Vec::new();
        for number in 0..MANY {
            let command = format!("{name}-{number}");
            let mut input = wish(&self.tenant, &command);
            (input["start"], input["commandId"]) = (json!(false), json!(command));
            let began = Instant::now();
            let answer = self.client.mutate("grabTaskCreate", &input).await;
            assert!(began.elapsed() < AT_ONCE, "it took {:?}: {answer:?}", began.elapsed());
            match answer {
                Ok(payload) => {
                    let position = payload["position"].as_str().unwrap().parse().unwrap();
                    acknowledged.push(Acknowledged { position, command });
                }
                Err(Fault::Lost) => return Load { acknowledged, failed: Instant::now(), told: false },
                Err(fault @ Fault::Answered { status, .. }) => {
                    assert!(status == 503 && fault.code() == "UNAVAILABLE", "{fault:?}");
                    return Load { acknowledged, failed: Instant::now(), told: true };
                }
            }
        }
        panic!("{MANY} commands and no fault: {}", self.server.process.complaints());
    }

    async fn judge(mut self) {
        assert!(self.acknowledged.len() > 20, "there was load: {}", self.acknowledged.len());
        assert!(self.told > 0, "a failing server says so before it ends");
        let launched = self.simulator.launches().await.len();
        until("it tries on", async || (self.simulator.launches().await.len() > launched).then_some(())).await;
        assert!(self.server.stop().await.success());
        self.server.assert_log_is_clean().await;
        println!(
            "{} commands acknowledged, {} answered with an error, {launched} launches, ended within {:?}",
            self.acknowledged.len(),
            self.told,
            self.slowest,
        );
    }
}
