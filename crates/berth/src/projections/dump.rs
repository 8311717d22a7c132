//! `berth projections dump`: every row there is, as text that can be compared.

use std::{io::Write, path::PathBuf, sync::Arc};

use berth_cli::Global;
use berth_store::{DirectoryLock, LockError, Log};
use berth_views::{ViewError, Views};
use futures::TryStreamExt;

use crate::{
    config::Config,
    data_dir::{DataDir, DataDirError},
    serve::Configuration,
    storage::{self, Use},
    words,
};

#[derive(clap::Args, Debug)]
pub(crate) struct Dump {
    /// Canonical JSON, a row a line, in the order of tables and keys. There is no other form yet
    #[arg(long, required = true)]
    canonical: bool,
    /// Configuration file that names the directory; its server must be stopped, a running one streams `/api/projections.jsonl`
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Directory(#[from] DataDirError),
    #[error(transparent)]
    Locked(#[from] LockError),
    #[error(transparent)]
    Open(#[from] storage::OpenError),
    #[error("failed to read the read models")]
    Views(#[from] ViewError),
}

/// 0: printed. 70: the read models cannot be had. 75: a server runs on the directory.
pub(super) async fn run(dump: Dump, global: &Global) -> u8 {
    let config = match Configuration::for_tools(dump.config, global).load() {
        Ok(config) => config,
        Err(code) => return code,
    };
    match print(&config).await {
        Ok(()) => 0,
        Err(Failed::Locked(error @ LockError::Held { .. })) => words::fail(&error, 75),
        Err(Failed::Open(error)) => words::fail(&error, error.exit_code()),
        Err(error) => words::fail(&error, 70),
    }
}

async fn print(config: &Config) -> Result<(), Failed> {
    storage::check_there(&config.database)?;
    let directory = DataDir::create(&config.data_dir)?;
    let _lock = DirectoryLock::take(directory.root())?;
    let log = storage::open_existing(&config.database, Use::Beside).await?;
    let shared: Arc<dyn Log> = log.clone();
    let views = Views::open(&directory.views(), shared).await?;
    views.level_offline().await?;
    let printed = rows(&views).await;
    log.close().await;
    Ok(printed?)
}

/// A reader that closes the pipe has seen enough.
async fn rows(views: &Views) -> Result<(), ViewError> {
    let mut lines = std::pin::pin!(views.dump_lines());
    let mut out = std::io::BufWriter::new(std::io::stdout());
    while let Some(line) = lines.try_next().await? {
        if writeln!(out, "{line}").is_err() {
            return Ok(());
        }
    }
    out.flush().ok();
    Ok(())
}
