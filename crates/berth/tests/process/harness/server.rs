//! The server on a data directory, killed and started again at will.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitStatus,
};

use tempfile::TempDir;
use tokio::sync::watch;

use super::{Client, Faults, Process, Simulator, simulator::http, until};

/// What is said on the command line besides bind and data directory.
#[derive(Clone, Default)]
pub(crate) struct Settings(Vec<String>);

impl Settings {
    pub(crate) fn on(simulator: &Simulator) -> Self {
        Self::default().set("oci.endpoint", &simulator.url).set("outbound.allow", "loopback")
    }

    pub(crate) fn set(mut self, key: &str, value: &str) -> Self {
        self.0.extend(["--set".to_owned(), format!("{key}={value}")]);
        self
    }

    /// As many tasks and calls as a test wants.
    pub(crate) fn unbounded(self) -> Self {
        self.set("grab.concurrent_limit", "100000").set("grab.calls_per_second", "10000")
    }
}

pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) data: PathBuf,
    /// Where it can be reached now; clients follow.
    address: watch::Sender<String>,
    settings: Settings,
    home: TempDir,
}

impl Server {
    pub(crate) async fn start(settings: Settings) -> Self {
        let home = tempfile::tempdir().unwrap();
        let data = home.path().join("data");
        Self::start_on(settings, home, data).await
    }

    pub(crate) async fn start_on(settings: Settings, home: TempDir, data: PathBuf) -> Self {
        let process = spawn(&settings, home.path(), &data);
        let mut server = Self { process, data, address: watch::Sender::new(String::new()), settings, home };
        server.become_ready().await;
        server
    }

    /// SIGKILL, and again on the same data directory.
    pub(crate) async fn kill_and_restart(&mut self) {
        self.process.kill().await;
        self.restart().await;
    }

    /// After it ended.
    pub(crate) async fn restart(&mut self) {
        self.process = spawn(&self.settings, self.home.path(), &self.data);
        self.become_ready().await;
    }

    /// After it ended, with some of its system calls failing from now on.
    pub(crate) async fn restart_failing(&mut self, faults: &Faults) {
        let stderr = self.home.path().join("stderr");
        let arguments = arguments(&self.settings, &self.data);
        self.process = Process::spawn_failing(faults, &arguments, self.home.path(), &stderr);
        self.become_ready().await;
    }

    async fn become_ready(&mut self) {
        let url = self.process.base_url().await;
        let (http, ready) = (http(), format!("{url}/readyz"));
        until("/readyz is 200", async || {
            let answer = http.get(&ready).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
        self.address.send_replace(url);
    }

    /// The status of `/readyz`.
    pub(crate) async fn readiness(&self) -> u16 {
        http().get(format!("{}/readyz", self.url())).send().await.unwrap().status().as_u16()
    }

    pub(crate) fn url(&self) -> String {
        self.address.borrow().clone()
    }

    pub(crate) fn token(&self) -> String {
        fs::read_to_string(self.data.join("token")).unwrap().trim().to_owned()
    }

    /// A client that follows the server to its new address.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.address.subscribe(), self.token())
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Everything that any of its lives wrote to standard error.
    pub(crate) fn stderr(&self) -> Vec<u8> {
        fs::read(self.home.path().join("stderr")).unwrap()
    }

    /// SIGTERM, to the end.
    pub(crate) async fn stop(&mut self) -> ExitStatus {
        self.process.signal("TERM");
        self.process.ended().await
    }

    /// Reads the whole log, as an outside judge would.
    pub(crate) async fn assert_log_is_clean(&self) {
        let data = self.data.to_str().unwrap();
        let ended = super::run(&["events", "verify", "--data-dir", data], self.home()).await;
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(ended.stdout.trim_end().ends_with(": clean"), "{ended:?}");
    }
}

fn spawn(settings: &Settings, home: &Path, data: &Path) -> Process {
    Process::spawn(&arguments(settings, data), home, &home.join("stderr"))
}

fn arguments<'a>(settings: &'a Settings, data: &'a Path) -> Vec<&'a str> {
    let mut arguments = vec!["serve", "--bind", "127.0.0.1:0", "--data-dir", data.to_str().unwrap()];
    arguments.extend(settings.0.iter().map(String::as_str));
    arguments
}
