//! Making a task. No rule is checked here: the server knows them all, and says which field is wrong.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use super::command;
use crate::{
    client::Client,
    console::Console,
    duration,
    failure::{self, Exit, Failure},
    names, words,
};

#[derive(Args, Debug)]
pub struct Create {
    /// Tenant to grab for, by id or unique name; one task is made for each
    #[arg(long = "tenant", required = true, value_name = "TENANT")]
    tenants: Vec<String>,
    /// Name; made of region and shape if absent
    #[arg(long)]
    name: Option<String>,
    /// Shape, such as VM.Standard.A1.Flex
    #[arg(long)]
    shape: String,
    /// OCPUs, for flexible shapes
    #[arg(long, value_name = "N")]
    ocpus: Option<f64>,
    /// Memory in GB, for flexible shapes
    #[arg(long, value_name = "GB")]
    memory: Option<f64>,
    /// Boot volume in GB
    #[arg(long, value_name = "GB")]
    disk: Option<u32>,
    /// Operating system, such as "Canonical Ubuntu 24.04"
    #[arg(long, alias = "os", value_name = "OS")]
    image: String,
    /// Region; the tenant's home region if absent
    #[arg(long)]
    region: Option<String>,
    /// Availability domain to try; all of the region if absent
    #[arg(long = "ad", value_name = "DOMAIN")]
    availability_domains: Vec<String>,
    /// Pause between attempts: 60, 90s, 5m
    #[arg(long, value_parser = duration::parse_seconds, value_name = "LENGTH")]
    interval: Option<u64>,
    /// Random spread in percent of the interval
    #[arg(long, value_name = "PERCENT")]
    jitter: Option<u32>,
    /// Give up after so many attempts
    #[arg(long, value_name = "N")]
    max_attempts: Option<u32>,
    /// Public SSH key to install: the file that holds it, or its text
    #[arg(long = "ssh-key", value_name = "FILE|TEXT")]
    ssh_keys: Vec<String>,
    /// File that holds the root password
    #[arg(long, value_name = "FILE")]
    root_password_file: Option<PathBuf>,
    /// Make it, but do not start it
    #[arg(long)]
    no_start: bool,
}

pub(super) async fn run(client: &Client, console: &mut Console, create: Create) -> Result<Exit, Failure> {
    let spec = create.spec()?;
    let tenant_ids = names::tenant_ids(client, &create.tenants).await?;
    let mut input = json!({
        "tenantIds": tenant_ids,
        "spec": spec,
        "schedule": create.schedule(),
        "start": !create.no_start,
    });
    if let Some(name) = &create.name {
        input["name"] = json!(name);
    }
    let payload =
        client.tell(concat!(include_str!("create.graphql"), include_str!("fields.graphql")), input).await?;
    if console.format == crate::OutputFormat::Text {
        for task in payload["grabTasks"].as_array().into_iter().flatten() {
            let [name, id] = ["name", "id"].map(|key| task[key].as_str().unwrap_or_default());
            console.sentence(&words::created(&crate::output::table::printable(name), id))?;
        }
    } else {
        command::print(console, &payload)?;
    }
    failure::refusals(&payload)?;
    Ok(Exit::Done)
}

impl Create {
    fn spec(&self) -> Result<Value, Failure> {
        let mut keys = Vec::new();
        for key in &self.ssh_keys {
            keys.extend(ssh_keys(key)?);
        }
        let password = self.root_password_file.as_deref().map(read_secret).transpose()?;
        Ok(given([
            ("shape", Some(json!(self.shape))),
            ("ocpus", self.ocpus.map(Value::from)),
            ("memoryGb", self.memory.map(Value::from)),
            ("bootVolumeGb", self.disk.map(Value::from)),
            ("image", Some(json!(self.image))),
            ("region", self.region.as_ref().map(|region| json!(region))),
            ("availabilityDomains", Some(json!(self.availability_domains))),
            ("sshKeys", Some(json!(keys))),
            ("rootPassword", password.map(|secret| json!(secret.expose_secret()))),
        ]))
    }

    fn schedule(&self) -> Value {
        given([
            ("interval", self.interval.map(Value::from)),
            ("jitterPercent", self.jitter.map(Value::from)),
            ("maxAttempts", self.max_attempts.map(Value::from)),
        ])
    }
}

/// An object of what was given: the server's defaults stand for the rest.
fn given<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let present = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect::<Map<_, _>>())
}

/// The keys a flag names: its own text, or those in a file, one a line.
fn ssh_keys(flag: &str) -> Result<Vec<String>, Failure> {
    if ["ssh-", "ecdsa-", "sk-"].iter().any(|prefix| flag.starts_with(prefix)) && flag.contains(' ') {
        return Ok(vec![flag.to_owned()]);
    }
    let path = Path::new(flag);
    let text = fs::read_to_string(path).map_err(|error| Failure::local(words::cannot_read(path), error))?;
    if text.contains("PRIVATE KEY") {
        return Err(Failure::usage(words::a_private_key(flag)));
    }
    let keys = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(keys.map(str::to_owned).collect())
}

fn read_secret(path: &Path) -> Result<SecretString, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::local(words::cannot_read(path), error))?;
    Ok(SecretString::from(text.trim_end_matches(['\r', '\n'])))
}
