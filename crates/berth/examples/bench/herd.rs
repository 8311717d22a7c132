//! Ten thousand tasks of ten tenants, each trying once a minute, and some that try each second, against a simulated cloud that never has
//! room.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    naive,
    process::{Binaries, Process, log_file},
    server::{Api, Server, accepted},
};

const TENANTS: usize = 10;
/// How many requests are under way at once while the tasks are made.
const AT_ONCE: usize = 64;
const NO_ROOM: &str = "[[rule]]\nsteps = [\"capacity\"]\n";
/// How long the tenants' keys may take to be tried.
const KEYS_TRIED_WITHIN: Duration = Duration::from_secs(30);

/// How many tasks there are: calm ones try once a minute, eager ones once a second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crowd {
    pub(crate) calm: usize,
    pub(crate) eager: usize,
}

/// The simulated cloud and the directory of a server that grabs from it.
pub(crate) struct Herd {
    pub(crate) crowd: Crowd,
    directory: TempDir,
    base_url: String,
    /// Ends with the herd.
    _simulator: Process,
}

impl Herd {
    /// Starts the cloud alone.
    pub(crate) fn new(binaries: &Binaries, crowd: Crowd) -> Result<Self> {
        let directory = tempfile::tempdir_in(scratch())?;
        let script = directory.path().join("script.toml");
        std::fs::write(&script, NO_ROOM)?;
        let mut command = binaries.berth()?;
        command.args(["sim", "oci", "--bind", "127.0.0.1:0", "--tenants", &TENANTS.to_string(), "--dir"]);
        command.arg(directory.path().join("cloud")).arg("--script").arg(script);
        let mut simulator = Process::talking(command.stderr(log_file(directory.path())?))?;
        let output = simulator.output().context("the simulator has a pipe")?;
        let mut first_line = String::new();
        BufReader::new(output).read_line(&mut first_line)?;
        let base_url = first_line.trim().to_owned();
        Ok(Self { crowd, directory, base_url, _simulator: simulator })
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// The same tasks as loops of their own in one process, which end with it.
    pub(crate) fn naive(&self) -> Result<Process> {
        let cloud = self.directory.path().join("cloud");
        let mut command = naive::command(&self.base_url, &cloud, self.crowd)?;
        Process::talking(command.stderr(log_file(self.directory.path())?))
    }

    /// Starts a server, the tasks' own or a new one.
    pub(crate) fn serve(&self, binaries: &Binaries) -> Result<(Server, Duration)> {
        let settings = [
            &format!("oci.endpoint={}", self.base_url),
            "outbound.allow=loopback",
            "grab.concurrent_limit=20000",
            "grab.calls_per_second=1000",
            "grab.min_interval=1",
        ];
        Server::start(binaries, &self.data(), &settings.map(str::to_owned))
    }

    /// Registers the tenants, and makes and starts the tasks.
    pub(crate) async fn gather(&self, api: &Api) -> Result<()> {
        let tenants = self.import(api).await?;
        let calm = self.crowd.calm / TENANTS;
        let each = stream::iter(0..calm + self.crowd.eager / TENANTS);
        let create = |number| {
            let interval = if number < calm { 60 } else { 1 };
            let name = format!("抢ARM机器 {number}");
            create(api, &tenants, json!({ "name": name, "schedule": { "interval": interval } }))
        };
        each.map(create).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Registers the tenants and waits until their keys were tried.
    pub(crate) async fn import(&self, api: &Api) -> Result<Vec<String>> {
        let cloud = self.directory.path().join("cloud");
        let read = |name: &str| std::fs::read_to_string(cloud.join(name));
        let keys = json!([{ "name": "key.pem", "text": read("key.pem")? }]);
        let input = json!({ "input": { "config": read("config")?, "keys": keys } });
        accepted(&api.ask(IMPORT, input).await?["tenantImport"])?;
        tokio::time::timeout(KEYS_TRIED_WITHIN, active_tenants(api)).await?
    }

    /// How many launches the cloud was asked for.
    pub(crate) async fn launches(&self) -> Result<u64> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let state = client.get(format!("{}/_sim/state?requests=0", self.base_url)).send().await?;
        let state: Value = state.json().await?;
        state["counts"]["launchRequests"].as_u64().context("the simulator counts launches")
    }
}

/// A directory on the disk that the sources are on: the usual temporary one may be memory, where nothing is durable.
pub(crate) fn scratch() -> PathBuf {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    if target.is_dir() { target } else { std::env::temp_dir() }
}

const IMPORT: &str = "mutation($input: TenantImportInput!) {
    tenantImport(input: $input) { userErrors { message } results { userErrors { message } } }
}";

const LIST: &str = "{ tenants(first: 100) { nodes { id status } } }";

async fn active_tenants(api: &Api) -> Result<Vec<String>> {
    loop {
        let listed = api.ask(LIST, json!({})).await?;
        let nodes = listed["tenants"]["nodes"].as_array().context("a page has nodes")?;
        let active: Vec<_> = nodes
            .iter()
            .filter(|node| node["status"] == "ACTIVE")
            .filter_map(|node| node["id"].as_str().map(str::to_owned))
            .collect();
        if active.len() == TENANTS {
            return Ok(active);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

const CREATE: &str = "mutation($input: GrabTaskCreateInput!) {
    grabTaskCreate(input: $input) { grabTasks { id } userErrors { message } }
}";

/// One task a tenant, of the usual wish with `more` to it.
pub(crate) async fn create(api: &Api, tenants: &[String], more: Value) -> Result<()> {
    let spec = json!({
        "shape": "VM.Standard.A1.Flex", "ocpus": 2, "memoryGb": 12, "image": "Canonical Ubuntu 22.04",
        "region": "ap-tokyo-1",
    });
    let mut input = json!({ "tenantIds": tenants, "spec": spec, "schedule": { "interval": 60 } });
    if let (Value::Object(input), Value::Object(more)) = (&mut input, more) {
        input.extend(more);
    }
    let payload = api.ask(CREATE, json!({ "input": input })).await?["grabTaskCreate"].take();
    accepted(&payload)?;
    match payload["grabTasks"].as_array().map_or(0, Vec::len) {
        made if made == tenants.len() => Ok(()),
        made => bail!("{made} of {} tasks were made", tenants.len()),
    }
}
