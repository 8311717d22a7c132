//! What is wanted and when it is tried, as flags. No rule is checked here: the server knows them all, and says which field is wrong.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use super::{
    or_none::{OrNone, list, number, or_none, text},
    window::{self, CronWindow, Window},
};
use crate::{duration, failure::Failure, moment, utc_offset, words};

/// What making and changing a task have in common.
#[derive(Args, Debug)]
pub(crate) struct Wish {
    /// OCPUs, for flexible shapes
    #[arg(long, value_name = "N")]
    ocpus: Option<f64>,
    /// Memory in GB, for flexible shapes
    #[arg(long, value_name = "GB")]
    memory: Option<f64>,
    /// Size of a flexible shape as OCPUs/memory, such as 4/24; the first one given is wanted most
    #[arg(long = "size", value_parser = size, value_name = "OCPUS/GB", conflicts_with_all = ["ocpus", "memory"])]
    sizes: Vec<Value>,
    /// Boot volume in GB
    #[arg(long, value_name = "GB")]
    disk: Option<u32>,
    /// Speed of the boot volume: 10, 20, 30 … 120; as is usual in the cloud if `none`
    #[arg(long, value_parser = or_none(number), value_name = "VPU")]
    vpus: Option<OrNone<u32>>,
    /// Region; with several, one task tries them in turn; the tenant's home region if absent
    #[arg(long = "region", value_name = "REGION")]
    regions: Vec<String>,
    /// Availability domain to try; all of each region if absent or `none`
    #[arg(long = "ad", value_parser = or_none(text), value_name = "DOMAIN")]
    availability_domains: Vec<OrNone<String>>,
    /// Id of a subnet that exists; one is made and reused if absent or `none`
    #[arg(long, value_parser = or_none(text), value_name = "ID")]
    subnet: Option<OrNone<String>>,
    /// Whether it gets a public address
    #[arg(long, value_name = "BOOL")]
    public_ip: Option<bool>,
    /// Whether it gets an address of IPv6
    #[arg(long, value_name = "BOOL")]
    ipv6: Option<bool>,
    /// How many instances in all, one if absent; they are grabbed one after another
    #[arg(long, value_name = "N")]
    count: Option<u32>,
    /// Tag to put on the instance; no tags if `none`
    #[arg(long = "tag", value_parser = or_none(tag), value_name = "NAME=VALUE")]
    tags: Vec<OrNone<Value>>,
    /// Public SSH key to install: the file that holds it, or its text; no keys if `none`
    #[arg(long = "ssh-key", value_parser = or_none(text), value_name = "FILE|TEXT")]
    ssh_keys: Vec<OrNone<String>>,
    /// File that holds the root password
    #[arg(long, value_name = "FILE")]
    root_password_file: Option<PathBuf>,
    /// File that holds a text for cloud-init
    #[arg(long, value_name = "FILE")]
    user_data_file: Option<PathBuf>,
    /// Want no root password, though the task or the launch profile has one
    #[arg(long, conflicts_with = "root_password_file")]
    no_root_password: bool,
    /// Want no text for cloud-init, though the task or the launch profile has one
    #[arg(long, conflicts_with = "user_data_file")]
    no_user_data: bool,
}

/// When it is tried.
#[derive(Args, Debug)]
pub(crate) struct Times {
    /// Pause between attempts: 60, 90s, 5m
    #[arg(long, value_parser = duration::parse_seconds, value_name = "LENGTH")]
    interval: Option<u64>,
    /// Random spread in percent of the interval
    #[arg(long, value_name = "PERCENT")]
    jitter: Option<u32>,
    /// Give up after so many attempts; never for that reason if `none`
    #[arg(long, value_parser = or_none(number), value_name = "N")]
    max_attempts: Option<OrNone<u32>>,
    /// No attempt before this moment, such as 2026-12-01T03:00:00Z; from its start on if absent or `none`
    #[arg(long, value_parser = or_none(moment::parse), value_name = "MOMENT")]
    start_at: Option<OrNone<String>>,
    /// Give up at this moment; never for that reason if absent or `none`
    #[arg(long, value_parser = or_none(moment::parse), value_name = "MOMENT")]
    stop_at: Option<OrNone<String>>,
    /// Try only then, such as "03:00-05:00" or "mon-fri 22:00-06:00"; at any time if absent or `none`
    #[arg(long = "window", value_parser = or_none(window::parse), value_name = "WINDOW")]
    windows: Vec<OrNone<Window>>,
    /// Try only when a cron expression came so long ago at most, such as "0 3 * * mon-fri for 2h"; at any time if absent or `none`
    #[arg(long = "cron-window", value_parser = or_none(window::parse_cron), value_name = "CRON for LENGTH")]
    cron_windows: Vec<OrNone<CronWindow>>,
    /// How far the windows' clock is ahead of UTC, such as 8 or +05:30
    #[arg(long, value_parser = utc_offset::parse, allow_hyphen_values = true, value_name = "OFFSET")]
    utc_offset: Option<i32>,
}

