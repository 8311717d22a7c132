//! One task in full.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Instance, Task, window::clock};
use crate::{
    client::Client,
    console::Console,
    failure::{Exit, Failure},
    names,
    utc_offset::zone,
    words,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    spec: Option<Wanted>,
    starts_instance: Option<ToStart>,
    schedule: Schedule,
    instances: Vec<Instance>,
    allowed_actions: Vec<String>,
    created_at: DateTime<Utc>,
    queued_at: Option<DateTime<Utc>>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
}

/// What is wanted, as it is said in a line.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Wanted {
    shape: String,
    sizes: Vec<Size>,
    boot_volume_gb: u64,
    image: String,
    regions: Vec<String>,
    availability_domains: Vec<String>,
    count: u64,
}

#[derive(Deserialize)]
struct ToStart {
    instance: String,
    region: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Size {
    ocpus: f64,
    memory_gb: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Schedule {
    interval: u64,
    jitter_percent: u64,
    max_attempts: Option<u64>,
    start_at: Option<DateTime<Utc>>,
    deadline: Option<DateTime<Utc>>,
    windows: Vec<Window>,
    cron_windows: Vec<CronWindow>,
    utc_offset_minutes: i32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Window {
    days: Vec<String>,
    from_minute: u64,
    to_minute: u64,
}

#[derive(Deserialize)]
struct CronWindow {
    cron: String,
    minutes: u64,
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
        ("WISH", details.wish()),
        ("REGION", details.place()),
        ("SCHEDULE", details.schedule.to_string()),
        ("ATTEMPTS", console.say(&words::counts(task.attempt_count, task.fault_count)).to_owned()),
        ("LAST", last.map_or_else(|| "–".into(), |attempt| attempt.words(console))),
        ("ANSWER", answer.unwrap_or_else(|| "–".into())),
        ("NEXT", console.moments.optional(task.next_attempt_at)),
        ("INSTANCE", list(details.instances.iter().map(Instance::to_string))),
        ("ACTIONS", list(details.allowed_actions.iter().map(|action| action.to_lowercase()))),
        ("CREATED", console.moments.moment(details.created_at)),
        ("QUEUED", console.moments.optional(details.queued_at)),
        ("NOT BEFORE", console.moments.optional(details.schedule.start_at)),
        ("UNTIL", console.moments.optional(details.schedule.deadline)),
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

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.count != 1 {
            write!(f, "{} × ", self.count)?;
        }
        f.write_str(&self.shape)?;
        for (index, size) in self.sizes.iter().enumerate() {
            let before = if index == 0 { " · " } else { " / " };
            write!(f, "{before}{} OCPU · {} GB", size.ocpus, size.memory_gb)?;
        }
        write!(f, " · {} GB · {}", self.boot_volume_gb, self.image)
    }
}

impl Details {
    fn wish(&self) -> String {
        let start = self.starts_instance.as_ref().map(|start| format!("START {}", start.instance));
        self.spec.as_ref().map(Wanted::to_string).or(start).unwrap_or_else(|| "–".into())
    }

    fn place(&self) -> String {
        let start = self.starts_instance.as_ref().map(|start| start.region.clone());
        self.spec.as_ref().map(Wanted::place).or(start).unwrap_or_else(|| "–".into())
    }
}

impl Wanted {
    /// Regions and availability domains. Empty where none is named.
    pub(crate) fn place(&self) -> String {
        let domains =
            self.availability_domains.iter().map(|domain| format!(" {}", super::short_domain(domain)));
        std::iter::once(self.regions.join(" ")).chain(domains).collect()
    }
}

impl std::fmt::Display for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} s ± {} %", self.interval, self.jitter_percent)?;
        if let Some(attempts) = self.max_attempts {
            write!(f, " · ≤ {attempts}")?;
        }
        self.windows.iter().try_for_each(|window| write!(f, " · {window}"))?;
        self.cron_windows
            .iter()
            .try_for_each(|window| write!(f, " · {} for {} min", window.cron, window.minutes))?;
        let windowless = self.windows.is_empty() && self.cron_windows.is_empty();
        match self.utc_offset_minutes {
            minutes if windowless || minutes == 0 => Ok(()),
            minutes => write!(f, " ({})", zone(minutes)),
        }
    }
}

impl std::fmt::Display for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let days: Vec<String> =
            self.days.iter().filter_map(|day| Some(day.get(..3)?.to_lowercase())).collect();
        let space = if days.is_empty() { "" } else { " " };
        write!(f, "{}{space}{}-{}", days.join(","), clock(self.from_minute), clock(self.to_minute))
    }
}
