//! `berth admin backup`: a copy of the log as it is at one instant.

use std::path::{Path, PathBuf};

use berth_cli::Global;
use berth_store::{BackupError, Storage};

use crate::{
    compressed, serve,
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

/// 0: made and synced. 1: the file could not be made, or is there already. 69: this database has its own tools. 70: the log could
/// not be read.
pub(super) async fn run(backup: Backup, global: &Global) -> u8 {
    let config = match serve::Configuration::for_tools(backup.config, global).load() {
        Ok(config) => config,
        Err(code) => return code,
    };
    if backup.file.exists() {
        let hint = words::of(
            "give a name that is free: backups are never overwritten",
            "请换一个名字：备份不会被覆盖",
        );
        words::complain(&format!("{} exists already", backup.file.display()), Some(hint));
        return 1;
    }
    let log = match storage::open_existing(&config.database, Use::Beside).await {
        Ok(log) => log,
        Err(error) => return words::fail(&error, error.exit_code()),
    };
    let made = make(&*log, &backup.file).await;
    log.close().await;
    match made {
        Ok(()) => done(&backup.file, &config.data_dir),
        Err(Failure::Backup(error @ BackupError::NotHere { .. })) => words::fail(&error, 69),
        Err(Failure::Backup(error)) => words::fail(&error, 70),
        Err(Failure::Compress(error)) => words::fail(&error, 1),
    }
}

enum Failure {
    Backup(BackupError),
    Compress(std::io::Error),
}

async fn make(log: &dyn Storage, file: &Path) -> Result<(), Failure> {
    if !compressed::is_named(file) {
        return log.back_up(file).await.map_err(Failure::Backup);
    }
    // Beside the target, so that it is on the disk that was chosen for it.
    let plain = file.with_extension("part");
    let made = log.back_up(&plain).await.map_err(Failure::Backup);
    let packed = made.and_then(|()| compressed::pack(&plain, file).map_err(Failure::Compress));
    std::fs::remove_file(&plain).ok();
    packed
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
