//! The simulated cloud, and what it saw.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Client, Process};

/// The program serves on loopback alone, so nothing is ever asked of a proxy.
pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().timeout(super::DEADLINE).build().unwrap()
}

pub(crate) struct Simulator {
    pub(crate) url: String,
    pub(crate) directory: TempDir,
    http: reqwest::Client,
    _process: Process,
}

impl Simulator {
    pub(crate) async fn start(script: &str) -> Self {
        Self::start_with(script, None).await
    }

    /// With this key in place of a fresh one.
    pub(crate) async fn start_with(script: &str, key: Option<&str>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let place = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
        fs::write(place("script.toml"), script).unwrap();
        if let Some(key) = key {
            fs::write(place("key.pem"), key).unwrap();
        }
        let (dir, file) = (place(""), place("script.toml"));
        let arguments = ["sim", "oci", "--bind", "127.0.0.1:0", "--dir", &dir, "--script", &file];
        let mut process = Process::spawn(&arguments, directory.path(), &directory.path().join("stderr"));
        let url = process.base_url().await;
        Self { url, directory, http: http(), _process: process }
    }

    pub(crate) fn config_file(&self) -> PathBuf {
        self.directory.path().join("config")
    }

    /// The text of the configuration file that it wrote.
    pub(crate) fn config(&self) -> String {
        fs::read_to_string(self.config_file()).unwrap()
    }

    pub(crate) fn key(&self) -> String {
        fs::read_to_string(self.directory.path().join("key.pem")).unwrap()
    }

    /// What `tenantCreate` takes, but for the name.
    pub(crate) fn account(&self, name: &str) -> Value {
        let config = self.config();
        let values: BTreeMap<_, _> = config.lines().filter_map(|line| line.split_once('=')).collect();
        let value = |key: &str| values.iter().find(|(name, _)| name.trim() == key).unwrap().1.trim();
        json!({
            "name": name, "tenancyOcid": value("tenancy"), "userOcid": value("user"),
            "fingerprint": value("fingerprint"), "region": value("region"), "privateKey": self.key(),
        })
    }

    /// Everything that exists, and every request after that number.
    pub(crate) async fn state(&self, after: u64) -> Value {
        let url = format!("{}/_sim/state?after={after}", self.url);
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    /// Every launch that was asked for.
    pub(crate) async fn launches(&self) -> Vec<Value> {
        self.launches_after(0).await
    }

    /// Those after the request of this number.
    pub(crate) async fn launches_after(&self, number: u64) -> Vec<Value> {
        let state = self.state(number).await;
        let requests = state["requests"].as_array().unwrap();
        requests.iter().filter(|request| request["operation"] == "LaunchInstance").cloned().collect()
    }

    /// No launch was asked for that the log does not know of.
    pub(crate) async fn every_launch_was_written_down(&self, client: &Client) {
        // Asked first: what the log knows of may be launched meanwhile.
        let launches = self.launches().await;
        let committed = client.events(0, Some("grab.attempt_started")).await;
        let tokens: BTreeSet<_> =
            committed.iter().map(|event| event.data["token"].as_str().unwrap()).collect();
        for launch in launches {
            assert!(tokens.contains(launch["opcRetryToken"].as_str().unwrap()), "not written down: {launch}");
        }
    }

    /// The identifiers of living instances by the task that their tag names.
    pub(crate) async fn living(&self) -> BTreeMap<String, Vec<String>> {
        let mut living = BTreeMap::<_, Vec<_>>::new();
        for instance in self.state(u64::from(u32::MAX)).await["instances"].as_array().unwrap() {
            let over = ["TERMINATED", "TERMINATING"].iter().any(|over| instance["lifecycleState"] == *over);
            if !over {
                let id = instance["id"].as_str().unwrap().to_owned();
                living.entry(task_of(&instance["freeformTags"])).or_default().push(id);
            }
        }
        living
    }

    pub(crate) async fn play(&self, script: &str) {
        let url = format!("{}/_sim/script", self.url);
        let answer = self.http.post(url).body(script.to_owned()).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }
}

/// The task that the tags of an instance or of a launch name.
pub(crate) fn task_of(tags: &Value) -> String {
    let tags = tags.as_object().unwrap();
    let (_, task) = tags.iter().find(|(key, _)| key.ends_with("task")).expect("every launch bears its task");
    task.as_str().unwrap().to_owned()
}
