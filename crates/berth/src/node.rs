//! One node, put together: the only place that names concrete adapters.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use berth_actors::{Arbiters, Clock};
use berth_app::{App, Chance, Settings, World};
use berth_cloud::Cloud;
use berth_cloud_oci::{OciCloud, endpoints::Endpoints};
use berth_domain::{Seconds, books::Retention, grab::Schedule};
use berth_graphql::{Dependencies, ServerFacts};
use berth_metrics::Metrics;
use berth_notify::{Dispatcher, Guard};
use berth_store::{
    Append, CommandId, Condition, DirectoryLock, LockError, Log, Meta, Storage,
    vault::{Vault, VaultError},
};
use berth_views::{ViewError, Views};
use secrecy::SecretString;
use tokio::{
    sync::{oneshot, watch},
    task::JoinHandle,
};

use crate::{
    archive::ArchiveDirectory,
    config::{self, Config, Database},
    config_reader::OciConfigReader,
    configured::keep_channels,
    data_dir::{DataDir, DataDirError},
    door::FrontDoor,
    gauges::{Instruments, Scarce},
    http::{Readiness, Running},
    metrics::{Carrying, Exposition, Measuring},
    roster::ViewsRoster,
    serving,
    storage::{self, Use},
    token::{Token, TokenError},
    traces::WatchedCloud,
};

/// How long actors may take to finish what is under way once the node stops.
const FINISH: Duration = Duration::from_secs(12);
/// How long requests under way may take to end after that.
const CLOSE: Duration = Duration::from_secs(2);

/// What a node is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Serve,
    Demo,
    /// Answers a tool on a stopped server's data: nothing acts, and nothing is made that was not there.
    Tools,
}

/// A node that serves and acts.
pub(crate) struct Node {
    pub(crate) app: App,
    pub(crate) views: Views,
    pub(crate) token: Token,
    pub(crate) log: Arc<dyn Storage>,
    http: Running,
    readiness: Readiness,
    end_views: oneshot::Sender<()>,
    views_task: JoinHandle<()>,
    views_ended: watch::Receiver<bool>,
    storage_task: JoinHandle<()>,
    measuring: Option<Measuring>,
    _lock: DirectoryLock,
}

