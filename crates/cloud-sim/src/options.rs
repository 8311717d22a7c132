//! How a simulator is started, and why it may not start.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use crate::{channels::SmtpOptions, script::Script};

/// What may be chosen before the start. [`Options::default`] suits tests: a free port of the loopback address, one
/// tenant, three availability domains, instances that run after 200 ms, every launch granted.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub bind: SocketAddr,
    /// Where `config` and `key.pem` are written, or read from again. Without it the key lives in memory only
    /// ([`crate::Running::profiles`] has it).
    pub dir: Option<PathBuf>,
    /// What launches and other calls are answered; none grants everything.
    pub script: Option<Script>,
    /// Profiles in `config`, each a tenancy of its own. At least 1.
    pub tenants: usize,
    /// World time from PROVISIONING to RUNNING, and for every other change of an instance's state.
    pub provision: Duration,
    /// World seconds per real second.
    pub time_scale: f64,
    /// Availability domains in the region. At least 1.
    pub availability_domains: usize,
    /// Items on a page when the client does not say `limit`.
    pub page_size: usize,
    /// Service limits for A1; a script may replace them.
    pub limits: Limits,
    /// Where to take mail, if it is to be taken. The other channels are always served.
    pub smtp: Option<SmtpOptions>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            dir: None,
            script: None,
            tenants: 1,
            provision: Duration::from_millis(200),
            time_scale: 1.0,
            availability_domains: 3,
            page_size: 100,
            limits: Limits::default(),
            smtp: None,
        }
    }
}

/// How much A1 a tenancy may have. Always reported; launches are held to it only when `enforce` is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// `standard-a1-core-count`, in OCPUs.
    pub cores: u32,
    /// `standard-a1-memory-count`, in GB.
    pub memory: u32,
    /// Refuse launches beyond it with `LimitExceeded`.
    pub enforce: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { cores: 4, memory: 24, enforce: false }
    }
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("failed to listen on {address}")]
    Bind { address: SocketAddr, source: std::io::Error },
    #[error("failed to use {}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("failed to read the private key in {}: {reason}", path.display())]
    Key { path: PathBuf, reason: &'static str },
    #[error("failed to make a private key")]
    KeyGeneration,
    #[error("failed to understand the script {}", path.display())]
    Script { path: PathBuf, source: crate::script::ScriptError },
    #[error("{0} must be at least 1")]
    TooFew(&'static str),
}
