//! What the server is told before it starts: flags > environment > file > defaults.
//!
//! It holds only what is needed to start. What a person changes in the page (channels, thresholds, language) is an event and never
//! lives here. It opens nothing but the configuration file and the files named by `…_FILE` variables, and it knows no command line:
//! whoever parses one hands over keys and values.
//!
//! All problems are reported at once, because a person who mends them one start at a time starts many times.

mod check;
mod document;
mod layers;
mod notify;
mod place;
mod problem;
mod retention;
mod rounds;
mod settings;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use berth_domain::Seconds;
use secrecy::SecretString;

pub use layers::{Flag, Sources};
pub use notify::{Dingtalk, Notify, Said, Telegram};
pub use problem::{ConfigError, Origin, Problem};
pub use retention::Retention;
pub use rounds::Rounds;
pub use settings::{Kind, SETTINGS, Setting};

/// The key as the table spells it; for one that is not there, the nearest.
pub fn setting(key: &str) -> Result<&'static str, &'static str> {
    settings::find(key).map(|setting| setting.key).ok_or_else(|| settings::nearest(key))
}

use check::Checked;

/// Everything the server needs to know to start.
#[derive(Debug, Clone)]
pub struct Config {
    pub server: Server,
    pub database: Database,
    pub access: Access,
    pub retention: Retention,
    pub log: Log,
    pub grab: Grab,
    pub metrics: Metrics,
    pub tracing: Tracing,
    pub rounds: Rounds,
    pub alerts: Alerts,
    pub notify: Notify,
    pub oci: Oci,
    pub outbound: Outbound,
    /// Where all files live that the server makes, relative to the working directory unless absolute.
    pub data_dir: PathBuf,
    /// What is lawful but deserves a word at the start.
    pub warnings: Vec<Problem>,
    /// Every setting as it came out, for `config show --origin`. Secrets are masked already.
    pub shown: Vec<Shown>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub host: String,
    /// 0 asks the system for a free one.
    pub port: u16,
    pub mode: Mode,
    /// A proxy that ends TLS stands before us, so a public address is no cause for a warning.
    pub behind_proxy: bool,
    pub requests: crate::http::RequestLimits,
    pub sockets: crate::http::SocketLimits,
}

impl Server {
    /// Where to listen, as one text; an IPv6 address gets its brackets.
    pub fn address(&self) -> String {
        if self.host.contains(':') && !self.host.starts_with('[') {
            return format!("[{}]:{}", self.host, self.port);
        }
        format!("{}:{}", self.host, self.port)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Release,
    Debug,
}

/// How people come in, and how long they stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    pub session_length: Seconds,
    pub session_idle: Seconds,
    /// Makes the first user `admin` at the first start, for installations that nobody watches.
    pub admin_password_file: Option<PathBuf>,
}

/// What keeps the log.
#[derive(Debug, Clone)]
pub enum Database {
    /// A file of one node.
    Sqlite { file: PathBuf },
    /// A server that outlives the node. The name may hold a password.
    Postgres { dsn: SecretString },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// A level, or directives such as `info,berth=debug`.
    pub level: String,
    pub format: LogFormat,
    /// Absent: standard error only.
    pub file: Option<LogFile>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Json,
    Text,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    pub path: PathBuf,
    pub max_bytes: u64,
    pub max_backups: usize,
    /// 0 keeps backups whatever their age.
    pub max_age_days: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grab {
    pub default_interval_seconds: u64,
    pub min_interval_seconds: u64,
    /// Attempts before a task gives up; 0 goes on until it has what it wants.
    pub max_retry: u64,
    pub concurrent_limit: usize,
    pub jitter_percent: u8,
    /// The most calls a second that one tenant may make of its cloud.
    pub calls_per_second: f64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metrics {
    /// Where figures are given to Prometheus; nowhere if absent.
    pub address: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracing {
    /// Where traces go, without a slash at its end; nowhere if absent.
    pub endpoint: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alerts {
    /// Rules that hold in production alone are watched.
    pub production: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oci {
    /// Stands in for every OCI endpoint; always a loopback address. For tests and the demo.
    pub endpoint: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outbound {
    pub allow: Vec<String>,
}

/// One setting as it came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub key: &'static str,
    pub value: String,
    pub origin: Origin,
}

impl Config {
    /// Reads all layers, or tells everything that is wrong with them.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let layers = layers::merge(sources, &mut problems);
        let checked = Checked::of(&layers.values, &mut problems);
        let mut warnings = layers.warnings;
        let config = Self::build(&checked, &mut problems, &mut warnings);
        if problems.is_empty() { Ok(Self { warnings, ..config }) } else { Err(ConfigError { problems }) }
    }

    fn build(checked: &Checked, problems: &mut Vec<Problem>, warnings: &mut Vec<Problem>) -> Self {
        let place = place::of(checked, problems);
        Self {
            server: place::server(checked, problems, warnings),
            database: place.database,
            access: access(checked),
            retention: Retention::of(checked, &place.directory, problems),
            log: log(checked),
            grab: grab(checked, problems),
            metrics: place::metrics(checked, problems, warnings),
            tracing: place::tracing(checked, problems, warnings),
            rounds: Rounds::of(checked, problems),
            alerts: Alerts { production: checked.flag("alerts.production") },
            notify: Notify::of(checked, warnings),
            oci: place::oci(checked, problems),
            outbound: Outbound { allow: checked.list("outbound.allow").to_vec() },
            data_dir: place.directory,
            warnings: Vec::new(),
            shown: checked.shown(),
        }
    }
}

fn access(checked: &Checked) -> Access {
    let file = checked.text("access.admin_password_file");
    Access {
        session_length: Seconds(checked.number::<u32>("access.session_hours") * 3600),
        session_idle: Seconds(checked.number::<u32>("access.idle_minutes") * 60),
        admin_password_file: (!file.is_empty()).then(|| file.into()),
    }
}

fn log(checked: &Checked) -> Log {
    const MEBIBYTE: u64 = 1024 * 1024;
    let path = checked.text("log.file");
    let talkative = checked.text("server.mode") == "debug" && *checked.origin("log.level") == Origin::Default;
    let level = if talkative { "info,berth=debug" } else { checked.text("log.level") };
    Log {
        level: level.to_owned(),
        format: if checked.text("log.format") == "text" { LogFormat::Text } else { LogFormat::Json },
        file: (!path.is_empty()).then(|| LogFile {
            path: path.into(),
            max_bytes: checked.number::<u64>("log.max_size") * MEBIBYTE,
            max_backups: checked.number("log.max_backups"),
            max_age_days: checked.number("log.max_age"),
        }),
    }
}

fn grab(checked: &Checked, problems: &mut Vec<Problem>) -> Grab {
    let grab = Grab {
        default_interval_seconds: checked.number("grab.default_interval"),
        min_interval_seconds: checked.number("grab.min_interval"),
        max_retry: checked.number("grab.max_retry"),
        concurrent_limit: checked.number("grab.concurrent_limit"),
        jitter_percent: checked.number("grab.jitter_percent"),
        calls_per_second: f64::from(checked.number::<u32>("grab.calls_per_second")),
    };
    let (usual, least) = (grab.default_interval_seconds, grab.min_interval_seconds);
    if usual < least {
        problems.push(checked.problem(
            "grab.default_interval",
            format!("{usual} s is shorter than grab.min_interval, which is {least} s"),
            format!("{usual} 秒小于 grab.min_interval 的 {least} 秒"),
        ));
    }
    grab
}
