//! The disk is full: commands are turned away at once, reading goes on, nothing is launched that could not be written down,
//! and when there is room again the server goes on by itself.

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Client, Fault, Server, Settings, Simulator, until, wish, within};

/// Whoever gives a command to a server with a full disk is told so within this time.
/// Two seconds by the program's own limits; the rest is for a machine with other work.
const AT_ONCE: Duration = Duration::from_secs(6);
/// And goes on by itself within this time after there is room.
const SOON: Duration = Duration::from_secs(15);
/// More commands than the journal of the database can take in without growing.
const MANY: usize = 20_000;

#[tokio::test]
async fn a_full_disk_turns_commands_away_and_launches_nothing_until_there_is_room() {
    let Some(disk) = SmallDisk::mount() else {
        println!("skipped: a small file system can be mounted only as root");
        return;
    };
    let simulator = Simulator::start(r#"rule = [{ steps = ["capacity"] }]"#).await;
    let home = tempfile::tempdir().unwrap();
    let mut server = Server::start_on(Settings::on(&simulator), home, disk.0.path().join("data")).await;
    let client = server.client();
    let tenant = client.tenant(&simulator).await;
    let task = client.task(wish(&tenant, "hungry")).await;
    until("it tries", async || (!simulator.launches().await.is_empty()).then_some(())).await;
    disk.fill();
    turned_away_at_once(&client, &tenant).await;
    until("it says that it is not ready", async || (server.readiness().await == 503).then_some(())).await;
    let launched = simulator.launches().await.len();
    turned_away_at_once(&client, &tenant).await;
    assert_eq!(
        simulator.launches().await.len(),
        launched,
        "nothing is launched that could not be written down"
    );
    reading_goes_on(&client, &task).await;
    disk.make_room();
    within(SOON, "it is ready again", async || (server.readiness().await == 200).then_some(())).await;
    client.mutate("grabTaskCreate", &idle(&tenant)).await.unwrap();
    simulator.play("").await;
    client.reaches(&task, "SUCCEEDED").await;
    simulator.every_launch_was_written_down(&client).await;
    assert_eq!(simulator.living().await[&task].len(), 1);
    assert!(server.stop().await.success());
    server.assert_log_is_clean().await;
}

/// Until the database needs more room than there is; from then on for several intervals of the task that runs.
async fn turned_away_at_once(client: &Client, tenant: &str) {
    let mut refusals = 0;
    let mut first = None;
    for _ in 0..MANY {
        let began = Instant::now();
        let answer = client.mutate("grabTaskCreate", &idle(tenant)).await;
        if let Err(fault) = answer {
            assert!(began.elapsed() < AT_ONCE, "it took {:?}", began.elapsed());
            assert!(matches!(fault, Fault::Answered { status: 503, .. }), "{fault:?}");
            assert_eq!(fault.code(), "UNAVAILABLE", "{fault:?}");
            refusals += 1;
            if first.get_or_insert(began).elapsed() > Duration::from_secs(3) {
                return;
            }
        }
    }
    panic!("a full disk refused {refusals} of {MANY} commands");
}

async fn reading_goes_on(client: &Client, task: &str) {
    assert_eq!(client.state_of(task).await, "RUNNING");
    assert!(client.head().await > 0);
    let found = client.ask("{ tenants(first: 1) { nodes { name status } } }", json!({})).await;
    assert_eq!(found["tenants"]["nodes"], json!([{ "name": "tokyo", "status": "ACTIVE" }]));
}

fn idle(tenant: &str) -> Value {
    let mut wish = wish(tenant, "idle");
    wish["start"] = json!(false);
    wish
}

/// A file system of its own, some megabytes large.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=16m", "berth-test"])
            .arg(directory.path())
            .output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(directory))
    }

    fn ballast(&self) -> impl AsRef<Path> {
        self.0.path().join("ballast")
    }

    /// To the last byte.
    fn fill(&self) {
        let mut file = File::create(self.ballast()).unwrap();
        for size in [1 << 16, 1 << 12, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    fn make_room(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Whatever still uses it is about to be killed.
        Command::new("umount").arg("-l").arg(self.0.path()).status().ok();
    }
}