/// Why a node did not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error(transparent)]
    Directory(#[from] DataDirError),
    #[error(transparent)]
    Locked(#[from] LockError),
    #[error(transparent)]
    Log(#[from] storage::OpenError),
    #[error("failed to open the vault")]
    Vault(#[from] VaultError),
    #[error("failed to read the log")]
    Read(#[from] berth_store::ReadError),
    #[error("failed to open the read models")]
    Views(#[from] ViewError),
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("failed to begin to act")]
    App(#[from] berth_app::Denied),
    #[error("failed to listen on {address}")]
    Bind { address: String, source: io::Error },
    #[error("failed to read the first user's password in {}", path.display())]
    Password { path: PathBuf, source: io::Error },
    #[error("oci.endpoint is not usable: {reason}")]
    Endpoint { reason: String },
    #[error(
        "only a part of the log is here: an import was begun and not finished; run `berth events import` on the same files again"
    )]
    HalfImported,
}

impl StartError {
    /// 75: another process holds the directory. 78: the configuration is at fault. 70: the storage failed.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Locked(LockError::Held { .. }) => 75,
            Self::Endpoint { .. } | Self::Password { .. } => 78,
            Self::Bind { .. } => 1,
            Self::Log(error) => error.exit_code(),
            Self::Directory(_)
            | Self::Locked(LockError::Io { .. })
            | Self::Vault(_)
            | Self::Read(_)
            | Self::Views(_)
            | Self::Token(_)
            | Self::App(_)
            | Self::HalfImported => 70,
        }
    }
}

impl Node {
    /// Opens everything in `config.data_dir`, begins to act, and serves. Ready when it returns.
    pub(crate) async fn start(config: &Config, purpose: Purpose) -> Result<Self, StartError> {
        if purpose == Purpose::Tools {
            storage::check_there(&config.database)?;
        }
        let directory = DataDir::create(&config.data_dir)?;
        let lock = DirectoryLock::take(directory.root())?;
        // Bound early: a port that is taken is said before anything acts.
        let listener = bind(config.server.address())?;
        let for_figures = bind_for_figures(config, purpose)?;
        let log = open_log(config, purpose).await?;
        let shared: Arc<dyn Log> = log.clone();
        let vault = Arc::new(vault_for(purpose, &directory, &*shared).await?);
        let token = Token::load_or_create(&directory.token())?;
        let views = Views::open(&directory.views(), shared.clone()).await?;
        let views = if purpose == Purpose::Tools { views.unwatched() } else { views };
        let (end_views, views_ended, views_task) = fold(&views);
        let world = world(config, &log, vault, &views)?;
        let app = app_for(purpose, world).await?;
        if purpose == Purpose::Serve {
            first_user(&app, config).await?;
            keep_channels(&app.channels, &config.notify).await?;
        }
        let readiness = Readiness::default();
        let door = FrontDoor { token: token.digest(), users: app.users.clone() };
        let metrics = Metrics::new(&directory.metrics(), Clock::system());
        let carrying = Carrying::new(&app, &views, &log);
        let meters = carrying.meters.clone();
        let measuring = measure(config, purpose, &directory, &metrics, carrying, for_figures)?;
        let dependencies = Dependencies {
            app: app.clone(),
            views: views.clone(),
            metrics,
            log: log.clone(),
            config_reader: Arc::new(OciConfigReader),
            server: facts(config, purpose == Purpose::Demo),
        };
        let http = serving::serve(config, dependencies, door, readiness.clone(), meters, listener)?;
        if purpose != Purpose::Tools {
            tell_where(&directory, http.address());
        }
        readiness.set(true);
        let storage_task = tokio::spawn(tell_when_unable(log.clone(), readiness.clone()));
        Ok(Self {
            app,
            views,
            token,
            log,
            http,
            readiness,
            end_views,
            views_task,
            views_ended,
            storage_task,
            measuring,
            _lock: lock,
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.http.address()
    }

    /// Resolves, with the reason, when the process must end: the storage failed, or something that must act or fold for ever
    /// has ended. Going on would be to lie about being alive.
    pub(crate) async fn failed(&self) -> String {
        let mut views_ended = self.views_ended.clone();
        tokio::select! {
            reason = self.log.failed() => reason,
            _ = views_ended.wait_for(|ended| *ended) => "the read models stopped".to_owned(),
            () = self.app.ended() => "the timers or the policies stopped".to_owned(),
        }
    }

    /// Takes nothing new, finishes what is under way, closes sockets, lets go of the files.
    pub(crate) async fn stop(self) {
        self.storage_task.abort();
        self.readiness.set(false);
        self.http.refuse();
        // It serves on meanwhile, so that whoever asks is told that it is not ready.
        self.app.stop(FINISH).await;
        match tokio::time::timeout(CLOSE, self.http.drain()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the HTTP server did not stop cleanly"),
            Err(_) => tracing::warn!("some requests were still under way when the time to stop was over"),
        }
        if let Some(measuring) = self.measuring {
            measuring.end().await;
        }
        // A follower that ended by itself has dropped its end.
        self.end_views.send(()).ok();
        self.views_task.await.ok();
        self.log.close().await;
    }
}

async fn open_log(config: &Config, purpose: Purpose) -> Result<Arc<dyn Storage>, StartError> {
    if purpose == Purpose::Tools {
        return Ok(storage::open_existing(&config.database, Use::Alone).await?);
    }
    let log = storage::open(&config.database, Use::Alone).await?;
    // Whoever acted on it would take what it does not tell for what never happened, and buy that again.
    if log.unfinished_import().await? {
        return Err(StartError::HalfImported);
    }
    Ok(log)
}

/// For installations that nobody watches: the first user, with a password out of a file.
async fn first_user(app: &App, config: &Config) -> Result<(), StartError> {
    let Some(path) = config.access.admin_password_file.as_ref().filter(|_| app.users.setup_required()) else {
        return Ok(());
    };
    let read = fs::read_to_string(path);
    let text = read.map_err(|source| StartError::Password { path: path.clone(), source })?;
    app.users.first("admin", &SecretString::from(text.trim_end_matches(['\r', '\n']))).await?;
    tracing::info!("made the first user `admin`");
    Ok(())
}

/// A convenience for tools beside the server: without it they must be told, so a failure is none.
fn tell_where(directory: &DataDir, mut address: SocketAddr) {
    if address.ip().is_unspecified() {
        address.set_ip(Ipv4Addr::LOCALHOST.into());
    }
    fs::write(directory.address(), format!("http://{address}\n")).ok();
}

/// Nothing, when nobody shall read figures.
fn bind_for_figures(config: &Config, purpose: Purpose) -> Result<Option<TcpListener>, StartError> {
    let address = config.metrics.address.clone().filter(|_| purpose != Purpose::Tools);
    address.map(bind).transpose()
}

/// Measures from now on, unless for tools, and gives the figures to whoever asks on the listener.
fn measure(
    config: &Config,
    purpose: Purpose,
    directory: &DataDir,
    metrics: &Metrics,
    carrying: Carrying,
    listener: Option<TcpListener>,
) -> Result<Option<Measuring>, StartError> {
    if purpose == Purpose::Tools {
        return Ok(None);
    }
    let gauges = Instruments::new(carrying.clone(), metrics.clone(), scarce(config), Clock::system());
    let measuring = Measuring::begin(metrics, directory.root(), carrying.clone(), Arc::new(gauges));
    let Some(listener) = listener else { return Ok(Some(measuring)) };
    let exposition = Exposition::new(carrying, metrics.clone(), commit(), Clock::system().now_ms());
    let exposing = measuring.exposing(listener, exposition);
    exposing.map(Some).map_err(|source| StartError::Bind { address: "metrics.bind".to_owned(), source })
}

/// Of what there is so little that its end is worth an alert.
fn scarce(config: &Config) -> Scarce {
    match &config.database {
        Database::Postgres { .. } => Scarce::Database,
        Database::Sqlite { .. } => Scarce::Sockets(config.server.sockets.sockets),
    }
}

fn commit() -> &'static str {
    option_env!("BERTH_COMMIT").unwrap_or("unknown")
}

fn bind(address: String) -> Result<TcpListener, StartError> {
    TcpListener::bind(&address).map_err(|source| StartError::Bind { address, source })
}

async fn app_for(purpose: Purpose, world: World) -> Result<App, berth_app::Denied> {
    match purpose {
        Purpose::Serve | Purpose::Demo => App::start(world).await,
        Purpose::Tools => App::at_rest(world).await,
    }
}

async fn vault_for(purpose: Purpose, directory: &DataDir, log: &dyn Log) -> Result<Vault, StartError> {
    match purpose {
        Purpose::Serve | Purpose::Demo => open_vault(directory, log).await,
        Purpose::Tools => Ok(Vault::without_key(&directory.vault_key())),
    }
}

/// A log that holds secrets is never given a new key: the old one must be brought back.
async fn open_vault(directory: &DataDir, log: &dyn Log) -> Result<Vault, StartError> {
    let key = directory.vault_key();
    if log.holds_secrets().await? {
        return Ok(Vault::open_existing(&key)?);
    }
    Ok(Vault::open_or_create(&key)?)
}

type Folding = (oneshot::Sender<()>, watch::Receiver<bool>, JoinHandle<()>);

fn fold(views: &Views) -> Folding {
    let (end, ending) = oneshot::channel();
    let (end_told, ended) = watch::channel(false);
    let views = views.clone();
    let task = tokio::spawn(async move {
        let shutdown = async move {
            ending.await.ok();
        };
        if let Err(error) = views.run(shutdown).await {
            tracing::error!(error = &error as &dyn std::error::Error, "the read models stopped");
        }
        end_told.send_replace(true);
    });
    (end, ended, task)
}

/// Not ready while nothing can be acknowledged. Tries once a second whether something can again: without tasks nobody else would.
async fn tell_when_unable(log: Arc<dyn Storage>, readiness: Readiness) {
    let mut condition = log.condition();
    while condition.wait_for(|condition| *condition != Condition::Well).await.is_ok() {
        tracing::error!("{}", words_of(*condition.borrow()));
        readiness.set(false);
        while *condition.borrow() != Condition::Well {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let probe = Append::new(CommandId::fresh(), Default::default(), Meta::default());
            // Whether it went well, the log itself tells.
            log.append(probe).await.ok();
        }
        tracing::info!("the log can be appended to again");
        readiness.set(true);
    }
}

fn words_of(condition: Condition) -> &'static str {
    match condition {
        Condition::Well => "the log can be appended to again",
        Condition::Full => "the storage is full: nothing is acknowledged or launched until there is space",
        Condition::Away => {
            "the database cannot be reached: nothing is acknowledged or launched until it is back"
        }
    }
}

fn world(
    config: &Config,
    log: &Arc<dyn Storage>,
    vault: Arc<Vault>,
    views: &Views,
) -> Result<World, StartError> {
    let dispatcher = Arc::new(Dispatcher::new(Guard::new(&config.outbound.allow)));
    Ok(World {
        log: log.clone(),
        archive: Arc::new(ArchiveDirectory::new(config.retention.archive.clone(), log.clone())),
        vault,
        cloud: cloud(config)?,
        roster: Arc::new(ViewsRoster(views.clone())),
        notifier: dispatcher.clone(),
        listener: dispatcher,
        clock: Clock::system(),
        arbiters: Arbiters::per_core(),
        chance: Chance::default(),
        settings: Settings {
            min_interval: seconds(config.grab.min_interval_seconds),
            concurrent_limit: config.grab.concurrent_limit,
            calls_per_second: config.grab.calls_per_second,
            check_every: config.rounds.check_every,
            reports: Some(config.rounds.reports),
            retention: retention(&config.retention),
            projections: &berth_views::PROJECTIONS,
            session_idle: config.access.session_idle,
            session_length: config.access.session_length,
            production: config.alerts.production,
            ..Settings::default()
        },
    })
}

fn retention(kept: &config::Retention) -> Retention {
    Retention {
        grab_days: kept.grab_days,
        system_days: kept.system_days,
        error_days: kept.error_days,
        operation_days: kept.operation_days,
        audit_days: kept.audit_days,
    }
}

fn cloud(config: &Config) -> Result<Arc<dyn Cloud>, StartError> {
    let cloud = unwatched_cloud(config)?;
    Ok(if config.tracing.endpoint.is_some() { Arc::new(WatchedCloud(cloud)) } else { cloud })
}

fn unwatched_cloud(config: &Config) -> Result<Arc<dyn Cloud>, StartError> {
    let clock = Arc::new(SystemTime::now);
    let Some(endpoint) = &config.oci.endpoint else { return Ok(Arc::new(OciCloud::official(clock))) };
    let wrong = |reason: String| StartError::Endpoint { reason };
    let url = endpoint.parse().map_err(|_| wrong(format!("{endpoint:?} is not a URL")))?;
    let endpoints = Endpoints::overridden(&url).map_err(|error| wrong(error.to_string()))?;
    Ok(Arc::new(OciCloud::overridden(endpoints, clock)))
}

fn facts(config: &Config, demo: bool) -> ServerFacts {
    ServerFacts {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: commit().to_owned(),
        demo,
        min_interval: seconds(config.grab.min_interval_seconds),
        usual_schedule: Schedule {
            interval: seconds(config.grab.default_interval_seconds),
            jitter_percent: config.grab.jitter_percent,
            max_attempts: u32::try_from(config.grab.max_retry).unwrap_or(u32::MAX),
            ..Schedule::default()
        },
        concurrent_limit: config.grab.concurrent_limit,
        retention: retention(&config.retention),
        now: Arc::new(|| berth_domain::Timestamp::from_millis(Clock::system().now_ms())),
    }
}

fn seconds(number: u64) -> Seconds {
    Seconds(u32::try_from(number).unwrap_or(u32::MAX))
}
