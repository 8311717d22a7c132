//! `berth admin restore`: a data directory from a backup.

use std::{
    fs,
    path::{Path, PathBuf},
};

use berth_actors::Clock;
use berth_cli::Global;
use berth_domain::GrabId;
use berth_store::DirectoryLock;

use super::backup;
use crate::{
    compressed,
    config::{Config, Database},
    data_dir::DataDir,
    serve,
    storage::{self, Use},
    words,
};

#[derive(clap::Args, Debug)]
pub(crate) struct Restore {
    /// File that `berth admin backup` made
    file: PathBuf,
    /// Configuration file that names where the log shall be
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Let tasks go on that ran when the backup was made. What they got since then is not in it, so they may buy again
    #[arg(long)]
    keep_running: bool,
}

#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("there is a log already, or what is left of one: {}", .0.display())]
    Occupied(PathBuf),
    #[error(
        "a backup of SQLite is restored into SQLite; for PostgreSQL use pg_restore, or `berth events import`"
    )]
    NotSqlite,
    #[error("failed to unpack {}", file.display())]
    Unpack { file: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Directory(#[from] crate::data_dir::DataDirError),
    #[error(transparent)]
    Locked(#[from] berth_store::LockError),
    #[error("this is no backup, or a damaged one: {0}")]
    Damaged(String),
    #[error("failed to pause the tasks that ran")]
    Hold(#[from] berth_app::Denied),
}

impl Failed {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Locked(berth_store::LockError::Held { .. }) => 75,
            Self::NotSqlite => 78,
            Self::Occupied(_) | Self::Unpack { .. } | Self::Damaged(_) => 1,
            Self::Directory(_) | Self::Locked(_) | Self::Hold(_) => 70,
        }
    }
}

/// 0: restored and found whole. 1: the backup is no good, or there is a log already. 75: a server runs there.
pub(super) async fn run(restore: Restore, global: &Global) -> u8 {
    let config = match serve::Configuration::for_tools(restore.config.clone(), global).load() {
        Ok(config) => config,
        Err(code) => return code,
    };
    match into(&restore, &config).await {
        Ok(held) => done(&config, &held),
        Err(error) => words::fail(&error, error.exit_code()),
    }
}

/// Unpacked, checked and held under another name: the log bears its own only when no task in it would run by itself. So a restore that
/// is cut off anywhere leaves no log, and one that fails takes away only what it made.
async fn into(restore: &Restore, config: &Config) -> Result<Vec<GrabId>, Failed> {
    let Database::Sqlite { file } = &config.database else { return Err(Failed::NotSqlite) };
    let directory = DataDir::create(&config.data_dir)?;
    let _lock = DirectoryLock::take(directory.root())?;
    if let Some(there) = files_of(file).into_iter().find(|there| there.exists()) {
        return Err(Failed::Occupied(there));
    }
    let at_file = |source| Failed::Unpack { file: restore.file.clone(), source };
    let workshop =
        tempfile::Builder::new().prefix(".berth-restore-").tempdir_in(directory.root()).map_err(at_file)?;
    let unpacked = workshop.path().join("log.db");
    compressed::unpack(&restore.file, &unpacked).map_err(at_file)?;
    let held = check_and_hold(restore, &unpacked).await?;
    fs::rename(&unpacked, file).and_then(|()| compressed::sync_directory_of(file)).map_err(at_file)?;
    Ok(held)
}

/// Closing folds the WAL in, so that the one file is the whole log.
async fn check_and_hold(restore: &Restore, unpacked: &Path) -> Result<Vec<GrabId>, Failed> {
    let database = Database::Sqlite { file: unpacked.into() };
    let log = storage::open_existing(&database, Use::Alone)
        .await
        .map_err(|error| Failed::Damaged(crate::chain_of(&error)))?;
    let held = match backup::first_damage(&*log).await {
        Some(damage) => Err(Failed::Damaged(damage)),
        None if restore.keep_running => Ok(Vec::new()),
        None => Ok(berth_app::hold_all(log.clone(), Clock::system()).await?),
    };
    log.close().await;
    held
}

/// A log and what may lie beside it: a WAL that belongs to another would be played into this one.
fn files_of(log: &Path) -> Vec<PathBuf> {
    let beside = |suffix: &str| {
        let mut name = log.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    ["", "-wal", "-shm"].map(beside).to_vec()
}

fn done(config: &Config, held: &[GrabId]) -> u8 {
    let directory = config.data_dir.display();
    words::say(&format!("restored into {directory}"), &format!("已恢复到 {directory}"));
    super::hold::tell(held);
    let key = config.data_dir.join("vault.key");
    if !key.exists() {
        let key = key.display();
        words::say(
            &format!(
                "The secrets are sealed: put the vault.key of the backed-up server at {key} before you start."
            ),
            &format!("机密仍处于密封状态：启动前请将原服务器的 vault.key 放到 {key}。"),
        );
    }
    0
}
