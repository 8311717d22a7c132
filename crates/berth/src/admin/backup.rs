//! `berth admin backup`: a copy of the log as it is at one instant, checked before it bears its name.

use std::path::{Path, PathBuf};

use berth_cli::Global;
use berth_store::{BackupError, Storage, verify};

use crate::{
    compressed,
    config::Database,
    serve::Configuration,
    storage::{self, Use},
    words,
};

#[derive(clap::Args, Debug)]
pub(crate) struct Backup {
    /// File to make; compressed when it ends in .zst. It must not be there yet
    file: PathBuf,
    /// Configuration file that names the log; the server may be running
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    #[error("{}", file.display())]
    File { file: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Open(#[from] storage::OpenError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error("the log is damaged, so this would be no backup: {0}")]
    Damaged(String),
}

impl Failed {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Exists(_) | Self::File { .. } | Self::Damaged(_) => 1,
            Self::Backup(BackupError::NotHere { .. }) => 69,
            Self::Open(error) => error.exit_code(),
            Self::Backup(_) => 70,
        }
    }
}

/// 0: made, checked and synced. 1: the file could not be made, is there already, or the log is damaged. 69: this database has its own
/// tools. 70: the log could not be read.
pub(super) async fn run(backup: Backup, global: &Global) -> u8 {
    let config = match Configuration::for_tools(backup.config, global).load() {
        Ok(config) => config,
        Err(code) => return code,
    };
    match make(&config.database, &backup.file).await {
        Ok(()) => done(&backup.file, &config.data_dir),
        Err(error) => {
            let hint = match &error {
                Failed::Exists(_) => Some(words::of(
                    "give a name that is free: backups are never overwritten",
                    "请换一个名字：备份不会被覆盖",
                )),
                Failed::Damaged(_) => Some(words::of(
                    "`berth events verify` tells all of it; go back to an older backup",
                    "`berth events verify` 会列出全部问题；请使用更早的备份",
                )),
                _ => None,
            };
            words::complain(&crate::chain_of(&error), hint);
            error.exit_code()
        }
    }
}

/// Made in a directory of its own beside the target: on the disk that was chosen for it, in nobody's way, and gone when this fails.
async fn make(database: &Database, file: &Path) -> Result<(), Failed> {
    if file.exists() {
        return Err(Failed::Exists(file.into()));
    }
    let at_file = |source| Failed::File { file: file.into(), source };
    let parent = file.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    let workshop = tempfile::Builder::new().prefix(".berth-backup-").tempdir_in(parent).map_err(at_file)?;
    let copy = workshop.path().join("log.db");
    let log = storage::open_existing(database, Use::Beside).await?;
    let copied = log.back_up(&copy).await;
    log.close().await;
    copied?;
    check(&copy).await?;
    if compressed::is_named(file) {
        return compressed::pack(&copy, file).map_err(at_file);
    }
    std::fs::rename(&copy, file).and_then(|()| compressed::sync_directory_of(file)).map_err(at_file)
}

/// A copy of a damaged log is a copy of the damage: better known today than on the day it is needed.
async fn check(copy: &Path) -> Result<(), Failed> {
    let log = storage::open_existing(&Database::Sqlite { file: copy.into() }, Use::Beside).await?;
    let damage = first_damage(&*log).await;
    log.close().await;
    damage.map_or(Ok(()), |damage| Err(Failed::Damaged(damage)))
}

pub(super) async fn first_damage(log: &dyn Storage) -> Option<String> {
    let report = verify(log, |_| ()).await;
    report.findings.first().map(ToString::to_string)
}

fn done(file: &Path, data_dir: &Path) -> u8 {
    let (file, key) = (file.display(), data_dir.join("vault.key"));
    let key = key.display();
    words::say(
        &format!(
            "backed up to {file}\nThe secrets in it are sealed. Keep a copy of {key} somewhere else: without it they stay sealed for ever."
        ),
        &format!("已备份到 {file}\n其中的机密已密封。请另行保存 {key}：没有它，机密将永远无法打开。"),
    );
    0
}
