//! One task in full.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Instance, Task};
use crate::{
    client::Client,
    console::Console,
    failure::{Exit, Failure},
    names, words,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    spec: Spec,
    schedule: Schedule,
    instances: Vec<Instance>,
    allowed_actions: Vec<String>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    shape: String,
    ocpus: Option<f64>,
    memory_gb: Option<f64>,
    boot_volume_gb: u64,
    image: String,
    region: String,
    availability_domains: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Schedule {
    interval: u64,
    jitter_percent: u64,
    max_attempts: Option<u64>,
}

pub(super) async fn run(client: &Client, console: &mut Console, named: &str) -> Result<Exit, Failure> {
    let id = names::task_id(client, named).await?;
    let answer = client.ask(include_str!("show.graphql"), json!({ "id": id })).await?;
    let answer = names::found(answer, &words::task(), &id)?;
    console.object(&answer, |console| print(console, &answer))?;
    Ok(Exit::Done)
}

fn print(console: &mut Console, answer: &Value) -> Result<(), Failure> {
    let task = Task::read(answer)?;
    let details = Details::deserialize(answer).map_err(Failure::strange)?;
    let last = task.last_attempt.as_ref();
    let answer =
        last.and_then(|attempt| attempt.provider_error.as_ref()).map(super::ProviderWords::to_string);
    console.fields([
        ("NAME", task.name.clone()),
        ("ID", task.id.clone()),
        ("TENANT", task.tenant.name.clone()),
        ("STATE", console.say(&words::state(&task.state)).to_owned()),
        ("REASON", task.state_reason.clone()),
        ("WISH", details.spec.to_string()),
        ("REGION", details.spec.place()),
        ("SCHEDULE", details.schedule.to_string()),
        ("ATTEMPTS", console.say(&words::counts(task.attempt_count, task.fault_count)).to_owned()),
        ("LAST", last.map_or_else(|| "–".into(), |attempt| attempt.words(console))),
        ("ANSWER", answer.unwrap_or_else(|| "–".into())),
        ("NEXT", console.moments.optional(task.next_attempt_at)),
        ("INSTANCE", list(details.instances.iter().map(Instance::to_string))),
        ("ACTIONS", list(details.allowed_actions.iter().map(|action| action.to_lowercase()))),
        ("CREATED", console.moments.moment(details.created_at)),
        ("STARTED", console.moments.optional(details.started_at)),
        ("FINISHED", console.moments.optional(details.finished_at)),
    ])
}

fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() { "–".into() } else { items.join(" ") }
}

impl std::fmt::Display for super::ProviderWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let status = self.status.map(|status| format!("{status} ")).unwrap_or_default();
        write!(f, "{status}{}: {}", self.code, self.message)
    }
}

impl std::fmt::Display for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.public_ips.join(" "), self.provider_id)
    }
}

impl std::fmt::Display for Spec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shape)?;
        if let Some(ocpus) = self.ocpus {
            write!(f, " · {ocpus} OCPU")?;
        }
        if let Some(memory) = self.memory_gb {
            write!(f, " · {memory} GB")?;
        }
        write!(f, " · {} GB · {}", self.boot_volume_gb, self.image)
    }
}

impl Spec {
    fn place(&self) -> String {
        let domains =
            self.availability_domains.iter().map(|domain| format!(" {}", super::short_domain(domain)));
        std::iter::once(self.region.clone()).chain(domains).collect()
    }
}

impl std::fmt::Display for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} s ± {} %", self.interval, self.jitter_percent)?;
        self.max_attempts.map_or(Ok(()), |attempts| write!(f, " · ≤ {attempts}"))
    }
}