impl Wish {
    /// Only what was given.
    pub(crate) fn read(&self) -> Result<Value, Failure> {
        let keys = list(&self.ssh_keys).map(|flags| all_ssh_keys(&flags)).transpose()?;
        let password = secret(self.root_password_file.as_deref(), read_secret, self.no_root_password)?;
        let user_data = secret(self.user_data_file.as_deref(), read_text, self.no_user_data)?;
        let (region, regions) = match self.regions.as_slice() {
            [region] => (Some(json!(region)), None),
            several => (None, some(several)),
        };
        Ok(given([
            ("ocpus", self.ocpus.map(Value::from)),
            ("memoryGb", self.memory.map(Value::from)),
            ("sizes", some(&self.sizes)),
            ("bootVolumeGb", self.disk.map(Value::from)),
            ("vpusPerGb", self.vpus.as_ref().map(|vpus| vpus.or(json!(0)))),
            ("region", region),
            ("regions", regions),
            ("availabilityDomains", list(&self.availability_domains).map(|domains| json!(domains))),
            ("subnet", self.subnet.as_ref().map(|subnet| subnet.or(json!("")))),
            ("publicIpv4", self.public_ip.map(Value::from)),
            ("ipv6", self.ipv6.map(Value::from)),
            ("tags", list(&self.tags).map(|tags| json!(tags))),
            ("count", self.count.map(Value::from)),
            ("sshKeys", keys.map(|keys| json!(keys))),
            ("rootPassword", password.map(|secret| json!(secret.expose_secret()))),
            ("userData", user_data.map(|secret| json!(secret.expose_secret()))),
        ]))
    }
}

impl Wish {
    /// Only what was given, with what a change may leave out.
    pub(crate) fn change(&self, shape: Option<&str>, image: Option<&str>) -> Result<Value, Failure> {
        let mut spec = self.read()?;
        for (field, given) in [("shape", shape), ("image", image)] {
            if let Some(given) = given {
                spec[field] = json!(given);
            }
        }
        Ok(spec)
    }
}

impl Times {
    /// Only what was given.
    pub(super) fn read(&self) -> Value {
        let windows = list(&self.windows).map(|windows| windows.into_iter().map(Window::wire).collect());
        let cron_windows =
            list(&self.cron_windows).map(|windows| windows.into_iter().map(CronWindow::wire).collect());
        given([
            ("interval", self.interval.map(Value::from)),
            ("jitterPercent", self.jitter.map(Value::from)),
            ("maxAttempts", self.max_attempts.as_ref().map(|most| most.or(json!(0)))),
            ("startAt", self.start_at.as_ref().map(|moment| moment.or(Value::Null))),
            ("deadline", self.stop_at.as_ref().map(|moment| moment.or(Value::Null))),
            ("windows", windows),
            ("cronWindows", cron_windows),
            ("utcOffsetMinutes", self.utc_offset.map(Value::from)),
        ])
    }
}

/// An object of what was given: the server's defaults stand for the rest.
fn given<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let present = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect::<Map<_, _>>())
}

fn some<T: serde::Serialize>(list: &[T]) -> Option<Value> {
    (!list.is_empty()).then(|| json!(list))
}

/// An empty text takes a secret away.
fn secret(
    path: Option<&Path>,
    read: fn(&Path) -> Result<SecretString, Failure>,
    gone: bool,
) -> Result<Option<SecretString>, Failure> {
    if gone { Ok(Some(SecretString::default())) } else { path.map(read).transpose() }
}

fn size(text: &str) -> Result<Value, String> {
    let wrong = || format!("`{text}` is not a size such as 4/24");
    let (ocpus, memory) = text.split_once('/').ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
    Ok(json!({ "ocpus": number(ocpus)?, "memoryGb": number(memory)? }))
}

fn tag(text: &str) -> Result<Value, String> {
    let (name, value) =
        text.split_once('=').ok_or_else(|| format!("`{text}` is not a tag such as team=blue"))?;
    Ok(json!({ "name": name, "value": value }))
}

fn all_ssh_keys(flags: &[&String]) -> Result<Vec<String>, Failure> {
    let mut keys = Vec::new();
    for flag in flags {
        keys.extend(ssh_keys(flag)?);
    }
    Ok(keys)
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
    let text = read_text(path)?;
    Ok(SecretString::from(text.expose_secret().trim_end_matches(['\r', '\n'])))
}

fn read_text(path: &Path) -> Result<SecretString, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::local(words::cannot_read(path), error))?;
    Ok(SecretString::from(text))
}
