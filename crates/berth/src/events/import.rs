//! `berth events import`: exports and archives, into an empty log or one that they continue.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use berth_cli::{Gauge, Global};
use berth_store::{
    DirectoryLock, ImportError, LockError, Position, Storage,
    exchange::{self, Imported, Unreadable},
};

use crate::{
    compressed,
    config::{Config, Database},
    data_dir::{DataDir, DataDirError},
    serve::Configuration,
    storage::{self, Use},
    words,
};

#[derive(clap::Args, Debug)]
pub(crate) struct Import {
    /// Files in the order of their positions: archives first, then an export; `-` is standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Check everything and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Configuration file that names the log to write
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Any other setting
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Directory(#[from] DataDirError),
    #[error(transparent)]
    Locked(#[from] LockError),
    #[error(transparent)]
    Open(#[from] storage::OpenError),
    #[error("failed to make a log to try it on")]
    Scratch(#[source] io::Error),
    #[error("{}", file.display())]
    File { file: PathBuf, source: io::Error },
    #[error("{}", file.display())]
    Unreadable { file: PathBuf, source: Unreadable },
    #[error("all files are in the log, but it could not be told so: import them again")]
    Unfinished(#[source] ImportError),
}

impl Failed {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Locked(LockError::Held { .. }) => 75,
            Self::File { .. } => 1,
            Self::Unreadable { source: Unreadable::Log(_), .. } => 70,
            Self::Unreadable { .. } => 1,
            Self::Open(error) => error.exit_code(),
            Self::Directory(_) | Self::Locked(_) | Self::Scratch(_) | Self::Unfinished(_) => 70,
        }
    }
}

/// 0: every file is in the log. 1: a file was refused; what was before the line it names may be in. 75: a server runs there.
pub(super) async fn run(import: Import, global: &Global) -> u8 {
    let configuration =
        Configuration { set: import.set.clone(), ..Configuration::for_tools(import.config.clone(), global) };
    let config = match configuration.load() {
        Ok(config) => config,
        Err(code) => return code,
    };
    let imported = if import.dry_run {
        try_out(&import, &config, global).await
    } else {
        take(&import, &config, global).await
    };
    match imported {
        Ok(imported) => told(&import, &imported),
        Err(error) => words::fail(&error, error.exit_code()),
    }
}

async fn take(import: &Import, config: &Config, global: &Global) -> Result<Vec<Imported>, Failed> {
    let directory = DataDir::create(&config.data_dir)?;
    let _lock = DirectoryLock::take(directory.root())?;
    into(storage::open(&config.database, Use::Alone).await?, import, global).await
}

/// On the log itself if there is one, else on one that is thrown away: a dry run leaves no file behind.
async fn try_out(import: &Import, config: &Config, global: &Global) -> Result<Vec<Imported>, Failed> {
    let scratch = tempfile::tempdir().map_err(Failed::Scratch)?;
    let empty = Database::Sqlite { file: scratch.path().join("log.db") };
    let database = match &config.database {
        Database::Sqlite { file } if !file.exists() => &empty,
        there => there,
    };
    into(storage::open(database, Use::Beside).await?, import, global).await
}

async fn into(log: Arc<dyn Storage>, import: &Import, global: &Global) -> Result<Vec<Imported>, Failed> {
    let mut imported = Vec::with_capacity(import.files.len());
    for file in &import.files {
        match one(&*log, file, import.dry_run, global.quiet).await {
            Ok(done) => imported.push(done),
            Err(error) => {
                log.close().await;
                return Err(error);
            }
        }
    }
    let finished = if import.dry_run { Ok(()) } else { log.import_finished().await };
    log.close().await;
    finished.map_err(Failed::Unfinished)?;
    Ok(imported)
}

async fn one(log: &dyn Storage, file: &Path, dry_run: bool, quiet: bool) -> Result<Imported, Failed> {
    let opened = if file == Path::new("-") { compressed::of(io::stdin()) } else { compressed::open(file) };
    let mut lines = opened.map_err(|source| Failed::File { file: file.into(), source })?;
    let mut gauge = Gauge::new("import", 0, quiet);
    let imported = exchange::import(log, &mut *lines, dry_run, &mut |at| gauge.at(at.get())).await;
    gauge.finish();
    imported.map_err(|source| Failed::Unreadable { file: file.into(), source })
}

fn told(import: &Import, imported: &[Imported]) -> u8 {
    let events: u64 = imported.iter().map(|one| one.events).sum();
    let passed_over: u64 = imported.iter().map(|one| one.passed_over).sum();
    let last = imported.last().expect("clap wants at least one file");
    let (head, checksum) = (last.head, &last.checksum);
    let (would, would_zh) = if import.dry_run { ("would be ", "将") } else { ("", "已") };
    let there = if passed_over == 0 { String::new() } else { format!(", {passed_over} were there already") };
    let there_zh = if passed_over == 0 { String::new() } else { format!("，{passed_over} 条已存在") };
    words::say(
        &format!("{events} events {would}imported{there}; through {head}, checksum {checksum}"),
        &format!("{would_zh}导入 {events} 条事件{there_zh}；至 {head}，校验和 {checksum}"),
    );
    if !import.dry_run && head > Position::START {
        words::say(
            "Tasks that ran go on from here once this is served: stop the old server for good first, or pause them all with `berth admin hold`.",
            "一旦以此日志启动服务，原先运行的任务将继续：请先彻底停止旧服务器，或用 `berth admin hold` 暂停全部任务。",
        );
        words::say(
            "Bring vault.key along: the secrets came sealed. `berth events verify` reads all of it once more.",
            "请一并带上 vault.key：机密以密封形式导入。`berth events verify` 可再完整核对一遍。",
        );
    }
    0
}
