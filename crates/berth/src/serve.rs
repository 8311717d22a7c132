//! `berth serve`: one node until it is told to stop.

use std::{io::Write, path::PathBuf, time::Duration};

use berth_cli::Global;
use berth_domain::Text;
use secrecy::ExposeSecret;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    config::{Config, Flag, Problem, Sources},
    logging,
    node::{Node, Purpose, StartError},
    words,
};

/// Exit code when the storage failed.
const STORAGE_FAILED: u8 = 70;
const BAD_CONFIGURATION: u8 = 78;
/// After this long a stop is given up and the process ends all the same.
const STOP: Duration = Duration::from_secs(15);

#[derive(clap::Args, Debug)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) configuration: Configuration,
}

/// Where the configuration comes from. Every key can also be set as `BERTH_SECTION__KEY`.
#[derive(clap::Args, Debug, Default)]
pub(crate) struct Configuration {
    /// Configuration file, TOML or YAML [default: the first of berth.toml, berth.yaml, config.toml, config.yaml]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) bind: Option<String>,
    /// From the flag that all commands share.
    #[arg(skip)]
    pub(crate) data_dir: Option<PathBuf>,
    /// A proxy that ends TLS stands in front
    #[arg(long)]
    pub(crate) behind_proxy: bool,
    /// Any other setting
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
}

impl Configuration {
    /// What a tool reads: the same layers, without the flags of a server.
    pub(crate) fn for_tools(config: Option<PathBuf>, global: &Global) -> Self {
        Self { config, data_dir: global.data_dir.clone(), ..Self::default() }
    }

    /// The configuration of an inner server, which only this process reaches.
    pub(crate) fn inner(self) -> Result<Config, u8> {
        Self { bind: Some("127.0.0.1:0".to_owned()), ..self }.load()
    }

    /// Reads all layers. Prints every problem at once and answers the exit code when there is one.
    pub(crate) fn load(&self) -> Result<Config, u8> {
        self.read().map_err(|problems| {
            for problem in &problems {
                words::complain(problem.in_language(words::language()), None);
            }
            BAD_CONFIGURATION
        })
    }

    /// Reads all layers, or tells everything that is wrong with them.
    pub(crate) fn read(&self) -> Result<Config, Vec<Text>> {
        let flags = self.flags().map_err(|unknown| vec![Text::new(unknown.clone(), unknown)])?;
        let told = |problem: &Problem| Text::new(problem.in_english(), problem.in_chinese());
        Config::load(&Sources::of_process(self.config.clone(), flags))
            .map_err(|error| error.problems.iter().map(told).collect())
    }

    fn flags(&self) -> Result<Vec<Flag>, String> {
        let flag = |name: &str, key, value: &str| Flag { name: name.into(), key, value: value.into() };
        let mut flags: Vec<_> = self.bind.iter().map(|value| flag("bind", "server.bind", value)).collect();
        flags
            .extend(self.data_dir.iter().map(|value| flag("data-dir", "data_dir", &value.to_string_lossy())));
        flags.extend(self.behind_proxy.then(|| flag("behind-proxy", "server.behind_proxy", "true")));
        for pair in &self.set {
            let (key, value) =
                pair.split_once('=').ok_or_else(|| format!("--set {pair}: write KEY=VALUE"))?;
            let setting = crate::config::setting(key).map_err(|nearest| {
                format!("--set {key}: there is no such setting; did you mean {nearest}?")
            })?;
            flags.push(Flag { name: format!("set {key}"), key: setting, value: value.to_owned() });
        }
        Ok(flags)
    }
}

/// How long answers that are under way have when the storage failed.
const LAST_WORDS: Duration = Duration::from_millis(250);

/// Runs until SIGINT or SIGTERM; a second one ends it at once.
pub(crate) async fn run(serve: Serve) -> u8 {
    let config = match serve.configuration.load() {
        Ok(config) => config,
        Err(code) => return code,
    };
    let _logging = match logging::start(&config.log, &config.tracing) {
        Ok(guard) => guard,
        Err(error) => return words::fail(&error, BAD_CONFIGURATION),
    };
    for warning in &config.warnings {
        tracing::warn!("{}", warning.in_words(words::language()));
    }
    match Node::start(&config, Purpose::Serve).await {
        Ok(node) => serve_until_told(node).await,
        Err(error) => could_not_start(&error),
    }
}

pub(crate) fn could_not_start(error: &StartError) -> u8 {
    tracing::error!(error = error as &dyn std::error::Error, "could not start");
    words::fail(error, error.exit_code())
}

async fn serve_until_told(node: Node) -> u8 {
    let address = node.address();
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "serving");
    // Whoever closed standard output does not want to know.
    let mut out = std::io::stdout();
    writeln!(out, "http://{address}").ok();
    if node.token.is_new {
        writeln!(out, "token {}", node.token.secret.expose_secret()).ok();
    }
    // Once, and only here: whoever reads it makes the first user. Whoever starts the server unwatched has the log for it.
    if let Some(code) = node.app.users.setup_code() {
        writeln!(out, "setup {code}").ok();
        // In the fragment, which reaches no proxy's log.
        writeln!(out, "open http://{address}/setup#code={code}").ok();
    }
    out.flush().ok();
    tokio::select! {
        reason = node.failed() => {
            tracing::error!(reason, "ending, so that a restart begins from what is really there");
            // Nothing is written any more, so nothing is done. Whoever asked is told rather than cut off.
            tokio::time::sleep(LAST_WORDS).await;
            STORAGE_FAILED
        }
        () = told_to_stop() => {
            tracing::info!("stopping: finishing what is under way");
            tokio::select! {
                stopped = tokio::time::timeout(STOP, node.stop()) => u8::from(stopped.is_err()),
                () = told_to_stop() => 1,
            }
        }
    }
}

/// The next SIGINT or SIGTERM.
pub(crate) async fn told_to_stop() {
    let mut terminated = signal(SignalKind::terminate()).expect("the runtime has its signal driver");
    let mut interrupted = signal(SignalKind::interrupt()).expect("the runtime has its signal driver");
    tokio::select! {
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
}
